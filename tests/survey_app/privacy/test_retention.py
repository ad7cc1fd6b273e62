"""What is due goes from every row and every file; figures stay what they were; a protocol says what was done."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from analysis import extract as frozen
from analysis.extract import read_extract
from questionnaires import loader
from survey_app import database, doctor, extract, responses
from survey_app.enrolment import office_key
from survey_app.models import (
    CollectionPoint,
    Deletion,
    Device,
    DeviceEntry,
    PaperSheet,
    Response,
    ResponseChange,
    ResponseConflict,
    Survey,
    Wave,
)
from survey_app.privacy import deletion, retention, stock
from survey_app.publishing import frozen_rows
from survey_app.responses import counted
from survey_app.wave_life import By
from tests import factories, staff
from tests.conftest import make_app
from tests.survey_app.answer.conftest import make_open_point
from tests.survey_app.test_extract import make_answers, make_response

NOON = factories.NOON
LONG_AFTER = NOON + timedelta(days=400)
PLANTED = (
    "Gọi tôi 0912345678",
    "Chị Hoa ở quầy số hai",
    "Hồ sơ TX-2026-0042",
    "phiếu gõ tay",
    "bản ghi máy",
    "lý do riêng",
)
SIPAS = loader.load_builtin("sipas2017")


@pytest.fixture
def filled(tmp_path: Path, any_database_url: str) -> Iterator[Flask]:
    """A wave that ended on 30/11/2026, with planted words wherever people's own words can lie."""
    (tmp_path / "instance").mkdir()
    app = make_app(tmp_path / "instance", any_database_url)
    make_open_point(app)
    with Session(app.extensions["engine"]) as session:
        _plant(session, app.config["SETTINGS"])
    yield app
    app.extensions["engine"].dispose()


def _plant(session: Session, settings: Any) -> None:
    point = session.scalars(sa.select(CollectionPoint)).one()
    wave, by, second = point.wave, factories.make_user(session).id, factories.make_user(session, "b@example.vn").id
    case = factories.make_case(session, wave, point.unit)
    place = {"unit_id": point.unit_id, "point_id": point.id}
    said = make_answers(SIPAS, **{"A1.1": 4, "A1.2": 5, "comment": PLANTED[0]})
    response = make_response(session, wave, said, **place)
    make_response(session, wave, make_answers(SIPAS, **{"A1.1": 2}), **place)
    entered = make_response(
        session, wave, make_answers(SIPAS, comment=PLANTED[1]), unit_id=point.unit_id, case_id=case.id, mode="tablet",
        paradata=f'{{"seconds":{{"A1":41}},"officer":{by},"device":"TABLET01"}}',
    )  # fmt: skip
    old = make_answers(SIPAS, comment=PLANTED[5])
    about = {"content_hash": old.content_hash(), "answers": old.canonical_json()}
    change = {"number": 1, "kind": "corrected", "reason": "ghi nhầm", "by_id": by, "at": NOON}
    session.add(ResponseChange(response_id=entered.id, **about, **change))
    session.add(ResponseConflict(response_id=response.id, local_day=date(2026, 11, 23), **about))
    sheet = {"wave_id": wave.id, "point_id": point.id, "language": "vi", "filled_on": date(2026, 11, 23)}
    sheet |= {"state": "differs", "first_by_id": by, "second_by_id": second, "second": "{}"}
    session.add(PaperSheet(serial="K7QF3MX2RR", first=json.dumps({"comment": PLANTED[3]}, ensure_ascii=False), **sheet))
    device = Device(code="KIOSK001", kind="kiosk", point_id=point.id)
    session.add(device)
    session.flush()
    interview = {"kind": "interview", "id": str(uuid4()), "point": point.code, "version": "x", "mode": "kiosk"}
    interview |= {"language": "vi", "answers": {"comment": [PLANTED[4]]}, "begun": "2026-11-23T05:00:00Z"}
    content = json.dumps(interview | {"finished": "2026-11-23T05:05:00Z"}).encode()
    sealed = office_key.seal(office_key.of(settings.instance).point, content)
    session.add(DeviceEntry(device_id=device.id, seq=1, hash="0" * 64, state="dropped", sealed=sealed, remark="thử"))
    codes = settings.plans / str(wave.id) / "codes.csv"
    codes.parent.mkdir(parents=True)
    codes.write_text(f"hidden,code\nABCDEFGHIJKL,{PLANTED[2]}\n", encoding="utf-8")
    session.commit()
    extract.write(session, wave.survey, settings.extracts / "final", NOON + timedelta(days=9))


