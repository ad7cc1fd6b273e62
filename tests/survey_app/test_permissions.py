"""The permission matrix from the URL map: every route × method × person × branch. A route without an entry fails."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import TestResponse

from questionnaires import loader
from questionnaires.answers import Answers
from survey_app import accounts, database
from survey_app.models import (
    Case,
    CollectionPoint,
    Device,
    DeviceEntry,
    PaperBatch,
    PaperSheet,
    Response,
    SlipBatch,
    Survey,
    Unit,
    Wave,
)
from survey_app.models.accounts import ROLES, WHOLE_ONLY
from survey_app.proofs import tokens
from tests import factories, staff
from tests.conftest import make_app
from tests.survey_app.answer.conftest import GOOD
from tests.survey_app.results.folders import make_release_folder

STAFF = frozenset(ROLES)
ANYONE = STAFF | {"anonymous"}
OFFICER, MANAGER, ANALYST, APPROVER, VIEWER, ADMINISTRATOR = (
    frozenset({role}) for role in ("officer", "manager", "analyst", "approver", "viewer", "administrator")
)
BRANCH = "branch"  # Behind a role: the account is limited to a branch of the units.
LIMITED = ("manage.", "design.", "results.", "unit_changes.")  # Where not every route is open to such an account.
OF_UNITS = ("manage.", "entry.", "field.")  # Where addresses name things that belong to a unit.
DEVICES = ("device.take_along", "device.take_entries", "device.look_again", "device.close")
SECOND_STEP = (
    *("security.two_factor_token_validation", "security.mf_recovery", "security.tf_select"),
    *("security.wan_signin", "security.wan_signin_response"),
)
CLOSED = (
    *("security.two_factor_setup", "security.two_factor_setup_validate", "security.two_factor_rescue"),
    *("security.mf_recovery_codes", "security.wan_delete"),
)
# Who may enter; whoever is not named is asked to sign in, or gets 403.
MATRIX = {
    **dict.fromkeys(
        ("static", "bootstrap.static", "security.static", "health.live", "health.ready", "public_site.say_none_yet"),
        ANYONE,
    ),
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
            "privacy.ask_for_receipt",
            "privacy.withdraw",
            "privacy.show_notice",
        ),
        ANYONE,
    ),
    **dict.fromkeys(("answer.open_by_slip", "answer.open_by_visit"), ANYONE),
    **dict.fromkeys(("kiosk.show_shell", "kiosk.show_worker", "kiosk.show_manifest"), ANYONE),
    **dict.fromkeys(("tablet.show_shell", "tablet.show_worker", "tablet.show_manifest", "tablet.show_icon"), ANYONE),
    **dict.fromkeys(("security.login", "security.logout"), ANYONE),
    **dict.fromkeys(
        ("invitation.choose_password", "forgotten.ask_for_link", "single_sign_on.leave", "single_sign_on.come_back"),
        ANYONE,
    ),
    **dict.fromkeys(("guide.show_fitting", "guide.show_page"), STAFF),
    **dict.fromkeys(("console.start", "console.set_language", "security.change_password"), STAFF),
    # Of one's own account; and the second step of a sign-in, from which whoever is in is sent on to the start.
    **dict.fromkeys(("factor.show", "factor.turn_on", "factor.turn_off", "factor.make_codes"), STAFF),
    **dict.fromkeys(("factor.remove_passkey", "security.wan_register", "security.wan_register_response"), STAFF),
    **dict.fromkeys(SECOND_STEP, STAFF),
    # Pages of Flask-Security that ours take the place of.
    **dict.fromkeys(CLOSED, frozenset()),
    **dict.fromkeys(("own.show_own", "own.end_session", "own.end_other_sessions", "own.confirm"), STAFF),
    **dict.fromkeys(("own.show_waiting", "own.switch_notices", "own.keep_filter", "own.drop_filter"), STAFF),
    **dict.fromkeys(
        (
            *("people.list_accounts", "people.invite", "people.show_account", "people.invite_again"),
            *("people.reset_second_factor", "people.require_second_factor", "people.loosen"),
            *("people.switch_account", "people.end_sessions", "people.change_several"),
            "people.correct_address",
            *("audit.list_deeds", "audit.export_deeds"),
        ),
        ADMINISTRATOR,
    ),
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
            *("manage.decide_late", "manage.list_points", "manage.add_points", "manage.new_point", "manage.edit_point"),
            *(
                "manage.switch_point",
                "manage.switch_points",
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
            "manage.show_register",
            *("manage.show_retention", "manage.delete_due", "manage.show_protocol", "manage.protocol_file"),
            *("manage.list_entered", "manage.show_entered", "manage.change_entered", "manage.correct_entered"),
            "manage.show_correction",
            *("manage.edit_document", "manage.plan_document", "manage.list_cases", "manage.assign_cases"),
            *("manage.show_field", "manage.field_file", "manage.show_next", "manage.next_file"),
            *("manage.list_reinterviews", "manage.list_spares", "manage.swap_place", "manage.swap_back"),
            "manage.import_units",
            *("manage.list_devices", "manage.new_device", "manage.show_device", "manage.renew_device_code"),
            *("manage.revoke_device", "manage.import_device_file", "manage.read_device_entry"),
            "manage.revoke_devices",
            *("manage.retry_device_entries", "manage.drop_device_entry"),
            *("design.ask_to_retire", "design.retire_version"),
            *("design.new_draft", "design.draft_from_builtin", "design.draft_from_file", "design.draft_from_version"),
            *("design.change_order", "design.show_question", "design.save_question"),
            *("design.merge_question", "design.choose_kind", "design.add_question", "design.ask_to_remove"),
            *("design.remove_question", "design.show_recordings", "design.change_recording"),
            *("design.show_head", "design.save_head", "design.merge_head", "design.show_part", "design.save_part"),
            *("design.merge_part", "design.new_part", "design.add_part", "design.remove_part"),
            *("design.submit", "design.drop", "design.restore"),
        ),
        MANAGER,
    ),
    **dict.fromkeys(
        (
            *("design.list_instruments", "design.show_version", "design.download", "design.compare_version"),
            *("design.preview_version", "design.preview_version_form", "design.show_draft", "design.compare"),
            *("design.preview", "design.preview_form", "design.history", "design.show_revision"),
            *("design.review", "design.approve", "design.send_back"),
        ),
        MANAGER | APPROVER,
    ),
    **dict.fromkeys(
        (
            *("results.list_releases", "results.show_release", "results.show_chart", "results.download"),
            *("results.show_figure", "results.list_figures", "results.show_running", "results.running_file"),
        ),
        ANALYST | MANAGER | APPROVER | VIEWER,
    ),
    **dict.fromkeys(
        (
            *("manage.show_units", "manage.export_units"),
            *("unit_changes.list_changes", "unit_changes.export_changes", "unit_changes.new_change"),
            *("unit_changes.show_change", "unit_changes.undo_change"),
        ),
        MANAGER | ADMINISTRATOR,
    ),
    **dict.fromkeys(("action.list_waves", "action.show_comments"), ANALYST | MANAGER),
    **dict.fromkeys(("register.list_entries", "register.entries_file"), ANALYST | MANAGER | OFFICER),
    # Whose entry it is, and who may publish it, test_register asks.
    **dict.fromkeys(("register.show_entry", "register.take_entry_step"), ANALYST | MANAGER | OFFICER),
    **dict.fromkeys(
        ("register.new_entry", "register.keep_entry", "register.edit_entry", "register.change_entry"), ANALYST | MANAGER
    ),
    "register.change_several": ANALYST | MANAGER,
    **dict.fromkeys(("heard.list_offices", "heard.of_point", "heard.show_office"), ANYONE),
    **dict.fromkeys(
        ("results.show_publication", "results.edit_conclusions", "results.list_offices", "results.show_documents"),
        ANALYST | MANAGER | APPROVER,
    ),
    **dict.fromkeys(
        (
            *("results.keep_reply", "results.write_documents", "results.cancel_documents"),
            *("results.show_template", "results.keep_template", "results.remove_template", "results.take_template"),
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
    # `approve`: whether it is the one who entered the release, test_publication asks.
    "results.take_publication_step": MANAGER | APPROVER,
    # Whoever has the link of the office, which is signed; another one opens nothing.
    **dict.fromkeys(("office.show_figures", "office.send_reply"), ANYONE),
    "metrics.show": frozenset(),  # No person: whoever has METRICS_TOKEN.
    "api.make_visit_codes": frozenset(),  # No person: programs with the key of a point.
    "device.enrol": ANYONE,  # Whoever has a code that the office gave out.
    **dict.fromkeys(DEVICES, frozenset()),  # No person: tablets and kiosks, which sign what they send.
}
# Of these blueprints, what is open to an account limited to a branch: all about its own units, and to read what is the
# whole district's.
IN_BRANCHES = {
    *("manage.list_surveys", "manage.show_survey", "manage.show_wave", "manage.show_units", "manage.export_units"),
    *("manage.list_points", "manage.add_points", "manage.new_point", "manage.edit_point", "manage.switch_point"),
    *("manage.switch_points", "manage.revoke_devices"),
    *("manage.wave_sheets", "manage.point_sheet", "manage.choose_paper", "manage.print_paper"),
    *("manage.list_slips", "manage.take_out_slip", "manage.print_new_batches", "manage.new_batch"),
    *("manage.show_batch", "manage.print_batch", "manage.note_remark", "manage.list_reinterviews"),
    *("manage.list_cases", "manage.assign_cases", "manage.show_field", "manage.field_file"),
    *("manage.show_next", "manage.next_file", "manage.list_entered", "manage.show_entered"),
    *("manage.list_devices", "manage.new_device"),
    *("manage.show_device", "manage.renew_device_code", "manage.revoke_device", "manage.import_device_file"),
    *("manage.read_device_entry", "manage.retry_device_entries", "manage.drop_device_entry"),
    *("design.list_instruments", "design.show_version", "design.download", "design.compare_version"),
    *("design.preview_version", "design.preview_version_form"),
    *("results.list_releases", "results.show_release", "results.show_chart", "results.download"),
    *("results.show_figure", "results.list_figures", "results.show_running", "results.running_file"),
}
NOT_FOR_THIS_KIND = {"manage.point_sheet"}  # A point that asks for slips has no sheet.
# What stands in the addresses. `make/<slug>` names a survey that is not there, so that no process starts.
PARTS = {
    "code": "K7QF3MX",
    "device": "K7QF3MXA",
    "seq": 1,
    "point": "K7QF3MX",
    "batch": "K7QF",
    "step": "close",
    "work": "off",
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
    "passkey_id": 999,
    "account_id": 999,  # Nobody: to close one of those who are asked for here would close it to them.
    "session_id": 999,
    "filter_id": 999,
    "token": "no-token",
    "page": "quan-ly",
    "entry_id": 999,
    "unit": "15520",
    "table": "units",
    "format": "toml",
}


class Things(NamedTuple):
    """Ids of what belongs to a unit, as addresses name them."""

    code: str
    batch: str
    device: str
    response_id: UUID
    batch_id: int
    sheet_id: int
    case_id: int


def make_things(app: Flask, unit_code: str, letter: str, officer_id: int) -> Things:
    """One of everything that belongs to a unit. Only `letter` tells the codes of two units apart."""
    session = database.session()
    survey = session.scalar(sa.select(Survey)) or factories.make_survey(session)
    wave = session.scalar(sa.select(Wave)) or factories.make_wave(session, survey=survey)
    unit = factories.make_unit(session, unit_code, parent_code="395")
    point = factories.make_point(session, wave=wave, unit=unit, code=f"K7QF3M{letter}", mode="qr_slip")
    number = officer_id * 100 + ord(letter)
    case = factories.make_case(session, wave, unit, number, officer_id=officer_id)
    answered = factories.make_case(session, wave, unit, number + 100, officer_id=officer_id, disposition="complete")
    response = Response(
        id=uuid4(), wave_id=wave.id, instrument_version_id=wave.instrument_version_id, unit_id=unit.id,
        case_id=answered.id, mode="tablet", language="vi", local_day=wave.opens_on, content_hash="0" * 64,
        answers=Answers({}, {}).canonical_json(),
    )  # fmt: skip
    slips = SlipBatch(code=f"K7Q{letter}", wave_id=wave.id, point_id=point.id, size=8, spent=b"\0", void=b"\0")
    device = Device(code=f"K7QF3MX{letter}", kind="tablet", officer_id=officer_id)
    paper = PaperBatch(wave_id=wave.id, unit_id=unit.id, point_id=None, issued_on=wave.opens_on, issued=5)
    session.add_all([response, slips, device, paper])
    session.flush()
    sheet = PaperSheet(
        wave_id=wave.id, serial=f"K7QF3MX2R{letter}", batch_id=paper.id, case_id=case.id, language="vi",
        filled_on=wave.opens_on, first_by_id=officer_id,
    )  # fmt: skip
    entry = DeviceEntry(
        device_id=device.id,
        seq=1,
        hash="0" * 64,
        state="waiting",
        reason="unreadable",
        sealed=b"x",
        came_at=factories.NOON,
        clock_off=0,
    )
    session.add_all([sheet, entry])
    session.flush()
    return Things(point.code, slips.code, device.code, response.id, paper.id, sheet.id, case.id)


class Filled(NamedTuple):
    app: Flask
    things: Mapping[str, Things]  # "own": of the branch to which half of the accounts are limited; "other".


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A district of two communes, and of each role two accounts: one for the whole, one limited to a commune."""
    folder = tmp_path_factory.mktemp("district")
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    app.config["WTF_CSRF_ENABLED"] = False  # Who may enter is tested here; the token has its own test below.
    with app.app_context():
        session = database.session()
        factories.make_unit(session, "395", type="huyện")
        ids = {role: accounts.add_user(session, f"{role}@example.vn", staff.PASSWORD, (role,)).id for role in STAFF}
        own = make_things(app, "15520", "2", ids["officer"])
        branch = session.scalars(sa.select(Unit).where(Unit.code == "15520")).one()
        for role in STAFF - WHOLE_ONLY:
            ids[f"{role} {BRANCH}"] = accounts.add_user(
                session, f"{role}.branch@example.vn", staff.PASSWORD, (role,), branch=branch
            ).id
        session.scalars(sa.select(Device)).one().officer_id = ids[f"officer {BRANCH}"]
        session.execute(sa.update(Case).values(officer_id=ids[f"officer {BRANCH}"]))
        other = make_things(app, "15523", "3", ids["officer"])
        # Given by mistake to an officer of another branch: it stays out of sight, too.
        session.scalars(sa.select(Case).where(Case.id == other.case_id)).one().officer_id = ids[f"officer {BRANCH}"]
        factories.make_draft(session, ids["manager"])
        session.commit()
    make_release_folder(app.config["SETTINGS"].releases / "release-1")
    with pytest.MonkeyPatch.context() as patch:
        for slow in ("sheets.pdf", "proofs.slip_sheets.pdf"):  # What stands in them is tested elsewhere.
            patch.setattr(f"survey_app.{slow}", lambda *_args: b"%PDF")
        yield Filled(app, {"own": own, "other": other})
    app.extensions["engine"].dispose()


