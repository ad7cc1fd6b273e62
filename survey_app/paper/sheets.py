"""Filled-in paper forms: typed by one person, then by another, and what becomes of both readings.

A response is made only of two equal readings, or of what a third person decided before the paper. How a reading is
checked, `typing_page` says; counting sheets is left to `batches`.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from survey_app import responses
from survey_app.casework import cases, persons
from survey_app.clock import LOCAL
from survey_app.models import Case, CollectionPoint, PaperBatch, PaperSheet
from survey_app.paper.typing_page import Printed, Reading
from survey_app.unit_changes import days

MOST_LETTERS = 500  # Of a remark.
Outcome = Literal["first", "kept", "differs", "set_aside"]


class NotYours(Exception):
    """The person has typed this sheet already; somebody else types it the second time."""


class Done(Exception):
    """The sheet was typed twice, or set aside; `state` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class By:
    """Who types, when, and the key from which the ids of responses are made."""

    account_id: int
    at: datetime
    token_key: str


def response_id(token_key: str, wave_id: int, serial: str) -> UUID:
    """The same for every entry of a sheet, so that it becomes one response; nobody makes it up from the print."""
    digest = hmac.digest(token_key.encode(), f"sheet:{wave_id}:{serial}".encode(), hashlib.sha256)
    return UUID(bytes=digest[:16], version=4)


def find(session: Session, wave_id: int, serial: str) -> PaperSheet | None:
    query = sa.select(PaperSheet).where(PaperSheet.wave_id == wave_id, PaperSheet.serial == serial)
    return session.scalar(query.options(joinedload(PaperSheet.batch), joinedload(PaperSheet.wave)))


def typed(session: Session, wave_id: int) -> set[str]:
    """The serials that somebody has typed, without those to be typed anew."""
    anew = (PaperSheet.state == "single") & PaperSheet.first.is_(None)
    return set(session.scalars(sa.select(PaperSheet.serial).where(PaperSheet.wave_id == wave_id, ~anew)))


def variant_of(sheet: PaperSheet) -> str:
    return str(json.loads(sheet.first or "{}").get("variant", "full"))


def take(session: Session, batch: PaperBatch, printed: Printed, reading: Reading, by: By) -> Outcome:
    """Keeps a reading as the first or the second of its sheet. The same person with the same reading again changes
    nothing. Raises NotYours and Done.
    """
    sheet = _locked(session, batch.wave_id, printed.serial)
    if sheet is None and _add(session, batch, printed, reading, by):
        return "first"
    if sheet and sheet.state == "single" and sheet.first is None:
        _begin(sheet, batch, printed, reading, by)
        session.flush()
        return "first"
    sheet = sheet or _locked(session, batch.wave_id, printed.serial)
    if sheet is None or sheet.state != "single":
        raise Done(sheet.state if sheet else "set_aside")
    text = reading.as_json(printed.variant)
    if sheet.first_by_id == by.account_id:
        if sheet.first == text:
            return "first"
        raise NotYours
    sheet.second, sheet.second_by_id = text, by.account_id
    sheet.differences = len(differing(sheet))
    if sheet.differences:
        sheet.state = "differs"
        session.flush()
        return "differs"
    return _keep(session, sheet, reading, by)


def decide(session: Session, sheet: PaperSheet, reading: Reading, by: By) -> Outcome:
    """Makes the response of what a third person read on the paper. Raises NotYours and Done."""
    locked = _locked(session, sheet.wave_id, sheet.serial)
    if locked is None or locked.state != "differs":
        raise Done(locked.state if locked else "set_aside")
    if by.account_id in (locked.first_by_id, locked.second_by_id):
        raise NotYours
    return _keep(session, locked, reading, by)


def differing(sheet: PaperSheet) -> list[str]:
    """The names of the fields that the two people typed differently."""
    first, second = readings(sheet)
    return [name for name in dict.fromkeys([*first, *second]) if first.get(name) != second.get(name)]


def readings(sheet: PaperSheet) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    first, second = (json.loads(text or "{}").get("fields", {}) for text in (sheet.first, sheet.second))
    return first, second


