"""How far a wave is: responses by unit and series beside the cases that the plan drew. Counts only, no answers."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.models import Case, CollectionPoint, Response, SlipBatch, Unit, Wave
from survey_app.models.responses import MODES
from survey_app.models.units import full_name
from survey_app.responses import counted

# Only modes of a drawn sample enter the headline index; the analysis holds the same table.
PROBABILITY = ("qr_slip", "tablet", "phone", "paper_self", "paper_officer")
SERIES = {mode: "probability" if mode in PROBABILITY else "open" for mode in MODES} | {"counter_3": "counter_3"}


@dataclass
class Counts:
    """The figures of one unit, or of all together. Reserves count from when one is put in a case's place."""

    planned: int = 0  # Cases of the sample as drawn.
    complete: int = 0
    unreachable: int = 0  # Refused, moved, not met: closed without an answer.
    to_visit: int = 0
    series: Counter[str] = field(default_factory=Counter)


class Place(NamedTuple):
    """What a line says of its unit; thousands of rows of the model would take half the time of the page."""

    id: int
    code: str
    type: str
    name: str

    @property
    def full_name(self) -> str:
        return full_name(self.type, self.name)


@dataclass(frozen=True)
class Progress:
    by_unit: list[tuple[Place, Counts]]
    total: Counts
    modes: Counter[str]  # Of all responses.


def of_wave(session: Session, wave: Wave) -> Progress:
    counts, total = defaultdict[int, Counts](Counts), Counts()
    for unit_id in session.scalars(sa.select(CollectionPoint.unit_id).where(CollectionPoint.wave_id == wave.id)):
        counts.setdefault(unit_id, Counts())
    _add_cases(session, wave, counts, total)
    modes = _add_responses(session, wave, counts, total)
    columns = sa.select(Unit.id, Unit.code, Unit.type, Unit.name)
    # All of them: to name ten thousand in a query costs more than to pass over some.
    units = (Place._make(row) for row in session.execute(columns.order_by(Unit.code)) if row.id in counts)
    return Progress([(unit, counts[unit.id]) for unit in units], total, modes)


def _add_cases(session: Session, wave: Wave, counts: dict[int, Counts], total: Counts) -> None:
    drawn = Case.reserve == 0
    query = sa.select(Case.unit_id, Case.disposition, drawn, sa.func.count()).where(Case.wave_id == wave.id, in_use())
    for unit_id, disposition, is_drawn, count in session.execute(query.group_by(Case.unit_id, Case.disposition, drawn)):
        for one in (counts[unit_id], total):
            one.planned += count if is_drawn else 0
            if disposition == "complete":
                one.complete += count
            elif disposition == "open":
                one.to_visit += count
            else:
                one.unreachable += count


def in_use() -> sa.ColumnElement[bool]:
    """Cases to be asked once: the sample, and reserves that took somebody's place; no second interviews."""
    return Case.reinterview_of_id.is_(None) & ((Case.reserve == 0) | Case.replaces_id.is_not(None))


def _add_responses(session: Session, wave: Wave, counts: dict[int, Counts], total: Counts) -> Counter[str]:
    modes = Counter[str]()
    query = sa.select(Response.unit_id, Response.mode, sa.func.count()).where(Response.wave_id == wave.id, counted())
    for unit_id, mode, count in session.execute(query.group_by(Response.unit_id, Response.mode)):
        modes[mode] += count
        for one in (counts[unit_id], total):
            one.series[SERIES[mode]] += count
    return modes


class SampleAnswers(NamedTuple):
    """Counted answers of the drawn sample, by officers and by slips; second interviews are none. Slips that stand in no
    stratum have an empty one.
    """

    by_day: Counter[date]
    by_stratum: Counter[str]


def sample_answers(session: Session, wave: Wave) -> SampleAnswers:
    """Both in one pass: to join answers with their cases is the dearest thing that a page about the field does."""
    place = (Response.local_day, sa.func.coalesce(Case.stratum, SlipBatch.stratum, ""))
    query = sa.select(*place, sa.func.count()).select_from(Response).outerjoin(Case, Response.case_id == Case.id)
    query = query.outerjoin(SlipBatch, Response.batch_id == SlipBatch.id).where(
        Response.wave_id == wave.id, counted(), Response.mode.in_(PROBABILITY), Case.reinterview_of_id.is_(None)
    )
    found = SampleAnswers(Counter(), Counter())
    for day, stratum, count in session.execute(query.group_by(*place)):
        found.by_day[day] += count
        found.by_stratum[stratum] += count
    return found
