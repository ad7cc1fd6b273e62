"""Who ever held a case is known, whichever way it was given."""

import re
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.casework import assignments, cases, holders
from survey_app.models import CaseOfficer
from tests import factories

SURVEY_APP = Path(__file__).parents[3] / "survey_app"


def test_each_holder_of_a_case_stays_known(app_on_any_database: Flask) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    an, binh = (factories.make_user(session, f"{name}@example.vn") for name in ("an", "binh"))
    gone = factories.make_case(session, wave, unit, 1, officer_id=an.id, disposition="refused")
    reserve = factories.make_case(session, wave, unit, 2, reserve=1)
    free = factories.make_case(session, wave, unit, 3)
    cases.replace(session, gone)
    for officer in (binh, None, binh):
        assignments.assign(session, wave, [f"{unit.id}|{free.psu}"], officer and officer.id, None, again=False)
    known = set(session.execute(sa.select(CaseOfficer.case_id, CaseOfficer.officer_id)).tuples())

    assert known == {(reserve.id, an.id), (reserve.id, binh.id), (free.id, binh.id)}
    assert (reserve.officer_id, free.officer_id) == (binh.id, binh.id)
    assert holders.ever_of(session, an, [gone, reserve, free]) == {gone.id, reserve.id}
    assert holders.ever_of(session, binh, [gone, reserve, free]) == {reserve.id, free.id}


def test_nobody_else_gives_a_case() -> None:
    """Whoever sets the officer of a case beside `holders` leaves no trace of who held it before."""
    sets = re.compile(r"\.officer_id(, \w+\.\w+)* = |update\(Case\).*officer_id=")
    found = {path.name for path in SURVEY_APP.rglob("*.py") if sets.search(path.read_text(encoding="utf-8"))}

    assert found == {"holders.py"}