def everything(app: Flask) -> bytes:
    """All rows, all files, and what is sealed in rows, opened; Parquet as text, for it is compressed."""
    settings, found = app.config["SETTINGS"], b""
    with Session(app.extensions["engine"]) as session:
        for table in Wave.metadata.sorted_tables:
            found += repr(session.execute(sa.select(table)).all()).encode()
        for sealed in session.scalars(sa.select(DeviceEntry.sealed).where(sa.func.length(DeviceEntry.sealed) > 0)):
            found += json.dumps(json.loads(office_key.of(settings.instance).open(sealed)), ensure_ascii=False).encode()
    url = app.extensions["engine"].url
    folders = [settings.instance, *([Path(url.database).parent] if url.drivername == "sqlite" else [])]
    for path in sorted({path for folder in folders for path in folder.rglob("*")}):
        if path.is_file():
            found += path.read_bytes()
            found += repr(pq.read_table(path).to_pylist()).encode() if path.suffix == ".parquet" else b""
    return found


def there(app: Flask) -> list[str]:
    found = everything(app)
    return [words for words in PLANTED if words.encode() in found]


def run(app: Flask, at: datetime) -> Deletion:
    settings = app.config["SETTINGS"]
    with app.app_context():
        session = database.writing(database.session())
        made = deletion.delete(session, settings, session.scalars(sa.select(Wave)).one(), By(at))
        session.commit()
        database.overwrite(database.engine())
        session.refresh(made)
        session.expunge(made)
    return made


def test_nothing_that_was_planted_is_left_anywhere(filled: Flask) -> None:
    assert there(filled) == list(PLANTED)
    settings = filled.config["SETTINGS"]
    before = read_extract(settings.extracts / "final")
    made = run(filled, LONG_AFTER)

    assert there(filled) == []
    told = deletion.read(made)
    assert {one["kind"]: one["count"] for one in told["deleted"]} == {
        "contacts": 1, "paradata": 1, "devices": 1, "comments": 5,
    }  # fmt: skip
    assert told["left"] == dict.fromkeys(stock.COUNT, 0)
    assert deletion.is_genuine(settings, made)
    after = read_extract(settings.extracts / "final")  # It checks every hash.
    assert after.manifest["extract_hash"] == before.manifest["extract_hash"]
    (erased,) = told["extracts"]
    assert erased["before"] == before.manifest["files"]["responses.parquet"]["sha256"]
    assert erased["after"] == frozen.sha256(settings.extracts / "final" / "responses.parquet")


def test_answers_in_the_extract_are_what_they_were_but_for_words_and_paradata(filled: Flask) -> None:
    path = filled.config["SETTINGS"].extracts / "final" / "responses.parquet"
    before = pq.read_table(path)
    run(filled, LONG_AFTER)
    after = pq.read_table(path)
    changed = {name for name in before.column_names if before[name].to_pylist() != after[name].to_pylist()}

    assert after.schema == before.schema
    assert changed == {"comment", "officer", "device", "seconds", "seconds_by_part"}
    assert sorted(after["comment"].to_pylist(), key=str) == ["", "", None]


def test_a_release_still_matches_and_what_else_changes_is_still_seen(filled: Flask) -> None:
    with Session(filled.extensions["engine"]) as session:
        survey = session.scalars(sa.select(Survey)).one()
        rows = frozen_rows.rows_now(session, survey, counted())
        survey_id = survey.id
    run(filled, LONG_AFTER)
    with Session(filled.extensions["engine"]) as session:
        now = frozen_rows.rows_now(session, session.get_one(Survey, survey_id), counted())
        assert rows != now == deletion.rows_after(session, survey_id, rows)
        session.execute(sa.update(Response).where(Response.mode == "qr_open").values(void=True))
        other = frozen_rows.rows_now(session, session.get_one(Survey, survey_id), counted())
        assert deletion.rows_after(session, survey_id, rows) != other


