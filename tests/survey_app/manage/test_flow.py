"""A manager's way: survey, wave, points, sheets, progress, late responses, the end."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app import database, late, points, units
from survey_app.casework import progress
from survey_app.instruments import instrument_versions
from survey_app.models import CollectionPoint, Response, ResponseConflict, Survey, Wave, WaveStep
from survey_app.wave_life import By
from tests import factories
from tests.questionnaires.test_kinds import counter
from tests.staff import Staff, signed_in
from tests.survey_app.test_units import THO_XUAN

BY = By(factories.NOON)
SURVEY = {
    "name_vi": "Khảo sát hài lòng năm 2017",
    "name_en": "Satisfaction survey 2017",
    "slug": "sipas-2017",
    "index_code": "sipas",
    "period_from": "2017-01-01",
    "period_to": "2017-12-31",
    "owner_vi": "Phòng Nội vụ",
    "owner_en": "Office of Home Affairs",
    "method_vi": "QĐ 1383/QĐ-BNV",
    "method_en": "Decision 1383/QĐ-BNV",
    "target": "80",
    "units_on": "2017-06-01",
    "combination": "single",
}
WAVE = {
    "name_vi": "Đợt 1",
    "name_en": "Wave 1",
    "slug": "sipas-2017-1",
    "instrument_version_id": "1",
    "opens_on": "2026-11-01",
    "closes_on": "2026-11-30",
}


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    with console_app.app_context():
        session = database.session()
        units.import_csv(session, THO_XUAN)
        factories.make_version(session)
        session.commit()
    return signed_in(console_app, "manager")


@pytest.fixture
def look(console_app: Flask) -> Callable[[Callable[[Session], Any]], Any]:
    """What a query finds now."""

    def ask(query: Callable[[Session], Any]) -> Any:
        with console_app.app_context():
            return query(database.session())

    return ask


def make_survey_and_wave(manager: Staff) -> None:
    assert manager.post("/manage/surveys/new", **SURVEY).status_code == 302
    assert manager.post("/manage/surveys/sipas-2017/waves/new", **WAVE).status_code == 302


def test_from_an_empty_list_to_sheets_for_41_communes(manager: Staff, look: Any) -> None:
    assert "No survey yet" in manager.get("/manage/surveys?lang=en").text
    make_survey_and_wave(manager)
    made = manager.post("/manage/waves/sipas-2017-1/points", types=["xã", "thị trấn"], mode="qr_open", kind="counter")
    assert made.status_code == 302
    found = look(lambda session: [point.unit.type for point in points.of_waves(session, wave="sipas-2017-1")])
    sheets = manager.get("/manage/waves/sipas-2017-1/sheets.pdf?size=a5")

    assert len(found) == 41
    assert sheets.mimetype == "application/pdf"
    assert sheets.data.startswith(b"%PDF")


def test_points_for_paper_forms_have_no_sheet(manager: Staff, look: Any) -> None:
    make_survey_and_wave(manager)
    manager.post("/manage/waves/sipas-2017-1/points", types=["thị trấn"], mode="paper_self", kind="counter")
    code = look(lambda session: points.of_waves(session, wave="sipas-2017-1")[0].code)

    assert manager.get("/manage/waves/sipas-2017-1/sheets.pdf").status_code == 404
    assert manager.get(f"/manage/points/{code}/sheet.pdf").status_code == 404
    page = manager.get("/manage/waves/sipas-2017-1/points").text
    assert "sheet.pdf" not in page
    assert "sheets.pdf" not in page


def test_making_the_points_again_makes_none_twice(manager: Staff, look: Any) -> None:
    make_survey_and_wave(manager)
    for types in (["xã"], ["xã", "thị trấn"], ["xã", "thị trấn"]):
        manager.post("/manage/waves/sipas-2017-1/points", types=types, mode="qr_open", kind="counter")

    assert look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(CollectionPoint))) == 41


def test_a_single_point_and_its_switch(manager: Staff, look: Any) -> None:
    make_survey_and_wave(manager)
    unit = look(lambda session: units.valid_on(session, date(2017, 6, 1))[-1].id)
    fields = {"unit_id": unit, "label_vi": "Quầy 2", "label_en": "Counter 2", "kind": "counter", "mode": "qr_open"}
    manager.post("/manage/waves/sipas-2017-1/points/new", **fields)
    code = look(lambda session: session.scalar(sa.select(CollectionPoint.code)))
    assert manager.client.get(f"/p/{code}").status_code == 200
    manager.post(f"/manage/points/{code}/active", active="0")

    assert manager.client.get(f"/p/{code}").status_code == 410


def test_a_counters_wave_takes_its_own_mode_and_no_other(console_app: Flask, manager: Staff) -> None:
    with console_app.app_context():
        session = database.session()
        version = instrument_versions.publish(session, loader.read(counter()), factories.NOON)
        factories.make_wave(session, slug="quay", instrument_version=version)
        session.commit()
    page = manager.client.get("/manage/waves/quay/points").text
    refused = manager.post("/manage/waves/quay/points", types=["xã"], kind="counter", mode="qr_open")
    taken = manager.post("/manage/waves/quay/points", types=["xã"], kind="counter", mode="counter_3")

    assert 'value="counter_3"' in page
    assert 'value="qr_open"' not in page
    assert (refused.status_code, taken.status_code) == (422, 302)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_vi", ""),
        ("slug", "Có dấu"),
        ("period_to", "2016-01-01"),
        ("period_from", "hôm qua"),
        ("target", "101"),
        ("target", "nhiều"),
        ("index_code", "other"),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(
    manager: Staff, look: Any, field: str, value: str
) -> None:
    page = manager.post("/manage/surveys/new", **{**SURVEY, field: value})

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "Phòng Nội vụ" in page.text
    assert look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(Survey))) == 0


def test_a_short_name_is_given_once(manager: Staff) -> None:
    make_survey_and_wave(manager)

    assert 'id="slug-error"' in manager.post("/manage/surveys/new", **SURVEY).text


def test_a_survey_of_one_wave_takes_no_second_and_several_need_weights(manager: Staff) -> None:
    make_survey_and_wave(manager)
    second = {**WAVE, "slug": "sipas-2017-2"}
    assert manager.post("/manage/surveys/sipas-2017/waves/new", **second).status_code == 422
    manager.post("/manage/surveys/sipas-2017/edit", **{**SURVEY, "combination": "weighted"})
    unweighted = manager.post("/manage/surveys/sipas-2017/waves/new", **second)
    weighted = manager.post("/manage/surveys/sipas-2017/waves/new", **second, combining_weight="0,25")

    assert 'id="combining_weight-error"' in unweighted.text
    assert weighted.status_code == 302
    assert manager.post("/manage/surveys/sipas-2017/edit", **SURVEY).status_code == 422


def add_responses(session: Session, wave: Wave, **fields: Any) -> Response:
    point = factories.make_point(session, wave=wave, unit=factories.make_unit(session, code=fields.pop("unit", "9001")))
    row = {"mode": "qr_open", "language": "vi", "local_day": date(2026, 11, 20), "content_hash": "h", "answers": "{}"}
    keys = {"wave_id": wave.id, "instrument_version_id": wave.instrument_version_id, "unit_id": point.unit_id}
    response = Response(**{"id": uuid4(), "point_id": point.id} | keys | row | fields)
    session.add(response)
    session.flush()
    return response


def test_the_version_of_a_wave_stays_once_somebody_has_answered(manager: Staff, look: Any) -> None:
    make_survey_and_wave(manager)

    def answer(session: Session) -> int:
        add_responses(session, session.scalars(sa.select(Wave)).one())
        other = factories.make_version(session, "yte_ngoaitru").id
        session.commit()
        return other

    page = manager.post("/manage/waves/sipas-2017-1/edit", **{**WAVE, "instrument_version_id": look(answer)})

    assert 'id="instrument_version_id-error"' in page.text


def test_a_wave_closed_early_takes_no_new_form(manager: Staff, look: Any) -> None:
    make_survey_and_wave(manager)
    manager.post("/manage/waves/sipas-2017-1/points", types=["thị trấn"], mode="qr_open", kind="counter")
    code = look(lambda session: session.scalar(sa.select(CollectionPoint.code).limit(1)))
    assert manager.get("/manage/waves/sipas-2017-1/close").status_code == 200
    manager.post("/manage/waves/sipas-2017-1/close", reason="đủ mẫu")

    assert manager.client.get(f"/p/{code}").status_code == 410
    assert look(lambda session: session.scalars(sa.select(Wave)).one().closed_at) == factories.NOON


def test_late_responses_are_decided_by_day(app_on_any_database: Flask) -> None:
    session = database.session()
    wave = factories.make_wave(session)
    for unit, day, state in (
        ("9001", 20, "late"),
        ("9002", 20, "late"),
        ("9003", 21, "late"),
        ("9004", 20, "accepted"),
    ):
        add_responses(session, wave, unit=unit, local_day=date(2026, 11, day), state=state)
    add_responses(session, wave, unit="9005", local_day=date(2026, 11, 22), state="late", void=True)
    commune = "xã Thọ Hải"
    assert late.waiting(session, wave) == [(date(2026, 11, day), commune, 1) for day in (20, 20, 21)]

    assert late.decide(session, wave, True, BY, "bưu điện chậm", date(2026, 11, 20)) == 2
    assert late.decide(session, wave, False, BY, "quá hạn quá lâu", date(2026, 11, 21)) == 1
    with pytest.raises(ValueError, match="No late responses wait"):
        late.decide(session, wave, True, BY, "nghĩ lại", date(2026, 11, 21))  # Decided is decided.
    session.expire_all()
    states = sorted(session.scalars(sa.select(Response.state).where(~Response.void)))
    assert states == ["accepted", "late_accepted", "late_accepted", "late_refused"]
    steps = [(step.kind, step.reason, step.detail) for step in session.scalars(sa.select(WaveStep))]
    assert steps == [
        ("late_accepted", "bưu điện chậm", "2026-11-20: 2"),
        ("late_refused", "quá hạn quá lâu", "2026-11-21: 1"),
    ]


def test_all_late_responses_are_decided_at_once_and_never_without_a_reason(app_on_any_database: Flask) -> None:
    session = database.session()
    wave = factories.make_wave(session)
    for unit, day in (("9001", 20), ("9002", 21), ("9003", 21)):
        add_responses(session, wave, unit=unit, local_day=date(2026, 11, day), state="late")
    with pytest.raises(ValueError, match="Give the reason"):
        late.decide(session, wave, True, BY, "  ")
    assert session.scalars(sa.select(Response.state).distinct()).all() == ["late"]
    assert late.decide(session, wave, True, BY, "mất điện cả huyện") == 3

    assert session.scalars(sa.select(WaveStep.detail)).all() == ["2026-11-20 – 2026-11-21: 3"]


def test_a_late_response_is_shown_by_day_and_number_and_decided_on_the_page(manager: Staff, look: Any) -> None:
    make_survey_and_wave(manager)

    def answer(session: Session) -> None:
        wave = session.scalars(sa.select(Wave)).one()
        kept = add_responses(session, wave, state="late", answers='{"values":{"comment":"bí mật"}}')
        session.add(ResponseConflict(response_id=kept.id, content_hash="x", answers="{}", local_day=date(2026, 11, 20)))
        session.commit()

    look(answer)
    wave, asked = "/manage/waves/sipas-2017-1", {"day": "2026-11-20", "decision": "accept"}
    page = manager.get(wave).text
    silent = manager.post(f"{wave}/late", **asked)
    waits = look(lambda session: session.scalar(sa.select(Response.state)))
    other_day = manager.post(f"{wave}/late", **asked | {"day": "2026-11-21"}, reason="bưu điện chậm")
    done = manager.post(f"{wave}/late", **asked, reason="bưu điện chậm")

    assert '<option value="2026-11-20">20/11/2026</option>' in page
    assert "bí mật" not in page + silent.text
    assert (silent.status_code, other_day.status_code, done.status_code, waits) == (422, 422, 302, "late")
    assert 'id="reason-error"' in silent.text
    assert look(lambda session: session.scalar(sa.select(Response.state))) == "late_accepted"
    assert "bưu điện chậm" in manager.get(wave).text
    assert "đã thay đổi" in manager.post(f"{wave}/late", decision="refuse", day="", reason="nghĩ lại").text
    assert manager.post(f"{wave}/late", day="2026-11-20", decision="maybe").status_code == 400


def test_progress_counts_cases_and_series_by_unit(app_on_any_database: Flask) -> None:
    session = database.session()
    wave = factories.make_wave(session)
    unit = factories.make_unit(session, code="15520")
    for number, disposition in enumerate(("complete", "refused", "open", "open"), 1):
        factories.make_case(session, wave, unit, number, disposition=disposition)
    add_responses(session, wave, unit="9001")
    add_responses(session, wave, unit="9002", mode="paper_self")
    add_responses(session, wave, unit="9003", state="late")
    found = progress.of_wave(session, wave)
    by_unit = {place.code: counts for place, counts in found.by_unit}

    assert (by_unit["15520"].planned, by_unit["15520"].complete, by_unit["15520"].to_visit) == (4, 1, 2)
    assert dict(found.total.series) == {"open": 1, "probability": 1}
    assert by_unit["9003"].series.total() == 0  # A late response counts when somebody has decided so.


def test_units_are_imported_on_the_page_and_faults_named_there(manager: Staff) -> None:
    bad = (io.BytesIO(b"code,name\n"), "units.csv")
    refused = manager.post("/manage/units", file=bad)
    good = manager.post("/manage/units", file=(io.BytesIO(THO_XUAN), "units.csv"))

    assert refused.status_code == 422
    assert "phải có các cột code, name, type" in refused.text
    assert good.status_code == 302
    assert manager.post("/manage/units").status_code == 422
    assert manager.get("/manage/units.csv").text.startswith("code,name,type")


def test_html_in_a_name_is_shown_as_text(manager: Staff) -> None:
    manager.post("/manage/surveys/new", **{**SURVEY, "name_vi": "<script>alert(1)</script>"})

    assert "<script>alert" not in manager.get("/manage/surveys").text
    assert "&lt;script&gt;" in manager.get("/manage/surveys?lang=vi").text


def test_reserves_count_once_they_are_used_and_second_interviews_never(app_on_any_database: Flask) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    first, second = (factories.make_case(session, wave, unit, number) for number in (1, 2))
    second.disposition = "refused"
    factories.make_case(session, wave, unit, 3, reserve=1)
    factories.make_case(session, wave, unit, 4, reserve=2, replaces_id=second.id)
    factories.make_case(session, wave, unit, 5, reinterview_of_id=first.id)
    total = progress.of_wave(session, wave).total

    assert (total.planned, total.complete, total.unreachable, total.to_visit) == (2, 0, 1, 2)
