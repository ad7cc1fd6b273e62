"""The end of a device's day: whether both sides have the same journal, and what is missing where they have not."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.clock import local_day
from survey_app.enrolment import devices
from survey_app.journal.intake import Arrival
from survey_app.journal.taking import Office, note_break
from survey_app.models import Device, DeviceEntry


@dataclass(frozen=True)
class Closed:
    day: date
    equal: bool
    seq: int
    head: str
    missing: tuple[int, int] | None
    waiting: int
    signature: str


def close(session: Session, office: Office, device_id: int, seq: int, head: str, arrival: Arrival) -> Closed:
    """The session must be `writing`. The day is closed once the heads are equal; else the difference is kept."""
    device, day = devices.locked(session, device_id), local_day(arrival.at)
    device.seen_on = day
    equal = (seq, head) == (device.seq, device.head)
    if equal:
        device.closed_on = day
    elif seq > device.seq:
        note_break(session, device, "gap", seq, head, None, arrival)
    elif not _has_had(session, device, seq, head):
        note_break(session, device, "fork", seq, head, None, arrival)
    session.flush()
    text = f"hailong-close-1\n{device.code}\n{day}\n{device.seq}\n{device.head}\n{'true' if equal else 'false'}\n"
    missing = (device.seq + 1, seq) if seq > device.seq else None
    return Closed(day, equal, device.seq, device.head, missing, count_waiting(session, device), office.key.sign(text))


def _has_had(session: Session, device: Device, seq: int, head: str) -> bool:
    """Whether that was once the end of this journal: a device that fell back behind it lost something."""
    query = sa.select(DeviceEntry.hash).where(DeviceEntry.device_id == device.id, DeviceEntry.seq == seq)
    return session.scalar(query) == head


def count_waiting(session: Session, device: Device) -> int:
    where = (DeviceEntry.device_id == device.id, DeviceEntry.state == "waiting")
    return session.scalar(sa.select(sa.func.count()).select_from(DeviceEntry).where(*where)) or 0
