"""The fast path for tests: simulated forms checked and kept by the same rules as the views', without HTTP between."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from questionnaires.checking import check
from questionnaires.conditions import Setting
from survey_app import accounts, points, responses, units
from survey_app.answer.places import setting_of, setting_of_case
from survey_app.models import Case, Wave
from survey_app.simulation import fieldwork
from survey_app.simulation.fieldwork import Field
from survey_app.simulation.forms import Form
from survey_app.simulation.scenarios import Scenario
from tests.factories import NOON

NAMES = UUID(int=2017)  # Ids follow from places and numbers, so that a run can be repeated to the byte.


def make_field(session: Session, scenario: Scenario) -> tuple[Field, Wave]:
    """The scenario's units, survey, wave, points and cases; nothing is answered yet."""
    units.import_csv(session, fieldwork.UNITS_FILE.read_bytes())
    officer = accounts.add_user(session, "officer@example.vn", "a long password", ("officer",))
    places = fieldwork.communes(session, scenario)
    field = fieldwork.imagine(scenario, [place.code for place in places])
    return field, fieldwork.prepare(session, field, places, officer, NOON)


def answer(session: Session, field: Field, wave: Wave, order: random.Random | None = None) -> int:
    """Keeps every form that the field would send, with `order` in another order; returns how many."""
    forms = list(_forms(session, field, wave))
    if order is not None:
        order.shuffle(forms)
    for form, name, setting, place in forms:
        _keep(session, field, wave, form, name, setting, **place)
    session.commit()
    return len(forms)


def _forms(session: Session, field: Field, wave: Wave) -> Iterator[tuple[Form, str, Setting, dict[str, Any]]]:
    """What is sent, its name, and where."""
    for visit in fieldwork.cases_to_visit(session, field, wave):
        if visit.form is not None:
            case = session.get_one(Case, visit.case_id)
            place = {"case_id": case.id, "unit_id": case.unit_id}
            yield visit.form, f"case {case.number}", setting_of_case(case, "tablet"), place
    for waiting in fieldwork.points_to_fill(session, field, wave):
        point = points.find_point(session, waiting.code)
        assert point is not None
        place = {"point_id": point.id, "unit_id": point.unit_id, "mode": point.mode}
        for number, form in enumerate(waiting.forms):
            yield form, f"{point.unit.code} {point.mode} {number}", setting_of(point), place


def _keep(
    session: Session,
    field: Field,
    wave: Wave,
    form: Form,
    name: str,
    setting: Setting,
    *,
    unit_id: int,
    point_id: int | None = None,
    case_id: int | None = None,
    mode: str = "tablet",
) -> None:
    checked = check(field.instrument, form, setting=setting)
    assert checked.answers is not None, checked.faults
    responses.store(
        session.connection(),
        token_key="key",
        response_id=uuid5(NAMES, name),
        wave=wave,
        unit_id=unit_id,
        point_id=point_id,
        case_id=case_id,
        mode=mode,
        language="vi",
        answers=checked.answers,
        begun=NOON,
        sent=NOON,
    )