@pytest.fixture
def filled(console_app: Flask) -> Flask:
    """A point and a release, and an account of each role."""
    app = console_app
    app.config["WTF_CSRF_ENABLED"] = False
    for role in STAFF:
        staff.make_staff(app, role)
    with app.app_context():
        factories.make_point(database.session(), code=str(PARTS["code"]))
        database.session().commit()
    make_release_folder(app.config["SETTINGS"].releases / "release-1")
    return app


def _address(rule: Rule, things: Things | None = None) -> str:
    parts = dict(PARTS)
    if things is not None and rule.endpoint.startswith(OF_UNITS):
        parts |= things._asdict()
    if rule.endpoint.startswith(("manage.", "entry.", "action.", "privacy.")):
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


def _names_a_thing_of_a_unit(rule: Rule) -> bool:
    return rule.endpoint.startswith(OF_UNITS) and bool(set(rule.arguments) & set(Things._fields))


def _entered(response: TestResponse, rule: Rule) -> bool:
    sent_to_sign_in = response.status_code == 302 and "/login" in response.headers["Location"]
    return response.status_code not in (401, 403) and not (sent_to_sign_in and rule.endpoint != "security.logout")


def _may(person: str, endpoint: str) -> bool:
    role, _space, branch = person.partition(" ")
    closed = branch and endpoint.startswith(LIMITED) and endpoint not in IN_BRANCHES
    return role in MATRIX[endpoint] and not closed


