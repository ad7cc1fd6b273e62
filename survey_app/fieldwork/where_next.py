"""Where officers go next: open cases by place in the order of their urgency, with the part of the day not yet tried.

Overdue places come first, then those of units that miss their promised precision, then by planned day.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from survey_app.casework.cases import PARTS
from survey_app.casework.progress import in_use
from survey_app.clock import local_day
from survey_app.models import Case, CaseAttempt, Unit, User, Wave, alphabet
from survey_app.plans import staged

AT_ONCE = 60  # Visits of a round before the list ends with a place; the file always has all.
FILE = (
    *("officer", "order", "unit", "unit_name", "place", "case", "planned_day", "overdue", "lagging"),
    *("attempts", "last_attempt", "not_tried", "second_interview"),
)
NAME = sa.func.coalesce(sa.func.nullif(User.name, ""), User.email)
BY_NAME = {"officer": (Case.officer_id.is_(None), alphabet.Order(NAME), Case.officer_id)}


@dataclass(frozen=True)
class Visit:
    """`untried`: parts of the day in which nobody has called yet."""

    case: Case
    overdue: bool
    attempts: tuple[CaseAttempt, ...]

    @property
    def untried(self) -> tuple[str, ...]:
        tried = {attempt.part for attempt in self.attempts}
        return tuple(part for part in PARTS if part not in tried)

    @property
    def last(self) -> CaseAttempt | None:
        return self.attempts[-1] if self.attempts else None


@dataclass(frozen=True)
class Stop:
    """One place with its visits; `lagging`: its unit misses its promised precision."""

    unit: Unit
    psu: str
    lagging: bool
    visits: tuple[Visit, ...]

    @property
    def overdue(self) -> int:
        return sum(visit.overdue for visit in self.visits)

    @property
    def urgency(self) -> tuple[bool, bool, date, str, str]:
        first = min((visit.case.planned_day or date.max for visit in self.visits), default=date.max)
        return not self.overdue, not self.lagging, first, self.unit.code, self.psu


@dataclass(frozen=True)
class Round:
    """The stops of one officer, under no name for cases that nobody has."""

    officer: str
    stops: tuple[Stop, ...]

    @property
    def visits(self) -> int:
        return self.visits_of(self.stops)

    @staticmethod
    def visits_of(stops: Sequence[Stop]) -> int:
        return sum(len(stop.visits) for stop in stops)

    @property
    def first(self) -> tuple[Stop, ...]:
        """Whole places, as many as anybody gets through: a list of all that is left would hide them."""
        before = accumulate((len(stop.visits) for stop in self.stops), initial=0)
        return tuple(stop for stop, so_far in zip(self.stops, before, strict=False) if so_far < AT_ONCE)


def day_asked(text: str, at: datetime) -> date:
    """The day for which a list is wanted: tomorrow unless another is named, for lists are made in the evening."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return local_day(at) + timedelta(days=1)


def waves_of(session: Session, officer_id: int) -> list[Wave]:
    """In which the officer has somebody to visit."""
    query = sa.select(Wave).where(
        Wave.id.in_(sa.select(Case.wave_id).where(Case.officer_id == officer_id, Case.disposition == "open"))
    )
    return list(session.scalars(query.order_by(Wave.closes_on, Wave.slug)))


def officers(wave: Wave, officer_id: int | None = None) -> sa.Select[int | None, str | None]:
    """Who has somebody to visit, or one of them, with a name, in no order. Of cases that nobody has both are None."""
    query = _open(wave, None if officer_id is None else [officer_id]).outerjoin(User, Case.officer_id == User.id)
    columns = query.with_only_columns(Case.officer_id, NAME, maintain_column_froms=True)
    return columns.group_by(Case.officer_id, User.name, User.email)


def rounds(
    session: Session, wave: Wave, day: date, lagging: Set[str], of: Collection[int | None] | None = None
) -> list[Round]:
    """By name, of all officers or of those named, None for whom nobody has; `day`: the day that the list is for,
    `lagging`: codes of units.
    """
    tried, by_psu = _attempts(session, wave, of), staged(session, wave.id)
    by_officer: dict[int | None, dict[tuple[int, str], list[Visit]]] = {}
    for case in session.scalars(_open(wave, of).options(sa.orm.joinedload(Case.unit))):
        overdue = case.planned_day is not None and case.planned_day < day
        visit = Visit(case, overdue, tuple(tried.get(case.id, ())))
        place = (case.unit_id, case.psu if by_psu else "")
        by_officer.setdefault(case.officer_id, {}).setdefault(place, []).append(visit)
    people = session.execute(sa.select(User.id, NAME).where(User.id.in_([one for one in by_officer if one])))
    names: dict[int | None, str] = {officer_id: name for officer_id, name in people}
    found = [Round(names.get(officer, ""), _stops(places, lagging)) for officer, places in by_officer.items()]
    return sorted(found, key=lambda one: (not one.officer, alphabet.order(one.officer)))


def _open(wave: Wave, of: Collection[int | None] | None) -> sa.Select[Case]:
    """A second interview comes after the first."""
    first = aliased(Case)
    due = in_use() | (first.disposition == "complete")
    query = sa.select(Case).outerjoin(first, Case.reinterview_of_id == first.id)
    return query.where(Case.wave_id == wave.id, Case.disposition == "open", due, _held_by(of))


def _held_by(of: Collection[int | None] | None) -> sa.ColumnElement[bool]:
    if of is None:
        return sa.true()
    held = Case.officer_id.in_([one for one in of if one is not None])
    return held | Case.officer_id.is_(None) if None in of else held


def _attempts(session: Session, wave: Wave, of: Collection[int | None] | None) -> Mapping[int, list[CaseAttempt]]:
    query = sa.select(CaseAttempt).join(CaseAttempt.case)
    query = query.where(Case.wave_id == wave.id, Case.disposition == "open", _held_by(of))
    found: dict[int, list[CaseAttempt]] = {}
    for attempt in session.scalars(query.order_by(CaseAttempt.number)):
        found.setdefault(attempt.case_id, []).append(attempt)
    return found


def _stops(places: Mapping[tuple[int, str], list[Visit]], lagging: Set[str]) -> tuple[Stop, ...]:
    stops = []
    for (_unit, psu), visits in places.items():
        unit = visits[0].case.unit
        visits.sort(key=lambda one: (one.case.planned_day or date.max, len(one.attempts), one.case.number))
        stops.append(Stop(unit, psu, unit.code in lagging, tuple(visits)))
    return tuple(sorted(stops, key=lambda stop: stop.urgency))


def rows(found: list[Round]) -> Iterator[list[object]]:
    """As a spreadsheet has them, in the order of the visits."""
    for one in found:
        visits = [(stop, visit) for stop in one.stops for visit in stop.visits]
        for order, (stop, visit) in enumerate(visits, 1):
            case, last = visit.case, visit.last
            yield [
                *(one.officer, order, stop.unit.code, stop.unit.full_name, stop.psu, case.number),
                *(case.planned_day, visit.overdue, stop.lagging, len(visit.attempts)),
                f"{last.day} {last.part}" if last else "",
                " ".join(visit.untried),
                case.reinterview_of_id is not None,
            ]
