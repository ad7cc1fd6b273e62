"""Whether the responses are still those that were frozen: every change that figures could feel is seen, no other."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database, extract
from survey_app.models import Case, Response, Wave
from survey_app.publishing import frozen_rows
from survey_app.responses import counted
from tests import factories
from tests.survey_app.test_extract import SIPAS, make_answers, make_response


@pytest.fixture
def wave(app_on_any_database: Flask) -> Wave:
    """Answers of cases and of a point, with a weight that no database writes in full."""
    session = database.session()
    point = factories.make_point(session)
    for number in range(1, 4):
        case = factories.make_case(session, point.wave, point.unit, number, weight=100 / 7, eligible=number)
        make_response(
            session,
            point.wave,
            make_answers(SIPAS, **{"A1.1": number}),
            unit_id=point.unit_id,
            case_id=case.id,
            mode="tablet",
        )
    for value in (4, 5):
        make_response(
            session, point.wave, make_answers(SIPAS, **{"A1.1": value}), unit_id=point.unit_id, point_id=point.id
        )
    session.commit()
    return point.wave


def _frozen(session: Session, wave: Wave, folder: Path) -> str:
    extract.write(session, wave.survey, folder, factories.NOON)
    found: str = json.loads((folder / "manifest.json").read_text())["rows"]
    return found


CHANGES: dict[str, Callable[[], sa.Update | sa.Delete]] = {
    "voided": lambda: sa.update(Response).where(Response.mode == "tablet").values(void=True),
    "answers": lambda: (
        sa.update(Response)
        .where(Response.mode == "tablet")
        .values(answers=make_answers(SIPAS, **{"A1.1": 1}).canonical_json())
    ),
    "refused": lambda: sa.update(Response).where(Response.mode == "qr_open").values(state="late_refused"),
    "gone": lambda: sa.delete(Response).where(Response.mode == "qr_open"),
    "weight": lambda: sa.update(Case).where(Case.number == 1).values(weight=14.3),
    "eligible": lambda: sa.update(Case).where(Case.number == 1).values(eligible=2),
    "stratum": lambda: sa.update(Case).where(Case.number == 1).values(stratum="other"),
}


def test_the_database_says_of_its_rows_what_the_extract_said(wave: Wave, tmp_path: Path) -> None:
    session = database.session()

    assert _frozen(session, wave, tmp_path / "x") == frozen_rows.rows_now(session, wave.survey, counted())


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_change_that_figures_feel_is_seen_and_its_undoing_too(wave: Wave, tmp_path: Path, change: str) -> None:
    session = database.session()
    before = frozen_rows.rows_now(session, wave.survey, counted())
    nested = session.begin_nested()
    session.execute(CHANGES[change]())
    after = frozen_rows.rows_now(session, wave.survey, counted())
    nested.rollback()

    assert after != before
    assert frozen_rows.rows_now(session, wave.survey, counted()) == before


def test_what_enters_no_figure_changes_nothing(wave: Wave) -> None:
    session = database.session()
    before = frozen_rows.rows_now(session, wave.survey, counted())
    point = factories.make_point(session, wave=wave, unit=factories.make_unit(session, "15523"))
    make_response(session, wave, make_answers(SIPAS), unit_id=point.unit_id, point_id=point.id, state="late")
    session.execute(sa.update(Response).values(paradata=None))

    assert frozen_rows.rows_now(session, wave.survey, counted()) == before


def test_two_responses_that_exchange_their_answers_are_seen(wave: Wave) -> None:
    session = database.session()
    before = frozen_rows.rows_now(session, wave.survey, counted())
    one, other = session.scalars(sa.select(Response).where(Response.mode == "qr_open"))
    one.answers, other.answers = other.answers, one.answers
    session.flush()

    assert frozen_rows.rows_now(session, wave.survey, counted()) != before