def _sign_in(app: Flask, person: str) -> FlaskClient:
    client = app.test_client()
    if person != "anonymous":
        email = f"{person.replace(' ', '.')}@example.vn"
        assert client.post("/login", data={"email": email, "password": staff.PASSWORD}).status_code == 302
    return client


def _requests(app: Flask) -> Iterator[tuple[Rule, str]]:
    # Signing out comes last, for afterwards the person is nobody.
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint == "security.logout"):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def test_every_route_has_its_entry(console_app: Flask) -> None:
    assert {rule.endpoint for rule in console_app.url_map.iter_rules()} == set(MATRIX)


PEOPLE = sorted(ANYONE) + [f"{role} {BRANCH}" for role in sorted(STAFF - WHOLE_ONLY)]


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_enters_where_the_matrix_says_and_nowhere_else(district: Filled, person: str) -> None:
    """Also what is asked of another branch, and where the pages of this person lead."""
    client, wrong, ways = _sign_in(district.app, person), [], set()
    for rule, method in _requests(district.app):
        may = _may(person, rule.endpoint)
        for whose, things in district.things.items():
            if whose == "other" and not (may and _names_a_thing_of_a_unit(rule)):
                continue
            response = client.open(_address(rule, things), method=method, buffered=True)
            hidden = whose == "other" and BRANCH in person
            if (response.status_code == 404) if hidden else (_entered(response, rule) == may):
                ways |= _ways_on(district.app, response)
            else:
                wrong.append(f"{method} {rule.rule}: {response.status_code} for what is {whose}")
            exists = may and whose == "own" and _names_a_thing_of_a_unit(rule) and not _is_not_there(person, rule)
            if exists and response.status_code == 404:
                wrong.append(f"{method} {rule.rule}: not found")

    assert wrong == []
    closed = {(page, endpoint) for page, endpoint in ways if not _may(person, endpoint)}
    assert closed <= {("/login", "console.start")}  # From where one is sent back, until one has signed in.


