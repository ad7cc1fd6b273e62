"""A manager voids, restores and corrects what staff entered; the first version stays. Citizens' own stay untouched."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires.answers import Answers
from questionnaires.checking import as_submitted
from questionnaires.conditions import Setting
from survey_app import accounts, corrections, database, extract, responses
from survey_app.audit import watching
from survey_app.casework import cases, progress
from survey_app.models import Case, Publication, Response, ResponseChange, ResponseConflict, User, Wave
from survey_app.wave_life import By
from tests import factories
from tests.questionnaires.examples import make_factor, make_instrument, make_item
from tests.staff import PASSWORD, Staff, csrf_in, make_staff
from tests.survey_app.answer.conftest import GOOD, token_in
from tests.survey_app.entry import office
from tests.survey_app.entry.office import make_batch, type_sheet, typists
from tests.survey_app.test_extract import SIPAS, make_answers, make_response

Ask = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def ask(console_app: Flask) -> Ask:
    def asked(query: Callable[[Session], Any]) -> Any:
        with console_app.app_context():
            return query(database.session())

    return asked


@pytest.fixture
def people(console_app: Flask) -> tuple[Staff, Staff]:
    """A manager, and an officer with cases 1 and 2, the first interviewed; case 3 is a reserve."""
    officer_id = make_staff(console_app, "officer")
    make_staff(console_app, "manager")
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        for number in (1, 2):
            factories.make_case(session, wave, unit, number, officer_id=officer_id)
        factories.make_case(session, wave, unit, 3, reserve=1)
        session.commit()
    officer = Staff(console_app, "officer@example.vn")
    send(officer, GOOD)
    return Staff(console_app, "manager@example.vn"), officer


def send(officer: Staff, answers: dict[str, str], token: str = "") -> Any:
    page = officer.get("/field/cases/1/answer")
    text = page.text if page.status_code == 200 else officer.get("/field/cases/2/answer").text
    officer.token = token or getattr(officer, "token", "") or token_in(text)  # type: ignore[attr-defined]
    fields = {"csrf_token": csrf_in(text), "token": officer.token, **answers}  # type: ignore[attr-defined]
    return officer.client.post("/field/cases/1/answer", data=fields)


def path_of(ask: Ask) -> str:
    return f"/manage/entered/{ask(lambda session: session.scalars(sa.select(Response.id)).one())}"


def one(session: Session) -> Response:
    return session.scalars(sa.select(Response)).one()


def fields(ask: Ask, **changed: str) -> dict[str, Any]:
    return as_submitted(Answers.from_json(ask(lambda session: one(session).answers))) | {
        name.replace("_", ".", 1): value for name, value in changed.items()
    }


def test_a_voided_response_enters_nothing_and_a_reserve_may_stand_in(
    people: tuple[Staff, Staff], ask: Ask, tmp_path: Path
) -> None:
    manager, officer = people
    without = manager.post(f"{path_of(ask)}/void", reason=" ")
    manager.post(f"{path_of(ask)}/void", reason="phỏng vấn nhầm người")
    page, asked_again = officer.get("/field/cases/1").text, officer.get("/field/cases/1/answer")
    change = ask(lambda session: session.scalars(sa.select(ResponseChange)).one())
    manifest = ask(lambda session: written(session, tmp_path / "out"))

    assert without.status_code == 302
    assert (change.kind, change.reason, change.number) == ("voided", "phỏng vấn nhầm người", 1)
    assert ask(lambda session: session.get_one(Case, 1).disposition) == "other"
    assert "Người quản lý đã hủy phiếu" in page
    assert "trường hợp 3" in page
    assert asked_again.status_code == 302
    assert (manifest["responses"], manifest["excluded"]) == (0, [{"reason": "voided", "count": 1}])
    assert ask(lambda session: progress.of_wave(session, session.scalars(sa.select(Wave)).one()).modes) == {}
    assert "phỏng vấn nhầm người" in manager.get("/manage/waves/sipas-2026-dot-1/entered").text


def written(session: Session, folder: Path) -> Any:
    extract.write(session, session.scalars(sa.select(Wave)).one().survey, folder, factories.NOON)
    return json.loads((folder / "manifest.json").read_text())


def test_a_restored_response_counts_again_unless_a_reserve_stands_in(people: tuple[Staff, Staff], ask: Ask) -> None:
    manager, officer = people
    manager.post(f"{path_of(ask)}/void", reason="nhầm")
    manager.post(f"{path_of(ask)}/restore", reason="không nhầm")
    back = ask(lambda session: (one(session).void, session.get_one(Case, 1).disposition))
    manager.post(f"{path_of(ask)}/void", reason="vẫn nhầm")
    officer.post("/field/cases/1/replace")
    manager.post(f"{path_of(ask)}/restore", reason="lại không nhầm")

    assert back == (False, "complete")
    assert ask(lambda session: one(session).void) is True
    kinds = ask(lambda session: session.scalars(sa.select(ResponseChange.kind).order_by(ResponseChange.number)).all())
    assert kinds == ["voided", "restored", "voided"]


def test_a_correction_keeps_the_first_version_and_its_receipt(
    people: tuple[Staff, Staff], ask: Ask, tmp_path: Path
) -> None:
    manager, officer = people
    first = ask(lambda session: (one(session).answers, one(session).content_hash))
    before = send(officer, GOOD)
    corrected = manager.post(f"{path_of(ask)}/correct", **fields(ask, **{"A1_1": "2"}), reason="gõ nhầm phím")
    after = send(officer, GOOD)
    other = send(officer, {**GOOD, "A1.1": "1"})
    change = ask(lambda session: session.scalars(sa.select(ResponseChange)).one())
    manifest = ask(lambda session: written(session, tmp_path / "out"))

    assert corrected.status_code == 302
    assert '"A1.1":2' in ask(lambda session: one(session).answers)
    assert (change.answers, change.content_hash, change.kind) == (*first, "corrected")
    assert (before.status_code, before.location) == (303, after.location)
    assert other.status_code == 409
    assert ask(lambda session: session.scalar(sa.select(sa.func.count()).select_from(ResponseConflict))) == 1
    assert (manifest["corrected"], manifest["excluded"]) == (1, [])
    assert pq.read_table(tmp_path / "out" / "responses.parquet")["A1.1"].to_pylist() == [2]


@pytest.mark.parametrize(
    ("answers", "reason", "says"),
    [({"A1_1": "2"}, "", "nêu lý do"), ({"A1_1": "9"}, "nhầm", "Xin chọn"), ({}, "nhầm", "Không có gì thay đổi")],
)
def test_a_correction_needs_a_reason_answers_that_hold_and_a_difference(
    people: tuple[Staff, Staff], ask: Ask, answers: dict[str, str], reason: str, says: str
) -> None:
    manager, _ = people
    refused = manager.post(f"{path_of(ask)}/correct", **fields(ask, **answers), reason=reason)

    assert refused.status_code == 422
    assert says in refused.text
    assert ask(lambda session: session.scalars(sa.select(ResponseChange)).all()) == []
    assert '"A1.1":4' in ask(lambda session: one(session).answers)


def test_whoever_means_to_void_sees_what_it_is_recognised_by_and_no_answer(
    people: tuple[Staff, Staff], ask: Ask
) -> None:
    def note(session: Session) -> None:
        one(session).paradata = '{"seconds":{"A":80,"B":45},"officer":1,"clock":90}'
        session.commit()

    ask(note)
    manager, _ = people
    page, form = manager.get(path_of(ask)).text, manager.get(f"{path_of(ask)}/correct").text

    for told in ("Trường hợp 1", "officer@example.vn", "23/11/2026", "2 phút 5 giây", "đồng hồ của thiết bị sai"):
        assert told in page
    assert 'name="A1.1"' not in page
    assert "tận tình" not in page
    assert re.search(r'name="A1.1" value="4"[^>]* checked', form)
    assert "tận tình" in form


def test_every_change_stands_in_the_extract_with_its_reason_and_without_person_case_or_answer(
    people: tuple[Staff, Staff], ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "utc_now", lambda: factories.NOON)

    def name_officer(session: Session) -> None:
        session.scalars(sa.select(User).where(User.email == "officer@example.vn")).one().name = "Lê Thị Hoa Sen"
        session.commit()

    ask(name_officer)
    manager, _ = people
    path = path_of(ask)
    manager.get(f"{path}/correct")
    manager.post(f"{path}/correct", **fields(ask, **{"A1_1": "2"}), reason="gõ nhầm phím")
    manager.post(f"{path}/void", reason="Lê Thị Hoa Sen hỏi nhầm, gọi 0912 345 678")
    manager.post(f"{path}/restore", reason="không nhầm")
    ask(lambda session: written(session, tmp_path / "out"))
    text = (tmp_path / "out" / "changes.json").read_text()

    assert {tuple(one) for one in json.loads(text)["changes"]} == {
        ("answers_opened", "day", "kind", "mode", "reason", "unit")
    }
    assert [(one["kind"], one["reason"], one["answers_opened"]) for one in json.loads(text)["changes"]] == [
        ("corrected", "gõ nhầm phím", False),
        ("restored", "không nhầm", False),
        ("voided", "[tên người] hỏi nhầm, gọi [số điện thoại]", True),
    ]
    assert {(one["unit"], one["mode"], one["day"]) for one in json.loads(text)["changes"]} == {
        ("15520", "tablet", "2026-11-23")
    }


def test_a_response_that_was_voided_unread_is_told_as_such(
    people: tuple[Staff, Staff], ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "utc_now", lambda: factories.NOON + timedelta(hours=1))
    manager, _ = people
    manager.post(f"{path_of(ask)}/void", reason="nhầm người")
    manager.post(f"{path_of(ask)}/restore", reason="không nhầm")
    manager.get(f"{path_of(ask)}/correct")
    ask(lambda session: written(session, tmp_path / "out"))
    told = json.loads((tmp_path / "out" / "changes.json").read_text())["changes"]

    assert [one["answers_opened"] for one in told] == [False, False]


def test_a_manager_of_a_branch_recognises_and_changes_nothing(
    console_app: Flask, people: tuple[Staff, Staff], ask: Ask
) -> None:
    def limit(session: Session) -> None:
        branch = session.get_one(Case, 1).unit
        accounts.add_user(session, "branch@example.vn", PASSWORD, ("manager",), branch=branch)
        session.commit()

    ask(limit)
    path, branch = path_of(ask), Staff(console_app, "branch@example.vn")
    page = branch.get(path)
    csrf = csrf_in(page.text)
    closed = [
        branch.get(f"{path}/correct").status_code,
        *(
            branch.client.post(f"{path}/{step}", data={"csrf_token": csrf, "reason": "không thích"}).status_code
            for step in ("void", "restore", "correct")
        ),
    ]

    assert page.status_code == 200
    assert "Tài khoản giới hạn trong một nhánh không được hủy, khôi phục hay sửa phiếu" in page.text
    assert f"{path}/void" not in page.text
    assert closed == [403] * 4
    assert ask(lambda session: session.scalars(sa.select(ResponseChange)).all()) == []


def test_a_void_response_is_restored_before_it_is_corrected(people: tuple[Staff, Staff], ask: Ask) -> None:
    manager, _ = people
    manager.post(f"{path_of(ask)}/void", reason="nhập hai lần")
    page, closed = manager.get(path_of(ask)).text, manager.get(f"{path_of(ask)}/correct")
    refused = manager.post(f"{path_of(ask)}/correct", **fields(ask, **{"A1_1": "2"}), reason="gõ nhầm phím")

    assert "/correct" not in page
    assert (closed.status_code, "tận tình" in closed.text) == (409, False)
    assert refused.status_code == 422
    assert "vui lòng khôi phục phiếu trước" in refused.text
    assert '"A1.1":2' not in ask(lambda session: one(session).answers)


def test_an_approved_release_made_after_the_end_freezes_until_the_wave_is_opened_again(
    console_app: Flask, people: tuple[Staff, Staff], ask: Ask
) -> None:
    manager, _ = people
    path = path_of(ask)
    console_app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=20)

    def publish(session: Session) -> None:
        wave = session.scalars(sa.select(Wave)).one()
        made = {"made_by_id": 1, "approved_by_id": 2, "approved_at": factories.NOON, "state": "approved"}
        hashes = {"release_hash": "0" * 64, "extract_hash": "0" * 64}
        at = {"early": factories.NOON, "final": factories.NOON + timedelta(days=10)}
        for number, (name, frozen_at) in enumerate(at.items(), 1):
            named = {"survey_id": wave.survey_id, "number": number, "release": name, "frozen_at": frozen_at}
            session.add(Publication(**named, **made, **hashes))
            session.flush()
            found.append(corrections.frozen(session, wave) is not None)
        session.commit()

    found: list[bool] = []
    ask(publish)
    refused = manager.post(f"{path}/void", reason="muộn rồi")
    shown, closed = manager.get(path).text, manager.get(f"{path}/correct")
    manager.post("/manage/waves/sipas-2026-dot-1/reopen", closes_on="2026-12-31", reason="sửa số liệu")
    manager.post(f"{path}/void", reason="nhầm người")

    assert found == [False, True]
    assert refused.status_code == 302
    assert "Đã chốt: bản kết quả số 2" in shown
    assert (closed.status_code, "tận tình" in closed.text) == (409, False)
    assert [change.reason for change in ask(lambda s: s.scalars(sa.select(ResponseChange)).all())] == ["nhầm người"]


@pytest.mark.parametrize("mode", ["qr_open", "qr_slip", "visit_code", "kiosk"])
def test_a_citizens_own_answers_are_neither_found_nor_changed(
    console_app: Flask, people: tuple[Staff, Staff], ask: Ask, mode: str
) -> None:
    manager, _ = people

    def add(session: Session) -> UUID:
        wave = session.scalars(sa.select(Wave)).one()
        point = factories.make_point(session, wave=wave, unit=session.get_one(Case, 1).unit, mode=mode)
        place = {"unit_id": point.unit_id, "point_id": point.id, "mode": mode}
        made = make_response(session, wave, make_answers(SIPAS, **{"A1.1": 3}), **place)
        session.commit()
        return made.id

    own = ask(add)
    statuses = [
        manager.get(f"/manage/entered/{own}").status_code,
        manager.get(f"/manage/entered/{own}/correct").status_code,
        manager.post(f"/manage/entered/{own}/void", reason="không thích").status_code,
        manager.post(f"/manage/entered/{own}/correct", reason="không thích", **{"A1.1": "5"}).status_code,
    ]
    with console_app.test_request_context("/?lang=vi"):
        session = database.session()
        response = session.get_one(Response, own)
        with pytest.raises(ValueError, match="người dân"):
            corrections.void(session, response, By(factories.NOON, 1), "không thích")

    assert statuses == [404] * 4


def test_a_response_is_found_by_case_receipt_and_sheet(console_app: Flask, ask: Ask) -> None:
    make_batch(console_app, officers=True)
    first, second, _ = typists(console_app)
    for person in (first, second):
        type_sheet(person, {**office.GOOD, "_case": "7"})
    make_staff(console_app, "manager")
    manager = Staff(console_app, "manager@example.vn")
    key = console_app.config["SETTINGS"].token_key
    response = ask(one)
    receipt = responses.receipt(key, response.id, response.content_hash)
    pages = [
        manager.client.get("/manage/waves/sipas-2026-dot-1/entered", query_string={"find": typed})
        for typed in ("7", office.SERIAL.lower(), receipt, receipt.replace("-", " "))
    ]
    nothing = [
        manager.client.get("/manage/waves/sipas-2026-dot-1/entered", query_string={"find": typed})
        for typed in ("8", "999999999999999", "K7QF3MX2RR", "x", "²")
    ]

    assert {page.location for page in pages} == {f"/manage/entered/{response.id}"}
    assert {page.status_code for page in nothing} == {200}


@pytest.mark.parametrize(("state", "variant"), [(-2, "short"), (-1, "full")])
def test_a_short_form_is_corrected_as_one(session: Session, state: int, variant: str) -> None:
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    instrument = make_instrument([make_factor([make_item("A1.1"), make_item("A1.2", full_only=True)])])
    case = factories.make_case(session, wave, unit, 1)
    place = {"unit_id": unit.id, "case_id": case.id, "mode": "paper_officer"}
    made = make_response(session, wave, make_answers(instrument, **{"A1.1": 4, "A1.2": state}), **place)

    assert corrections.setting(session, made, instrument) == Setting("", "paper_officer", "xã", variant)  # type: ignore[arg-type]


def test_every_change_of_a_response_is_numbered(app_on_any_database: Flask) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    case = factories.make_case(session, wave, unit, 1, disposition="complete")
    by = By(factories.NOON, factories.make_user(session).id)
    place = {"unit_id": unit.id, "case_id": case.id, "mode": "tablet"}
    made = make_response(session, wave, make_answers(SIPAS, **{"A1.1": 3}), **place)
    corrections.void(session, made, by, "một")
    corrections.restore(session, made, by, "hai")
    corrections.correct(session, made, Answers({"A1.1": 4}, {}), by, "ba")
    numbers = [change.number for change, _ in corrections.changes(session, made)]

    assert numbers == [1, 2, 3]
    assert made.completeness == "broken_off"
    assert cases.is_answered(session, case)
