"""Types simulated paper forms: each twice, by two accounts, through the functions that the typing pages call.

Without HTTP between: two people's pages for each form would take longer than all the rest of a demonstration.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app import points
from survey_app.clock import local_day
from survey_app.models import CollectionPoint, PaperBatch
from survey_app.paper import codes, sheets, typing_page
from survey_app.paper.sheets import By
from survey_app.paper.typing_page import Printed, Reading
from survey_app.simulation.fieldwork import PointForms
from survey_app.simulation.forms import Form
from survey_app.simulation.send import SendError, Sent


def type_in(
    session: Session, waiting: PointForms, typists: Sequence[int], token_key: str, at: datetime, sent: Sent
) -> None:
    """The forms of one point as a batch that came back whole. Raises SendError."""
    point = points.find_point(session, waiting.code)
    if point is None or not waiting.forms:
        return
    batch, people = _batch(session, point, len(waiting.forms), at), [By(one, at, token_key) for one in typists]
    for form in waiting.forms:
        printed = Printed(codes.new_serial(), "full", "vi")
        for person in people:
            sheets.take(session, batch, printed, _reading(session, batch, printed, form, at), person)
        sent(1)


def _batch(session: Session, point: CollectionPoint, forms: int, at: datetime) -> PaperBatch:
    batch = PaperBatch(wave=point.wave, unit=point.unit, point_id=point.id, issued_on=local_day(at), issued=forms)
    batch.returned = forms
    session.add(batch)
    session.flush()
    return batch


def _reading(session: Session, batch: PaperBatch, printed: Printed, form: Form, at: datetime) -> Reading:
    typed = {**form, typing_page.DAY: [f"{local_day(at):%d/%m/%Y}"]}
    found = typing_page.read(session, batch, printed, typed, at)
    if found.reading is None:
        raise SendError(f"A paper form was not accepted: {found.faults or found.own}")
    return found.reading
