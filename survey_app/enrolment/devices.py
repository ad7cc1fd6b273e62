"""Tablets and kiosks: making one, enrolling it by a code, knowing it by its signature, revoking it.

What their journals bring is left to `journal`.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from survey_app.clock import local_day
from survey_app.enrolment import p256
from survey_app.models import CollectionPoint, Device, User
from survey_app.models.accounts import is_open
from survey_app.points import ALPHABET, normal_code

CODE_LENGTH = 8
ENROL_LENGTH = 10
ENROL_HOURS = timedelta(hours=24)
KIOSK_MODE = "kiosk"


class BadCode(Exception):
    """No device waits for this code: it is mistyped, too late, or has enrolled another one."""


@dataclass(frozen=True)
class Known:
    """A device whose signature was right, as the request found it."""

    id: int
    code: str
    kind: str
    seq: int
    seen_on: date | None
    revoked: bool  # Also where the account of its officer has ended.


def add_tablet(session: Session, token_key: str, officer: User, label: str, at: datetime) -> tuple[Device, str]:
    """A tablet of the officer and the code that enrols it, which is shown now and stored nowhere."""
    if not any(role.name == "officer" for role in officer.roles):
        raise ValueError(_("%(email)s is no officer: give the account that role first.", email=officer.email))
    return _add(session, token_key, Device(kind="tablet", officer_id=officer.id, label=label), at)


def add_kiosk(session: Session, token_key: str, point: CollectionPoint, label: str, at: datetime) -> tuple[Device, str]:
    if point.mode != KIOSK_MODE:
        raise ValueError(
            _(
                "The point %(code)s is of the mode %(mode)s, not kiosk.",
                code=point.code,
                mode=point.mode,
            )
        )
    return _add(session, token_key, Device(kind="kiosk", point_id=point.id, label=label), at)


def successor_of(session: Session, device: Device, at: datetime) -> Device:
    """A revoked device in the place of one whose journal broke: it has the same key, and nothing is sent under it."""
    label = f"{device.label[:80]} {device.code} (tiếp)".strip()
    fields = {"kind": device.kind, "officer_id": device.officer_id, "point_id": device.point_id, "label": label}
    found = Device(**fields, public_key=device.public_key, enrolled_at=device.enrolled_at, revoked_at=at)
    found.code = _new_code(session)
    session.add(found)
    session.flush()
    return found


def _add(session: Session, token_key: str, device: Device, at: datetime) -> tuple[Device, str]:
    device.code = _new_code(session)
    session.add(device)
    return device, new_enrol_code(session, token_key, device, at)


def new_enrol_code(session: Session, token_key: str, device: Device, at: datetime) -> str:
    """A fresh code in place of one that ran out; an enrolled device keeps its key, so it gets none."""
    if device.public_key is not None or device.revoked_at is not None:
        raise ValueError(_("This device was enrolled or revoked: make a new one."))
    code = _letters(ENROL_LENGTH)
    device.enrol_hash, device.enrol_until = _hashed(token_key, code), at + ENROL_HOURS
    session.flush()
    return code


def _new_code(session: Session) -> str:
    code = _letters(CODE_LENGTH)
    while session.scalar(sa.select(Device.id).where(Device.code == code)) is not None:
        code = _letters(CODE_LENGTH)
    return code


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def _hashed(token_key: str, code: str) -> str:
    # With our key: who copied the database cannot try all codes at home.
    return hmac.digest(token_key.encode(), b"enrol" + code.encode(), hashlib.sha256).hex()


def enrol(session: Session, token_key: str, typed: str, public_key: bytes, at: datetime) -> Device:
    """Gives the device that waits for the code its key. The same once more, from a tablet that got no answer, is the
    same again. Raises BadCode, and ValueError for what is no key.
    """
    p256.key_of(public_key)
    code = normal_code(typed[:40])
    if not set(code) <= set(ALPHABET):
        raise BadCode
    query = sa.select(Device).where(Device.enrol_hash == _hashed(token_key, code)).with_for_update()
    device = session.scalar(query)
    if device is None or device.is_shut_out or device.enrol_until is None or at > device.enrol_until:
        raise BadCode
    if device.public_key is None:
        device.public_key, device.enrolled_at = public_key, at
    elif device.public_key != public_key:
        raise BadCode
    device.seen_on = local_day(at)
    session.flush()
    return device


def enrol_url(public_url: str, device: Device, code: str) -> str:
    """The address that the QR beside the code carries; what stands after # never reaches a server or its log."""
    return f"{public_url}/{device.kind}/#enrol={code}"


def revoke(session: Session, device: Device, at: datetime) -> None:
    """From now on it gets no cases, and what it sends waits for a manager."""
    if device.revoked_at is None:
        device.revoked_at = at
    session.flush()


@cache
def _nobody() -> ec.EllipticCurvePublicKey:
    return ec.generate_private_key(ec.SECP256R1()).public_key()


def know(connection: sa.Connection, code: str, text: str, signature: str) -> Known | None:
    """The device that signed the text; None for an unknown one as for a wrong signature, after the same work."""
    columns = (Device.id, Device.code, Device.kind, Device.seq, Device.seen_on, Device.revoked_at, Device.public_key)
    query = sa.select(*columns, User.active, User.ends_on).outerjoin(User, User.id == Device.officer_id)
    row = connection.execute(query.where(Device.code == code[:CODE_LENGTH])).one_or_none()
    key = _nobody() if row is None or row.public_key is None else p256.key_of(row.public_key)
    right = p256.is_signed(key, text, signature)
    if row is None or not right or code != row.code:
        return None
    is_shut_out = row.revoked_at is not None or (row.active is not None and not is_open(row.active, row.ends_on))
    return Known(row.id, row.code, row.kind, row.seq, row.seen_on, is_shut_out)


def request_text(method: str, path: str, body: bytes) -> str:
    """What a device signs of each request."""
    return f"hailong-request-1\n{method}\n{path}\n{hashlib.sha256(body).hexdigest()}\n"


def locked(session: Session, device_id: int) -> Device:
    """The device's row, which nobody else writes to until this transaction ends; the session must be `writing`."""
    return session.get_one(Device, device_id, with_for_update=True, populate_existing=True)


def find(session: Session, code: str) -> Device | None:
    loaded = (joinedload(Device.officer), joinedload(Device.point).joinedload(CollectionPoint.unit))
    return session.scalar(sa.select(Device).where(Device.code == normal_code(code[:40])).options(*loaded))
