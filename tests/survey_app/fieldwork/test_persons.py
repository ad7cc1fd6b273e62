"""Whom an officer asks in a household: chosen by the draw with equal chances, counted once, weighed in the extract."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from flask import Flask
from scipy import stats

from survey_app import clock, database, extract
from survey_app.casework import persons
from survey_app.models import Case, Plan, Survey
from tests import factories
from tests.staff import Staff, csrf_in, make_staff
from tests.survey_app.answer.conftest import GOOD, token_in
from tests.survey_app.fieldwork.running import answer, day

SEAL, NUMBER = "ab" * 32, "012345"


@pytest.mark.parametrize("eligible", [2, 3, 4, 7])
def test_everybody_in_a_household_has_the_same_chance(eligible: int) -> None:
    """Over 12,000 cases the places are even (chi-square), and no neighbour's place tells the next one."""
    found = [persons.place(SEAL, NUMBER, number, eligible) for number in range(1, 12_001)]
    each = Counter(found)
    pairs = Counter(zip(found[::2], found[1::2], strict=True))

    assert set(each) == set(range(1, eligible + 1))
    assert stats.chisquare([each[one] for one in sorted(each)]).pvalue > 1e-3
    assert stats.chisquare([pairs[one] for one in sorted(pairs)]).pvalue > 1e-3
    assert persons.place(SEAL, NUMBER, 5, 1) == 1


def test_anybody_can_reckon_it_from_what_was_published() -> None:
    digest = hashlib.sha256(f"{SEAL}:{NUMBER}:person:17:4".encode()).hexdigest()

    assert persons.place(SEAL, NUMBER, 17, 4) == int(digest, 16) % 4 + 1
    other = [persons.place(SEAL, "543210", number, 4) for number in range(50)]
    assert other != [persons.place(SEAL, NUMBER, number, 4) for number in range(50)]


@pytest.fixture
def officer(console_app: Flask) -> Staff:
    """Case 1 is a household; case 2 asks it again, by somebody else."""
    ids = [make_staff(console_app, "officer", f"{name}@example.vn") for name in ("an", "binh")]
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        drawn = {"state": "drawn", "commitment": SEAL, "public_number": NUMBER}
        session.add(Plan(wave_id=wave.id, frame_kind="households", **drawn))
        factories.make_case(session, wave, unit, 1, officer_id=ids[0], weight=10.0)
        factories.make_case(session, wave, unit, 2, officer_id=ids[1], reinterview_of_id=1)
        session.commit()
    return Staff(console_app, "an@example.vn")


def eligible(app: Flask, number: int = 1) -> Any:
    with app.app_context():
        return database.session().scalar(sa.select(Case.eligible).where(Case.number == number))


def test_the_interview_begins_only_when_the_grown_ups_were_counted(console_app: Flask, officer: Staff) -> None:
    early, page = officer.get("/field/cases/1/answer"), officer.get("/field/cases/1").text
    wrong = [
        officer.post("/field/cases/1/person", eligible=text, follow=True).text for text in ("0", "31", "nhiều", "")
    ]
    officer.post("/field/cases/1/person", eligible="4")
    told = officer.get("/field/cases/1").text

    assert early.status_code == 302
    assert "/field/cases/1/answer" not in page
    assert all("từ 1 đến 30" in text for text in wrong)
    assert f"người ở vị trí thứ {persons.place(SEAL, NUMBER, 1, 4)}, tính từ người nhiều tuổi nhất" in told
    assert officer.get("/field/cases/1/answer").status_code == 200


@pytest.mark.parametrize("good", [True, False])
def test_a_form_sent_without_the_count_is_not_kept_and_gets_no_token(
    console_app: Flask, officer: Staff, good: bool
) -> None:
    """`good`: the form was open before the household had to be counted."""
    officer.post("/field/cases/1/person", eligible="4")
    page = officer.get("/field/cases/1/answer").text
    with console_app.app_context():
        database.session().execute(sa.update(Case).values(eligible=None))
        database.session().commit()
    fields = {"csrf_token": csrf_in(page), "token": token_in(page) if good else "xyz", **GOOD, "comment": "còn đây"}
    sent = officer.client.post("/field/cases/1/answer", data=fields)

    assert sent.status_code == 409
    assert "còn đây" in sent.text
    assert "đếm số người lớn" in sent.text
    assert token_in(sent.text) == fields["token"]


def test_who_is_asked_cannot_be_changed_by_counting_again(console_app: Flask, officer: Staff) -> None:
    officer.post("/field/cases/1/person", eligible="4")
    again = officer.post("/field/cases/1/person", eligible="3", follow=True).text

    assert eligible(console_app) == 4
    assert "đã được đếm" in again
    assert 'name="eligible"' not in again


def test_a_second_interview_asks_the_same_person_and_counts_nobody_anew(console_app: Flask, officer: Staff) -> None:
    officer.post("/field/cases/1/person", eligible="4")
    other = Staff(console_app, "binh@example.vn")
    other.post("/field/cases/2/person", eligible="2")

    assert (eligible(console_app, 1), eligible(console_app, 2)) == (4, None)
    assert f"thứ {persons.place(SEAL, NUMBER, 1, 4)}," in other.get("/field/cases/2").text
    assert other.get("/field/cases/2/answer").status_code == 200


def test_the_weight_of_the_case_counts_as_often_as_there_are_grown_ups(
    console_app: Flask, officer: Staff, tmp_path: Path
) -> None:
    officer.post("/field/cases/1/person", eligible="4")
    with console_app.app_context():
        session = database.session()
        answer(session, session.get_one(Case, 1), day(23))
        session.commit()
        extract.write(session, session.scalars(sa.select(Survey)).one(), tmp_path / "out", clock.now())

    assert pq.read_table(tmp_path / "out" / "responses.parquet")["weight"].to_pylist() == [40.0]


def test_other_frames_ask_whom_they_drew(console_app: Flask, officer: Staff) -> None:
    with console_app.app_context():
        session = database.session()
        session.scalars(sa.select(Plan)).one().frame_kind = "dossiers"
        session.commit()

    assert 'name="eligible"' not in officer.get("/field/cases/1").text
    assert officer.get("/field/cases/1/answer").status_code == 200
    officer.post("/field/cases/1/person", eligible="4")
    assert eligible(console_app) is None
