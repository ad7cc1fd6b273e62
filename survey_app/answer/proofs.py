"""Keeps the answers of a point together with what proves them: nothing, a slip, or a visit code.

A form's token carries the code it was opened with, so no address or field has to be remembered by the page.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app import database, responses
from survey_app.answer.places import is_shared
from survey_app.models import CollectionPoint
from survey_app.proofs import presence, slips, visits
from survey_app.responses import Stored


def is_needed(point: CollectionPoint) -> bool:
    """Whether a form of the point opens by a slip only."""
    return point.mode == slips.MODE


def begin(point: CollectionPoint) -> Session | sa.Connection:
    """Where `store` is to keep answers: one statement, whoever comes at once, where nothing has to be spent."""
    if point.mode in (slips.MODE, visits.MODE):
        return database.writing_anew(database.session())
    return database.writing_once()


def store(kept: Session | sa.Connection, key: str, point: CollectionPoint, code: str, **fields: Any) -> Stored:
    """`responses.store`, in one transaction (see `begin`) with the spending of the code. The view commits.

    Raises what `responses.store` raises, and BadSlip, SlipSpent or SlipVoid: then nothing was kept.
    """
    if isinstance(kept, sa.Connection):
        seen = {"present": True} if code == presence.MARK else None
        return responses.store(kept, token_key=key, mode=mode_of(point), paradata=seen, **fields)
    return (_store_with_slip if point.mode == slips.MODE else _store_with_visit)(kept, key, point, code, fields)


def mode_of(point: CollectionPoint) -> str:
    """Whoever came by an address did not use the kiosk: its enrolled device alone proves that, by its journal."""
    return visits.OPEN_MODE if is_shared(point) else point.mode


def next_mode(point: CollectionPoint, code: str) -> str:
    """What the page of thanks makes ready for: a screen at a counter, left open in a browser, for the next person."""
    return point.mode if code not in (presence.MARK, presence.AWAY) else visits.OPEN_MODE


def _store_with_slip(session: Session, key: str, point: CollectionPoint, code: str, fields: dict[str, Any]) -> Stored:
    slip = slips.read(key, code)
    batch = slips.find(session, slip)
    if batch.point_id != point.id:
        raise slips.BadSlip  # A code of another unit proves nothing here.
    stored = responses.store(session.connection(), token_key=key, mode=point.mode, batch_id=batch.id, **fields)
    if stored.new:  # A repeat brings the same receipt and spends nothing again.
        slips.spend(session, slip)
    return stored


def _store_with_visit(session: Session, key: str, point: CollectionPoint, code: str, fields: dict[str, Any]) -> Stored:
    """Without a code, or with a late or used one, the answers count as those of the open QR."""
    visit = visits.read(visits.point_key(key, point.code), code, fields["sent"]) if code else None
    proven = visit is not None and visit.is_fresh(fields["begun"]) and visits.spend(session, point, visit)
    return responses.store(
        session.connection(), token_key=key, mode=visits.MODE if proven else visits.OPEN_MODE, **fields
    )
