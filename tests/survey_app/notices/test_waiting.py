"""What waits for whom: on the page, beside the way to it, and once by mail."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from survey_app import accounts, database
from survey_app.backup import alarms
from survey_app.commands import cli
from survey_app.models import Letter, Publication, RegisterEntry, Response, Unit, User
from survey_app.notices import outbox, sending
from survey_app.notices.waiting import Thing
from tests import factories, staff
from tests.factories import NOON
from tests.staff import Staff
from tests.survey_app.notices import postman
from tests.survey_app.notices.postman import Postman
from tests.survey_app.notices.test_links import use_mail

SECRET = "Người dân mong có thêm chỗ ngồi."
TODAY = NOON.date()


@pytest.fixture
def mail(console_app: Flask) -> Iterator[Postman]:
    console_app.config["CLOCK"] = lambda: NOON
    with console_app.app_context():
        session = database.session()
        units = [factories.make_unit(session, code) for code in ("15520", "15523")]
        for name, role, branch in (
            ("officer", "officer", None),
            ("analyst", "analyst", None),
            ("manager", "manager", None),
            ("approver", "approver", None),
            ("branch", "manager", units[0]),
            ("viewer", "viewer", None),
        ):
            accounts.add_user(session, f"{name}@example.vn", staff.PASSWORD, (role,), name, branch)
        session.commit()
    with postman.at_work() as (found, port):
        use_mail(console_app, f"smtp://127.0.0.1:{port}?tls=off")
        yield found


def _id(email: str) -> int:
    return accounts.find_user(database.session(), f"{email}@example.vn").id


def _give(app: Flask, owner: str, due: date, unit: str = "15520", by: str = "manager", **fields: Any) -> int:
    with app.app_context():
        session = database.session()
        unit_id = session.scalars(sa.select(Unit.id).where(Unit.code == unit)).one()
        entry = RegisterEntry(
            kind="petition", unit_id=unit_id, owner_id=_id(owner), made_by_id=_id(by), made_on=TODAY,
            received_on=date(2026, 1, 1), due_on=due, summary=SECRET, **fields,
        )  # fmt: skip
        session.add(entry)
        session.commit()
        return entry.id


def _change(app: Flask, model: type[Any], row_id: int, **fields: Any) -> None:
    with app.app_context():
        row = database.session().get_one(model, row_id)
        for name, value in fields.items():
            setattr(row, name, value)
        database.session().commit()


def _post(app: Flask, at: datetime = NOON) -> int:
    with app.app_context():
        engine, settings = database.engine(), app.config["SETTINGS"]
        sending.look(engine, settings, at)
        return sending.send_due(engine, settings, lambda: at).sent


def _page(app: Flask, name: str) -> str:
    return Staff(app, f"{name}@example.vn").get("/account/waiting").text


def test_entries_of_the_register_are_told_once_each_in_one_letter(console_app: Flask, mail: Postman) -> None:
    late = _give(console_app, "officer", TODAY - timedelta(days=1))
    soon = _give(console_app, "officer", TODAY + timedelta(days=3))
    new = _give(console_app, "officer", TODAY + timedelta(days=20))
    _give(console_app, "officer", TODAY, state="answered", answer="Đã kê thêm ghế.")
    _give(console_app, "viewer", TODAY)  # Who cannot open the register is not sent there.
    assert _post(console_app) == 1
    assert _post(console_app) == 0

    letter = mail.letters[0]
    text = letter.get_content()
    assert (letter["To"], letter["Subject"]) == ("officer@example.vn", "3 việc chờ Ông/Bà")
    assert f"Mục số {late} của sổ theo dõi, xã Thọ Hải: quá hạn từ ngày" in text
    assert f"http://localhost:8000/register/{soon}\n" in text
    assert f"Mục số {new} " in text
    assert SECRET not in text
    assert "Tài khoản của tôi" in text
    _change(console_app, RegisterEntry, new, due_on=TODAY + timedelta(days=2))
    assert _post(console_app) == 1
    assert mail.letters[1]["Subject"] == "1 việc chờ Ông/Bà"


def test_the_console_counts_what_waits_and_leads_there(console_app: Flask, mail: Postman) -> None:
    _give(console_app, "officer", TODAY - timedelta(days=1))
    _give(console_app, "officer", TODAY + timedelta(days=20))
    page = _page(console_app, "officer")

    assert '<span class="count">2</span>' in page
    assert page.count('href="/register/') == 3  # With the register itself.
    assert page.index("quá hạn") < page.index("hạn ngày")
    assert 'class="count"' not in _page(console_app, "viewer")
    assert "Không có việc nào" in _page(console_app, "viewer")


def test_what_is_over_or_not_wanted_is_not_told(console_app: Flask, mail: Postman) -> None:
    entry = _give(console_app, "officer", TODAY)
    _give(console_app, "analyst", TODAY + timedelta(days=20), by="analyst")  # Who gave it to themselves knows it.
    with console_app.app_context():
        sending.look(database.engine(), console_app.config["SETTINGS"], NOON)
    _change(console_app, RegisterEntry, entry, state="answered", answer="Đã kê thêm ghế.")
    with console_app.app_context():
        report = sending.send_due(database.engine(), console_app.config["SETTINGS"], lambda: NOON)
    assert (report.sent, report.waiting) == (0, 0)

    _change(console_app, RegisterEntry, entry, state="open")
    officer = Staff(console_app, "officer@example.vn")
    assert "Tắt thư báo" in officer.get("/account/").text
    assert officer.post("/account/notices", wanted="0").status_code == 302
    assert _post(console_app) == 0
    officer.post("/account/notices", wanted="1")
    with console_app.app_context():
        officer_id = _id("officer")
    _change(console_app, User, officer_id, ends_on=date(2020, 1, 1))
    assert _post(console_app) == 0
    _change(console_app, User, officer_id, ends_on=None, language="en")
    assert _post(console_app) == 1
    assert mail.letters[0]["Subject"] == "1 thing waits for you"


def test_approvals_wait_for_those_who_may_give_them(console_app: Flask, mail: Postman) -> None:
    with console_app.app_context():
        session = database.session()
        survey = factories.make_survey(session)
        hashes = {"release_hash": "0" * 64, "extract_hash": "0" * 64, "frozen_at": NOON}
        session.add(
            Publication(survey_id=survey.id, number=1, release="release-1", made_by_id=_id("analyst"), **hashes)
        )
        draft = factories.make_draft(session, _id("manager"))
        draft.state, draft.submitted_by_id = "submitted", _id("manager")
        session.commit()
    found = {name: _page(console_app, name) for name in ("manager", "approver", "branch", "analyst")}
    release = {name for name, page in found.items() if "/results/release-1/publication" in page}
    draft_of = {name for name, page in found.items() if "/design/drafts/" in page}

    assert release == {"manager", "approver"}
    assert draft_of == {"approver"}  # Who submitted it does not approve it.
    assert _post(console_app) == 2
    assert {letter["To"] for letter in mail.letters} == {"manager@example.vn", "approver@example.vn"}
    assert "chờ Ông/Bà phê duyệt" in mail.texts("approver@example.vn")[0]


def test_a_branch_is_told_of_its_own_units_only(console_app: Flask, mail: Postman) -> None:
    own = _give(console_app, "branch", TODAY)
    other = _give(console_app, "branch", TODAY, unit="15523")
    page = _page(console_app, "branch")
    assert f"/register/{own}" in page
    assert f"/register/{other}" not in page
    assert _post(console_app) == 1
    assert mail.letters[0]["Subject"] == "1 việc chờ Ông/Bà"


def test_managers_are_told_of_waves_behind_their_plan_and_of_data_that_are_due(
    console_app: Flask, mail: Postman
) -> None:
    with console_app.app_context():
        session = database.session()
        days = {"opens_on": TODAY - timedelta(days=30), "closes_on": TODAY + timedelta(days=2)}
        wave = factories.make_wave(session, **days)
        unit = session.scalars(sa.select(Unit)).first()
        assert unit
        for number in (1, 2, 3):
            factories.make_case(session, wave, unit, number, planned_day=TODAY - timedelta(days=5))
        past = {"opens_on": date(2024, 1, 1), "closes_on": date(2024, 2, 1)}
        ended = factories.make_wave(session, survey=wave.survey, slug="past", **past)
        session.add(
            Response(
                id=UUID(int=9), wave_id=ended.id, instrument_version_id=ended.instrument_version_id, unit_id=unit.id,
                case_id=factories.make_case(session, ended, unit, 9).id, mode="tablet", language="vi",
                local_day=date(2024, 1, 9), content_hash="0" * 64, answers="{}", paradata="{}",
            )
        )  # fmt: skip
        session.commit()
    page = _page(console_app, "manager")

    assert "chậm 3 trường hợp" in page
    assert "Đợt past: có dữ liệu đến hạn xóa" in page
    assert "chậm" not in _page(console_app, "branch")
    assert _post(console_app) == 1
    assert mail.letters[0]["To"] == "manager@example.vn"
    assert mail.letters[0]["Subject"] == "2 việc chờ Ông/Bà"
    assert _post(console_app, NOON + timedelta(days=1)) == 0


def test_the_command_says_what_it_did_without_an_address(
    console_app: Flask, mail: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    _give(console_app, "officer", TODAY)
    settings = console_app.config["SETTINGS"]
    monkeypatch.setenv("INSTANCE", str(settings.instance))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.delenv("MAIL_SERVER", raising=False)
    assert "Mail is off" in CliRunner().invoke(cli, ["mail"]).output
    monkeypatch.setenv("MAIL_SERVER", settings.mail_server)
    assert "MAIL_FROM is missing" in CliRunner().invoke(cli, ["mail"]).output
    monkeypatch.setenv("MAIL_FROM", settings.mail_from)
    mail.answers = ["550 officer@example.vn is unknown"]
    said = [CliRunner().invoke(cli, ["mail", *more]) for more in (["--notices"], ["--test", "me@example.vn"])]
    assert [one.exit_code for one in said] == [0, 0]
    assert "recipient 550" in said[0].output
    assert "example.vn" not in said[0].output
    assert mail.letters[0]["To"] == "me@example.vn"
    mail.answers = ["550 no"]
    refused = CliRunner().invoke(cli, ["mail", "--test", "me@example.vn"])
    assert (refused.exit_code, "did not take the letter (recipient 550)" in refused.output) == (1, True)
    monkeypatch.setenv("MAIL_SERVER", "smtp://127.0.0.1:1?tls=off")
    _give(console_app, "analyst", TODAY)
    away = CliRunner().invoke(cli, ["mail", "--notices"])
    assert away.exit_code == 1
    assert "cannot be used (ConnectionRefusedError)" in away.output


def test_a_letter_is_taken_by_one_process_and_a_second_finds_the_next(app_on_any_database: Flask) -> None:
    session = database.writing(database.session())
    user = factories.make_user(session)
    outbox.write(session, user.id, "invitation", NOON)
    outbox.write(session, user.id, "invitation", NOON)
    outbox.write(session, None, "password", NOON)
    outbox.note(session, user.id, [Thing("late", "1 2026-11-01", "", "register.show_entry")], NOON)
    session.commit()
    assert outbox.due(session, NOON) == [user.id]
    assert outbox.waiting(session) == (2, NOON)
    session.rollback()
    outbox.note(database.writing(session), user.id, [], NOON)  # It is over.
    assert len(outbox.take(session, user.id, NOON)) == 1
    session.commit()
    assert outbox.take(session, user.id, NOON) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 2
    outbox.forget(session, NOON)
    assert session.scalars(sa.select(Letter.account_id)).all() == [user.id]
    session.rollback()


def test_administrators_are_told_of_a_missing_backup_and_of_little_room(
    console_app: Flask, mail: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = console_app.config["SETTINGS"].instance / "last_backup.json"
    staff.make_staff(console_app, "administrator")
    monkeypatch.setattr(alarms, "free_disk", lambda _settings: 1_500_000_000)
    note.write_text(json.dumps({"at": (NOON - timedelta(days=2)).isoformat()}))
    assert _post(console_app) == 1
    note.write_text(json.dumps({"at": (NOON - timedelta(days=4)).isoformat()}))
    assert (_post(console_app), _post(console_app)) == (1, 0)

    texts = [letter.get_content() for letter in mail.letters]
    assert {letter["To"] for letter in mail.letters} == {"administrator@example.vn"}
    assert ["1500 MB" in text for text in texts] == [True, False]
    assert f"{NOON - timedelta(days=4):%d/%m/%Y}" in texts[1]
    page = _page(console_app, "administrator")
    assert '<span class="count">2</span>' in page
    assert 'href="/help/quan-tri"' in page
    assert 'class="count"' not in _page(console_app, "viewer")
    note.write_text(json.dumps({"at": NOON.isoformat()}))
    monkeypatch.setattr(alarms, "free_disk", lambda _settings: 10**12)
    assert 'class="count"' not in _page(console_app, "administrator")
