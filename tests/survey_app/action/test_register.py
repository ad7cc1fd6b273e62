"""The register: tasks from comments, and petitions, up to the public page; each step by who may take it."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import accounts, database
from survey_app.models import CollectionPoint, RegisterEntry, Unit
from tests import factories, staff
from tests.staff import Staff
from tests.survey_app.comments.wave_of_comments import make_comments

SAID = ("Ghế ngồi chờ ở bộ phận một cửa quá ít, người già phải đứng, gọi 0912345678",)
OWN = "Người dân mong có thêm chỗ ngồi chờ."
DONE = "Đã kê thêm mười ghế và hai quạt."
FIELDS = {"summary": OWN, "received_on": "2026-11-01", "due_on": "2026-11-16", "theme": "facilities", "channel": ""}


@pytest.fixture
def office(console_app: Flask) -> Flask:
    """A wave with one comment, and an account of each role that meets the register."""
    with console_app.app_context():
        session = database.session()
        make_comments(session, SAID)
        for role, name in (("manager", "Phạm Văn Quản"), ("analyst", "Đỗ Thị Phân"), ("officer", "Vũ Thị Điều")):
            accounts.add_user(session, f"{role}@example.vn", staff.PASSWORD, (role,), name)
        accounts.add_user(session, "other@example.vn", staff.PASSWORD, ("officer",), "Bùi Văn Khác")
        session.commit()
    return console_app


def person(app: Flask, role: str) -> Staff:
    return Staff(app, f"{role}@example.vn")


def ids(app: Flask) -> dict[str, str]:
    with app.app_context():
        session = database.session()
        owner = accounts.find_user(session, "officer@example.vn").id
        return {"unit_id": str(session.query(Unit).one().id), "owner_id": str(owner)}


def comment_of(leader: Staff) -> str:
    page = leader.get("/comments/waves/sipas-2026-dot-1?state=all").text
    found = re.search(r'type="checkbox" name="comment" value="([^"]+)"', page)
    assert found
    return found[1]


def make_entry(app: Flask, leader: Staff, **fields: object) -> str:
    answer = leader.post("/register/new", **(FIELDS | ids(app) | {"kind": "petition"} | fields))
    assert answer.status_code == 302, re.findall(r'class="error"[^>]*>([^<]*)', answer.text)
    return str(answer.location)


def step(who: Staff, path: str, name: str, **fields: str) -> int:
    return who.post(f"{path}/{name}", **fields).status_code


def test_a_comment_becomes_a_task_is_answered_and_everybody_reads_it(office: Flask) -> None:
    analyst, manager, officer = (person(office, role) for role in ("analyst", "manager", "officer"))
    key = comment_of(analyst)
    form = analyst.get(f"/register/new?comment={key}&wave=sipas-2026-dot-1&theme=facilities").text
    assert SAID[0] in form
    assert f'selected value="{ids(office)["unit_id"]}"' in form

    path = make_entry(office, analyst, kind="comment", comment=key, wave="sipas-2026-dot-1")
    assert "[số điện thoại]" in manager.get(path).text
    assert "0912345678" not in manager.get(path).text
    assert "Ghế ngồi" not in officer.get(path).text  # Whoever answers knows the office's words alone.
    assert OWN in officer.get("/register/").text
    assert step(officer, path, "publish") == 403
    assert step(manager, path, "publish") == 422
    assert step(officer, path, "answer", answer=DONE) == 302
    assert step(analyst, path, "publish") == 403
    assert step(manager, path, "publish") == 302

    everybody = office.test_client()
    page = everybody.get("/gop-y/15520")
    assert OWN in page.text
    assert DONE in page.text
    assert "Vũ Thị Điều" not in page.text
    assert page.headers.getlist("Set-Cookie") == []
    assert page.headers["Cache-Control"] == "public, max-age=300"
    assert everybody.get("/gop-y/15520", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304

    assert step(manager, path, "take_back") == 302
    assert OWN not in everybody.get("/gop-y/15520").text


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ("Chị Lan nên nhẹ nhàng hơn", "“Lan” (name of a person)"),
        ("Gọi 0912345678", "telephone number"),
        ("Dân nói ghế ngồi chờ ở bộ phận một cửa còn ít", "Say it in your own words"),
        ("  ", "Write it in your own words first"),
    ],
)
def test_an_entry_neither_names_nor_quotes_anybody(office: Flask, summary: str, words: str) -> None:
    analyst = person(office, "analyst")
    fields = FIELDS | ids(office) | {"summary": summary, "comment": comment_of(analyst)}
    answer = analyst.post("/register/new?lang=en", **fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert summary.strip() in answer.text


def test_an_answer_that_names_somebody_is_refused_and_stays_on_the_page(office: Flask) -> None:
    manager = person(office, "manager")
    path = make_entry(office, manager)
    answer = manager.post(f"{path}/answer", answer="Đã nhắc nhở chị Lan")

    assert answer.status_code == 422
    assert "Đã nhắc nhở chị Lan</textarea>" in answer.text


def test_an_officer_sees_own_entries_only(office: Flask) -> None:
    manager, officer, other = person(office, "manager"), person(office, "officer"), person(office, "other")
    path = make_entry(office, manager)

    assert (officer.get(path).status_code, other.get(path).status_code) == (200, 404)
    assert OWN not in other.get("/register/?owner=").text
    assert OWN not in other.get("/register/entries.csv?owner=1").text
    assert step(other, path, "answer", answer=DONE) == 404
    assert officer.get(f"{path}/edit").status_code == 403


def test_the_list_marks_what_is_overdue_filters_and_downloads(office: Flask) -> None:
    manager = person(office, "manager")
    late = make_entry(office, manager, summary="Phí chưa niêm yết.", channel="letter", reference="12/SVB")
    make_entry(office, manager, summary="Cần mở thêm quầy.", due_on="2026-12-20")
    done = make_entry(office, manager, summary="Biển chỉ dẫn mờ.")
    step(manager, done, "close", reason="Trùng với mục khác")

    page = manager.get("/register/?lang=en").text
    states = re.findall(r'<span class="state \w+">([^<]*)<', page)
    overdue = manager.get("/register/?late=1&lang=en").text
    rows = list(csv.DictReader(io.StringIO(manager.get("/register/entries.csv?state=open").text.lstrip("\ufeff"))))
    assert page.count("overdue</strong>") == 1
    assert states == ["open", "open", "closed"]
    assert ("Phí chưa niêm yết" in overdue, "Cần mở thêm quầy" in overdue) == (True, False)
    assert [(row["summary"], row["late"], row["reference"]) for row in rows] == [
        ("Phí chưa niêm yết.", "1", "12/SVB"),
        ("Cần mở thêm quầy.", "0", ""),
    ]
    assert "Trùng với mục khác" in manager.get(done).text
    assert step(manager, done, "answer", answer=DONE) == 422
    assert step(manager, done, "take_back") == 302
    assert manager.post(f"{late}/edit", **(FIELDS | ids(office) | {"due_on": "2026-10-01"})).status_code == 422


def test_an_empty_register_teaches_how_to_begin(office: Flask) -> None:
    assert "Begin under Comments" in person(office, "manager").get("/register/?lang=en").text


def test_the_thanks_page_leads_to_the_office_without_a_look_at_any_answer(office: Flask, session_of: Session) -> None:
    everybody = office.test_client()
    code = session_of.query(CollectionPoint).one().code
    to_office = everybody.get(f"/gop-y/diem/{code}?lang=en")
    with_receipt = everybody.get(f"/gop-y/?code=ABCD-EFGH-JKLM-{code}")

    assert to_office.location == "/gop-y/15520?lang=en"
    assert with_receipt.location.startswith(f"/gop-y/diem/{code}")
    assert "tells nothing about you" in everybody.get("/gop-y/?code=ABCD-EFGH-JKLM&lang=en").text
    assert everybody.get("/gop-y/diem/AAAAAAA").status_code == 404
    assert everybody.get("/gop-y/99999").status_code == 404
    assert "has published nothing yet" in everybody.get("/gop-y/15520?lang=en").text


@pytest.fixture
def session_of(office: Flask) -> Iterator[Session]:
    with office.app_context():
        yield database.session()


def test_what_must_never_be_true_cannot_be_stored(session: Session) -> None:
    unit, user = factories.make_unit(session), factories.make_user(session)
    made = {"kind": "petition", "unit_id": unit.id, "owner_id": user.id, "made_by_id": user.id, "summary": OWN}
    day = {"received_on": date(2026, 11, 1), "due_on": date(2026, 11, 16), "made_on": date(2026, 11, 1)}
    for wrong in ({"state": "answered"}, {"state": "published", "answer": DONE}, {"state": "closed"}):
        session.add(RegisterEntry(**made, **day, **wrong))
        with pytest.raises(Exception, match="CHECK constraint failed"):
            session.flush()
        session.rollback()
        unit, user = factories.make_unit(session), factories.make_user(session)
        made |= {"unit_id": unit.id, "owner_id": user.id, "made_by_id": user.id}
