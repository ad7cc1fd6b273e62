"""The sessions of staff: one row each, known by a random key that only the browser's signed cookie holds.

A session is over when its row is gone, so a cookie copied before is worth nothing afterwards; also when nothing was
asked for too long, after half a day, or when its account ended. Citizens' requests never come here.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from survey_app.models import StaffSession, User

LONGEST = timedelta(hours=12)
# When somebody was last here is written down so often at most, to save a write per request.
NOTED_EVERY = timedelta(minutes=5)


def begin(session: Session, user_id: int, address: str, browser: str, at: datetime) -> str:
    """Returns the key; sessions that are over go, of whomever: who never comes back ends none of their own."""
    over = sa.select(StaffSession.id).where(StaffSession.begun_at < at - LONGEST).with_for_update(skip_locked=True)
    gone = sa.delete(StaffSession).where(StaffSession.id.in_(over))
    session.execute(gone.execution_options(synchronize_session=False))
    key = secrets.token_urlsafe(32)
    found = {"account_id": user_id, "key_hash": _hashed(key), "begun_at": at, "seen_at": at}
    session.add(StaffSession(**found, address=address[:45], browser=browser[:300]))
    session.flush()
    return key


def find(
    session: Session, uniquifier: str, key: str, at: datetime, idle: timedelta
) -> tuple[User, StaffSession] | None:
    """Who is signed in by the key, and with which session; one query."""
    query = sa.select(User, StaffSession).join(StaffSession, StaffSession.account_id == User.id)
    query = query.where(User.fs_uniquifier == uniquifier, StaffSession.key_hash == _hashed(key))
    row = session.execute(query.options(joinedload(User.roles))).unique().one_or_none()
    if row is None or not row[0].is_active or _is_over(row[1], at, idle):
        return None
    return row[0], row[1]


def note(engine: sa.Engine, found: StaffSession, at: datetime) -> None:
    """That somebody is here, in a transaction of its own: the request may only read."""
    if at - found.seen_at < NOTED_EVERY:
        return
    with engine.connect().execution_options(writes=True) as connection:
        connection.execute(sa.update(StaffSession).where(StaffSession.id == found.id).values(seen_at=at))
        connection.commit()


def of_account(session: Session, user_id: int, at: datetime, idle: timedelta) -> list[StaffSession]:
    """Those that are not over, the latest first."""
    query = sa.select(StaffSession).where(StaffSession.account_id == user_id).order_by(StaffSession.seen_at.desc())
    return [one for one in session.scalars(query) if not _is_over(one, at, idle)]


def is_of(found: StaffSession, key: str) -> bool:
    return found.key_hash == _hashed(key)


def end(session: Session, key: str) -> None:
    session.execute(sa.delete(StaffSession).where(StaffSession.key_hash == _hashed(key)))


def end_one(session: Session, user_id: int, session_id: int) -> bool:
    """Ends a session of the account, and says whether there was one."""
    mine = (StaffSession.id == session_id) & (StaffSession.account_id == user_id)
    found = session.scalar(sa.select(StaffSession).where(mine))
    if found is not None:
        session.delete(found)
    return found is not None


def end_others(session: Session, user_id: int, key: str) -> None:
    """Ends all sessions of the account but the one of the key; without a key all of them."""
    others = (StaffSession.account_id == user_id) & (StaffSession.key_hash != _hashed(key))
    session.execute(sa.delete(StaffSession).where(others))


def _is_over(found: StaffSession, at: datetime, idle: timedelta) -> bool:
    return at - found.begun_at > LONGEST or at - found.seen_at > idle


def _hashed(key: str) -> str:
    # Whoever reads the database, or a copy of it, cannot go on with somebody's session.
    return hashlib.sha256(key.encode()).hexdigest()
