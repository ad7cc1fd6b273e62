"""A wave in the middle of its field: two communes, two officers, some days gone by."""

from datetime import date
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.answers import Answers
from survey_app import database
from survey_app.casework import cases
from survey_app.models import Case, Response
from tests import factories
from tests.staff import make_staff

WAVE = "/manage/waves/sipas-2026-dot-1"
RATINGS = loader.load_builtin("sipas2017").ratings


def day(number: int) -> date:
    return date(2026, 11, number)


def answer(session: Session, case: Case, on: date, value: int = 4, **values: Any) -> Response:
    """Keeps an answer of an officer's interview."""
    answers = Answers({**dict.fromkeys(RATINGS, value), **values}, {})
    kept = Response(
        id=uuid4(),
        wave_id=case.wave_id,
        instrument_version_id=case.wave.instrument_version_id,
        unit_id=case.unit_id,
        case_id=case.id,
        mode="tablet",
        language="vi",
        local_day=on,
        content_hash=answers.content_hash(),
        answers=answers.canonical_json(),
    )
    session.add(kept)
    case.disposition = "complete"
    session.flush()
    return kept


def make_running(app: Flask) -> tuple[int, int]:
    """Commune 15520, of An: 1 and 2 answered on the 20th, 3 refused and replaced by 7, 4 tried once; planned the 20th.
    Commune 15523, of Bình: 5 planned for the 25th; 6, of nobody, has no day. 8 asks case 1 again. Returns the officers.
    """
    an, binh = (make_staff(app, "officer", f"{name}@example.vn") for name in ("an", "binh"))
    with app.app_context():
        session = database.session()
        wave = factories.make_wave(session)
        first = factories.make_unit(session)
        second = factories.make_unit(session, "15523", name="=Thọ Lập")
        for number in (1, 2, 3, 4):
            factories.make_case(session, wave, first, number, officer_id=an, planned_day=day(20))
        factories.make_case(session, wave, second, 5, officer_id=binh, planned_day=day(25))
        factories.make_case(session, wave, second, 6)
        factories.make_case(session, wave, first, 7, reserve=1)
        factories.make_case(session, wave, first, 8, reinterview_of_id=1, officer_id=binh)
        for number in (1, 2):
            answer(session, session.get_one(Case, number), day(20))
        cases.settle(session, session.get_one(Case, 3), "refused", day(21), "evening")
        cases.replace(session, session.get_one(Case, 3))
        cases.settle(session, session.get_one(Case, 4), "not_contacted", day(20), "morning")
        session.commit()
    return an, binh
