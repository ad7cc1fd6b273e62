"""A household that a tablet asked: the first count of its grown-ups stays, and none or another one waits."""

import json
from typing import Any

import pytest

from benchmarks.tablet_client import Tablet
from survey_app import database
from survey_app.casework import persons
from survey_app.models import Case, Plan, Response
from tests.staff import make_staff, signed_in
from tests.survey_app.field.tablets import ANSWERS, Office, any_office

__all__ = ["any_office"]


def states(receipts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(receipt["state"], receipt["reason"]) for receipt in receipts]


@pytest.fixture
def households(any_office: Office) -> Office:
    """The same office, whose wave drew households; case 12 asks that of case 1 again."""
    with any_office.app.app_context():
        session = database.session()
        drawn = {"state": "drawn", "commitment": "ab" * 32, "public_number": "012345"}
        session.add(Plan(wave_id=session.get_one(Case, 1).wave_id, frame_kind="households", **drawn))
        again = session.get_one(Case, 12)
        again.reinterview_of_id, again.officer_id = 1, None
        session.commit()
    return any_office


def second_tablet(households: Office) -> Tablet:
    """Of another officer, who holds the second interview."""
    binh = make_staff(households.app, "officer", "binh@example.vn")
    with households.app.app_context():
        session = database.session()
        session.get_one(Case, 12).officer_id = binh
        session.commit()
    return households.tablet(officer_id=binh)


def test_the_first_count_of_a_household_stays(households: Office) -> None:
    tablet = households.tablet()
    again = second_tablet(households)
    for case, eligible in ((1, 4), (2, None), (3, 31)):
        tablet.append(households.interview(tablet, case, eligible=eligible))
    for eligible in (3, 4):
        again.append(households.interview(again, 12, eligible=eligible))
    other_answers = {"eligible": 5, "answers": ANSWERS | {"A1.1": ["9"]}}
    tablet.append(households.interview(tablet, 4, **other_answers))
    tablet.append(households.interview(tablet, 4, eligible=2))

    assert states(tablet.send_entries()) == [
        ("taken", ""),
        ("waiting", "no_count"),
        ("waiting", "unreadable"),
        ("waiting", "bad_answers"),
        ("waiting", "other_count"),
    ]
    assert states(again.send_entries()) == [("waiting", "other_count"), ("taken", "")]
    assert sorted(households.look(Response.case_id)) == [1, 12]
    counted = dict(households.look(Case.id, Case.eligible))
    assert {case: counted[case] for case in (1, 2, 3, 4, 12)} == {1: 4, 2: None, 3: None, 4: 5, 12: None}


def test_a_mistyped_count_is_corrected_once_with_trace(households: Office) -> None:
    tablet = households.tablet()
    wrong = {"answers": ANSWERS | {"A1.1": ["9"]}}
    for case, said in (
        (1, {"eligible": 5, "first_count": 4}),  # Corrected before anything was sent.
        (2, {"eligible": 4, **wrong}),
        (2, {"eligible": 5, "first_count": 4}),  # The office had the first count of an interview that waits.
        (3, {"eligible": 4, **wrong}),
        (3, {"eligible": 5, "first_count": 3}),  # Names another first count.
    ):
        tablet.append(households.interview(tablet, case, **said))
    again = second_tablet(households)  # The first interview has been held: the count stays.
    again.append(households.interview(again, 12, eligible=6, first_count=5))

    assert states(tablet.send_entries()) == [
        ("taken", ""),
        ("waiting", "bad_answers"),
        ("taken", ""),
        ("waiting", "bad_answers"),
        ("waiting", "other_count"),
    ]
    assert states(again.send_entries()) == [("waiting", "case_taken")]
    counted = dict(households.look(Case.id, Case.eligible))
    assert {case: counted[case] for case in (1, 2, 3)} == {1: 5, 2: 5, 3: 4}
    kept = {
        case: json.loads(text)["first_count"] for case, text in households.look(Response.case_id, Response.paradata)
    }
    assert kept == {1: 4, 2: 4}


def test_a_household_that_nobody_counted_is_taken_once_the_officer_has(households: Office) -> None:
    tablet = households.tablet()
    tablet.append(households.interview(tablet, 2))
    tablet.send_entries()
    still = states(tablet.again([1]))
    with households.app.app_context():
        session = database.session()
        persons.count(session, session.get_one(Case, 2), 3)
        session.commit()

    assert still == [("waiting", "no_count")]
    assert states(tablet.again([1])) == [("taken", "")]


def test_a_case_that_has_an_answer_is_counted_no_more(households: Office) -> None:
    """What was counted afterwards would change the weight of who was asked."""
    households.change(Plan, frame_kind="dossiers")
    tablet = households.tablet()
    tablet.append(households.interview(tablet, 2, eligible=7))
    first = states(tablet.send_entries())
    households.change(Plan, frame_kind="households")
    tablet.append(households.interview(tablet, 2, eligible=4))

    assert (first, states(tablet.send_entries(tablet.entries[1:]))) == ([("taken", "")], [("waiting", "case_taken")])
    assert dict(households.look(Case.id, Case.eligible))[2] is None


def test_a_manager_reads_both_counts(households: Office) -> None:
    tablet, again = households.tablet(), second_tablet(households)
    for case, eligible in ((1, 4), (2, None)):
        tablet.append(households.interview(tablet, case, eligible=eligible))
    again.append(households.interview(again, 12, eligible=3))
    tablet.send_entries()
    again.send_entries()
    manager = signed_in(households.app, "manager")
    other, none = (
        manager.get(f"/manage/devices/{code}/entries/{seq}").text for code, seq in ((again.code, 1), (tablet.code, 2))
    )

    assert "lần này 3, lần đầu 4" in other
    assert "Lần đầu đã đếm một số người lớn khác" in other
    assert "Chưa đếm số người lớn của hộ" in none