def set_aside(session: Session, sheet: PaperSheet, remark: str) -> None:
    """The sheet becomes no response; both readings are dropped. Raises Done for one that is kept."""
    locked = _locked(session, sheet.wave_id, sheet.serial)
    if locked is None or locked.state == "kept":
        raise Done(locked.state if locked else "set_aside")
    sheet.state, sheet.first, sheet.second = "set_aside", None, None
    note(sheet, remark)
    session.flush()


def type_anew(session: Session, sheet: PaperSheet) -> None:
    """Two people type the sheet anew, whoever typed it before. Raises Done unless it was set aside."""
    locked = _locked(session, sheet.wave_id, sheet.serial)
    if locked is None or locked.state != "set_aside":
        raise Done(locked.state if locked else "single")
    sheet.state, sheet.second_by_id, sheet.differences = "single", None, None
    session.flush()


def note(sheet: PaperSheet, remark: str) -> None:
    """Adds what became of the sheet; who decided before stays. Where there is no more room, the oldest goes."""
    sheet.remark = " · ".join(filter(None, (sheet.remark, remark)))[-MOST_LETTERS:]


def _locked(session: Session, wave_id: int, serial: str) -> PaperSheet | None:
    query = sa.select(PaperSheet).where(PaperSheet.wave_id == wave_id, PaperSheet.serial == serial)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _add(session: Session, batch: PaperBatch, printed: Printed, reading: Reading, by: By) -> bool:
    """False: somebody else typed the same sheet at the same moment, and was faster."""
    sheet = PaperSheet(wave_id=batch.wave_id, serial=printed.serial)
    _begin(sheet, batch, printed, reading, by)
    try:
        with session.begin_nested():
            session.add(sheet)
    except IntegrityError:
        return False
    return True


def _begin(sheet: PaperSheet, batch: PaperBatch, printed: Printed, reading: Reading, by: By) -> None:
    sheet.batch_id, sheet.point_id = batch.id, batch.point_id
    sheet.case_id = reading.case.id if reading.case else None
    sheet.language, sheet.filled_on = printed.language, reading.day
    sheet.first, sheet.first_by_id = reading.as_json(printed.variant), by.account_id


def _keep(session: Session, sheet: PaperSheet, reading: Reading, by: By) -> Outcome:
    point = session.get(CollectionPoint, sheet.point_id) if sheet.point_id else None
    case = reading.case
    place = point or case
    if place is None:
        raise ValueError("A sheet has a point or a case.")
    if case and cases.lock(session, [case.id]) and cases.is_replaced(session, case):
        set_aside(session, sheet, str(_("A reserve has taken the place of this case: its answers count instead.")))
        return "set_aside"
    if case and reading.grown_ups and persons.counted(session, case) != reading.grown_ups:
        try:
            persons.count(session, case, reading.grown_ups)
        except ValueError as why:
            set_aside(session, sheet, str(why))
            return "set_aside"
    try:
        responses.store(
            session.connection(),
            token_key=by.token_key,
            response_id=response_id(by.token_key, sheet.wave_id, sheet.serial),
            wave=sheet.wave,
            unit_id=days.unit_of(session, place, reading.day),
            point_id=sheet.point_id,
            case_id=case.id if case else None,
            mode="paper_officer" if case else "paper_self",
            language=sheet.language,
            answers=reading.answers,
            # It was begun at the latest in the evening of its day: typed within the grace, it counts at once.
            begun=min(by.at, datetime.combine(reading.day, time.max, LOCAL)),
            sent=by.at,
            day=reading.day,
            paradata={"officer": case.officer_id if case else None, "typed_twice": True},
        )
    except (responses.CaseTaken, responses.ResponseConflictError):
        set_aside(session, sheet, str(_("The case had already been answered another way.")))
        return "set_aside"
    _close(session, sheet, case)
    return "kept"


def _close(session: Session, sheet: PaperSheet, case: Case | None) -> None:
    sheet.state, sheet.first, sheet.second = "kept", None, None
    if case:
        sheet.case_id, case.disposition = case.id, "complete"
    session.flush()
