"""A respondent's own answers, taken back with the receipt: they stop counting, and their content goes.

That they existed stays: channel, place, day. A slip or visit code that was spent stays spent. What staff entered, a
manager voids (`corrections`), for staff see those receipts, too.
"""

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires.answers import Answers
from survey_app import corrections, responses
from survey_app.models import CommentTheme, RegisterComment, Response, ResponseConflict, Wave

Standing = Literal["unknown", "by_staff", "withdrawn", "frozen", "free"]


def find(session: Session, token_key: str, typed: str) -> Response | None:
    """The response of a receipt. As receipts are kept nowhere, every response is compared."""
    is_it = responses.has_receipt(token_key, typed)
    rows = session.execute(sa.select(Response.id, Response.content_hash).execution_options(yield_per=10_000))
    found = next((response_id for response_id, kept in rows if is_it(response_id, kept)), None)
    rows.close()
    return session.get(Response, found) if found else None


def standing(session: Session, response: Response | None) -> Standing:
    """`free`: may be taken back. `frozen`: the figures it is in were approved."""
    if response is None:
        return "unknown"
    if response.withdrawn:
        return "withdrawn"
    if response.mode in corrections.ENTERED_BY_STAFF:
        return "by_staff"
    return "frozen" if corrections.frozen(session, session.get_one(Wave, response.wave_id)) else "free"


def withdraw(session: Session, token_key: str, typed: str) -> Standing:
    """What the response of the receipt was until now; `free`: it has been taken back. The view commits."""
    response = find(session, token_key, typed)
    if response is not None:
        query = sa.select(Response).where(Response.id == response.id).with_for_update()
        response = session.scalars(query.execution_options(populate_existing=True)).one()
    before = standing(session, response)
    if before == "free" and response is not None:
        _erase(session, response, responses.seal(token_key, typed))
    return before


def _erase(session: Session, response: Response, sealed: str) -> None:
    response.answers, response.content_hash = Answers({}, {}).canonical_json(), sealed
    response.paradata = response.item_order = None
    response.void = response.withdrawn = True
    for table in (ResponseConflict, CommentTheme, RegisterComment):
        session.execute(sa.delete(table).where(table.response_id == response.id))
    session.flush()
