"""The journal of a tablet at the office: in the order of its chain, each entry once, nothing in order ever refused."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from benchmarks.tablet_client import Refused, Tablet, over_http
from survey_app import database
from survey_app.casework import holders
from survey_app.clock import local_day, utc_now
from survey_app.enrolment import devices, office_key
from survey_app.field import api
from survey_app.journal import taking
from survey_app.manage.devices import office as manager_office
from survey_app.models import (
    Case,
    CaseAttempt,
    Device,
    DeviceBreak,
    DeviceEntry,
    InstrumentVersion,
    Response,
    ResponseConflict,
    User,
    Wave,
)
from tests import factories
from tests.browser import granian
from tests.staff import make_staff
from tests.survey_app.field.tablets import ANSWERS, Office, any_office, office

__all__ = ["any_office", "office"]


def states(receipts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(receipt["state"], receipt["reason"]) for receipt in receipts]


def test_an_interview_becomes_a_response_of_its_case_with_its_paradata(any_office: Office) -> None:
    tablet = any_office.tablet()
    tablet.append(any_office.interview(tablet, 1))
    receipts = tablet.send_entries()
    columns = (Response.case_id, Response.mode, Response.state, Response.local_day, Response.paradata)
    (kept,) = any_office.look(*columns)

    assert states(receipts) == [("taken", "")]
    assert kept[:4] == (1, "tablet", "accepted", date(2026, 11, 23))
    assert json.loads(kept[4]) == {
        "seconds": {"A1": 41},
        "changes": 2,
        "handed_over": False,
        "calls": 0,
        "officer": any_office.officer_id,
        "device": tablet.code,
    }
    assert sorted(any_office.look(Case.id, Case.disposition))[:2] == [(1, "complete"), (2, "open")]
    assert any_office.look(DeviceEntry.state, DeviceEntry.sealed, DeviceEntry.came_at) == [("taken", None, None)]
    assert any_office.look(Device.seq, Device.head) == [(1, tablet.head)]


def test_a_respondent_of_another_type_than_drawn_leaves_a_mark(any_office: Office) -> None:
    tablet = any_office.tablet()
    tablet.append(any_office.interview(tablet, 1))
    tablet.append(any_office.interview(tablet, 2, answers=ANSWERS | {"respondent_type": ["business"]}))
    tablet.send_entries()
    marks = {
        case: json.loads(note).get("other_type") for case, note in any_office.look(Response.case_id, Response.paradata)
    }

    assert marks == {1: None, 2: True}


def test_what_comes_again_gets_the_same_receipt_and_is_there_once(any_office: Office) -> None:
    tablet = any_office.tablet()
    for case in (1, 2, 3):
        tablet.append(any_office.interview(tablet, case))
    first = tablet.send_entries(tablet.entries[:2])
    again = tablet.send_entries(tablet.entries)

    assert again[:2] == first
    assert any_office.count(Response) == 3


def test_a_gap_is_named_and_closes_when_the_missing_entries_come(office: Office) -> None:
    tablet = office.tablet()
    for case in (1, 2, 3):
        tablet.append(office.interview(tablet, case))
    tablet.send_entries(tablet.entries[:1])
    with pytest.raises(Refused) as refused:
        tablet.send_entries(tablet.entries[2:])
    day = tablet.close()

    assert (refused.value.status, refused.value.error["kind"]) == (409, "gap")
    assert (refused.value.error["seq"], refused.value.error["head"]) == (1, tablet.entries[0]["hash"])
    assert (day["equal"], day["missing"]) == (False, [2, 3])
    assert office.look(Device.closed_on) == [None]
    tablet.send_entries()
    assert tablet.close()["equal"] is True
    assert office.look(Device.closed_on) == [date(2026, 11, 23)]
    assert office.count(Response) == 3


@pytest.mark.parametrize("begins", [1, 2, 3])
def test_another_history_under_known_numbers_is_a_fork_kept_for_a_manager(office: Office, begins: int) -> None:
    tablet = office.tablet()
    for case in (1, 2):
        tablet.append(office.interview(tablet, case))
    tablet.send_entries()
    copy = Tablet(tablet.send, tablet.clock, tablet.key, tablet.code, tablet.office, tablet.entries[: begins - 1])
    if begins == 3:  # Follows an entry 2 that is not the one that came.
        copy.entries = [tablet.entries[0]]
        copy.append(office.interview(copy, 4))
    copy.append(office.interview(copy, 5))
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            copy.send_entries([copy.entries[-1]])

    assert (refused.value.status, refused.value.error["kind"]) == (409, "fork")
    kept = office.look(DeviceBreak.kind, DeviceBreak.seq, DeviceBreak.hash, DeviceBreak.sealed.is_(None))
    assert kept == [("fork", begins, copy.head, False)]
    assert office.count(Response) == 2
    assert office.look(Device.head) == [tablet.head]


def test_a_changed_byte_is_noticed_and_named(office: Office) -> None:
    tablet = office.tablet()
    for case in (1, 2):
        tablet.append(office.interview(tablet, case))
    changed = dict(tablet.entries[1])
    changed["sealed"] = changed["sealed"][:-8] + "AAAAAAA="
    for entry in (changed, tablet.entries[1] | {"signature": tablet.entries[0]["signature"]}):
        with pytest.raises(Refused) as refused:
            tablet.send_entries([tablet.entries[0], entry])
        assert (refused.value.status, refused.value.error["kind"], refused.value.error["seq"]) == (422, "bad_entry", 2)
    with pytest.raises(Refused) as refused:
        tablet.send_entries([tablet.entries[1], tablet.entries[0]])

    assert refused.value.error["kind"] == "bad_entry"
    assert office.count(DeviceEntry) == 0


def _foreign(tablet: Tablet, _office: Office) -> None:
    tablet.key = Tablet(tablet.send).key


def _unknown(tablet: Tablet, _office: Office) -> None:
    tablet.code = "ZZZZZZZZ"


def _not_enrolled(tablet: Tablet, office: Office) -> None:
    tablet.code = office.new_code()[0]


@pytest.mark.parametrize("spoil", [_foreign, _unknown, _not_enrolled])
def test_nobody_is_told_whether_the_device_or_the_signature_is_wrong(
    office: Office, spoil: Callable[[Tablet, Office], None]
) -> None:
    tablet = office.tablet()
    spoil(tablet, office)
    with pytest.raises(Refused) as refused:
        tablet.package()

    assert refused.value.status == 401
    assert refused.value.error == {
        "kind": "unauthorized",
        "message": "Cơ quan không nhận ra máy này, hoặc yêu cầu không do máy này ký.",
    }


def test_a_signature_holds_for_one_request_only(office: Office) -> None:
    tablet = office.tablet()
    seen: list[tuple[str, str, Any, bytes]] = []
    send = tablet.send
    tablet.send = lambda *request: (seen.append(request), send(*request))[1]
    tablet.close()
    method, path, headers, body = seen[0]

    assert send(method, path, headers, body)[0] == 200
    assert send(method, path, headers, body + b" ")[0] == 401
    assert send(method, path + "?x=1", headers, body)[0] == 401
    assert send(method, "/api/device/entries", headers, body)[0] == 401
    assert send("GET", "/api/device/package", headers, b"")[0] == 401


def test_what_a_revoked_device_sends_waits_for_a_manager(office: Office) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1))
    tablet.send_entries()
    office.revoke(tablet.code)
    tablet.append(office.interview(tablet, 2))
    with pytest.raises(Refused) as refused:
        tablet.package()

    assert (refused.value.status, refused.value.error["kind"]) == (403, "revoked")
    assert states(tablet.send_entries()) == [("waiting", "revoked")]
    assert states(tablet.again([1, 2])) == [("taken", ""), ("waiting", "revoked")]
    assert office.count(Response) == 1
    assert tablet.close()["waiting"] == 1


def test_a_device_is_shut_out_with_the_last_day_of_its_officer(office: Office) -> None:
    """Nobody revokes it then; if the account goes on, so does the device."""
    tablet, yesterday = office.tablet(), local_day(utc_now()) - timedelta(days=1)
    tablet.append(office.interview(tablet, 1))
    tablet.send_entries()
    _device, code = office.new_code()
    office.change(User, ends_on=yesterday)
    tablet.append(office.interview(tablet, 2))
    with pytest.raises(Refused) as refused:
        tablet.package()
    with pytest.raises(Refused, match="bad_code"):
        Tablet(tablet.send, lambda: office.at).enrol(code)

    assert (refused.value.status, refused.value.error["kind"]) == (403, "revoked")
    assert states(tablet.send_entries()) == [("waiting", "revoked")]
    assert states(tablet.again([1, 2])) == [("taken", ""), ("waiting", "revoked")]
    office.change(User, ends_on=yesterday + timedelta(days=1))
    assert states(tablet.again([2])) == [("taken", "")]
    assert tablet.package()["now"]


def test_the_key_of_the_office_stays_and_is_the_owners_only(office: Office, tmp_path: Path) -> None:
    first = office.tablet().office
    office_key.of.cache_clear()
    second = office.tablet().office
    with ThreadPoolExecutor(8) as makers:
        (tmp_path / "race").mkdir()
        raced = {key.point for key in makers.map(lambda _: office_key.of.__wrapped__(tmp_path / "race"), range(8))}

    assert first == second
    assert (tmp_path / "office.key").stat().st_mode & 0o777 == 0o600
    assert len(raced) == 1
    assert [path.name for path in (tmp_path / "race").iterdir()] == ["office.key"]


def test_a_code_enrols_one_key_and_may_be_repeated_with_it(office: Office) -> None:
    _device, code = office.new_code()
    tablet, thief = (Tablet(office.tablet().send, lambda: office.at) for _ in range(2))
    told = tablet.enrol(f"{code[:5].lower()} {code[5:]}")

    assert tablet.enrol(code) == told
    assert told["officer"] == "officer@example.vn"
    for wrong in (code, "A" * 10, "", "\ud800" * 10, "0" * 300):
        with pytest.raises(Refused):
            thief.enrol(wrong)
    late_device, late = office.new_code()
    office.set_clock(office.at + timedelta(hours=24, seconds=1))
    with pytest.raises(Refused) as refused:
        thief.enrol(late)
    assert (refused.value.status, refused.value.error["kind"], late_device != tablet.code) == (403, "bad_code", True)


def test_only_an_officer_has_a_tablet_and_only_a_kiosk_point_a_kiosk(office: Office) -> None:
    analyst = make_staff(office.app, "analyst")
    with office.app.app_context():
        session = database.session()
        point = factories.make_point(
            session, wave=session.scalars(sa.select(Wave)).one(), unit=factories.make_unit(session, "2")
        )
        with pytest.raises(ValueError, match="no officer"):
            devices.add_tablet(session, "key", session.get_one(User, analyst), "", office.at)
        with pytest.raises(ValueError, match="qr_open"):
            devices.add_kiosk(session, "key", point, "", office.at)


@pytest.mark.parametrize("ahead", [timedelta(days=3 * 365), timedelta(days=-3 * 365), timedelta(minutes=5)])
def test_a_wrong_clock_is_put_right_by_how_wrong_it_is(office: Office, ahead: timedelta) -> None:
    tablet = office.tablet(clock=lambda: office.at + ahead)
    office.set_clock(office.at + timedelta(days=1))
    tablet.append(office.interview(tablet, 1))
    attempt = {"kind": "attempt", "case": 2, "outcome": "not_contacted", "channel": "call", "part": "morning"}
    yesterday = (office.at + ahead).astimezone().date() - timedelta(days=1)
    tablet.append(attempt | {"day": yesterday.isoformat(), "at": (office.at + ahead).isoformat()})
    office.set_clock(office.at + timedelta(days=3))
    tablet.send_entries()
    (day, state, told) = office.look(Response.local_day, Response.state, Response.paradata)[0]

    assert (day, state) == (date(2026, 11, 24), "accepted")
    assert json.loads(told).get("clock") == (None if abs(ahead) < timedelta(hours=1) else ahead.total_seconds() / 60)
    assert office.look(CaseAttempt.day, CaseAttempt.channel, CaseAttempt.outcome) == [
        (date(2026, 11, 23), "call", "not_contacted")
    ]


@pytest.mark.parametrize("year", [1, 2023, 2029, 9999])
def test_a_clock_that_was_put_right_before_sending_moves_nothing_out_of_the_devices_life(
    office: Office, year: int
) -> None:
    tablet = office.tablet()
    wrong = datetime(year, 6, 1, tzinfo=UTC).isoformat()
    tablet.append(office.interview(tablet, 1, begun=wrong, finished=wrong))
    office.set_clock(office.at + timedelta(days=2))
    tablet.send_entries()
    (day, told) = office.look(Response.local_day, Response.paradata)[0]

    assert day == (date(2026, 11, 25) if year > 2026 else date(2026, 11, 23))
    assert abs(json.loads(told)["clock"]) > 24 * 60 * 365


def test_a_version_retired_meanwhile_is_taken(office: Office) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1))
    office.change(InstrumentVersion, state="retired")
    tablet.send_entries()
    tablet.append(office.interview(tablet, 2))
    office.set_clock(office.at + timedelta(hours=25))

    assert states(tablet.send_entries()) == [("taken", "")]
    assert sorted(office.look(Response.case_id, Response.state)) == [(1, "accepted"), (2, "late")]


def test_after_the_close_what_was_begun_in_time_counts_for_a_day_and_then_waits_as_late(office: Office) -> None:
    tablet = office.tablet()
    office.set_clock(datetime(2026, 11, 30, 12, tzinfo=UTC))
    for case in (1, 2):
        tablet.append(office.interview(tablet, case))
    office.set_clock(datetime(2026, 12, 1, 11, tzinfo=UTC))
    tablet.append(office.interview(tablet, 3))
    tablet.send_entries([tablet.entries[0]])
    office.set_clock(datetime(2026, 12, 3, tzinfo=UTC))

    assert states(tablet.send_entries()) == [("taken", ""), ("taken", "")]
    kept = sorted(office.look(Response.case_id, Response.state, Response.local_day))
    last = date(2026, 11, 30)
    assert kept == [(1, "accepted", last), (2, "late", last), (3, "late", date(2026, 12, 1))]


def test_of_two_tablets_that_asked_one_case_the_second_waits_until_the_case_is_free(any_office: Office) -> None:
    binh = make_staff(any_office.app, "officer", "binh@example.vn")
    first, second = any_office.tablet(), any_office.tablet(officer_id=binh)
    with any_office.app.app_context():
        session = database.session()
        holders.give(session, [session.get_one(Case, 1)], binh, None)
        session.commit()
    for tablet in (first, second):
        tablet.append(any_office.interview(tablet, 1))

    assert states(first.send_entries()) == [("taken", "")]
    assert states(second.send_entries()) == [("waiting", "case_taken")]
    assert any_office.count(Response) == 1
    with any_office.app.app_context():
        session = database.session()
        session.execute(sa.delete(Response))
        session.commit()
    assert states(second.again([1])) == [("taken", "")]
    assert states(second.send_entries(second.entries)) == [("taken", "")]
    assert any_office.look(DeviceEntry.sealed) == [None, None]


def test_a_case_that_nobody_has_any_more_waits(office: Office) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 2))
    with office.app.app_context():
        session = database.session()
        holders.give(session, [session.get_one(Case, 2)], None, None)
        session.commit()

    assert states(tablet.send_entries()) == [("waiting", "unknown_case")]


def test_a_case_in_whose_place_a_reserve_came_is_taken(office: Office) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1))
    tablet.append(attempt(1))
    with office.app.app_context():
        session = database.session()
        session.get_one(Case, 12).replaces_id = 1
        session.commit()

    assert states(tablet.send_entries()) == [("waiting", "case_taken"), ("taken", "")]
    assert office.look(CaseAttempt.case_id, CaseAttempt.outcome) == [(1, "refused")]
    assert set(office.look(Case.disposition)) == {"open"}


def attempt(case: int, outcome: str = "refused", day: str = "2026-11-23", part: str = "morning") -> dict[str, Any]:
    at = factories.NOON.isoformat()
    fields = {"outcome": outcome, "channel": "visit", "day": day, "part": part, "at": at}
    return {"kind": "attempt", "case": case} | fields


def test_attempts_settle_a_case_until_it_is_answered(office: Office) -> None:
    tablet = office.tablet()
    for day in ("2026-11-21", "2026-11-22", "2027-11-23"):
        tablet.append(attempt(1, "not_contacted", day))
    tablet.append(office.interview(tablet, 1))
    tablet.append(attempt(1, "refused"))
    tablet.append(attempt(2, "refused"))
    receipts = tablet.send_entries()
    days = office.look(CaseAttempt.day, CaseAttempt.outcome)

    assert set(states(receipts)) == {("taken", "")}
    assert sorted(office.look(Case.id, Case.disposition))[:2] == [(1, "complete"), (2, "refused")]
    assert days[2] == (date(2026, 11, 23), "not_contacted")
    assert len(days) == 5


def test_an_entry_that_was_taken_meanwhile_is_neither_noted_twice_nor_dropped(any_office: Office) -> None:
    tablet = any_office.tablet()
    any_office.revoke(tablet.code)
    tablet.append(attempt(1))
    tablet.send_entries()
    with any_office.app.app_context():
        session, held = database.session(), manager_office()
        row = session.scalars(sa.select(DeviceEntry)).one()  # As a page that was opened before the click.
        if session.get_bind().dialect.name == "sqlite":
            session.rollback()  # There the next request waits before it reads.
        with any_office.app.app_context():
            beside = database.writing(database.session())
            taking.look_again(beside, held, 1, [1], trusted=True)
            beside.commit()
        again = taking.look_again(session, held, 1, [1], trusted=True)
        with pytest.raises(ValueError, match="waits"):
            taking.drop(session, row, "nhầm", any_office.officer_id)
        session.commit()

    assert again[0].state == "taken"
    assert any_office.count(CaseAttempt) == 1


TWICE = [("not_contacted", "21", "morning"), ("not_contacted", "22", "morning")]


@pytest.mark.parametrize(
    ("noted", "late", "becomes"),
    [
        ([("refused", "23", "afternoon")], ("not_contacted", "23", "morning"), "refused"),
        ([("moved", "22", "evening")], ("open", "22", "morning"), "moved"),
        ([("refused", "21", "morning")], ("not_contacted", "22", "morning"), "open"),
        ([("not_contacted", "22", "morning")], ("refused", "21", "morning"), "open"),
        (TWICE, ("other", "20", "morning"), "open"),
        (TWICE, ("not_contacted", "20", "morning"), "not_contacted"),
    ],
)
def test_the_latest_attempt_decides_whichever_tablet_comes_first(
    office: Office, noted: list[tuple[str, str, str]], late: tuple[str, str, str], becomes: str
) -> None:
    for outcome, day, part in [*noted, late]:
        tablet = office.tablet()
        tablet.append(attempt(1, outcome, f"2026-11-{day}", part))
        assert states(tablet.send_entries()) == [("taken", "")]

    assert sorted(office.look(Case.id, Case.disposition))[0] == (1, becomes)


def test_an_attempt_at_a_case_whose_response_was_voided_is_noted_and_changes_nothing(office: Office) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1))
    tablet.send_entries()
    office.change(Response, void=True)
    office.change(Case, disposition="other")
    tablet.append(attempt(1, "refused"))

    assert states(tablet.send_entries())[-1] == ("taken", "")
    assert office.look(CaseAttempt.outcome) == ["refused"]
    assert sorted(office.look(Case.id, Case.disposition))[0] == (1, "other")


def _said(office: Office, tablet: Tablet, what: str) -> dict[str, Any] | bytes:
    good = office.interview(tablet, 3)
    return {
        "blob": b"\x00\xffno json",
        "list": b"[1]",
        "deep": b"[" * 100_000,
        "no zone": good | {"begun": "2026-11-23T12:00:00"},
        "surrogate": good | {"answers": {"comment": ["\ud800"]}},
        "unknown kind": {"kind": "hello"},
        "click complete": attempt(3, "complete"),
        "unknown case": office.interview(tablet, 4711),
        "huge case": good | {"case": 2**40},
        "other wave": good | {"wave": "other"},
        "kiosk mode": good | {"mode": "kiosk"},
        "version": good | {"version": "0" * 64},
        "answers": good | {"answers": ANSWERS | {"A1.1": ["9"]}},
    }[what]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        *((what, "unreadable") for what in ("blob", "list", "deep", "no zone", "unknown kind", "click complete")),
        *((what, "unknown_case") for what in ("unknown case", "other wave", "kiosk mode")),
        ("huge case", "unreadable"),
        ("version", "unknown_version"),
        ("answers", "bad_answers"),
    ],
)
def test_what_cannot_be_counted_waits_sealed_and_holds_nothing_up(office: Office, what: str, reason: str) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1))
    tablet.append(_said(office, tablet, what))
    tablet.append(office.interview(tablet, 2))

    assert states(tablet.send_entries()) == [("taken", ""), ("waiting", reason), ("taken", "")]
    assert office.count(Response) == 2
    assert office.look(DeviceEntry.sealed.is_(None)) == [True, False, True]


def test_bytes_that_were_never_sealed_wait_too(office: Office) -> None:
    tablet = office.tablet()
    for sealed in (b"", b"x", b"\x04" + b"\x00" * 200):
        tablet.append_sealed(sealed)

    assert set(states(tablet.send_entries())) == {("waiting", "unreadable")}


def test_other_answers_under_one_id_are_a_conflict_and_the_first_stay(any_office: Office) -> None:
    tablet = any_office.tablet()
    said = any_office.interview(tablet, 1)
    tablet.append(said)
    tablet.append(said)
    tablet.append(said | {"answers": ANSWERS | {"A1.1": ["1"]}})

    assert states(tablet.send_entries()) == [("taken", ""), ("taken", ""), ("waiting", "conflict")]
    assert '"A1.1":4' in any_office.look(Response.answers)[0]
    assert any_office.count(ResponseConflict) == 1


def test_a_fault_of_ours_holds_up_no_other_entry(any_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = any_office.tablet()
    for case in (1, 2, 3):
        tablet.append(any_office.interview(tablet, case))
    with monkeypatch.context() as broken:
        broken.setattr("survey_app.paradata.kept", lambda *_facts: 1 / (2 - next(turns)) and None)
        turns = iter((1, 2, 1))
        found = states(tablet.send_entries())

    assert found == [("taken", ""), ("waiting", "fault"), ("taken", "")]
    assert states(tablet.again([2])) == [("taken", "")]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"now": "yesterday", "entries": []},
        {"now": "2026-11-23T05:00:00Z", "entries": []},
        {"now": "2026-11-23T05:00:00Z", "entries": [{"seq": "1"}]},
        {"now": "2026-11-23T05:00:00Z", "entries": "x"},
        [],
        None,
    ],
)
def test_what_is_no_request_is_refused_by_kind(office: Office, told: Any) -> None:
    with pytest.raises(Refused) as refused:
        office.tablet().request("POST", "/api/device/entries", told)

    assert (refused.value.status, refused.value.error["kind"]) == (422, "bad_request")


def test_ten_megabytes_are_too_large(office: Office) -> None:
    tablet = office.tablet()
    with pytest.raises(Refused) as refused:
        tablet.request("POST", "/api/device/entries", "x" * 10_000_000)

    assert (refused.value.status, refused.value.error["kind"]) == (413, "too_large")


def test_an_interview_of_a_rehearsal_stays_in_the_rehearsal(office: Office) -> None:
    office.change(Wave, practice=True)
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1))

    assert states(tablet.send_entries()) == [("taken", "")]
    assert office.look(Response.wave_id) == office.look(Wave.id)


def test_while_another_sends_a_device_is_asked_to_come_again_and_nothing_is_taken(office: Office) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1))
    told = {"now": office.at.isoformat(), "entries": tablet.entries}
    with api._turn, pytest.raises(Refused) as refused:
        tablet.ask("POST", "/api/device/entries", told)

    assert (refused.value.status, refused.value.error["kind"]) == (429, "busy")
    assert office.count(DeviceEntry) == 0
    assert states(tablet.send_entries()) == [("taken", "")]


@pytest.mark.slow
def test_twenty_parallel_batches_of_one_device_are_there_once(any_office: Office, tmp_path: Path) -> None:
    tablet = any_office.tablet()
    for case in range(1, 11):
        tablet.append(any_office.interview(tablet, case, begun=datetime.now(UTC).isoformat()))
    url = any_office.app.config["SETTINGS"].database_url
    with granian(tmp_path, url, TOKEN_KEY="token key of the tests") as address, ThreadPoolExecutor(20) as lines:
        tablet.send = over_http(address)
        answers = list(lines.map(lambda _: tablet.send_entries(tablet.entries), range(20)))

    assert all(answer == answers[0] for answer in answers)
    assert set(states(answers[0])) == {("taken", "")}
    assert any_office.count(Response) == 10
    assert any_office.count(DeviceEntry) == 10
