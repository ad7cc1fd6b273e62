"""AAPOR's outcome rates against a table worked by hand, and what counts as which code."""

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from analysis import display
from questionnaires import loader
from questionnaires.answers import Answers
from survey_app import database, responses
from survey_app.casework import cases, dispositions
from survey_app.casework.dispositions import CODES, Outcomes
from survey_app.models import Response
from survey_app.models.cases import DISPOSITIONS
from tests import factories

# I 600, P 50, R 100, NC 120, O 30, UH 40, UO 60, NE 100: known 900, unknown 100, e = 900 / 1000 = 9/10.
WORKED = Outcomes(I=600, P=50, R=100, NC=120, O=30, UH=40, UO=60, NE=100)
BY_HAND = {
    **{"RR1": Fraction(600, 1000), "RR2": Fraction(650, 1000), "RR3": Fraction(600, 990), "RR4": Fraction(650, 990)},
    **{"RR5": Fraction(600, 900), "RR6": Fraction(650, 900)},
    **{"COOP1": Fraction(600, 780), "COOP2": Fraction(650, 780)},
    **{"COOP3": Fraction(600, 750), "COOP4": Fraction(650, 750)},
    **{"REF1": Fraction(100, 1000), "REF2": Fraction(100, 990), "REF3": Fraction(100, 900)},
    **{"CON1": Fraction(780, 1000), "CON2": Fraction(780, 990), "CON3": Fraction(780, 900)},
}


def test_the_rates_are_those_worked_by_hand() -> None:
    assert WORKED.rates() == pytest.approx({name: float(rate) for name, rate in BY_HAND.items()}, rel=1e-12)


def test_without_cases_there_is_no_rate() -> None:
    assert set(Outcomes().rates().values()) == {None}


def test_every_disposition_has_its_code() -> None:
    assert set(DISPOSITIONS) - {"open"} <= set(CODES)


def _answer(session: Any, case: Any, answered: int) -> None:
    instrument = loader.load_builtin("sipas2017")
    ratings = instrument.ratings
    values, states = dict.fromkeys(ratings[:answered], 4), dict.fromkeys(ratings[answered:], -1)
    row = {"mode": "tablet", "language": "vi", "local_day": date(2026, 11, 20)}
    keys = {"wave_id": case.wave_id, "instrument_version_id": case.wave.instrument_version_id, "unit_id": case.unit_id}
    answers = Answers(values, states)
    said = {"answers": answers.canonical_json(), "content_hash": answers.content_hash()}
    how = responses.completeness(answers, instrument)
    session.add(Response(id=uuid4(), case_id=case.id, completeness=how, **said, **keys, **row))
    case.disposition = "complete"


def test_a_voided_interview_is_no_interview(app_on_any_database: Flask) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    made = [factories.make_case(session, wave, unit, number) for number in (1, 2)]
    for case in made:
        _answer(session, case, 22)
    session.flush()
    session.scalars(sa.select(Response).where(Response.case_id == made[0].id)).one().void = True
    session.flush()

    assert dispositions.of_wave(session, wave).outcomes == Outcomes(I=1, O=1)


def test_a_wave_is_counted_by_its_cases_in_use(app_on_any_database: Flask) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    made = [factories.make_case(session, wave, unit, number) for number in range(1, 8)]
    _answer(session, made[0], 22)
    _answer(session, made[1], 12)
    cases.settle(session, made[2], "not_contacted", date(2026, 11, 20), "morning")
    cases.settle(session, made[3], "refused", date(2026, 11, 20), "morning")
    cases.settle(session, made[4], "not_eligible", date(2026, 11, 20), "morning")
    factories.make_case(session, wave, unit, 8, reserve=1)
    factories.make_case(session, wave, unit, 9, reserve=2, replaces_id=made[3].id)
    factories.make_case(session, wave, unit, 10, reinterview_of_id=made[0].id)
    session.flush()
    table = dispositions.of_wave(session, wave)

    assert table.counts == {
        **{"complete": 1, "partial": 1, "refused": 1, "being_tried": 1, "not_attempted": 3, "not_eligible": 1},
    }
    assert table.outcomes == Outcomes(I=1, P=1, R=1, NC=1, UH=3, NE=1)
    assert table.as_json()["rates"]["RR1"] == pytest.approx(1 / 7, abs=1e-9)


def test_a_rate_is_not_rounded_twice_on_its_way_into_print() -> None:
    """457 of 565 are 80.88496 %."""
    rate = dispositions.Table({"complete": 457, "refused": 108}).as_json()["rates"]["RR2"]

    assert display.number(display.rounded(100 * rate))["en"] == "80.88"
