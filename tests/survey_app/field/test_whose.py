"""Whose case it is: a tablet answers, ends and counts what its officer holds or held; all else waits for a manager."""

import io
from typing import Any

import pytest
import sqlalchemy as sa

from benchmarks.tablet_client import Refused, Tablet
from survey_app import database
from survey_app.casework import assignments, holders
from survey_app.models import Case, CaseAttempt, Device, DeviceEntry, Plan, Response, Unit, User, Wave
from tests import factories
from tests.staff import Staff, make_staff, signed_in
from tests.survey_app.field.tablets import Office, any_office, office

__all__ = ["any_office", "office"]
WAITS = ("waiting", "other_officer")


def states(receipts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(receipt["state"], receipt["reason"]) for receipt in receipts]


def hand(office: Office, case: int, officer_id: int | None) -> None:
    with office.app.app_context():
        session = database.session()
        holders.give(session, [session.get_one(Case, case)], officer_id, None)
        session.commit()


def ask_again(office: Office, case: int, first: int) -> None:
    """From now on the case is the second interview of the first, and nobody has it yet."""
    with office.app.app_context():
        session = database.session()
        again = session.get_one(Case, case)
        again.reinterview_of_id, again.officer_id = first, None
        session.commit()


def refusal(case: int) -> dict[str, Any]:
    said = {"outcome": "refused", "channel": "visit", "day": "2026-11-23", "part": "morning"}
    return {"kind": "attempt", "case": case, "at": factories.NOON.isoformat(), **said}


@pytest.fixture
def manager(office: Office) -> Staff:
    return signed_in(office.app, "manager")


def other_tablet(office: Office, name: str = "binh") -> tuple[int, Tablet]:
    officer = make_staff(office.app, "officer", f"{name}@example.vn")
    return officer, office.tablet(officer_id=officer)


def test_another_officers_case_waits_untouched_until_it_is_given_to_whoever_asked(any_office: Office) -> None:
    with any_office.app.app_context():
        session = database.session()
        drawn = {"state": "drawn", "commitment": "ab" * 32, "public_number": "012345"}
        session.add(Plan(wave_id=session.get_one(Case, 1).wave_id, frame_kind="households", **drawn))
        session.commit()
    binh, tablet = other_tablet(any_office)
    tablet.append(any_office.interview(tablet, 1, eligible=4))
    tablet.append(refusal(2))
    sent = states(tablet.send_entries())
    untouched = set(any_office.look(Case.disposition, Case.eligible))
    counts = any_office.count(Response), any_office.count(CaseAttempt)
    hand(any_office, 1, binh)
    hand(any_office, 1, any_office.officer_id)  # Who was given it by mistake or for a day may have asked.

    assert (sent, untouched, counts) == ([WAITS, WAITS], {("open", None)}, (0, 0))
    assert states(tablet.again([1, 2])) == [("taken", ""), WAITS]
    assert any_office.look(Response.case_id) == [1]


def test_what_was_collected_before_a_case_went_to_another_counts(any_office: Office) -> None:
    tablet = any_office.tablet()
    tablet.append(any_office.interview(tablet, 1))
    tablet.append(refusal(2))
    binh = make_staff(any_office.app, "officer", "binh@example.vn")
    with any_office.app.app_context():
        session = database.session()
        wave, unit = session.scalars(sa.select(Wave)).one(), session.scalars(sa.select(Unit)).one()
        given = assignments.assign(session, wave, [f"{unit.id}|15520-01"], binh, None, again=False)
        session.commit()

    assert (given, tablet.package()["cases"]) == ((12, 0), [])
    assert states(tablet.send_entries()) == [("taken", ""), ("taken", "")]
    assert sorted(any_office.look(Case.id, Case.disposition))[:3] == [(1, "complete"), (2, "refused"), (3, "open")]


def test_a_manager_takes_one_entry_at_a_time_of_cases_that_were_never_the_officers(
    office: Office, manager: Staff
) -> None:
    _binh, tablet = other_tablet(office)
    for case in (1, 2):
        tablet.append(office.interview(tablet, case))
    tablet.send_entries()
    path = f"/manage/devices/{tablet.code}"
    page = manager.get(f"{path}/entries/1").text
    manager.post(f"{path}/again")
    all_at_once = office.look(DeviceEntry.reason)
    manager.post(f"{path}/again", seq="2")

    assert "chưa bao giờ được giao cho điều tra viên này" in page
    assert "điều tra viên này đã hỏi" in page
    assert all_at_once == ["other_officer"] * 2
    assert office.look(Response.case_id) == [2]
    assert states(tablet.again([1, 2])) == [WAITS, ("taken", "")]


