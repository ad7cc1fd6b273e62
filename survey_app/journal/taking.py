"""Takes the entries of a device over, in the order of its chain and each once; looks again at those that wait."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa
import structlog
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlalchemy.orm import Session

from survey_app.casework import cases, holders, persons
from survey_app.clock import local_day
from survey_app.enrolment import devices
from survey_app.enrolment.office_key import OfficeKey
from survey_app.journal import after_break
from survey_app.journal.chain import Entry
from survey_app.journal.content import Content, Interview, unseal
from survey_app.journal.intake import Arrival, Intake, lock_cases
from survey_app.models import Device, DeviceBreak, DeviceEntry

log = structlog.get_logger()
OTHERS = "other_officer"


@dataclass(frozen=True)
class Office:
    """What the office holds: the key that opens and signs, and the one behind receipts and visit codes."""

    key: OfficeKey
    token_key: str


@dataclass(frozen=True)
class Receipt:
    seq: int
    hash: str
    state: str
    reason: str
    signature: str


@dataclass(frozen=True)
class Taken:
    receipts: list[Receipt]
    seq: int
    head: str


@dataclass(frozen=True)
class Broken:
    """The entries do not follow what is here: nothing of them was taken."""

    kind: Literal["gap", "fork"]
    seq: int
    head: str


def receipt(office: Office, device_code: str, row: DeviceEntry) -> Receipt:
    text = f"hailong-receipt-1\n{device_code}\n{row.seq}\n{row.hash}\n{row.state}\n"
    reason = row.remark if row.state == "dropped" else row.reason
    return Receipt(row.seq, row.hash, row.state, reason, office.key.sign(text))


def take(
    session: Session, office: Office, device_id: int, entries: Sequence[Entry], arrival: Arrival, opened: "Opened"
) -> Taken | Broken:
    """The session must be `writing`, with no query before. Whoever sends the same once more gets the same."""
    device = devices.locked(session, device_id)
    device.seen_on = local_day(arrival.at)
    rows = _rows(session, device, [entry.seq for entry in entries])
    kind = _break_in(device, entries, rows)
    if kind is not None:
        if kept := after_break.kept(session, device, entries):
            # Its file was brought: what the device still sends has long been here.
            return Taken([receipt(office, device.code, kept[entry.hash]) for entry in entries], device.seq, device.head)
        _note_break(session, device, kind, entries, rows, arrival)
        return Broken(kind, device.seq, device.head)
    fresh = [entry for entry in entries if entry.seq not in rows]
    if fresh:
        rows |= _take_fresh(session, office, device, fresh, arrival, opened)
        if fresh[-1].seq > device.seq:
            device.seq, device.head = fresh[-1].seq, fresh[-1].hash
    session.flush()
    return Taken([receipt(office, device.code, rows[entry.seq]) for entry in entries], device.seq, device.head)


def _rows(session: Session, device: Device, seqs: Sequence[int]) -> dict[int, DeviceEntry]:
    query = sa.select(DeviceEntry).where(DeviceEntry.device_id == device.id, DeviceEntry.seq.in_(seqs))
    query = query.execution_options(populate_existing=True)  # What was read before the device was locked may be old.
    return {row.seq: row for row in session.scalars(query)}


def _break_in(device: Device, entries: Sequence[Entry], rows: dict[int, DeviceEntry]) -> Literal["gap", "fork"] | None:
    """Entries follow each other (`chain.verify`), so it is enough to look where they meet what is here."""
    if any(entry.seq in rows and rows[entry.seq].hash != entry.hash for entry in entries):
        return "fork"
    if any(entry.seq == device.seq and entry.hash != device.head for entry in entries):
        return "fork"
    beyond = next((entry for entry in entries if entry.seq > device.seq), None)
    if beyond is None:
        return None
    if beyond.seq > device.seq + 1:
        return "gap"
    return None if beyond.prev == device.head else "fork"


def _note_break(
    session: Session,
    device: Device,
    kind: Literal["gap", "fork"],
    entries: Sequence[Entry],
    rows: dict[int, DeviceEntry],
    arrival: Arrival,
) -> None:
    """Once for each entry of a fork, with its content; of a gap only where it begins again."""
    other = [entry for entry in entries if entry.seq not in rows or rows[entry.seq].hash != entry.hash]
    for entry in other if kind == "fork" else entries[:1]:
        sealed = entry.sealed if kind == "fork" else None
        note_break(session, device, kind, entry.seq, entry.hash, sealed, arrival)


def note_break(
    session: Session, device: Device, kind: str, seq: int, hash_: str, sealed: bytes | None, arrival: Arrival
) -> None:
    same = (DeviceBreak.device_id == device.id, DeviceBreak.kind == kind, DeviceBreak.seq == seq)
    if session.scalar(sa.select(DeviceBreak.id).where(*same, DeviceBreak.hash == hash_)) is None:
        noticed_on = local_day(arrival.at)
        session.add(
            DeviceBreak(device_id=device.id, kind=kind, seq=seq, hash=hash_, noticed_on=noticed_on, sealed=sealed)
        )
        session.flush()


class Opened:
    """What is in entries, opened before anybody has to wait for us."""

    def __init__(self, key: OfficeKey, entries: Sequence[Entry], after: int = 0) -> None:
        self._key = key
        self._found = {entry.hash: unseal(key, entry.sealed) for entry in entries if entry.seq > after}

    def of(self, entry: Entry) -> Content | None:
        return self._found[entry.hash] if entry.hash in self._found else unseal(self._key, entry.sealed)


def _take_fresh(
    session: Session, office: Office, device: Device, fresh: Sequence[Entry], arrival: Arrival, opened: Opened
) -> dict[int, DeviceEntry]:
    contents = {entry.seq: opened.of(entry) for entry in fresh}
    intake = _intake(session, office, device, contents.values())
    reasons: dict[int, str] = {}
    for entry in sorted(fresh, key=lambda entry: _place(device, entry, contents[entry.seq])):
        reasons[entry.seq] = _reason(intake, contents[entry.seq], arrival)
    rows = {entry.seq: _row(device, entry, reasons[entry.seq], arrival) for entry in fresh}
    session.add_all(rows.values())
    return rows


def _intake(
    session: Session,
    office: Office,
    device: Device,
    contents: Iterable[Content | None],
    believed: Collection[int | None] = (),
) -> Intake:
    found = lock_cases(session, contents)
    gone = cases.replaced(session, found.values()) if found else set()
    households = persons.plans_of(session, {case.wave_id for case in found.values()}) if found else {}
    ever = holders.ever_of(session, device.officer, found.values()) if device.officer and found else set()
    return Intake(session, office.token_key, device, found, gone, households, ever.union(filter(None, believed)))


def _place(device: Device, entry: Entry | DeviceEntry, content: Content | None) -> tuple[int, int]:
    """A tablet's attempt comes before its interview. A kiosk's answers are kept in the order of their random ids: where
    they lie says nothing of who came after whom.
    """
    by_id = device.kind == "kiosk" and isinstance(content, Interview)
    return (content.id.int if by_id and isinstance(content, Interview) else 0, entry.seq)


def _reason(intake: Intake, content: Content | None, arrival: Arrival) -> str:
    if intake.device.is_shut_out:
        return "revoked"
    return _reason_trusted(intake, content, arrival)


def _reason_trusted(intake: Intake, content: Content | None, arrival: Arrival) -> str:
    if content is None:
        return "unreadable"
    try:
        with intake.session.begin_nested():
            return intake.take(content, arrival)
    except (OperationalError, TimeoutError):
        raise
    except Exception as error:
        # A fault of ours in one entry must not hold up all that follow; it waits until we are better.
        log.error("entry waits for a fault", device=intake.device.code, cause=type(error).__name__)
        return "fault"


def _row(device: Device, entry: Entry, reason: str, arrival: Arrival) -> DeviceEntry:
    row = DeviceEntry(device_id=device.id, seq=entry.seq, hash=entry.hash, state="taken", reason=reason)
    if reason:
        row.state, row.sealed = "waiting", entry.sealed
        row.came_at, row.clock_off = arrival.at, round(arrival.ahead.total_seconds())
    return row


def look_again(
    session: Session, office: Office, device_id: int, seqs: Sequence[int], trusted: bool = False, believed: int = 0
) -> list[Receipt]:
    """Entries that wait, once more; `trusted`: a manager says that those of a revoked device may count; `believed`: the
    entry whose officer asked there, as a manager says, though the case was never given to them.
    """
    device = devices.locked(session, device_id)
    rows = _rows(session, device, seqs)
    waiting = [row for row in rows.values() if row.state == "waiting" and row.sealed is not None]
    contents = {row.seq: unseal(office.key, row.sealed or b"") for row in waiting}
    said = [getattr(contents[row.seq], "case", None) for row in waiting if row.reason == OTHERS and row.seq == believed]
    intake = _intake(session, office, device, contents.values(), said)
    decide: Callable[[Intake, Content | None, Arrival], str] = _reason_trusted if trusted else _reason
    reasons: dict[int, str] = {}
    for row in sorted(waiting, key=lambda row: _place(device, row, contents[row.seq])):
        came = Arrival(row.came_at or device.enrolled_at, timedelta(seconds=row.clock_off or 0))  # type: ignore[arg-type]
        reasons[row.seq] = decide(intake, contents[row.seq], came)
    for row in waiting:  # Only now: an entry written between two answers would say which is its own.
        row.reason = reasons[row.seq]
        if not row.reason:
            row.state, row.sealed, row.came_at, row.clock_off = "taken", None, None, None
    session.flush()
    return [receipt(office, device.code, rows[seq]) for seq in sorted(rows)]


def in_its_stead(session: Session, office: Office, device: Device, seqs: Sequence[int]) -> list[Receipt]:
    """What became of entries that a file brought after the device's journal broke, said to the device itself."""
    return [receipt(office, device.code, row) for row in after_break.in_its_stead(session, device, seqs)]


def drop(session: Session, row: DeviceEntry, remark: str, by_id: int) -> None:
    """A manager's word that an entry is not to count; what is in it stays. Raises ValueError."""
    devices.locked(session, row.device_id)
    session.refresh(row)
    if row.state != "waiting":
        raise ValueError(_("Only an entry that waits can be dropped."))
    row.state, row.remark, row.decided_by_id = "dropped", remark, by_id
    session.flush()
