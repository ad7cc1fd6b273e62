"""Where to go next: the order worked by hand; the officer sees only the own round, on the page, by command, as CSV."""

import csv
import io
import re
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from survey_app import accounts, database
from survey_app.casework import cases
from survey_app.commands import cli
from survey_app.fieldwork import where_next
from survey_app.models import Case, Wave
from tests import factories
from tests.staff import Staff, make_staff, signed_in
from tests.survey_app.fieldwork.running import WAVE, day, make_running


def numbers(rounds: list[where_next.Round]) -> dict[str, list[int]]:
    return {one.officer: [visit.case.number for stop in one.stops for visit in stop.visits] for one in rounds}


def test_rounds_hold_who_is_to_be_visited_by_officer(app_on_any_database: Flask) -> None:
    make_running(app_on_any_database)
    session = database.session()
    found = where_next.rounds(session, session.get_one(Wave, 1), day(24), set())
    an = found[0].stops[0]

    # 7 stands in for 3, which refused; of two of the same day the one not tried yet comes first. 8 asks case 1 again.
    assert numbers(found) == {"an@example.vn": [7, 4], "binh@example.vn": [5, 8], "": [6]}
    assert [visit.untried for visit in an.visits] == [cases.PARTS, ("afternoon", "evening")]
    assert an.overdue == 2


def test_overdue_comes_first_then_lagging_communes_then_the_planned_day(app: Flask) -> None:
    session = database.session()
    wave, officer = factories.make_wave(session), None
    units = [factories.make_unit(session, f"1552{place}") for place in range(5)]
    planned = [day(26), day(25), day(27), day(20), None]
    for number, (unit, on) in enumerate(zip(units, planned, strict=True), 1):
        factories.make_case(session, wave, unit, number, planned_day=on, officer_id=officer)
    before = where_next.rounds(session, wave, day(24), set())
    lagging = where_next.rounds(session, wave, day(24), {"15522", "15523"})

    assert numbers(before) == {"": [4, 2, 1, 3, 5]}
    assert numbers(lagging) == {"": [4, 3, 2, 1, 5]}


def test_a_long_list_ends_with_whole_places_and_says_what_follows(console_app: Flask) -> None:
    officer = signed_in(console_app, "officer")
    with console_app.app_context():
        session = database.session()
        wave = factories.make_wave(session)
        for place in range(3):
            unit = factories.make_unit(session, f"1552{place}")
            for number in range(place * 30 + 1, place * 30 + 31):
                factories.make_case(session, wave, unit, number, officer_id=1)
        session.commit()
    page = officer.get("/field/next").text
    whole = officer.get("/field/next?all=1").text

    assert (page.count('href="/field/cases/'), whole.count('href="/field/cases/')) == (60, 90)
    assert "Còn 1 nơi nữa, với 30 trường hợp." in page
    assert "all=1" in page
    assert "nơi nữa" not in whole
    assert officer.get("/field/next.csv").text.count("\n") == 91


def test_officers_stand_by_name_ten_on_a_page_and_last_whom_nobody_has(app_on_any_database: Flask) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session, "15520")
    named = ("Đỗ Tám", "Dương Hai", "Ánh Ba", "An Tư", "")
    for number, name in enumerate(named, 1):
        person = accounts.add_user(session, f"o{number}@example.vn", "a password for the test", ("officer",))
        person.name = name
        factories.make_case(session, wave, unit, number, officer_id=person.id)
    factories.make_case(session, wave, unit, 9)
    query = where_next.officers(wave).order_by(*where_next.BY_NAME["officer"])
    ids, names = zip(*session.execute(query), strict=True)

    assert names == ("An Tư", "Ánh Ba", "Dương Hai", "Đỗ Tám", "o5@example.vn", None)
    whole = where_next.rounds(session, wave, day(24), set())
    assert [one.officer for one in whole] == [name or "" for name in names]
    few = where_next.rounds(session, wave, day(24), set(), [ids[3], None])
    assert numbers(few) == {"Đỗ Tám": [1], "": [9]}


def test_a_second_page_goes_on_where_the_first_ends(console_app: Flask) -> None:
    ids = [make_staff(console_app, "officer", f"o{number:02}@example.vn") for number in range(12)]
    manager = signed_in(console_app, "manager")
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session, "15520")
        for number, officer in enumerate((*ids, None), 1):
            factories.make_case(session, wave, unit, number, officer_id=officer)
        session.commit()
    first, second = (re.findall(r"Trường hợp (\d+)", manager.get(f"{WAVE}/next?page={page}").text) for page in (1, 2))

    assert first == [str(number) for number in range(1, 11)]
    assert second == ["11", "12", "13"]


def test_a_second_interview_waits_for_the_first(app: Flask) -> None:
    make_running(app)
    session = database.session()
    session.get_one(Case, 1).disposition = "refused"
    found = where_next.rounds(session, session.get_one(Wave, 1), day(24), set())

    assert numbers(found)["binh@example.vn"] == [5]


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_page_file_and_command_agree(console_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_running(console_app)
    manager = signed_in(console_app, "manager")
    page = manager.get(f"{WAVE}/next?day=2026-11-24").text
    file = read(manager.get(f"{WAVE}/next.csv?day=2026-11-24").get_data(as_text=True))
    settings = console_app.config["SETTINGS"]
    monkeypatch.setenv("INSTANCE", str(settings.instance))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    said = CliRunner().invoke(cli, ["wave", "next", "sipas-2026-dot-1", "--day", "2026-11-24"])
    of_an = CliRunner().invoke(cli, ["wave", "next", "sipas-2026-dot-1", "--officer", "an@example.vn"])
    nobody = CliRunner().invoke(cli, ["wave", "next", "sipas-2026-dot-1", "--officer", "x@example.vn"])

    assert page.index("Trường hợp 7") < page.index("Trường hợp 4") < page.index("Trường hợp 5")
    assert "2 quá hạn" in page
    assert [row["case"] for row in file] == ["7", "4", "5", "8", "6"]
    assert file[1]["not_tried"] == "afternoon evening"
    assert read(said.output) == file
    assert [row["case"] for row in read(of_an.output)] == ["7", "4"]
    assert nobody.exit_code == 1
    assert "hailong user list" in nobody.output


def test_an_officer_sees_the_own_round_only(console_app: Flask) -> None:
    make_running(console_app)
    officer = Staff(console_app, "binh@example.vn")
    page: Any = officer.get("/field/next").text
    file = read(officer.get("/field/next.csv").get_data(as_text=True))

    assert "24/11/2026" in page  # Tomorrow.
    assert 'href="/field/cases/5"' in page
    assert "an@example.vn" not in page
    assert [row["case"] for row in file] == ["5", "8"]


def test_an_officer_without_anybody_to_visit_is_told_so(console_app: Flask) -> None:
    assert "Không còn ai cần đến gặp" in signed_in(console_app, "officer").get("/field/next").text
