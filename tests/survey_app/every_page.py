"""An office that has one of everything, and the addresses of all pages that it can show, each with who looks at it."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from survey_app import accounts, corrections, database, guide, releases, wave_life
from survey_app.accounts import invitations
from survey_app.models import (
    Case,
    CollectionPoint,
    PaperBatch,
    RegisterEntry,
    Response,
    Retention,
    Survey,
    Unit,
    UnitChange,
    User,
)
from survey_app.models.accounts import ROLES
from survey_app.privacy import deletion
from survey_app.proofs import tokens
from survey_app.publishing import steps
from survey_app.wave_life import By
from tests import factories, staff
from tests.survey_app.comments.wave_of_comments import make_comment
from tests.survey_app.design.changed import make_changed_draft
from tests.survey_app.entry.office import GOOD, type_sheet, typists
from tests.survey_app.results.folders import make_release_folder, make_snapshot
from tests.survey_app.test_permissions import MATRIX, PARTS, Things, make_things

WAVE, ENDED = "sipas-2026-dot-1", "ended"
# Who looks at a page: the first of these who may.
LOOKING = ("anonymous", "officer", "administrator", "viewer", "approver", "analyst", "manager")
DRAFT = "/design/drafts/1"
# Pages that have more to show than their plain address.
MORE = (
    ("anonymous", "heard.show_office", "/gop-y/15520?large=1"),
    ("administrator", "audit.list_deeds", "/audit/?who=nobody"),
    *(("officer", "guide.show_page", f"/help/{page}") for page in guide.PAGES),
    ("officer", "field.list_cases", "/field/cases?disposition=all"),
    ("analyst", "action.show_comments", f"/comments/waves/{WAVE}?state=coded"),
    ("analyst", "register.new_entry", "/register/new?kind=petition"),
    ("analyst", "results.show_running", "/results/running/sipas-2026?units=001&modes=tablet"),
    ("manager", "manage.show_wave", "/manage/waves/rehearsal"),
    ("manager", "manage.list_points", "/manage/waves/rehearsal/points"),
    ("manager", "unit_changes.new_change", "/units/changes/new/split"),
    ("manager", "manage.show_units", "/manage/units?on=2017-06-01"),
    ("manager", "manage.show_units", "/manage/units?q=tho&sort=-name"),
    ("manager", "manage.show_units", "/manage/units?q=khongco"),
    ("manager", "manage.list_points", f"/manage/waves/{WAVE}/points?sort=place"),
    ("manager", "design.preview", f"{DRAFT}/preview?device=tablet&variant=short&path=2"),
    *(("manager", "design.show_question", f"{DRAFT}/questions/{code}") for code in ("N6a", "N5")),
    ("manager", "design.ask_to_remove", f"{DRAFT}/questions/N5/remove"),
    ("manager", "design.show_recordings", f"{DRAFT}/questions/N5/recordings"),
)


class Visit(NamedTuple):
    person: str  # A role, or "anonymous".
    endpoint: str
    path: str


def fill(app: Flask) -> dict[str, Any]:
    """Returns what stands in the addresses."""
    with app.app_context():
        session = database.session()
        factories.make_unit(session, "395", type="huyện")
        ids = {role: accounts.add_user(session, f"{role}@example.vn", staff.PASSWORD, (role,)).id for role in ROLES}
        things = make_things(app, "15520", "2", ids["officer"])
        parts = {**PARTS, **things._asdict(), "account_id": ids["officer"], "slug": WAVE}
        parts |= _more(session, app, things, ids)
        session.commit()
        parts |= _publish(session, app, things.code, By(factories.NOON, ids["analyst"]))
        session.commit()
    settings = app.config["SETTINGS"]
    make_snapshot(settings.dashboards / "sipas-2026", settings.extracts / "bench")
    one, two = typists(app, 2)
    for person, answers in ((one, GOOD), (two, {**GOOD, "A1.1": "5"})):
        assert type_sheet(person, answers, batch=parts["batch_id"]).status_code == 302
    key = settings.token_key
    queries = {"field.receipt": f"?r={tokens.sign(key, 'receipt', 'K7QF-3MXA-2222.accepted')}"}
    return parts | {"sheet_id": 2, "queries": queries}


def _more(session: Session, app: Flask, things: Things, ids: dict[str, int]) -> dict[str, Any]:
    point = session.query(CollectionPoint).one()
    wave, manager = point.wave, By(factories.NOON, ids["manager"])
    wave.simulated = True
    make_changed_draft(session, ids["manager"])
    response = session.get_one(Response, things.response_id)
    for step in (corrections.void, corrections.restore):
        step(session, response, manager, "nhầm số thứ tự")
    make_comment(session, point, "Nên thêm ghế ngồi chờ và quạt mát.")
    session.get_one(Case, things.case_id).planned_day = wave.opens_on
    wave_life.rehearse(session, wave, factories.NOON.date(), manager, "thử máy").slug = "rehearsal"
    days = {"opens_on": date(2026, 10, 1), "closes_on": date(2026, 10, 31)}
    factories.make_wave(session, survey=wave.survey, slug=ENDED, **days)
    entry = RegisterEntry(kind="petition", state="published", unit_id=point.unit_id, owner_id=ids["officer"])
    entry.made_by_id, entry.wave_id = ids["manager"], wave.id
    entry.received_on = entry.due_on = entry.made_on = entry.published_on = date(2026, 11, 2)
    entry.summary, entry.answer = "Người dân mong có thêm chỗ ngồi chờ.", "Đã kê thêm mười ghế."
    invited = accounts.add_user(session, "invited@example.vn", None, ("viewer",))
    session.add_all([entry, _new_name(point.unit, ids["manager"])])
    session.flush()
    token = invitations.make(app.config["SETTINGS"].secret_key, session.get_one(User, invited.id))
    return {"entry_id": entry.id, "token": token}


def _new_name(unit: Unit, manager_id: int) -> UnitChange:
    """A change of units that waits for its day."""
    place = {name: getattr(unit, name) for name in ("code", "name", "type", "parent_code")}
    into = place | {"name": "Thọ Hải Mới", "id": None}
    asked = json.dumps({"units": [place | {"id": unit.id}], "into": [into], "divided": {}})
    said: dict[str, Any] = {"kind": "rename", "effective_on": date(2027, 1, 1), "basis": "12/NQ-HĐND", "asked": asked}
    return UnitChange(**said, made_by_id=manager_id, made_at=factories.NOON)


def _publish(session: Session, app: Flask, code: str, by: By) -> dict[str, Any]:
    """A release that is entered, a wave of which something was deleted, a batch of a box with forms."""
    settings, survey = app.config["SETTINGS"], session.query(Survey).one()
    make_release_folder(settings.releases / "release-1")
    steps.enter(session, survey, releases.find(settings.releases, "release-1"), by, "")
    ended = next(wave for wave in survey.waves if wave.slug == ENDED)
    days = {f"{kind}_days": 1 for kind in ("contacts", "paradata", "devices", "comments")}
    session.add(Retention(wave_id=ended.id, purpose_vi="Tính chỉ số", **days))
    unit = session.query(CollectionPoint).filter_by(code=code).one().unit
    make_comment(session, factories.make_point(session, wave=ended, unit=unit), "Phải chờ lâu.")
    deleted = deletion.delete(session, settings, ended, by)
    wave = next(wave for wave in survey.waves if wave.slug == WAVE)
    box = factories.make_point(session, wave=wave, unit=unit, mode="paper_self", code="PAPER22")
    batch = PaperBatch(wave_id=wave.id, unit_id=unit.id, point_id=box.id, issued_on=wave.opens_on, issued=50)
    session.add(batch)
    session.flush()
    return {"deletion": deleted.id, "batch_id": batch.id}


def visits(app: Flask, parts: dict[str, Any]) -> Iterator[Visit]:
    """Every page of the map of addresses. A new route is visited without being named anywhere."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and MATRIX[rule.endpoint]:
            person = next(who for who in LOOKING if who in MATRIX[rule.endpoint])
            for path in _paths(rule, parts):
                yield Visit(person, rule.endpoint, path)
    yield from (Visit(*more) for more in MORE)


def _paths(rule: Rule, parts: dict[str, Any]) -> Iterator[str]:
    own = dict(parts)
    if "/surveys/<slug>" in rule.rule or "/running/<slug>" in rule.rule:
        own["slug"] = "sipas-2026"
    if rule.endpoint == "unit_changes.new_change":
        own["kind"] = "merge"
    if rule.endpoint.startswith("design."):
        own["code"] = "A1.1"
    if rule.endpoint in ("manage.show_protocol", "manage.protocol_file"):
        own |= {"slug": ENDED, "number": own["deletion"]}
    turns = ("close", "extend", "reopen", "rehearse") if rule.endpoint == "manage.take_step" else ("",)
    for step in turns:
        named = own | {"step": step, "slug": ENDED if step == "reopen" else own["slug"]}
        built = rule.build({name: named[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None
        yield f"{built[1]}{parts['queries'].get(rule.endpoint, '')}"
