"""Devices as managers see them: what waits, what broke, who was not seen for days though cases are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from survey_app.clock import local_day
from survey_app.models import Case, CollectionPoint, Device, DeviceBreak, DeviceEntry, Survey, User, Wave, alphabet

UNSEEN_DAYS = 3
State = Literal["revoked", "in_use", "to_enrol", "code_over"]


@dataclass(frozen=True)
class Listed:
    device: Device
    state: State
    waiting: int
    breaks: int


def state_of(device: Device, at: datetime) -> State:
    if device.is_shut_out:
        return "revoked"
    if device.public_key is not None:
        return "in_use"
    return "to_enrol" if device.enrol_until is not None and at <= device.enrol_until else "code_over"


LOADED = (joinedload(Device.officer), joinedload(Device.point).joinedload(CollectionPoint.unit))
IN_USE_FIRST = (Device.revoked_at.is_not(None), Device.id)


def found(typed: str = "", kind: str = "") -> sa.Select[Device]:
    """Devices in no order; words of name, code, officer or point, and the kind, narrow them."""
    query = sa.select(Device).outerjoin(Device.officer).outerjoin(Device.point)
    names = (User.name, User.email, CollectionPoint.label_vi, CollectionPoint.label_en)
    texts = (sa.func.coalesce(one, "") for one in names)
    query = query.where(alphabet.holds(typed, Device.label, Device.code, *texts))
    return query.where(Device.kind == kind) if kind else query


def listed(session: Session, at: datetime) -> list[Listed]:
    """All, those in use first, each group in the order in which it was made."""
    return with_counts(session, session.scalars(found().order_by(*IN_USE_FIRST).options(*LOADED)).all(), at)


def with_counts(session: Session, shown: Sequence[Device], at: datetime) -> list[Listed]:
    """The devices, each with its state, what waits of it, and where its journal broke."""
    waits = sa.select(DeviceEntry.device_id, sa.func.count()).where(DeviceEntry.state == "waiting")
    waiting = {device_id: count for device_id, count in session.execute(waits.group_by(DeviceEntry.device_id))}
    broken: dict[int, int] = {}
    for one in open_breaks(session):
        broken[one.device_id] = broken.get(one.device_id, 0) + 1
    return [
        Listed(device, state_of(device, at), waiting.get(device.id, 0), broken.get(device.id, 0)) for device in shown
    ]


def waiting(session: Session, device: Device) -> Sequence[DeviceEntry]:
    query = sa.select(DeviceEntry).where(DeviceEntry.device_id == device.id, DeviceEntry.state != "taken")
    return session.scalars(query.order_by(DeviceEntry.state.desc(), DeviceEntry.seq)).all()


def find_entry(session: Session, device: Device, seq: int) -> DeviceEntry | None:
    query = sa.select(DeviceEntry).where(DeviceEntry.device_id == device.id, DeviceEntry.seq == seq)
    return session.scalar(query.where(DeviceEntry.state != "taken"))


def stands_together(device: Device) -> bool:
    """Whether what waits of it is taken or dropped as a whole and unread: nobody picks answers by what they say."""
    return device.kind == "kiosk" or device.is_shut_out


def left_out(session: Session, survey: Survey) -> dict[str, int]:
    """Entries that wait or were dropped, by state, of the kiosks of a survey and of the tablets of its officers."""
    mine = [wave.id for wave in survey.counted_waves]
    points = sa.select(CollectionPoint.id).where(CollectionPoint.wave_id.in_(mine))
    officers = sa.select(Case.officer_id).where(Case.wave_id.in_(mine))
    query = sa.select(DeviceEntry.state, sa.func.count()).join(Device).where(DeviceEntry.state != "taken")
    query = query.where(Device.point_id.in_(points) | Device.officer_id.in_(officers)).group_by(DeviceEntry.state)
    return {state: count for state, count in session.execute(query)}


def open_breaks(session: Session, device: Device | None = None) -> list[DeviceBreak]:
    """Forks stay; a gap is over once the journal has come as far."""
    query = sa.select(DeviceBreak).join(Device).order_by(DeviceBreak.id)
    query = query.where(sa.or_(DeviceBreak.kind == "fork", DeviceBreak.seq > Device.seq))
    return list(session.scalars(query if device is None else query.where(DeviceBreak.device_id == device.id)))


def unseen(session: Session, at: datetime) -> list[tuple[str, date | None, int]]:
    """Code, last day and open cases of each tablet in use that has not spoken for three days though its officer has
    open cases in an open wave.
    """
    today = local_day(at)
    columns = (Device.code, Device.seen_on, sa.func.count(Case.id))
    query = (
        sa.select(*columns)
        .join(Case, Case.officer_id == Device.officer_id)
        .join(Wave, Case.wave_id == Wave.id)
        .where(Device.public_key.is_not(None), Device.revoked_at.is_(None), Case.disposition == "open")
        .where(Wave.opens_on <= today, Wave.closes_on >= today, Wave.closed_at.is_(None))
        .where(Device.seen_on <= today - timedelta(days=UNSEEN_DAYS))
        .group_by(Device.code, Device.seen_on)
        .order_by(Device.code)
    )
    return [(code, seen_on, count) for code, seen_on, count in session.execute(query)]
