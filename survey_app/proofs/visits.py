"""Visit codes: the signed code that a one-stop counter's software prints on a result slip, without asking anybody.

The software holds the key of its own point and works offline; a code is bound to the point, a group of procedures and a
week, and knows no dossier. A code that is late or used again proves nothing, but the answer is not lost: it counts as
one of the open QR. Spent codes are kept as one sorted set for a point's unit and week, never as rows of their own.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app import points
from survey_app.clock import local_day
from survey_app.models import CollectionPoint, VisitWeek
from survey_app.points import ALPHABET, normal_code

MODE, OPEN_MODE = "visit_code", "qr_open"
FIRST_MONDAY = date(1970, 1, 5)
WEEK_LETTERS, RANDOM_LETTERS, PROOF_LETTERS = 2, 5, 7
LENGTH = 1 + WEEK_LETTERS + RANDOM_LETTERS + PROOF_LETTERS
VALID_WEEKS = 5  # The week of printing and four more.
DIGEST_BYTES = 8


class BadVisit(Exception):
    """No code of this point: mistyped, damaged, invented, or printed for another point."""


@dataclass(frozen=True)
class Visit:
    """`week` counts weeks since the first Monday of 1970; `group` is a letter that the office gives a meaning."""

    code: str
    group: str
    week: int

    def is_fresh(self, at: datetime) -> bool:
        return 0 <= week_of(local_day(at)) - self.week < VALID_WEEKS


def week_of(day: date) -> int:
    return (day - FIRST_MONDAY) // timedelta(weeks=1)


def point_key(token_key: str, point_code: str) -> str:
    """What the counter's software holds: 32 hexadecimal digits that open nothing but this point's codes."""
    return hmac.digest(token_key.encode(), b"visit-key" + point_code.encode(), hashlib.sha256).hex()[:32]


def url(public_url: str, point_code: str, code: str) -> str:
    """The address that the QR of a code carries."""
    return f"{public_url}/v/{point_code}/{code}"


def last_day(day: date) -> date:
    """The last day on which a code made on `day` proves a visit."""
    return FIRST_MONDAY + timedelta(weeks=week_of(day) + VALID_WEEKS, days=-1)


def new_code(key: str, group: str, day: date) -> str:
    """A code for somebody who is handed a result on `day`. Raises ValueError for a group that is no letter of ours."""
    if group not in ALPHABET or len(group) != 1:
        raise ValueError(f"A group of procedures is one of the letters {ALPHABET}.")
    letters = group + points.letters(week_of(day), WEEK_LETTERS)
    letters += "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LETTERS))
    return letters + _proof(key, letters)


def read(key: str, typed: str, at: datetime) -> Visit:
    """The visit of a code, dated to the last week that its two letters can mean. Raises BadVisit."""
    code = normal_code(typed)
    letters, proof = code[:-PROOF_LETTERS], code[-PROOF_LETTERS:]
    if len(code) != LENGTH or not set(code) <= set(ALPHABET) or not hmac.compare_digest(proof, _proof(key, letters)):
        raise BadVisit
    now, period = week_of(local_day(at)), len(ALPHABET) ** WEEK_LETTERS
    return Visit(code, letters[0], now - (now - points.number_of(letters[1 : 1 + WEEK_LETTERS])) % period)


def spend(session: Session, point: CollectionPoint, visit: Visit) -> bool:
    """Marks the code as used, in the transaction that keeps the answers; False: it had been used before."""
    where = (VisitWeek.unit_id == point.unit_id, VisitWeek.week == visit.week)
    digest = hashlib.sha256(f"{point.code}:{visit.code}".encode()).digest()[:DIGEST_BYTES]
    row = session.scalar(sa.select(VisitWeek).where(*where).with_for_update(key_share=True))
    if row is None:
        row = _add_week(session, point.unit_id, visit.week)
    session.refresh(row, ["spent"])
    united_with = united(row.spent, digest)
    if len(united_with) == len(row.spent):
        return False
    row.spent = united_with
    session.flush()
    return True


def united(spent: bytes, more: bytes) -> bytes:
    """The digests of both, each once, in their order."""
    both = spent + more
    return b"".join(sorted({both[start : start + DIGEST_BYTES] for start in range(0, len(both), DIGEST_BYTES)}))


def _add_week(session: Session, unit_id: int, week: int) -> VisitWeek:
    """The row of the week; of two who add it at once the second takes the first one's."""
    try:
        with session.begin_nested():
            row = VisitWeek(unit_id=unit_id, week=week, spent=b"")
            session.add(row)
            session.flush()
        return row
    except sa.exc.IntegrityError:
        where = (VisitWeek.unit_id == unit_id, VisitWeek.week == week)
        return session.scalars(sa.select(VisitWeek).where(*where).with_for_update(key_share=True)).one()


def _proof(key: str, letters: str) -> str:
    return points.letters(int.from_bytes(hmac.digest(key.encode(), letters.encode(), hashlib.sha256)), PROOF_LETTERS)
