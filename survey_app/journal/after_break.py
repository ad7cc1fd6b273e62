"""Entries that do not follow what is here, kept for a manager all the same under a revoked device of their own."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.enrolment import devices
from survey_app.journal.chain import Entry
from survey_app.journal.intake import Arrival
from survey_app.models import Device, DeviceEntry

REASON = "after_break"


def keep(session: Session, device: Device, entries: Sequence[Entry], arrival: Arrival) -> tuple[Device, int]:
    """Where the entries lie now, and how many of them were new; all of these wait."""
    known = _known(session, device)
    fresh = [entry for entry in entries if entry.hash not in known]
    if not fresh:
        return device, 0
    successor = devices.successor_of(session, device, arrival.at)
    for entry in fresh:
        row = DeviceEntry(device_id=successor.id, seq=entry.seq, hash=entry.hash, state="waiting", reason=REASON)
        row.sealed, row.came_at, row.clock_off = entry.sealed, arrival.at, round(arrival.ahead.total_seconds())
        session.add(row)
    successor.seq, successor.head = fresh[-1].seq, fresh[-1].hash
    session.flush()
    return successor, len(fresh)


def kept(session: Session, device: Device, entries: Sequence[Entry]) -> dict[str, DeviceEntry] | None:
    """By hash, where all of them lie here, with the device or in its stead; else None."""
    query = sa.select(DeviceEntry).join(Device).where(Device.public_key == device.public_key)
    query = query.where(DeviceEntry.hash.in_([entry.hash for entry in entries]))
    found = {row.hash: row for row in session.scalars(query)}
    return found if all(entry.hash in found for entry in entries) else None


def in_its_stead(session: Session, device: Device, seqs: Sequence[int]) -> list[DeviceEntry]:
    """What was kept at these places under devices that stand in for this one."""
    later = (Device.public_key == device.public_key) & (Device.id > device.id)
    query = sa.select(DeviceEntry).join(Device).where(later, DeviceEntry.seq.in_(seqs))
    return list(session.scalars(query.order_by(DeviceEntry.seq, DeviceEntry.id)))


def _known(session: Session, device: Device) -> set[str]:
    """By hash, which names device and place: with the device, or with one that stands in for it."""
    query = sa.select(DeviceEntry.hash).join(Device).where(Device.public_key == device.public_key)
    return set(session.scalars(query))
