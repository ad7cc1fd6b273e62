"""Letters that wait, in the table `letter`: written with the deed, taken to be sent, tried again, forgotten.

Every letter is counted as tried before it is handed to the server, so a crash repeats it at worst, and later.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.models import Letter
from survey_app.models.letters import DEEDS, LINKS, NOTICES
from survey_app.notices.waiting import Thing

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)  # What still waits after so long is said again.
NOT_AGAIN_FOR = timedelta(minutes=10)  # Whoever asks for links in another's name fills no letter box.


def write(session: Session, account_id: int | None, kind: str, at: datetime, about: str = "") -> None:
    """A letter with a link, or that tells of a deed; one at a time of a kind, however often it is asked for. To nobody
    too: that takes as long.
    """
    which = (Letter.account_id == account_id, Letter.kind == kind, Letter.about == about)
    found = session.scalar(sa.select(Letter).where(*which))
    if found is None:
        _add(session, account_id, kind, about, at)
        return
    if kind != "password" or found.done_at is None or at - found.done_at > NOT_AGAIN_FOR:
        found.try_at, found.tries, found.done_at = at, 0, None
    found.made_at = at
    session.flush()


def note(session: Session, account_id: int, things: Iterable[Thing], at: datetime) -> None:
    """Of what waits for the person, what was not said yet; what is over is not said any more."""
    mine = sa.select(Letter).where(Letter.account_id == account_id, Letter.kind.in_(NOTICES))
    known = {(one.kind, one.about): one for one in session.scalars(mine)}
    now = {(thing.kind, thing.about) for thing in things if not thing.own}
    for kind, about in sorted(now - set(known)):
        _add(session, account_id, kind, about, at)
    for key, letter in known.items():
        if letter.done_at is None and key not in now:
            session.delete(letter)
    session.flush()


def _add(session: Session, account_id: int | None, kind: str, about: str, at: datetime) -> None:
    with suppress(sa.exc.IntegrityError), session.begin_nested():  # Somebody wrote the same in this moment.
        session.add(Letter(account_id=account_id, kind=kind, about=about, made_at=at, try_at=at))


def take(session: Session, account_id: int, at: datetime) -> list[Letter]:
    """The letters of the account that are due, now counted as tried. Another process finds them no more."""
    query = sa.select(Letter).where(_is_due(at), Letter.account_id == account_id)
    found = list(session.scalars(query.order_by(Letter.id).with_for_update(skip_locked=True)))
    for letter in found:
        letter.try_at = at + min(FIRST_PAUSE * 4**letter.tries, LONGEST_PAUSE)
        letter.tries += 1
    session.flush()
    return found


def due(session: Session, at: datetime) -> list[int]:
    """The accounts with letters to be sent now, those that wait longest first."""
    query = sa.select(Letter.account_id).where(_is_due(at), Letter.account_id.is_not(None))
    query = query.group_by(Letter.account_id).order_by(sa.func.min(Letter.id))
    return [one for one in session.scalars(query) if one is not None]


def settle(session: Session, letter_ids: Iterable[int], at: datetime) -> None:
    """Sent, or given up."""
    session.execute(sa.update(Letter).where(Letter.id.in_(list(letter_ids))).values(done_at=at))


def forget(session: Session, at: datetime) -> None:
    """Letters to nobody, those too old to be of use, and what is remembered of those that were sent."""
    nobody, old = Letter.account_id.is_(None), Letter.made_at < at - GIVEN_UP_AFTER
    waits, once = Letter.done_at.is_(None), Letter.kind.in_((*LINKS, *DEEDS))
    told = (Letter.done_at < at - KEPT) | (once & (Letter.done_at < at - NOT_AGAIN_FOR))
    session.execute(sa.delete(Letter).where(nobody | (waits & old) | told))


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many letters wait, and since when."""
    query = sa.select(sa.func.count(), sa.func.min(Letter.made_at)).where(
        Letter.done_at.is_(None), Letter.account_id.is_not(None)
    )
    count, since = session.execute(query).one()
    return count, since


def _is_due(at: datetime) -> sa.ColumnElement[bool]:
    return Letter.done_at.is_(None) & (Letter.try_at <= at)