def _is_not_there(person: str, rule: Rule) -> bool:
    """Officers find their own cases only; and some addresses name more than the thing, for example a scan."""
    return (
        (person == "officer" and rule.endpoint.startswith("field."))
        or bool(set(rule.arguments) - set(Things._fields) - {"seq"})
        or rule.endpoint in NOT_FOR_THIS_KIND
    )


def _ways_on(app: Flask, response: TestResponse) -> set[tuple[str, str]]:
    """Where the links and forms of a page lead."""
    if response.status_code != 200 or response.mimetype != "text/html" or not response.request:
        return set()
    adapter, found = app.url_map.bind("localhost"), set()
    for tag, address in re.findall(r'<(a|form)\b[^>]*?(?:href|action)="(/[^"#?]*)', response.text):
        method = "POST" if tag == "form" else "GET"
        with suppress(HTTPException, RequestRedirect):
            endpoint, _arguments = adapter.match(unescape(address), method)
            found.add((response.request.path, endpoint))
    return found


def test_every_part_of_an_address_is_known_to_belong_to_a_unit_or_to_none(console_app: Flask) -> None:
    """A new kind of thing in an address is either in `Things`, or it stands here as the whole district's."""
    named = {
        name
        for rule in console_app.url_map.iter_rules()
        if rule.endpoint.startswith(OF_UNITS)
        for name in rule.arguments
    }

    assert named - set(Things._fields) == {
        "slug",
        "step",
        "table",
        "seq",
        "serial",
        "name",
        "kind",
        "format",
        "number",
        "work",
    }