def test_the_receipt_outlives_the_words(filled: Flask) -> None:
    key = filled.config["SETTINGS"].token_key
    with Session(filled.extensions["engine"]) as session:
        codes = {
            one.id: responses.receipt(key, one.id, one.content_hash) for one in session.scalars(sa.select(Response))
        }
    run(filled, LONG_AFTER)
    with Session(filled.extensions["engine"]) as session:
        kept = {one.id: one.content_hash for one in session.scalars(sa.select(Response))}

    for response_id, code in codes.items():
        assert responses.has_receipt(key, code)(response_id, kept[response_id])


def test_each_kind_goes_on_its_own_day_and_not_before(filled: Flask) -> None:
    settings = filled.config["SETTINGS"]
    with Session(filled.extensions["engine"]) as session:
        wave = session.scalars(sa.select(Wave)).one()
        end = datetime(2026, 11, 30, 5, tzinfo=NOON.tzinfo)
        days = {0: [], 60: [], 61: ["contacts"], 181: ["contacts", "paradata", "devices"]}
        for after, kinds in days.items():
            due = retention.overview(session, settings, wave, end + timedelta(days=after))
            assert [one.kind for one in due if one.is_due] == kinds
        fields = {f"{kind}_days": 10 for kind in retention.DEFAULT_DAYS}
        retention.keep(session, wave, fields)
        session.commit()
        assert [len(due) for _wave, due in retention.overdue(session, settings, end + timedelta(days=11))] == [4]
        wave.closes_on += timedelta(days=5)  # An extended wave moves its days.
        assert retention.overdue(session, settings, end + timedelta(days=11)) == []
        with pytest.raises(ValueError, match="from 0 to 3650"), filled.test_request_context("/?lang=en"):
            retention.keep(session, wave, fields | {"comments_days": -1})


def test_doctor_names_what_is_overdue_and_protocols_that_were_changed(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    make_open_point(app)
    session = database.session()
    _plant(session, settings)
    found = {one.name: one for one in doctor.examine(settings, LONG_AFTER)}
    assert "Due for deletion in sipas-2026-dot-1" in found["retention"].message
    database.session().rollback()
    made = run(app, LONG_AFTER)
    assert "retention" not in {one.name for one in doctor.examine(settings, LONG_AFTER)}
    session.execute(sa.update(Deletion).values(content=made.content.replace('"count": 5', '"count": 4')))
    session.commit()

    found = {one.name: one for one in doctor.examine(settings, LONG_AFTER)}
    assert found["retention"].state == "fail"


def test_a_manager_sets_days_deletes_and_prints_the_protocol(console_app: Flask) -> None:
    make_open_point(console_app)
    with Session(console_app.extensions["engine"]) as session:
        _plant(session, console_app.config["SETTINGS"])
    manager = staff.signed_in(console_app, "manager")
    console_app.config["CLOCK"] = lambda: LONG_AFTER
    path = "/manage/waves/sipas-2026-dot-1/retention"
    assert "365" in manager.get(path).text
    refused = manager.post(path + "/delete")
    assert refused.status_code == 302
    assert there(console_app) == list(PLANTED)
    done = manager.post(path + "/delete", sure="1")
    page = manager.get(done.headers["Location"])

    assert there(console_app) == []
    assert "Chữ ký của cơ quan" in page.text
    protocol = json.loads(manager.get(done.headers["Location"] + ".json").text)
    assert protocol["by"]
    assert not any(words in json.dumps(protocol, ensure_ascii=False) for words in PLANTED)
    kept = {f"{kind}_days": "30" for kind in retention.DEFAULT_DAYS} | {"contact_vi": "Phòng Nội vụ, 0237 3 869 999"}
    assert manager.post(path, **kept).status_code == 302
    assert "0237 3 869 999" in manager.get(path).text
    assert manager.post(path, **(kept | {"comments_days": "9999"})).status_code == 422


def test_everybody_else_is_unharmed_by_zeros(filled: Flask) -> None:
    """`secure_delete` is on for every connection to SQLite."""
    engine = filled.extensions["engine"]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
