"""Progress against the plan: every number worked by hand, on both databases, on the page and in the file."""

import csv
import io
from datetime import date
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.fieldwork import counting
from survey_app.models import Case, Unit, User, Wave
from tests import factories
from tests.staff import Staff, make_staff, signed_in
from tests.survey_app.fieldwork.running import WAVE, answer, day, make_running


def test_units_officers_and_days_stand_against_the_plan(app_on_any_database: Flask) -> None:
    make_running(app_on_any_database)
    session = database.session()
    found = counting.field_of(session, session.get_one(Wave, 1), day(23))
    units = {line.code: line for line in found.units}
    officers = {line.name: line for line in found.officers}

    # By the 23rd: the four of the 20th, the reserve with their day; of case 6 without a day 23/30, which is none yet.
    assert (found.total.cases, found.total.reserves, found.total.due) == (6, 1, 5)
    assert (found.total.closed, found.total.answered, found.total.behind) == (3, 2, 2)
    assert (units["15520"].due, units["15520"].closed, units["15520"].attempts) == (5, 3, 2)
    assert (units["15523"].due, units["15523"].to_visit) == (0, 2)
    assert units["15520"].table.counts == {"complete": 2, "refused": 1, "being_tried": 1, "not_attempted": 1}
    assert units["15520"].rates["RR1"] == pytest.approx(2 / 5)
    assert units["15520"].rates["RR5"] == pytest.approx(2 / 4)
    assert list(officers) == ["an@example.vn", "binh@example.vn", ""]
    assert (officers["an@example.vn"].answered, officers[""].cases) == (2, 1)
    assert sum(line.in_use for line in found.officers) == sum(line.in_use for line in found.units) == 7


def test_days_hold_what_was_planned_and_done_and_which_were_empty(app_on_any_database: Flask) -> None:
    make_running(app_on_any_database)
    session = database.session()
    again = session.get_one(Case, 8)
    answer(session, again, day(22))  # A second interview is no answer of the sample.
    found = counting.field_of(session, session.get_one(Wave, 1), day(22))
    days = {one.day: one for one in found.days}

    assert list(days) == [day(number) for number in range(1, 23)]
    assert (days[day(20)].planned, days[day(20)].answers, days[day(20)].attempts) == (5, 2, 1)
    assert (days[day(21)].attempts, days[day(21)].answers_so_far) == (1, 2)
    assert [one.day for one in found.idle_days] == [day(number) for number in (*range(1, 20), 22)]
    assert sum(one.planned for one in found.days) == found.total.due


def test_after_the_last_day_everything_is_expected(app: Flask) -> None:
    make_running(app)
    session = database.session()
    found = counting.field_of(session, session.get_one(Wave, 1), date(2026, 12, 24))

    assert found.total.due == found.total.in_use == found.days[-1].planned_so_far
    assert found.days[-1].day == day(30)


def test_rows_add_up_to_the_total_and_nobody_is_late_on_the_first_day(app_on_any_database: Flask) -> None:
    """Seven communes with three cases each and no day: fourteen come due by the twentieth, of each commune as many."""
    officers = [make_staff(app_on_any_database, "officer", f"{name}@example.vn") for name in ("an", "binh")]
    with app_on_any_database.app_context():
        session = database.session()
        wave = factories.make_wave(session)
        for number in range(21):
            unit = session.scalar(sa.select(Unit).where(Unit.code == f"1552{number // 3}"))
            unit = unit or factories.make_unit(session, f"1552{number // 3}")
            factories.make_case(session, wave, unit, number + 1, officer_id=officers[number % 2])
        session.commit()
        found = [counting.field_of(session, wave, day(number)) for number in range(1, 31)]

    assert [one.total.due for one in found] == [int(21 * number / 30) for number in range(1, 31)]
    for one in found:
        assert {sum(line.due for line in lines) for lines in (one.units, one.officers)} == {one.total.due}
        assert max(line.due for line in one.units) - min(line.due for line in one.units) <= 1
    assert (found[0].total.behind, found[1].total.behind, found[29].total.behind) == (0, 0, found[28].total.due)
    assert all(
        earlier.due <= later.due
        for one, other in pairwise(found)
        for earlier, later in zip(one.units, other.units, strict=True)
    )


def test_the_page_and_its_files_say_the_same(console_app: Flask) -> None:
    make_running(console_app)
    manager = signed_in(console_app, "manager")
    page = manager.get(f"{WAVE}/field").text
    units = list(csv.DictReader(io.StringIO(manager.get(f"{WAVE}/field/units.csv").data.decode("utf-8-sig"))))
    days = list(csv.DictReader(io.StringIO(manager.get(f"{WAVE}/field/days.csv").data.decode("utf-8-sig"))))

    assert "3 trên 5 trường hợp đã xong" in page
    assert "chậm 2 so với kế hoạch" in page
    assert [row["code"] for row in units] == ["15520", "15523"]
    assert (units[0]["answered"], units[0]["refused"], units[0]["RR1"]) == ("2", "1", "40.0")
    assert sum(int(row["answers"]) for row in days) == 2
    assert manager.get(f"{WAVE}/field/answers.csv").status_code == 404


def test_an_officers_name_cannot_run_in_a_spreadsheet(console_app: Flask) -> None:
    an, _binh = make_running(console_app)
    with console_app.app_context():
        session = database.session()
        session.get_one(User, an).name = '=HYPERLINK("http://x")'
        session.commit()
    manager = signed_in(console_app, "manager")

    assert "'=HYPERLINK" in manager.get(f"{WAVE}/field/officers.csv").data.decode("utf-8-sig")


def test_a_wave_without_cases_says_what_to_do(console_app: Flask) -> None:
    make_staff(console_app, "manager")
    with console_app.app_context():
        factories.make_wave(database.session())
        database.session().commit()
    manager = Staff(console_app, "manager@example.vn")
    page = manager.get(f"{WAVE}/field").text

    assert f'href="{WAVE}/plan"' in page
    assert f'href="{WAVE}/cases"' in page
    assert manager.get(f"{WAVE}/field/units.csv").status_code == 404
