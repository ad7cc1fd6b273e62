"""Cases go to officers by place; attempts, reserves and second interviews keep the plan's rules."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.casework import cases
from survey_app.models import Case, CaseAttempt, Plan
from tests import factories
from tests.staff import Staff, make_staff

CASES = "/manage/waves/sipas-2026-dot-1/cases"
DAY = date(2026, 11, 20)


@pytest.fixture
def people(console_app: Flask) -> tuple[int, int]:
    """Two officers; of two PSUs cases 1 to 4, reserves 5 to 7, and 8 asks the person of case 1 again."""
    make_staff(console_app, "manager")
    ids = make_staff(console_app, "officer", "an@example.vn"), make_staff(console_app, "officer", "binh@example.vn")
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        for number, psu, reserve in (
            (1, "a", 0),
            (2, "a", 0),
            (3, "b", 0),
            (4, "b", 0),
            (5, "a", 2),
            (6, "a", 1),
            (7, "b", 1),
        ):
            factories.make_case(session, wave, unit, number, psu=psu, reserve=reserve)
        factories.make_case(session, wave, unit, 8, psu="a", reinterview_of_id=1)
        session.commit()
    return ids


@pytest.fixture
def look(console_app: Flask) -> Callable[[Callable[[Session], Any]], Any]:
    def ask(query: Callable[[Session], Any]) -> Any:
        with console_app.app_context():
            return query(database.session())

    return ask


def officer_of(number: int) -> Callable[[Session], Any]:
    return lambda session: session.get_one(Case, number).officer_id


def test_places_are_given_with_their_day_and_nobody_asks_the_same_person_twice(
    console_app: Flask, people: tuple[int, int], look: Any
) -> None:
    manager, (an, binh) = Staff(console_app, "manager@example.vn"), people
    unit = look(lambda session: session.get_one(Case, 1).unit_id)
    given = manager.post(CASES, place=[f"{unit}|a"], officer=str(an), day="2026-11-25")
    same = manager.post(CASES, place=[f"{unit}|a"], officer=str(an), again="1")
    told = manager.get(same.location).text
    other = manager.post(CASES, place=[f"{unit}|a"], officer=str(binh), again="1")
    nobody = manager.post(CASES, place=["99|a"], officer=str(binh))

    assert given.status_code == other.status_code == 302
    assert [look(officer_of(number)) for number in range(1, 9)] == [an, an, None, None, None, None, None, binh]
    assert look(lambda session: session.get_one(Case, 1).planned_day) == date(2026, 11, 25)
    assert "không ai hỏi cùng một người hai lần" in told
    assert "Hãy chọn ít nhất một nơi" in manager.get(nobody.location).text
    assert "an@example.vn" in manager.get(CASES).text
    assert "binh@example.vn" in manager.get(f"{CASES}?again=1").text


@pytest.fixture
def officer(console_app: Flask, people: tuple[int, int]) -> Staff:
    """An, who has the cases of both PSUs."""
    with console_app.app_context():
        session = database.session()
        for number in (1, 2, 3, 4):
            session.get_one(Case, number).officer_id = people[0]
        session.commit()
    return Staff(console_app, "an@example.vn")


def note(officer: Staff, number: int, outcome: str, day: str = "2026-11-20", part: str = "morning") -> Any:
    return officer.post(f"/field/cases/{number}/disposition", disposition=outcome, day=day, part=part)


def test_three_attempts_at_different_times_make_a_case_not_reached(officer: Staff, look: Any) -> None:
    found = []
    for day, part in (("20", "morning"), ("20", "morning"), ("21", "morning"), ("21", "evening")):
        note(officer, 1, "not_contacted", f"2026-11-{day}", part)
        found.append(look(lambda session: session.get_one(Case, 1).disposition))
    page = officer.get("/field/cases/1").text

    assert found == ["open", "open", "open", "not_contacted"]
    assert page.count(": không gặp") == 4
    assert "trường hợp 6" in page
    assert look(lambda session: session.query(CaseAttempt).count()) == 4


def test_a_visit_tomorrow_is_none(officer: Staff, look: Any) -> None:
    note(officer, 1, "refused", "2026-11-24")

    assert look(lambda session: session.get_one(Case, 1).disposition) == "open"


def test_the_next_reserve_of_the_place_takes_a_cases_place_once(officer: Staff, people: Any, look: Any) -> None:
    early = officer.post("/field/cases/1/replace")
    stays = officer.post("/field/cases/1/replace", follow=True).text
    for number in (1, 2, 3):
        note(officer, number, "refused")
    first, second, third = (officer.post(f"/field/cases/{number}/replace") for number in (1, 2, 3))
    again = officer.post("/field/cases/1/replace", follow=True).text
    replaced = look(lambda session: [session.get_one(Case, number).replaces_id for number in (5, 6, 7)])

    assert early.location == "/field/cases/1"
    assert "Không có trường hợp dự phòng" in stays
    assert [one.location for one in (first, second, third)] == [f"/field/cases/{number}" for number in (6, 5, 7)]
    assert replaced == [2, 1, 3]
    assert look(officer_of(6)) == people[0]
    assert "Không có trường hợp dự phòng" in again
    assert officer.get("/field/cases/1/answer").status_code == 302
    note(officer, 1, "open")
    assert look(lambda session: session.get_one(Case, 1).disposition) == "refused"


def test_of_a_list_without_psus_any_reserve_of_the_stratum_serves(app_on_any_database: Flask) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    session.add(Plan(wave_id=wave.id, frame_kind="dossiers", spec='{"stages": [{"unit": "code"}]}'))
    case = factories.make_case(session, wave, unit, 1, psu="AAAA")
    reserve = factories.make_case(session, wave, unit, 2, psu="BBBB", reserve=1)
    factories.make_case(session, wave, unit, 3, psu="CCCC", stratum="other", reserve=1)
    spare = factories.make_case(session, wave, unit, 4, psu="DDDD", reserve=100)
    cases.settle(session, case, "moved", DAY, "evening")

    assert cases.replace(session, case) is reserve
    cases.settle(session, reserve, "refused", DAY, "evening")
    assert cases.next_reserve(session, reserve) is None
    assert spare.replaces_id is None


def test_a_second_interview_has_no_reserve(officer: Staff, people: Any, console_app: Flask, look: Any) -> None:
    with console_app.app_context():
        session = database.session()
        session.get_one(Case, 8).officer_id = people[1]
        session.commit()
    other = Staff(console_app, "binh@example.vn")
    page = other.get("/field/cases/8").text
    note(other, 8, "refused")

    assert "phúc tra" in page
    assert other.post("/field/cases/8/replace").location == "/field/cases/8"
    assert look(lambda session: session.get_one(Case, 6).replaces_id) is None
