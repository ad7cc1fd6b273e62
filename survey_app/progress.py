"""How far a wave is: responses by unit and series beside the cases that the plan drew. Counts only, no answers."""

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.models import Case, CollectionPoint, Response, Unit, Wave
from survey_app.models.responses import MODES

# Only drawn-sample modes enter the headline index (design.md §5.6); the analysis holds the same table.
PROBABILITY = ("qr_slip", "tablet", "phone", "paper_self", "paper_officer")
SERIES = {mode: "probability" if mode in PROBABILITY else "open" for mode in MODES} | {"counter_3": "counter_3"}
COUNTED = ("accepted", "late_accepted")


@dataclass
class Counts:
    """The figures of one unit, or of all together."""

    planned: int = 0
    complete: int = 0
    unreachable: int = 0  # Refused, moved, not met: closed without an answer.
    series: Counter[str] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)

    @property
    def to_visit(self) -> int:
        return self.planned - self.complete - self.unreachable

    def add(self, other: "Counts") -> None:
        self.planned += other.planned
        self.complete += other.complete
        self.unreachable += other.unreachable
        self.series += other.series
        self.modes += other.modes


@dataclass(frozen=True)
class Progress:
    by_unit: list[tuple[Unit, Counts]]
    total: Counts


def of_wave(session: Session, wave: Wave) -> Progress:
    counts: dict[int, Counts] = {}
    for unit_id in session.scalars(sa.select(CollectionPoint.unit_id).where(CollectionPoint.wave_id == wave.id)):
        counts.setdefault(unit_id, Counts())
    _add_cases(session, wave, counts)
    _add_responses(session, wave, counts)
    units = session.scalars(sa.select(Unit).where(Unit.id.in_(counts)).order_by(Unit.code))
    by_unit = [(unit, counts[unit.id]) for unit in units]
    total = Counts()
    for _unit, unit_counts in by_unit:
        total.add(unit_counts)
    return Progress(by_unit, total)


def _add_cases(session: Session, wave: Wave, counts: dict[int, Counts]) -> None:
    query = sa.select(Case.unit_id, Case.disposition, sa.func.count()).where(Case.wave_id == wave.id)
    for unit_id, disposition, count in session.execute(query.group_by(Case.unit_id, Case.disposition)):
        unit = counts.setdefault(unit_id, Counts())
        unit.planned += count
        if disposition == "complete":
            unit.complete += count
        elif disposition != "open":
            unit.unreachable += count


def _add_responses(session: Session, wave: Wave, counts: dict[int, Counts]) -> None:
    query = sa.select(Response.unit_id, Response.mode, sa.func.count()).where(
        Response.wave_id == wave.id, Response.state.in_(COUNTED)
    )
    for unit_id, mode, count in session.execute(query.group_by(Response.unit_id, Response.mode)):
        unit = counts.setdefault(unit_id, Counts())
        unit.modes[mode] += count
        unit.series[SERIES[mode]] += count
