"""A kiosk's journal: anonymous at the office. What is stored does not depend on who came in which order.

The same answers in another order, sent as one batch, must leave an equal database: every cell, the place of every row
(ctid) and who was written before whom (xmin). What is random anyway (ids, hashes, codes) is left out or counted only.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from survey_app import database
from survey_app.clock import local_day
from survey_app.models import CollectionPoint, DeviceEntry, Response
from survey_app.proofs import visits
from tests.conftest import make_app, new_postgres_database
from tests.survey_app.answer.test_unlinkable import everything
from tests.survey_app.field.tablets import ANSWERS, POINT, Office, any_office, office

__all__ = ["any_office", "office"]
# What each of eight people says, and the random id that their form was given.
PEOPLE = [(UUID(int=number * 7919 % 8 << 100 | number), str(1 + number % 5)) for number in range(8)]
ARRIVALS = [3, 0, 7, 1, 6, 2, 5, 4]


def answers(given: str) -> dict[str, list[str]]:
    return ANSWERS | {"A1.1": [given]}


@pytest.fixture
def fill(tmp_path: Path, postgres_server: str) -> Callable[[list[int]], dict[str, list[Any]]]:
    """What a database holds after the people came in an order; without the columns that are random or hashes."""

    def run(order: list[int]) -> dict[str, list[Any]]:
        folder = tmp_path / "-".join(map(str, order))
        folder.mkdir()
        app = make_app(folder, new_postgres_database(postgres_server))
        office = Office(app)
        kiosk = office.tablet("kiosk")
        for place in order:
            response_id, given = PEOPLE[place]
            kiosk.append(office.kiosk_answer(kiosk, id=response_id, answers=answers(given)))
        assert {one["state"] for one in kiosk.send_entries()} == {"taken"}
        with app.app_context():
            found = everything(database.session())
        app.extensions["engine"].dispose()
        del found["account"]
        found["device"] = [len(found["device"])]
        found["device_entry"] = [(row[0], row[1], *row[3:5], *row[6:]) for row in found["device_entry"]]
        return found

    return run


def test_nothing_stored_tells_in_which_order_people_came(fill: Callable[[list[int]], dict[str, list[Any]]]) -> None:
    one, other = fill(ARRIVALS), fill(sorted(ARRIVALS))

    assert len(one["response"]) == len(PEOPLE)
    assert {name: one[name] == other[name] for name in one} == dict.fromkeys(one, True)


def test_the_comparison_would_see_another_answer(fill: Callable[[list[int]], dict[str, list[Any]]]) -> None:
    one, other = fill(ARRIVALS), fill([3, 0, 7, 1, 6, 2, 5])

    assert {name for name in one if one[name] != other[name]} == {"response", "device_entry"}


def test_responses_of_a_batch_lie_in_the_order_of_their_ids(any_office: Office) -> None:
    kiosk = any_office.tablet("kiosk")
    for place in ARRIVALS:
        kiosk.append(any_office.kiosk_answer(kiosk, id=PEOPLE[place][0], answers=answers(PEOPLE[place][1])))
    kiosk.send_entries()
    stored = any_office.look(Response.id)

    assert stored == sorted(stored)
    assert any_office.look(DeviceEntry.sealed, DeviceEntry.came_at, DeviceEntry.clock_off) == [(None, None, None)] * 8
    assert set(any_office.look(Response.mode, Response.case_id, Response.paradata)) == {("kiosk", None, None)}


def test_what_waited_lies_in_the_order_of_the_ids_too_when_it_is_taken(any_office: Office) -> None:
    kiosk = any_office.tablet("kiosk")
    for place in ARRIVALS:
        kiosk.append(any_office.kiosk_answer(kiosk, id=PEOPLE[place][0], answers=answers(PEOPLE[place][1])))
    any_office.change(CollectionPoint, code="K7QF3MX")
    assert {one["reason"] for one in kiosk.send_entries()} == {"unknown_case"}
    any_office.change(CollectionPoint, code=POINT)

    assert [one["state"] for one in kiosk.again(range(1, 9))] == ["taken"] * 8
    stored = any_office.look(Response.id)
    assert stored == sorted(stored)


def test_a_visit_code_proves_one_visit_and_costs_nothing_when_it_is_bad(office: Office) -> None:
    kiosk = office.tablet("kiosk")
    key = visits.point_key("token key of the tests", POINT)
    good, old = (visits.new_code(key, "H", day) for day in (local_day(office.at), date(2026, 9, 1)))
    for proof in (good, good, old, "nonsense", ""):
        kiosk.append(office.kiosk_answer(kiosk, proof=proof, mode="visit_code" if proof else "kiosk"))
    receipts = kiosk.send_entries()

    assert [receipt["state"] for receipt in receipts] == ["taken"] * 5
    assert sorted(office.look(Response.mode)) == ["kiosk"] * 4 + ["visit_code"]


def test_a_kiosk_speaks_for_its_own_point_only(office: Office) -> None:
    kiosk, tablet = office.tablet("kiosk"), office.tablet()
    kiosk.append(office.kiosk_answer(kiosk, point="K7QF3MX"))
    kiosk.append(office.interview(kiosk, 1))
    tablet.append(office.kiosk_answer(tablet))

    assert [(one["state"], one["reason"]) for one in kiosk.send_entries()] == [("waiting", "unknown_case")] * 2
    assert [(one["state"], one["reason"]) for one in tablet.send_entries()] == [("waiting", "unknown_case")]
    assert office.look(sa.func.count(Response.id)) == [0]
