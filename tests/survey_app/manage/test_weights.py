"""The weights that combine waves: free until somebody answers in any of them, then changed by a step with a reason."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database, surveys, wave_life
from survey_app.models import Survey, Wave, WaveStep
from survey_app.wave_life import By
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.test_extract import SIPAS, make_answers, make_response

BY = By(factories.NOON)
FIRST, SECOND = "/manage/waves/dot-1", "/manage/waves/dot-2"


def make_two_waves(session: Session) -> tuple[Wave, Wave]:
    survey = factories.make_survey(session, combination="weighted")
    first = factories.make_wave(session, survey=survey, slug="dot-1", combining_weight=1.0)
    return first, factories.make_wave(session, survey=survey, slug="dot-2", combining_weight=3.0)


def answer(session: Session, wave: Wave, **fields: Any) -> None:
    point = factories.make_point(session, wave=wave)
    make_response(session, wave, make_answers(SIPAS), unit_id=point.unit_id, point_id=point.id, **fields)


def steps(session: Session) -> list[tuple[str, str, str]]:
    found = session.scalars(sa.select(WaveStep).order_by(WaveStep.id))
    return [(step.kind, step.reason, step.detail) for step in found]


@pytest.fixture
def session(app_on_any_database: Flask) -> Iterator[Session]:
    with app_on_any_database.test_request_context("/?lang=en"):
        yield database.session()


def _fields(wave: Wave) -> dict[str, Any]:
    return {column.key: getattr(wave, column.key) for column in Wave.__table__.columns}


def test_the_first_answer_of_any_wave_fixes_the_weights_of_all(session: Session) -> None:
    first, second = make_two_waves(session)
    changed = _fields(second) | {"combining_weight": 99.0}
    before = surveys.faults_of_wave(session, second.survey, second, changed)
    answer(session, first)

    assert before == {}
    assert surveys.faults_of_wave(session, second.survey, second, changed) == {
        "combining_weight": str(surveys.WEIGHT_FIXED)
    }
    assert surveys.faults_of_wave(session, second.survey, second, _fields(second)) == {}


def test_answers_of_a_rehearsal_fix_no_weight_and_a_single_wave_has_none(session: Session) -> None:
    first, second = make_two_waves(session)
    first.practice = True
    answer(session, first)
    single = factories.make_wave(session, survey=factories.make_survey(session, "khac"))

    assert "combining_weight" not in surveys.fixed_of_wave(session, second)
    with pytest.raises(ValueError, match="has no weight"):
        wave_life.weigh(session, single, 2.0, BY, "thử")
    with pytest.raises(ValueError, match="has no weight"):
        wave_life.weigh(session, first, 2.0, BY, "thử")


def test_another_weight_is_a_step_with_its_reason(session: Session) -> None:
    _, second = make_two_waves(session)
    for reason, weight, words in ((" ", 2.5, "Give the reason"), ("nhầm", 3.0, "has already")):
        with pytest.raises(ValueError, match=words):
            wave_life.weigh(session, second, weight, BY, reason)
    assert (second.combining_weight, steps(session)) == (3.0, [])
    wave_life.weigh(session, second, 1 / 3, BY, " Số học sinh mới ")

    assert second.combining_weight == 1 / 3
    assert steps(session) == [("weighed", "Số học sinh mới", "3 → 0.333333333")]


def test_a_copy_into_a_survey_with_answers_says_why_and_with_which_weight(session: Session) -> None:
    first, second = make_two_waves(session)
    answer(session, first)
    fields = wave_life.suggested(second) | {"slug": "dot-3", "combining_weight": 250000.5}
    unsaid = surveys.faults_of_wave(session, second.survey, None, fields)
    wave_life.copy(session, second, second.survey, fields, BY, "thêm một cấp học")

    assert list(unsaid) == ["reason"]
    assert steps(session) == [
        ("copied", "thêm một cấp học", "← dot-2"),
        ("weighed", "thêm một cấp học", "250000.5"),
    ]


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    """Of a survey of two waves, one of which has an answer."""
    with console_app.app_context():
        first, _ = make_two_waves(database.session())
        answer(database.session(), first)
        database.session().commit()
    return signed_in(console_app, "manager")


def test_the_form_shows_the_weight_as_text_and_the_step_changes_it(console_app: Flask, manager: Staff) -> None:
    names = {"name_vi": "Đợt 2", "name_en": "Wave 2", "slug": "dot-2", "instrument_version_id": "1"}
    names |= {"opens_on": "2026-11-01", "closes_on": "2026-11-30"}
    form = manager.get(f"{SECOND}/edit").text
    saved = manager.post(f"{SECOND}/edit", **names)
    refused = manager.post(f"{SECOND}/edit", **names, combining_weight="99")
    step = manager.get(f"{SECOND}/weigh").text
    silent = manager.post(f"{SECOND}/weigh", combining_weight="2,5")
    done = manager.post(f"{SECOND}/weigh", combining_weight="2,5", reason="Số học sinh mới")

    assert 'name="combining_weight"' not in form
    assert "quyền số chỉ đổi" in form
    assert (saved.status_code, refused.status_code, silent.status_code, done.status_code) == (302, 422, 422, 302)
    assert 'id="combining_weight-error"' in refused.text
    assert 'name="combining_weight"' in step
    assert f'{SECOND}/weigh"' in manager.get(SECOND).text
    assert "Số học sinh mới" in manager.get(SECOND).text
    with console_app.app_context():
        weights = database.session().scalars(sa.select(Wave.combining_weight).order_by(Wave.slug)).all()
        assert (weights, steps(database.session())) == ([1.0, 2.5], [("weighed", "Số học sinh mới", "3 → 2.5")])


def test_one_more_wave_needs_a_reason_once_answers_are_known(console_app: Flask, manager: Staff) -> None:
    new = {"name_vi": "Đợt 3", "name_en": "Wave 3", "slug": "dot-3", "instrument_version_id": "1"}
    new |= {"opens_on": "2026-12-01", "closes_on": "2026-12-30", "combining_weight": "100"}
    page = manager.get("/manage/surveys/sipas-2026/waves/new").text
    silent = manager.post("/manage/surveys/sipas-2026/waves/new", **new)
    done = manager.post("/manage/surveys/sipas-2026/waves/new", **new, reason="Thêm cấp học")

    assert 'name="reason"' in page
    assert (silent.status_code, done.status_code) == (422, 302)
    assert 'id="reason-error"' in silent.text
    with console_app.app_context():
        assert steps(database.session()) == [("weighed", "Thêm cấp học", "100")]
        kept = database.session().scalars(sa.select(Survey)).one().counted_waves
        assert [wave.slug for wave in kept] == ["dot-1", "dot-2", "dot-3"]


def test_before_anybody_answers_the_weight_is_edited_as_any_field(console_app: Flask) -> None:
    with console_app.app_context():
        make_two_waves(database.session())
        database.session().commit()
    manager = signed_in(console_app, "manager")
    names = {"name_vi": "Đợt 2", "name_en": "Wave 2", "slug": "dot-2", "instrument_version_id": "1"}
    days = {"opens_on": str(date(2026, 11, 1)), "closes_on": str(date(2026, 11, 30))}
    saved = manager.post(f"{SECOND}/edit", **names, **days, combining_weight="7")

    assert saved.status_code == 302
    assert f"{FIRST}/weigh" not in manager.get(FIRST).text
    with console_app.app_context():
        weights = database.session().scalars(sa.select(Wave.combining_weight).order_by(Wave.slug)).all()
        assert (weights, steps(database.session())) == ([1.0, 7.0], [])
