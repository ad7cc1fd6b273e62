"""No deed of staff is without its entry: every route that posts is asked, with a view that keeps something."""

import inspect
from collections.abc import Iterator

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask, redirect
from werkzeug.routing import Rule

from survey_app import clock, database
from survey_app.audit import chain, watching, words
from survey_app.commands import cli
from survey_app.models import AuditEntry, Survey
from survey_app.web import access
from tests import factories, staff
from tests.survey_app.test_permissions import CLOSED, DEVICES, MATRIX, SECOND_STEP, _address

# No person: programs and devices bring a key, and what they bring has records of its own. At the second step of a
# sign-in nobody is in yet; test_second_factor looks at its entries.
NO_PERSON = {"api.make_visit_codes", "device.enrol", *DEVICES, *SECOND_STEP, *CLOSED}
OWN_ENTRY = {"security.login": "sign_in", "security.logout": "sign_out"}


def _posts_of_staff(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        entry = app.extensions["access"].get(rule.endpoint.partition(".")[0])
        for_everybody = entry is not None and entry.rule is access.anyone
        if "POST" in (rule.methods or set()) and rule.endpoint not in NO_PERSON and not for_everybody:
            yield rule


def _entries(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        return list(database.session().scalars(sa.select(AuditEntry).order_by(AuditEntry.number)))


def test_every_deed_of_staff_leaves_an_entry_or_is_named_as_none(console_app: Flask) -> None:
    app = console_app
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        factories.make_survey(database.session())
        database.session().commit()
    clients, silent = {}, []
    for rule in list(_posts_of_staff(app)):
        if rule.endpoint in OWN_ENTRY:
            continue
        role = min(MATRIX[rule.endpoint] - {"anonymous"})
        if role not in clients:
            clients[role] = staff.signed_in(app, role).client
        app.view_functions[rule.endpoint] = _kept_in_files if rule.endpoint in watching.IN_FILES else _kept
        before = len(_entries(app))
        clients[role].post(_address(rule))
        added = [(one.deed, one.who) for one in _entries(app)[before:]]
        if added != ([] if rule.endpoint in watching.LEFT_OUT else [(rule.endpoint, f"{role}@example.vn")]):
            silent.append((rule.endpoint, added))

    assert silent == []
    with app.app_context():
        assert chain.look_through(database.session()).broken is None


def _kept(**_arguments: object) -> object:
    """A view that changes something by SQL, which no list of changed rows shows."""
    database.session().execute(sa.update(Survey).values(target=81))
    database.session().commit()
    return redirect("/start")


def _kept_in_files(**_arguments: object) -> object:
    return redirect("/start")


def test_every_deed_has_its_words(console_app: Flask) -> None:
    named = {rule.endpoint for rule in _posts_of_staff(console_app)} - set(OWN_ENTRY) - watching.LEFT_OUT

    in_vain = {"sign_in_failed", "wrong_password", *watching.GUESSED.values()}
    assert named | watching.READS | {"results.download", *OWN_ENTRY.values()} | in_vain <= set(words.DEEDS)
    assert {name for name in words.DEEDS if "." in name and not name.startswith("command.")} <= set(MATRIX)


def test_an_entry_says_who_did_what_to_what_from_where(console_app: Flask) -> None:
    manager = staff.signed_in(console_app, "manager")
    with console_app.app_context():
        factories.make_point(database.session(), code="K7QF3MX")
        database.session().commit()
    manager.post("/manage/points/K7QF3MX/active", active="0")
    last = _entries(console_app)[-1]

    assert (last.who, last.deed, last.thing) == ("manager@example.vn", "manage.switch_point", "K7QF3MX")
    assert (last.address, last.detail) == ("127.0.0.1", "~collection_point 1 (active=1>0)")


def test_of_an_account_the_entry_keeps_rights_and_last_day_but_no_name(console_app: Flask) -> None:
    administrator, officer_id = staff.signed_in(console_app, "administrator"), staff.make_staff(console_app, "officer")
    with console_app.app_context():
        unit = factories.make_unit(database.session(), "15520", name="Xã Xuân Hòa")
        database.session().commit()
        unit_id = unit.id
    rights = {"roles": ["analyst", "officer"], "branch": str(unit_id), "ends_on": "2026-12-31"}
    path = f"/accounts/{officer_id}"
    kept = administrator.post(path, form_on=path, name="Lê Thị Lan", **rights)
    last, page = _entries(console_app)[-1], administrator.get("/audit/").text

    assert kept.status_code == 302, kept.text
    rights_said, rest_said = f"branch_id=>{unit_id} roles=officer>analyst+officer", "ends_on=>2026-12-31 name"
    assert last.detail == f"~account {officer_id} ({rights_said}), ~account {officer_id} ({rest_said})"
    assert "vai trò: điều tra viên → chuyên viên phân tích, điều tra viên" in page
    assert "ngày cuối: (trống) → 31/12/2026" in page
    assert "Xuân Hòa (15520)" in page


def test_what_was_refused_leaves_no_entry(console_app: Flask) -> None:
    manager = staff.signed_in(console_app, "manager")
    before = len(_entries(console_app))
    assert manager.post("/manage/surveys/new", form_on="/manage/surveys/new", slug="").status_code == 422

    assert len(_entries(console_app)) == before


def test_signing_in_and_out_and_trying_in_vain_are_noted(console_app: Flask) -> None:
    manager = staff.signed_in(console_app, "manager")
    staff.Staff(console_app, "manager@example.vn", "a wrong password")
    staff.Staff(console_app, "my secret typed here", "a wrong password")
    manager.post("/logout")

    assert [one.deed for one in _entries(console_app)] == ["sign_in", "sign_in_failed", "sign_out"]


def test_a_program_that_guesses_is_noted_as_a_browser_is(console_app: Flask) -> None:
    """What it sends as JSON is not read; where it asks for JSON it gets the page."""
    staff.make_staff(console_app, "manager")
    client = console_app.test_client()
    typed = {"csrf_token": staff.csrf_in(client.get("/login").text), "email": "manager@example.vn", "password": "wrong"}
    asked = client.post("/login", data=typed, headers={"Accept": "application/json"})
    sent = client.post("/login", json=typed, headers={"X-CSRFToken": typed["csrf_token"]})

    assert (asked.status_code, asked.mimetype, sent.status_code) == (200, "text/html", 415)
    assert [one.deed for one in _entries(console_app)] == ["sign_in_failed"]


def test_a_response_is_never_named_beside_a_time(console_app: Flask) -> None:
    """The interview itself has no entry; what an officer notes at a case names the case only."""
    officer_id = staff.make_staff(console_app, "officer")
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        factories.make_case(session, wave, unit, officer_id=officer_id)
        session.commit()
    officer = staff.Staff(console_app, "officer@example.vn")
    officer.post("/field/cases/1/disposition", disposition="refused", part="morning", channel="visit")

    assert [one.deed for one in _entries(console_app)][-1] == "field.settle_case"
    assert "field.keep" in watching.LEFT_OUT


def test_administrators_read_the_audit_and_take_it_home(console_app: Flask) -> None:
    staff.signed_in(console_app, "officer")
    administrator = staff.signed_in(console_app, "administrator")
    page = administrator.get("/audit/?who=officer")
    file = administrator.get("/audit/audit.csv").text

    assert page.text.count("officer@example.vn") == 1
    assert "Đăng nhập" in page.text
    assert administrator.get("/audit/?day=2001-01-01").text.count("<tr>") == 0
    assert file.count("sign_in") == 2
    assert _entries(console_app)[-1].deed == "audit.export_deeds"


def _commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path}{name}.")
        else:
            yield f"{path}{name}", command


def test_every_command_that_changes_the_database_has_its_words() -> None:
    """`init` and `demo` set up; letters are no deeds of a person."""
    changing = {
        f"command.{path}"
        for path, command in _commands(cli)
        if ".commit(" in inspect.getsource(inspect.unwrap(command.callback or _commands))
        and path not in ("init", "demo", "mail")
    }

    assert changing >= {"command.user.add", "command.wave.close", "command.tablet.revoke"}
    assert changing <= set(words.DEEDS)


def test_a_command_leaves_one_entry_with_what_it_was_about(
    app_on_any_database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_on_any_database
    with app.app_context():
        factories.make_wave(database.session())
        database.session().commit()
    settings = app.config["SETTINGS"]
    monkeypatch.setenv("INSTANCE", str(settings.instance))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setattr(clock, "utc_now", lambda: factories.NOON)
    slug = "sipas-2026-dot-1"
    done = CliRunner().invoke(cli, ["wave", "close", slug, "--reason", "hết phiếu"])
    read = CliRunner().invoke(cli, ["wave", "steps", slug])

    assert (done.exit_code, read.exit_code) == (0, 0), done.output + read.output
    (entry,) = _entries(app)
    assert (entry.deed, entry.thing) == ("command.wave.close", slug)
    assert entry.who.endswith("(command)")
    assert "wave 1 (closed_at)" in entry.detail
    assert "hết phiếu" not in entry.detail
