"""What can no longer be changed: once answers have come in, and once a wave was closed early."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database, surveys
from survey_app.models import Response, Survey, Wave
from tests import factories
from tests.staff import Staff, signed_in

FIXED = {
    "slug": "sipas-2026-b",  # Releases and snapshots carry it: by another name they would be those of another survey.
    "index_code": "health",
    "period_from": date(2026, 2, 1),
    "period_to": date(2026, 11, 30),
    "target": 79.9,
    "units_on": date(2018, 1, 1),
    "combination": "weighted",
}
FREE = {"name_vi": "Tên khác", "owner_vi": "Cơ quan khác", "method_vi": "Quyết định khác"}


@pytest.fixture
def session(app_on_any_database: Flask) -> Iterator[Session]:
    """A request's session on either database: the sentences are in its language."""
    with app_on_any_database.test_request_context("/?lang=vi"):
        yield database.session()


def _answer(session: Session, wave: Wave) -> None:
    point = factories.make_point(session, wave=wave)
    row = {"mode": "qr_open", "language": "vi", "local_day": date(2026, 11, 20), "content_hash": "h", "answers": "{}"}
    keys = {"wave_id": wave.id, "instrument_version_id": wave.instrument_version_id, "unit_id": point.unit_id}
    session.add(Response(id=uuid4(), point_id=point.id, **keys, **row))
    session.flush()


def _fields(row: Survey | Wave) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def test_answers_fix_what_the_index_is_measured_by(session: Session) -> None:
    survey = factories.make_survey(session, target=80.1)
    wave = factories.make_wave(session, survey=survey)
    changed = _fields(survey) | FIXED | FREE
    assert surveys.faults_of_survey(session, survey, changed) == {}
    _answer(session, wave)

    assert surveys.faults_of_survey(session, survey, changed) == dict.fromkeys(FIXED, str(surveys.ANSWERED))
    assert surveys.faults_of_survey(session, survey, _fields(survey) | FREE) == {}


def test_answers_fix_the_instrument_version_and_the_days(session: Session) -> None:
    wave = factories.make_wave(session)
    other = factories.make_version(session, "yte_ngoaitru").id
    changed = _fields(wave) | {"instrument_version_id": other, "closes_on": date(2026, 12, 24)}
    assert surveys.faults_of_wave(session, wave.survey, wave, changed) == {}
    _answer(session, wave)

    assert surveys.faults_of_wave(session, wave.survey, wave, changed) == {
        "instrument_version_id": str(surveys.ANSWERED),
        "closes_on": str(surveys.DAYS_FIXED),
    }


def test_an_early_close_fixes_the_days_also_where_nobody_answered(session: Session) -> None:
    wave = factories.make_wave(session, closed_at=factories.NOON)
    changed = _fields(wave) | {"closes_on": date(2026, 12, 24)}

    assert surveys.faults_of_wave(session, wave.survey, wave, changed) == {"closes_on": str(surveys.DAYS_FIXED)}


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    """Of a survey with one response, whose wave was closed early."""
    with console_app.app_context():
        session = database.session()
        wave = factories.make_wave(session, closed_at=factories.NOON)
        _answer(session, wave)
        session.commit()
    return signed_in(console_app, "manager")


NAMES = {
    **{"name_vi": "Tên mới", "name_en": "New name", "slug": "sipas-2026", "owner_vi": "Sở", "owner_en": "Office"},
    **{"method_vi": "QĐ", "method_en": "Decision"},
}


def test_the_form_shows_what_is_fixed_as_text_and_saves_the_rest(console_app: Flask, manager: Staff) -> None:
    page = manager.get("/manage/surveys/sipas-2026/edit").text
    saved = manager.post("/manage/surveys/sipas-2026/edit", **NAMES)
    with console_app.app_context():
        survey = surveys.find_survey(database.session(), "sipas-2026")

    assert "Đã có phiếu trả lời" in page
    assert [name for name in FIXED if f'name="{name}"' in page] == []
    assert saved.status_code == 302
    assert survey is not None
    assert (survey.name_vi, survey.target, survey.period_from) == ("Tên mới", 80.0, date(2026, 1, 1))


def test_a_changed_target_is_refused_beside_its_field(console_app: Flask, manager: Staff) -> None:
    page = manager.post("/manage/surveys/sipas-2026/edit", **NAMES, target="75")
    with console_app.app_context():
        survey = surveys.find_survey(database.session(), "sipas-2026")

    assert page.status_code == 422
    assert 'id="target-error">Đã có phiếu trả lời' in page.text
    assert survey is not None
    assert (survey.name_vi != "Tên mới", survey.target) == (True, 80.0)


def test_a_wave_closed_early_says_when_and_keeps_its_days(manager: Staff) -> None:
    page = manager.get("/manage/waves/sipas-2026-dot-1").text
    names = {"name_vi": "Đợt một", "name_en": "Wave one", "slug": "sipas-2026-dot-1"}
    form = manager.get("/manage/waves/sipas-2026-dot-1/edit").text
    longer = manager.post("/manage/waves/sipas-2026-dot-1/edit", **names, closes_on="2026-12-24")

    assert "Đã đóng lúc 12:00, 23/11/2026" in page
    assert "hoặc đợt đã đóng sớm" in form
    assert longer.status_code == 422
    assert 'id="closes_on-error"' in longer.text
    assert manager.post("/manage/waves/sipas-2026-dot-1/edit", **names).status_code == 302


def test_a_second_wave_where_one_is_set_is_the_forms_fault_and_no_fields(manager: Staff) -> None:
    fields = {"name_vi": "Đợt 2", "name_en": "Wave 2", "slug": "dot-2", "instrument_version_id": "1"}
    page = manager.post("/manage/surveys/sipas-2026/waves/new", **fields, opens_on="2026-11-24", closes_on="2026-11-30")

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert 'id="name_vi-error"' not in page.text


def test_of_a_wave_without_weight_no_weight_is_said(console_app: Flask, manager: Staff) -> None:
    with console_app.app_context():
        survey = surveys.find_survey(database.session(), "sipas-2026")
        assert survey is not None
        survey.combination = "weighted"
        database.session().commit()

    assert "quyền số" not in manager.get("/manage/surveys/sipas-2026").text.split('class="card-list"')[1]
