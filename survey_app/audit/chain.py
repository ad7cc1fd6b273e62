"""The chain of the audit: entries added one after the other, and looked through for what was changed. No request."""

import hashlib
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.models import AuditEntry

FIRST = "0" * 64
LOCK = 20_260_101  # A number of our own: on PostgreSQL whoever adds an entry waits for whoever is adding one.
MOST_DETAIL = 4000


@dataclass(frozen=True)
class Deed:
    """What is written down of a deed."""

    at: datetime
    account_id: int | None
    who: str
    address: str
    deed: str
    thing: str = ""
    detail: str = ""


def append(session: Session, deed: Deed) -> None:
    """Adds the deed to the transaction of the session, which holds the end of the chain until it commits. On SQLite
    that is whoever writes anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = session.execute(
        sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).one_or_none()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=deed.at,
        account_id=deed.account_id,
        who=deed.who[:255],
        address=deed.address[:45],
        deed=deed.deed,
        thing=deed.thing[:300],
        detail=deed.detail[:MOST_DETAIL],
        previous=last.hash if last else FIRST,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()


@dataclass(frozen=True)
class Looked:
    """`broken`: the number of the first entry that is missing or no longer what was written."""

    entries: int
    last: str
    broken: int | None


def look_through(session: Session) -> Looked:
    expected, previous = 1, FIRST
    query = sa.select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=500)
    with session.scalars(query) as entries:
        for entry in entries:
            if entry.number != expected or entry.previous != previous or entry.hash != _hash(entry):
                return Looked(expected - 1, previous, expected)
            expected, previous = expected + 1, entry.hash
    return Looked(expected - 1, previous, None)


def _hash(entry: AuditEntry) -> str:
    deed = Deed(entry.at, entry.account_id, entry.who, entry.address, entry.deed, entry.thing, entry.detail)
    at, *rest = astuple(deed)
    content = [entry.number, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest, entry.previous]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