def test_whoever_may_enter_a_branch_reads_no_row_of_a_release(district: Filled) -> None:
    path, may = "/results/release-1/file/files/responses.csv", {}
    for person in PEOPLE:
        may[person] = _sign_in(district.app, person).get(path, buffered=True).status_code == 200

    assert {person for person, entered in may.items() if entered} == {"analyst", "manager"}


def test_a_route_without_a_rule_is_closed_to_everybody(console_app: Flask) -> None:
    console_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    assert console_app.test_client().get("/forgotten").status_code == 403


def test_a_post_without_the_token_is_refused_but_by_the_citizens_form_and_by_keys(
    console_app: Flask,
) -> None:
    manager = staff.signed_in(console_app, "manager")
    posts = [rule for rule in console_app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    let_in = {rule.endpoint for rule in posts if manager.client.post(_address(rule)).status_code != 400}

    by_sign = {"answer.send", "privacy.withdraw", "office.send_reply", "api.make_visit_codes", "device.enrol"}
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
def test_the_link_of_a_paper_point_keeps_nothing_and_leads_its_typists_to_their_pages(
    filled: Flask, person: str
) -> None:
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
    types = person in OFFICER | MANAGER

    assert (opened.status_code, opened.location) == ((303, "/field/paper/") if types else (403, None))
    assert 'name="token"' not in opened.text
    assert (sent.status_code, 'href="/field/paper/"' in sent.text) == (403, types)
    if types:
        assert "do hai người nhập" in client.get(opened.location).text
    with filled.app_context():
        assert database.session().scalar(sa.select(sa.func.count()).select_from(Response)) == 0


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
    assert client.get(signed_in.location).location == "/field/paper/"
