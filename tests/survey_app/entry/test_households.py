"""Officers' forms of drawn households: how many grown-ups live there is printed, typed twice and weighs the answer."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.models import Case, PaperSheet, Plan, Response, Wave
from tests.staff import Staff, make_staff
from tests.survey_app.entry.office import GOOD, make_batch, serials, type_sheet, typists
from tests.survey_app.paper import printed

WORDS = "Số người lớn sống ở hộ"
SHEET = {**GOOD, "_case": "7", "_grown_ups": "3"}


@pytest.fixture
def office(console_app: Flask) -> Flask:
    make_batch(console_app, officers=True)
    with console_app.app_context():
        session = database.session()
        drawn = {"state": "drawn", "commitment": "ab" * 32, "public_number": "012345"}
        session.add(Plan(wave_id=session.scalars(sa.select(Wave.id)).one(), frame_kind="households", **drawn))
        session.commit()
    return console_app


def look(app: Flask, *what: Any) -> list[Any]:
    with app.app_context():
        return [tuple(row) for row in database.session().execute(sa.select(*what))]


def test_the_count_is_kept_with_the_answer(office: Flask) -> None:
    first, second, _ = typists(office)
    page = first.get(f"/field/paper/batches/1/sheets/{serials(1)[0]}").text
    type_sheet(first, SHEET)
    before = look(office, Case.eligible)
    type_sheet(second, SHEET)

    assert WORDS in page
    assert set(before) == {(None,)}
    assert [row for row in look(office, Case.number, Case.eligible) if row[1]] == [(7, 3)]
    assert len(look(office, Response.id)) == 1


@pytest.mark.parametrize("count", ["", "0", "31", "x"])
def test_a_sheet_without_a_count_is_not_kept(office: Flask, count: str) -> None:
    (first,) = typists(office, 1)
    page = type_sheet(first, {**SHEET, "_grown_ups": count})

    assert page.status_code == 422
    assert "Nhập số người lớn sống ở hộ" in page.text
    assert look(office, PaperSheet.id) == []


def test_another_count_is_decided_by_a_third_person(office: Flask) -> None:
    first, second, third = typists(office)
    type_sheet(first, SHEET)
    type_sheet(second, {**SHEET, "_grown_ups": "5"})
    page = third.get("/field/paper/sheets/1").text
    third.post("/field/paper/sheets/1", **{"_pick._grown_ups": "second"})

    assert WORDS in page
    assert [row for row in look(office, Case.number, Case.eligible) if row[1]] == [(7, 5)]


def test_a_household_counted_before_is_not_counted_otherwise(office: Flask) -> None:
    with office.app_context():
        session = database.session()
        session.execute(sa.update(Case).where(Case.number == 7).values(eligible=4))
        session.commit()
    (first,) = typists(office, 1)
    refused = type_sheet(first, SHEET)
    taken = type_sheet(first, {**SHEET, "_grown_ups": "4"})

    assert "Lần đầu đã đếm 4 người lớn" in refused.text
    assert (refused.status_code, taken.status_code) == (422, 302)


def test_only_the_form_of_households_asks_for_it(office: Flask) -> None:
    make_staff(office, "manager")
    manager = Staff(office, "manager@example.vn")
    words = {}
    for mode in ("paper_officer", "paper_self"):
        query = f"point=&mode={mode}&variant=full&language=vi&large=0&copies=1&two_sided=0"
        made = manager.get(f"/manage/waves/sipas-2026-dot-1/paper.pdf?{query}")
        words[mode] = " ".join(page.text for page in printed.pages(made.data))

    assert WORDS in words["paper_officer"]
    assert WORDS not in words["paper_self"]
