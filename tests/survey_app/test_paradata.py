"""What is kept of how a form was filled in: of staff's forms a little, of a citizen's own nothing."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from survey_app import database, extract, paradata
from survey_app.models import CollectionPoint, Response, Wave
from survey_app.models.responses import MODES
from tests.factories import NOON, make_case, make_point, make_unit, make_wave
from tests.survey_app.answer.conftest import CODE, Citizen, citizen, make_open_point, open_app, stored
from tests.survey_app.answer.test_store import answers, store, wave
from tests.survey_app.test_extract import SIPAS, make_answers, make_response, read

__all__ = ["citizen", "open_app", "stored", "wave"]
FULL = {
    **{"seconds": {"A1": 40, "A2": 61}, "changes": 3, "officer": 7, "device": "K7QF3MX2", "handed_over": True},
    **{"calls": 2, "clock": -15, "burst": True, "present": False, "typed_twice": True},
    "other_type": True,
    "first_count": 3,
}


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_keeps_what_it_may(mode: str) -> None:
    kept = json.loads(paradata.kept(mode, FULL) or "{}")
    staff = mode in ("tablet", "phone", "paper_officer", "paper_self")
    kiosk = {"present": False} | ({"burst": True} if mode in ("kiosk", "visit_code") else {})

    assert kept == (FULL if staff else kiosk if mode in ("kiosk", "visit_code", "qr_open") else {})


PLAIN = st.sampled_from((None, True, 0, 1, -1, 10**12, 2.5, "", "7", "K7QF", "A1", "<b>"))
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(("A1", "", "x y", "a" * 50)), PLAIN)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*FULL, "ip", "at", "name"]), JSON), st.sampled_from(MODES))
def test_whatever_a_device_sends_nothing_else_is_kept_and_no_interview_is_lost(raw: dict[str, Any], mode: str) -> None:
    kept = json.loads(paradata.kept(mode, raw) or "{}")

    assert set(kept) <= set(FULL) & set(raw)
    assert paradata.kept(mode, kept) == paradata.kept(mode, raw)


def test_what_is_beyond_a_limit_is_left_out_and_the_rest_kept() -> None:
    raw = {"seconds": {"A1": 100_000}, "changes": 4, "device": "<script>", "calls": "7", "at": "2026-11-26T08:00"}

    assert json.loads(paradata.kept("tablet", raw) or "") == {"changes": 4}


def test_a_response_is_stored_with_it(wave: Wave) -> None:
    store(wave, uuid4(), answers(), 1, paradata={"changes": 2, "ip": "10.0.0.1"})
    store(wave, uuid4(), answers(), paradata={"changes": 2, "seconds": {"A1": 3}})
    found = database.session().execute(sa.select(Response.mode, Response.paradata))

    assert {mode: note for mode, note in found} == {"tablet": '{"changes":2}', "qr_open": None}


def test_of_a_citizens_own_form_nothing_is_kept(open_app: Flask, citizen: Citizen, stored: Any) -> None:
    citizen.send(citizen.open())

    assert [row.paradata for row in stored(Response)] == [None]
    assert "thời gian trả lời" in citizen.client.get(f"/p/{CODE}?lang=vi").text


def test_the_extract_has_columns_of_it_where_there_is_any(session: Session, tmp_path: Path) -> None:
    wave = make_wave(session)
    unit = make_unit(session)
    cases = [make_case(session, wave, unit, number) for number in (1, 2, 3)]
    notes = (paradata.kept("tablet", FULL), paradata.kept("phone", {"officer": 9, "whole": 300}), None)
    for case, note in zip(cases, notes, strict=True):
        make_response(
            session, wave, make_answers(SIPAS), unit_id=unit.id, case_id=case.id, mode="tablet", paradata=note
        )
    extract.write(session, wave.survey, tmp_path / "out", NOON)
    rows = {row["case"]: row for row in read(tmp_path / "out")}
    names = ("officer", "device", "seconds", "seconds_by_part", "changes", "other_type", "first_count", "burst")

    assert pq.read_schema(tmp_path / "out" / "responses.parquet").names[12:20] == list(names)
    assert [rows[1][name] for name in names] == [7, "K7QF3MX2", 101, [("A1", 40), ("A2", 61)], 3, True, 3, True]
    assert [rows[2][name] for name in names] == [9, None, 300, None, None, None, None, None]
    assert [rows[3][name] for name in names] == [None] * 8


def test_an_extract_without_any_has_no_such_column(session: Session, tmp_path: Path) -> None:
    point = make_point(session)
    make_response(session, point.wave, make_answers(SIPAS), unit_id=point.unit_id, point_id=point.id)
    extract.write(session, point.wave.survey, tmp_path / "out", NOON)

    assert "officer" not in pq.read_schema(tmp_path / "out" / "responses.parquet").names


@pytest.mark.parametrize(
    ("mode", "says", "says_not"),
    [("kiosk", "gửi liên tiếp", "mã điều tra viên"), ("qr_open", "thời gian trả lời", "gửi liên tiếp")],
)
def test_the_notice_says_what_is_kept(console_app: Flask, mode: str, says: str, says_not: str) -> None:
    make_open_point(console_app)
    with console_app.app_context():
        session = database.session()
        session.query(CollectionPoint).update({"mode": mode})
        session.commit()
    page = console_app.test_client().get(f"/p/{CODE}?lang=vi", buffered=True).text

    assert says in page
    assert says_not not in page
