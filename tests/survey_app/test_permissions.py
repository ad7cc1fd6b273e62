"""The permission matrix from the URL map: every route × method × person. A new route without an entry fails."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from questionnaires import loader
from survey_app import database
from survey_app.models import CollectionPoint, Response
from survey_app.proofs import tokens
from tests import factories, staff
from tests.survey_app.answer.conftest import GOOD
from tests.survey_app.results.folders import make_release_folder

ANYONE = frozenset({"anonymous", "officer", "analyst", "manager"})
STAFF = ANYONE - {"anonymous"}
OFFICER, MANAGER, ANALYST = (frozenset({role}) for role in ("officer", "manager", "analyst"))
DEVICES = ("device.take_along", "device.take_entries", "device.look_again", "device.close")
# Who may enter; whoever is not named is asked to sign in, or gets 403.
MATRIX = {
    **dict.fromkeys(("static", "bootstrap.static", "health.live", "health.ready"), ANYONE),
    **dict.fromkeys(
        (
            "answer.start",
            "answer.show",
            "answer.send",
            "answer.thanks",
            "answer.asset",
            "answer.open_by_slip",
            "answer.open_by_visit",
            "answer.open_from_the_hall",
            "answer.audio",
        ),
        ANYONE,
    ),
    **dict.fromkeys(("answer.open_by_slip", "answer.open_by_visit"), ANYONE),
    **dict.fromkeys(("kiosk.show_shell", "kiosk.show_worker", "kiosk.show_manifest"), ANYONE),
    **dict.fromkeys(("tablet.show_shell", "tablet.show_worker", "tablet.show_manifest", "tablet.show_icon"), ANYONE),
    **dict.fromkeys(("security.login", "security.logout"), ANYONE),
    **dict.fromkeys(("console.start", "console.set_language"), STAFF),
    **dict.fromkeys(
        (
            *("field.list_cases", "field.show_case", "field.settle_case", "field.replace_case"),
            *("field.show_next", "field.next_file", "field.choose_person"),
            *("field.interview", "field.keep", "field.receipt"),
        ),
        OFFICER,
    ),
    **dict.fromkeys(
        (
            *("manage.list_surveys", "manage.show_survey", "manage.new_survey", "manage.edit_survey"),
            *("manage.show_wave", "manage.new_wave", "manage.edit_wave", "manage.take_step", "manage.copy_wave"),
            *("manage.decide_late", "manage.list_points", "manage.add_points", "manage.new_point"),
            *(
                "manage.switch_point",
                "manage.wave_sheets",
                "manage.point_sheet",
                "manage.choose_paper",
                "manage.print_paper",
            ),
            *("manage.list_slips", "manage.add_batches", "manage.take_out_slip", "manage.print_new_batches"),
            *("manage.new_batch", "manage.show_batch", "manage.print_batch", "manage.note_remark"),
            *("manage.show_plan", "manage.import_frame", "manage.sample_frame", "manage.design_plan"),
            *("manage.show_sizes", "manage.seal_plan", "manage.reopen_plan", "manage.draw_plan"),
            *("manage.plan_folder", "manage.contact_list", "manage.destroy_codes"),
            *("manage.list_entered", "manage.show_entered", "manage.change_entered", "manage.correct_entered"),
            *("manage.edit_document", "manage.plan_document", "manage.list_cases", "manage.assign_cases"),
            *("manage.show_field", "manage.field_file", "manage.show_next", "manage.next_file"),
            *("manage.list_reinterviews", "manage.list_spares", "manage.swap_place", "manage.swap_back"),
            *("manage.show_units", "manage.import_units", "manage.export_units"),
            *("manage.list_devices", "manage.new_device", "manage.show_device", "manage.renew_device_code"),
            *("manage.revoke_device", "manage.import_device_file", "manage.read_device_entry"),
            *("manage.retry_device_entries", "manage.drop_device_entry"),
            *("design.list_instruments", "design.show_version", "design.download", "design.compare_version"),
            *("design.ask_to_retire", "design.retire_version", "design.preview_version", "design.preview_version_form"),
            *("design.new_draft", "design.draft_from_builtin", "design.draft_from_file", "design.draft_from_version"),
            *("design.show_draft", "design.change_order", "design.show_question", "design.save_question"),
            *("design.merge_question", "design.choose_kind", "design.add_question", "design.ask_to_remove"),
            *("design.remove_question", "design.show_recordings", "design.change_recording"),
            *("design.show_head", "design.save_head", "design.merge_head", "design.show_part", "design.save_part"),
            *("design.merge_part", "design.new_part", "design.add_part", "design.remove_part"),
            *("design.preview", "design.preview_form", "design.compare", "design.review", "design.submit"),
            *("design.approve", "design.send_back", "design.drop"),
            *("design.history", "design.show_revision", "design.restore"),
        ),
        MANAGER,
    ),
    **dict.fromkeys(
        (
            *("results.list_releases", "results.show_release", "results.show_chart", "results.download"),
            *("results.show_publication", "results.edit_conclusions", "results.list_offices", "results.keep_reply"),
            *("results.show_documents", "results.write_documents", "results.cancel_documents"),
            *("results.show_template", "results.keep_template", "results.remove_template", "results.take_template"),
            *("results.show_figure", "results.list_figures", "results.show_running", "results.running_file"),
            *("action.list_waves", "action.show_comments"),
        ),
        ANALYST | MANAGER,
    ),
    **dict.fromkeys(
        (
            *("entry.list_batches", "entry.ledger", "entry.show_batch", "entry.new_batch", "entry.note_return"),
            *("entry.open_sheet", "entry.type_sheet", "entry.keep_sheet", "entry.set_aside", "entry.type_again"),
            *("entry.list_differences", "entry.look", "entry.decide", "entry.read_scans"),
            *("entry.show_scans", "entry.cancel_scans"),
        ),
        OFFICER | MANAGER,
    ),
    **dict.fromkeys(
        (
            *("results.make_release", "results.cancel_release", "results.enter", "results.keep_conclusions"),
            *("results.take_snapshot", "action.code_comments", "action.undo_coding"),
        ),
        ANALYST,
    ),
    # `approve`: a manager's; whether it is the one who entered the release, test_publication asks.
    "results.take_publication_step": MANAGER,
    # Whoever has the link of the office, which is signed; another one opens nothing.
    **dict.fromkeys(("office.show_figures", "office.send_reply"), ANYONE),
    "metrics.show": frozenset(),  # No person: whoever has METRICS_TOKEN.
    "api.make_visit_codes": frozenset(),  # No person: programs with the key of a point.
    "device.enrol": ANYONE,  # Whoever has a code that the office gave out.
    **dict.fromkeys(DEVICES, frozenset()),  # No person: tablets and kiosks, which sign what they send.
}
# What stands in the addresses. `make/<slug>` names a survey that is not there, so that no process starts.
PARTS = {
    "code": "K7QF3MX",
    "device": "K7QF3MXA",
    "seq": 1,
    "point": "K7QF3MX",
    "batch": "K7QF",
    "step": "close",
    "case_id": 1,
    "batch_id": 1,
    "response_id": UUID(int=1),
    "sheet_id": 1,
    "serial": "K7QF3MX2RR",
    "name": "release-1",
    "chart": "overall",
    "file": "report.pdf",
    "figure": "probability/overall/index/all/all",
    "kind": "dossiers",
    "filename": "console.css",
    "version_id": 1,
    "draft_id": 1,
    "number": 1,
    "part": "A1",
    "which": "kept",
    "table": "units",
    "format": "toml",
}


@pytest.fixture
def filled(console_app: Flask) -> Flask:
    """One of everything that an address can name, and an account of each role."""
    app = console_app
    app.config["WTF_CSRF_ENABLED"] = False  # Who may enter is tested here; the token has its own test below.
    ids = {role: staff.make_staff(app, role) for role in STAFF}
    with app.app_context():
        session = database.session()
        point = factories.make_point(session, code=str(PARTS["code"]))
        factories.make_case(session, point.wave, point.unit, officer_id=ids["officer"])
        factories.make_draft(session, ids["manager"])
        session.commit()
    make_release_folder(app.config["SETTINGS"].releases / "release-1")
    return app


def _address(rule: Rule) -> str:
    parts = dict(PARTS)
    if rule.endpoint.startswith(("manage.", "entry.", "action.")):
        parts["slug"] = "sipas-2026-dot-1" if "/waves/<slug>" in rule.rule else "sipas-2026"
        parts["step"] = "void" if rule.endpoint == "manage.change_entered" else "close"
    elif rule.endpoint.startswith("design."):
        parts["code"] = "A1.1"
    elif rule.endpoint == "results.take_publication_step":
        parts["step"] = "approve"
    elif rule.endpoint in ("results.make_release", "results.cancel_release") or "/running/" in rule.rule:
        parts["slug"] = "no-such-survey"
    built = rule.build({name: parts[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None

    return built[1]


def _enters(client: FlaskClient, rule: Rule, method: str) -> bool:
    response = client.open(_address(rule), method=method, buffered=True)
    sent_to_sign_in = response.status_code == 302 and "/login" in response.headers["Location"]
    return response.status_code not in (401, 403) and not (sent_to_sign_in and rule.endpoint != "security.logout")


def test_every_route_has_its_entry(console_app: Flask) -> None:
    assert {rule.endpoint for rule in console_app.url_map.iter_rules()} == set(MATRIX)


@pytest.mark.parametrize("person", sorted(ANYONE))
def test_everybody_enters_where_the_matrix_says_and_nowhere_else(filled: Flask, person: str) -> None:
    client = filled.test_client()
    if person != "anonymous":
        client.post("/login", data={"email": f"{person}@example.vn", "password": staff.PASSWORD})
    wrong = []
    # Signing out comes last, for afterwards the person is nobody.
    for rule in sorted(filled.url_map.iter_rules(), key=lambda rule: rule.endpoint == "security.logout"):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if _enters(client, rule, method) != (person in MATRIX[rule.endpoint]):
                wrong.append(f"{method} {rule.rule}")

    assert wrong == []


def test_a_route_without_a_rule_is_closed_to_everybody(console_app: Flask) -> None:
    console_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    assert console_app.test_client().get("/forgotten").status_code == 403


def test_a_post_without_the_token_is_refused_but_by_the_citizens_form_and_by_keys(
    console_app: Flask,
) -> None:
    manager = staff.signed_in(console_app, "manager")
    posts = [rule for rule in console_app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    let_in = {rule.endpoint for rule in posts if manager.client.post(_address(rule)).status_code != 400}

    by_sign = {"answer.send", "office.send_reply", "api.make_visit_codes", "device.enrol"}
    assert let_in == {*by_sign, *DEVICES} - {"device.take_along"}


def test_a_token_of_another_session_is_refused(console_app: Flask) -> None:
    manager = staff.signed_in(console_app, "manager")
    foreign = staff.csrf_in(console_app.test_client().get("/login").text)

    assert manager.client.post("/language", data={"csrf_token": foreign, "to": "en"}).status_code == 400


def test_another_officers_case_does_not_exist(console_app: Flask) -> None:
    other = staff.make_staff(console_app, "officer", "other@example.vn")
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        path = f"/field/cases/{factories.make_case(session, wave, unit, officer_id=other).id}"
        session.commit()
    officer = staff.signed_in(console_app, "officer")

    assert officer.get(path).status_code == 404
    assert officer.get(f"{path}/answer").status_code == 404
    assert officer.post(f"{path}/disposition", disposition="refused").status_code == 404
    assert officer.post(f"{path}/answer").status_code == 404


def test_paths_that_climb_out_of_a_release_lead_nowhere(filled: Flask, tmp_path: Path) -> None:
    client = filled.test_client()
    client.post("/login", data={"email": "analyst@example.vn", "password": staff.PASSWORD})
    (tmp_path / "secret.pdf").write_text(f"{datetime.now(UTC)}")
    tried = (
        "/results/..",
        "/results/../secret.pdf",
        "/results/%2e%2e/file/secret.pdf",
        "/results/release-1/file/..%2f..%2fsecrets.json",
        "/results/release-1/file/manifest.json",
        "/results/release-1/file/files/../manifest.json",
        "/results/release-1/file/charts/alt.json",
        "/results/release-1/file/context.json",
        "/results/release-1/chart/..%2fmanifest.svg",
        "/results/.runs/file/report.pdf",
    )

    assert {path: client.get(path).status_code for path in tried} == dict.fromkeys(tried, 404)


@pytest.mark.parametrize("person", sorted(ANYONE))
def test_paper_forms_are_opened_and_sent_by_officers_and_managers_only(filled: Flask, person: str) -> None:
    filled.config["CLOCK"] = lambda: factories.NOON
    with filled.app_context():
        session = database.session()
        session.scalars(sa.select(CollectionPoint)).one().mode = "paper_self"
        session.commit()
    client = filled.test_client()
    if person != "anonymous":
        client.post("/login", data={"email": f"{person}@example.vn", "password": staff.PASSWORD})
    path = f"/p/{PARTS['code']}"
    token = _token_of_the_point(filled)
    opened, sent = client.get(path), client.post(path, data={"token": token, **GOOD})
    allowed = person in OFFICER | MANAGER

    assert (opened.status_code, sent.status_code) == ((200, 303) if allowed else (403, 403))
    assert ('name="token"' in opened.text) is allowed
    with filled.app_context():
        kept = database.session().scalars(sa.select(Response.mode)).all()
    assert kept == (["paper_self"] if allowed else [])


def _token_of_the_point(app: Flask) -> str:
    version = loader.content_hash(loader.load_builtin("sipas2017"))
    return tokens.issue(
        app.config["SETTINGS"].token_key,
        point_code=str(PARTS["code"]),
        version_hash=version,
        response_id=uuid4(),
        at=factories.NOON,
    )


@pytest.mark.parametrize(("language", "words"), [("vi", "do cán bộ nhập"), ("en", "Staff type in")])
def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back_to_the_paper_form(
    filled: Flask, language: str, words: str
) -> None:
    filled.config["CLOCK"] = lambda: factories.NOON
    with filled.app_context():
        session = database.session()
        session.scalars(sa.select(CollectionPoint)).one().mode = "paper_self"
        session.commit()
    client, path = filled.test_client(), f"/p/{PARTS['code']}?lang={language}"
    page = client.get(path)
    link = re.search(r'href="(/login[^"]*)"', page.text)
    assert link
    signed_in = client.post(unescape(link[1]), data={"email": "officer@example.vn", "password": staff.PASSWORD})

    assert words in page.text
    assert page.headers.getlist("Set-Cookie") == []
    assert signed_in.location == path
    assert client.get(signed_in.location).status_code == 200
