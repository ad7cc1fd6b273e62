"""One person's reading of a filled-in form: from the fields of the typing page to something that can be compared.

The answers are checked by the same rules as everybody's; beside them stand the day and, on officers' forms, the case.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from questionnaires.answers import Answers
from questionnaires.checking import AnswerFault, as_submitted, check
from questionnaires.conditions import Setting, Variant
from questionnaires.reading import Refused, calendar_day
from survey_app.answer.places import setting_of
from survey_app.casework import cases, persons
from survey_app.clock import local_day
from survey_app.instruments.read_once import instrument_of
from survey_app.models import Case, CollectionPoint, PaperBatch, PaperSheet, Wave
from survey_app.unit_changes import days

DAY, CASE, GROWN_UPS = "_filled_on", "_case", "_grown_ups"
Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Printed:
    """What the code of a sheet says."""

    serial: str
    variant: Variant
    language: str


@dataclass(frozen=True)
class Reading:
    day: date
    case: Case | None
    grown_ups: int | None  # Of the household, where one of them is asked.
    answers: Answers

    def as_json(self, variant: str) -> str:
        """Equal for equal readings, whatever the order or the spelling of numbers and days."""
        own = {DAY: [self.day.isoformat()]} | ({CASE: [str(self.case.number)]} if self.case else {})
        own |= {GROWN_UPS: [str(self.grown_ups)]} if self.grown_ups else {}
        content = {"variant": variant, "fields": own | as_submitted(self.answers)}
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Read:
    """A reading, or all that is wrong with what was typed: beside the answers, and beside day and case."""

    reading: Reading | None
    faults: tuple[AnswerFault, ...] = ()
    own: Mapping[str, str] | None = None


def setting(batch: PaperBatch, point: CollectionPoint | None, variant: Variant) -> Setting:
    """What is asked on the forms of a batch."""
    if point:
        return replace(setting_of(point), variant=variant)
    return Setting("", "paper_officer", batch.unit.type, variant)


def read(
    session: Session, batch: PaperBatch, printed: Printed, typed: Fields, at: datetime, drop_not_asked: bool = False
) -> Read:
    point = session.get(CollectionPoint, batch.point_id) if batch.point_id else None
    answers = {name: values for name, values in typed.items() if not name.startswith("_")}
    asked = setting(batch, point, printed.variant)
    checked = check(instrument_of(batch.wave.instrument_version), answers, drop_not_asked, asked)
    own: dict[str, str] = {}
    day = _day(batch.wave, _first(typed, DAY), at, own)
    case = None if point else _case(session, batch, printed, _first(typed, CASE), own)
    grown_ups = _grown_ups(session, case, _first(typed, GROWN_UPS), own) if case else None
    if own or checked.answers is None or day is None:
        return Read(None, checked.faults, own)
    return Read(Reading(day, case, grown_ups, checked.answers))


def _first(typed: Fields, name: str) -> str:
    return next(iter(typed.get(name, ())), "").strip()


def _day(wave: Wave, text: str, at: datetime, own: dict[str, Any]) -> date | None:
    try:
        day = calendar_day(text)
    except Refused:
        own[DAY] = _("Write the day on which the form was filled in, for example 25/11/2026.")
        return None
    last = min(wave.closes_on, local_day(wave.closed_at or at), local_day(at))
    if not wave.opens_on <= day <= last:
        span = {"first": f"{wave.opens_on:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        own[DAY] = _("The day must lie between %(first)s, when the wave opened, and %(last)s.", **span)
    return day


def _case(session: Session, batch: PaperBatch, printed: Printed, text: str, own: dict[str, Any]) -> Case | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    case = session.scalar(sa.select(Case).where(Case.wave_id == batch.wave_id, Case.number == number))
    if case is None:
        own[CASE] = _("No case of this wave has this number. Compare it with the sheet.")
    elif batch.unit_id not in (case.unit_id, days.unit_of(session, case, date.max)):
        own[CASE] = _("This case is of %(unit)s, and the batch is not.", unit=case.unit.full_name)
    elif case.disposition == "complete" or cases.is_answered(session, case):
        own[CASE] = _("This case has already been answered: set the sheet aside.")
    elif cases.is_replaced(session, case):
        own[CASE] = _("A reserve has taken the place of this case: set the sheet aside.")
    elif other := _other_sheet(session, case, printed.serial):
        own[CASE] = _("The sheet %(serial)s names this case already. Compare both.", serial=other)
    return case


def asks_grown_ups(session: Session, batch: PaperBatch) -> bool:
    """Whether the officers of the batch ask one grown-up of each household, and write down how many there are."""
    return batch.point_id is None and bool(persons.plans_of(session, {batch.wave_id}))


def _grown_ups(session: Session, case: Case, text: str, own: dict[str, Any]) -> int | None:
    if not persons.are_chosen(session, case):
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    before = persons.counted(session, case)
    if not 1 <= number <= persons.MOST:
        own[GROWN_UPS] = _("Type how many grown-ups live there: from 1 to %(most)d.", most=persons.MOST)
    elif before not in (None, number):
        own[GROWN_UPS] = _(
            "%(before)d grown-ups were counted in this household first, which decided whom to ask. Compare with the "
            "sheet; if it says %(number)d, leave it and tell a manager.",
            before=before,
            number=number,
        )
    return number


def _other_sheet(session: Session, case: Case, serial: str) -> str | None:
    waits = PaperSheet.state.in_(("single", "differs")) & (PaperSheet.serial != serial) & PaperSheet.first.is_not(None)
    return session.scalar(sa.select(PaperSheet.serial).where(PaperSheet.case_id == case.id, waits).limit(1))