def test_a_revoked_tablet_taken_as_a_whole_brings_no_other_officers_case(office: Office, manager: Staff) -> None:
    binh, tablet = other_tablet(office)
    hand(office, 1, binh)
    office.revoke(tablet.code)
    for case in (1, 2):
        tablet.append(office.interview(tablet, case))
    tablet.send_entries()
    path = f"/manage/devices/{tablet.code}"
    manager.post(f"{path}/again", seq="2")
    first = office.look(Response.case_id)
    manager.post(f"{path}/again", seq="2")

    assert first == [1]
    assert sorted(office.look(Response.case_id)) == [1, 2]


def test_nobody_holds_both_interviews_of_a_person(office: Office, manager: Staff) -> None:
    binh, theirs = other_tablet(office)
    own = office.tablet()
    ask_again(office, 12, first=1)
    hand(office, 12, office.officer_id)
    hand(office, 12, binh)
    hand(office, 1, binh)
    theirs.append(office.interview(theirs, 12))
    early = states(theirs.send_entries())  # The first is still theirs to hold.
    own.append(office.interview(own, 1))
    own.append(office.interview(own, 12))
    sent = states(own.send_entries())
    manager.post(f"/manage/devices/{own.code}/again", seq="2")
    hand(office, 1, None)

    assert early == [("waiting", "same_officer")]
    assert sent == [("taken", ""), ("waiting", "same_officer")]
    assert states(own.again([2])) == [("waiting", "same_officer")]
    assert states(theirs.again([1])) == [("taken", "")]
    assert sorted(office.look(Response.case_id)) == [1, 12]


def test_who_held_the_first_interview_is_given_no_second_one(office: Office) -> None:
    tablet, binh = office.tablet(), make_staff(office.app, "officer", "binh@example.vn")
    tablet.append(office.interview(tablet, 1))
    ask_again(office, 12, first=1)
    hand(office, 1, binh)
    tablet.send_entries()
    with office.app.app_context():
        session = database.session()
        wave, unit = session.scalars(sa.select(Wave)).one(), session.scalars(sa.select(Unit)).one()
        given = assignments.assign(session, wave, [f"{unit.id}|15520-01"], office.officer_id, None, again=True)

    assert given == (0, 1)


def test_a_tablet_keeps_to_the_branch_of_its_account(any_office: Office) -> None:
    tablet = any_office.tablet()
    with any_office.app.app_context():
        session = database.session()
        elsewhere = factories.make_unit(session, "15523", name="Xuân Lai")
        session.get_one(Case, 2).unit_id = elsewhere.id
        session.get_one(User, any_office.officer_id).branch_id = elsewhere.id
        session.commit()
    for case in (1, 2):
        tablet.append(any_office.interview(tablet, case))

    assert [case["id"] for case in tablet.package()["cases"]] == [2]
    assert states(tablet.send_entries()) == [WAITS, ("taken", "")]


def test_tablets_go_with_the_role_and_what_they_hold_is_delivered_by_file(office: Office, manager: Staff) -> None:
    tablet, administrator = office.tablet(), signed_in(office.app, "administrator")
    tablet.append(office.interview(tablet, 1))
    rights = {"name": "Lê Thị An", "branch": "0"}
    account = f"/accounts/{office.officer_id}"
    administrator.post(account, roles=["officer", "viewer"], **rights)
    kept = office.look(Device.revoked_at)
    told = administrator.post(account, roles=["viewer"], follow=True, **rights).text
    with pytest.raises(Refused, match="revoked"):
        tablet.package()
    manager.post("/manage/devices/file", file=(io.BytesIO(tablet.export()), "journal.json"))
    waits = office.look(DeviceEntry.reason)
    manager.post(f"/manage/devices/{tablet.code}/again")

    assert kept == [None]
    assert "máy tính bảng của tài khoản đã bị thu hồi" in told
    assert waits == ["revoked"]
    assert office.look(Response.case_id) == [1]
    administrator.post(account, roles=["officer"], **rights)
    with pytest.raises(Refused, match="revoked"):
        tablet.package()
