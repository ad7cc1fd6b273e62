"""Second interviews: which are due, how they agree by officer on the manager's page, and unnamed in the report."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from flask import Flask

from analysis.__main__ import main as analyse
from survey_app import analysis_process, clock, database, extract
from survey_app.casework import reinterviews
from survey_app.models import Case, Survey, User, Wave
from tests import factories
from tests.staff import Staff, make_staff, signed_in
from tests.survey_app.fieldwork.running import RATINGS, WAVE, answer, day, make_running

PAGE = f"{WAVE}/reinterviews"


def test_a_second_interview_is_due_when_the_first_was_held(app_on_any_database: Flask) -> None:
    make_running(app_on_any_database)
    session = database.session()
    wave, first = session.get_one(Wave, 1), session.get_one(Case, 1)
    states = []
    for disposition, again in (("open", "open"), ("complete", "open"), ("refused", "open"), ("complete", "complete")):
        first.disposition, session.get_one(Case, 8).disposition = disposition, again
        session.flush()
        states += [(one.state, one.same_officer) for one in reinterviews.listed(session, wave)]
    first.officer_id = session.get_one(Case, 8).officer_id

    assert states == [("waiting", False), ("due", False), ("dropped", False), ("done", False)]
    assert reinterviews.listed(session, wave)[0].same_officer


@pytest.fixture
def asked_twice(console_app: Flask) -> Staff:
    """Half of the ratings of An's eight interviews differ the second time, and the person's sex; none of Bình's."""
    ids = [make_staff(console_app, "officer", f"{name}@example.vn") for name in ("an", "binh")]
    with console_app.app_context():
        session = database.session()
        for user_id, name in zip(ids, ("Lê Thị An", "Trần Văn Bình"), strict=True):
            session.get_one(User, user_id).name = name
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        for number in range(1, 17):
            an = number <= 8
            case = factories.make_case(session, wave, unit, number, officer_id=ids[not an], psu=f"p{number % 4}")
            again = factories.make_case(session, wave, unit, 20 + number, officer_id=ids[an], reinterview_of_id=case.id)
            answer(session, case, day(20), respondent_type="citizen", sex="male")
            other = {**dict.fromkeys(RATINGS[number % 2 :: 2], 5), "sex": "female"} if an else {"sex": "male"}
            answer(session, again, day(21), respondent_type="citizen", **other)
        session.commit()
    return signed_in(console_app, "manager")


def test_the_manager_sees_who_agrees_strikingly_little(asked_twice: Staff) -> None:
    page = asked_twice.get(PAGE).text
    rows = {name: page.split(f">{name}")[1].split("</tr>")[0] for name in ("Lê Thị An", "Trần Văn Bình")}

    assert "thấp bất thường" in rows["Lê Thị An"]
    assert "thấp bất thường" not in rows["Trần Văn Bình"]
    assert "100 %" in rows["Trần Văn Bình"]
    assert "sex: 8/8" in rows["Lê Thị An"]


def test_an_analysis_that_takes_too_long_is_told_on_the_page(
    asked_twice: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_process, "SECONDS", 0.001)
    page = asked_twice.get(PAGE)

    assert page.status_code == 200
    assert "chưa so sánh được" in page.text


def test_the_report_prints_the_agreement_and_names_nobody(
    console_app: Flask, asked_twice: Staff, tmp_path: Path
) -> None:
    folder, release = tmp_path / "extract", tmp_path / "release"
    with console_app.app_context():
        session = database.session()
        extract.write(session, session.scalars(sa.select(Survey)).one(), folder, clock.now())
    pairs: list[Any] = json.loads((folder / "reinterviews.json").read_text())["waves"]["sipas-2026-dot-1"]
    analyse([str(folder), "--out", str(release), "--no-documents"], standalone_mode=False)
    found = json.loads((release / "context.json").read_text())["reinterviews"]["sipas-2026-dot-1"]
    whole = (folder / "reinterviews.json").read_text() + (release / "context.json").read_text()

    assert len(pairs) == 16
    assert set(pairs[0]) == {"first", "second"}
    assert pq.read_table(folder / "responses.parquet").num_rows == 16  # The second interviews are not among them.
    assert found["overall"]["base"] == 16 * len(RATINGS)
    assert found["overall"]["equal"] == pytest.approx(75, abs=3)
    assert "Lê Thị An" not in whole


def test_without_second_interviews_the_page_says_where_they_come_from(console_app: Flask) -> None:
    make_staff(console_app, "manager")
    with console_app.app_context():
        factories.make_wave(database.session())
        database.session().commit()

    assert "Không có phúc tra" in Staff(console_app, "manager@example.vn").get(PAGE).text
