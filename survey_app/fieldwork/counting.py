"""How the field stands on a day, by unit, officer, stratum and day: cases against the plan's days. Counts only."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.casework import dispositions
from survey_app.casework.dispositions import Table
from survey_app.casework.progress import PROBABILITY, in_use
from survey_app.models import Case, CaseAttempt, Response, Unit, User, Wave
from survey_app.models.units import full_name
from survey_app.responses import counted


@dataclass
class Line:
    """Cases in use of a unit, an officer, a stratum, or of all.

    `cases`: of the sample as drawn; `reserves`: put in somebody's place; `due`: to be finished by the end of the day,
    `due_before`: by its beginning. Those without a day have one each by turns, so rows add up to what is said of all.
    """

    name: str = ""
    code: str = ""
    cases: int = 0
    reserves: int = 0
    undated: int = 0
    due: int = 0
    due_before: int = 0
    closed: int = 0
    answered: int = 0
    attempts: int = 0  # In vain.
    ended: list[Counter[str]] = field(default_factory=list)

    @cached_property
    def table(self) -> Table:
        """Made for the lines that are looked at: of ten thousand a page shows fifty."""
        return dispositions.table(self.ended)

    @property
    def in_use(self) -> int:
        return self.cases + self.reserves

    @property
    def to_visit(self) -> int:
        return self.in_use - self.closed

    @property
    def behind(self) -> int:
        """Nobody is late before the evening."""
        return max(self.due_before - self.closed, 0)

    @property
    def rates(self) -> dict[str, float | None]:
        return self.table.outcomes.rates()


@dataclass(frozen=True)
class Day:
    """`planned`: cases whose day it is, those without a day of their own spread evenly; `answers` of the sample."""

    day: date
    planned: int
    attempts: int
    answers: int
    planned_so_far: int
    answers_so_far: int

    @property
    def idle(self) -> bool:
        return not self.attempts and not self.answers


@dataclass(frozen=True)
class Field:
    """`days`: from the first to `on` or the last of the wave."""

    on: date
    units: list[Line]
    officers: list[Line]
    days: list[Day]
    total: Line

    @property
    def idle_days(self) -> list[Day]:
        return [day for day in self.days if day.idle]


class _Group(NamedTuple):
    unit: int
    officer: int | None
    stratum: str
    day: date | None
    closed: bool
    answered: bool
    reserve: bool
    due: bool
    due_before: bool
    cases: int


def field_of(session: Session, wave: Wave, on: date) -> Field:
    groups, tables = _groups(session, wave, on), dispositions.by_unit_and_officer(session, wave)
    tried = _attempts(session, wave)

    def lines(key: Callable[[_Group], Hashable], table_key: Callable[[tuple[Any, Any]], Hashable]) -> dict[Any, Line]:
        found, ended = _lines(groups, key), defaultdict(list)
        for pair, counts in tables.items():
            ended[table_key(pair)].append(counts)
        for pair, count in tried.items():
            found[table_key(pair)].attempts += count
        for place, line in found.items():
            line.ended = ended[place]
        return found

    whole = lines(lambda group: 0, lambda pair: 0)
    return Field(
        on=on,
        units=_of_units(session, lines(lambda group: group.unit, lambda pair: pair[0])),
        officers=_of_officers(session, lines(lambda group: group.officer, lambda pair: pair[1])),
        days=_days(session, wave, groups, on),
        total=whole.get(0, Line()),
    )


def strata_of(session: Session, wave: Wave, on: date) -> dict[str, Line]:
    """By stratum, without what became of the cases in detail."""
    return _lines(_groups(session, wave, on), lambda group: group.stratum)


def _lines(groups: Iterable[_Group], key: Callable[[_Group], Hashable]) -> dict[Any, Line]:
    found: dict[Any, Line] = {}
    for group in groups:
        _add(found.setdefault(key(group), Line()), group)
    return found


def share_of_days(wave: Wave, on: date) -> float:
    """Of the wave's days, those that are over by the end of `on`."""
    days = (wave.closes_on - wave.opens_on).days + 1
    return min(max((on - wave.opens_on).days + 1, 0), days) / days


def _groups(session: Session, wave: Wave, on: date) -> list[_Group]:
    case = _turns(wave).c
    undated = (Case.wave_id == wave.id) & Case.planned_day.is_(None) & in_use()
    count = session.scalar(sa.select(sa.func.count(Case.id)).where(undated)) or 0
    due, before = _is_due(case, wave, count, on), _is_due(case, wave, count, on - timedelta(days=1))
    columns = (
        case.unit_id,
        case.officer_id,
        case.stratum,
        case.planned_day,
        case.closed,
        case.answered,
        case.is_reserve,
    )
    query = sa.select(*columns, due, before, sa.func.count()).group_by(*columns, due, before)
    return [_Group(*tuple(row)) for row in session.execute(query)]


def _is_due(case: Any, wave: Wave, undated: int, on: date) -> sa.Label[bool]:
    """By the end of the day."""
    reached = int(undated * share_of_days(wave, on))
    told = sa.case((case.planned_day.is_not(None), case.planned_day <= on), else_=case.turn <= reached)
    return told.label(f"due_{on:%Y%m%d}")


def _turns(wave: Wave) -> sa.Subquery:
    """The cases in use. Those without a day have turns, in which they come due: of every unit, officer and stratum
    alike. In one pass, for SQLite joins to what a query counted line by line.
    """
    dated = Case.planned_day.is_not(None).label("dated")
    part: tuple[Any, ...] = (Case.unit_id, Case.officer_id, Case.stratum, dated)
    place = sa.func.row_number().over(partition_by=part, order_by=Case.number)
    size = sa.func.count().over(partition_by=part)
    closed, answered = (Case.disposition != "open").label("closed"), (Case.disposition == "complete").label("answered")
    kind: tuple[Any, ...] = (Case.planned_day, closed, answered, (Case.reserve > 0).label("is_reserve"), Case.number)
    query = sa.select(*part, *kind, ((place * 2 - 1) * 1.0 / size).label("at"))
    spread = query.where(Case.wave_id == wave.id, in_use()).subquery()
    turn = sa.func.row_number().over(partition_by=spread.c.dated, order_by=(spread.c.at, spread.c.number))
    return sa.select(*spread.c, turn.label("turn")).subquery()


def _attempts(session: Session, wave: Wave) -> dict[tuple[int, int | None], int]:
    query = sa.select(Case.unit_id, Case.officer_id, sa.func.count()).join(CaseAttempt, CaseAttempt.case_id == Case.id)
    query = query.where(Case.wave_id == wave.id, in_use()).group_by(Case.unit_id, Case.officer_id)
    return {(unit, officer): count for unit, officer, count in session.execute(query)}


def _add(line: Line, group: _Group) -> None:
    if group.reserve:
        line.reserves += group.cases
    else:
        line.cases += group.cases
    line.closed += group.cases * group.closed
    line.answered += group.cases * group.answered
    line.undated += group.cases * (group.day is None)
    line.due += group.cases * group.due
    line.due_before += group.cases * group.due_before


def _of_units(session: Session, lines: dict[int, Line]) -> list[Line]:
    units = session.execute(sa.select(Unit.id, Unit.code, Unit.type, Unit.name).order_by(Unit.code))
    names = ((unit.id, full_name(unit.type, unit.name), unit.code) for unit in units if unit.id in lines)
    return [replace(lines[unit_id], name=name, code=code) for unit_id, name, code in names]


def _of_officers(session: Session, lines: dict[int | None, Line]) -> list[Line]:
    """By name; last the cases that nobody has yet, under no name."""
    users = session.scalars(sa.select(User).where(User.id.in_({one for one in lines if one is not None})))
    found = sorted(((user.name or user.email), user.id) for user in users)
    named = [replace(lines[user_id], name=name, code=str(user_id)) for name, user_id in found]
    return [*named, *([lines[None]] if None in lines else [])]


def _days(session: Session, wave: Wave, groups: Iterable[_Group], on: date) -> list[Day]:
    attempts, answers = _attempts_by_day(session, wave), _answers_by_day(session, wave)
    dated: Counter[date] = Counter()
    undated = 0
    for group in groups:
        if group.day is None:
            undated += group.cases
        else:
            dated[group.day] += group.cases
    found, day, planned, answered = [], wave.opens_on, 0, 0
    while day <= min(on, wave.closes_on):
        so_far = sum(count for one, count in dated.items() if one <= day) + int(undated * share_of_days(wave, day))
        answered += answers[day]
        found.append(Day(day, so_far - planned, attempts[day], answers[day], so_far, answered))
        planned, day = so_far, day + timedelta(days=1)
    return found


def _attempts_by_day(session: Session, wave: Wave) -> Counter[date]:
    query = sa.select(CaseAttempt.day, sa.func.count()).join(Case, CaseAttempt.case_id == Case.id)
    query = query.where(Case.wave_id == wave.id, in_use()).group_by(CaseAttempt.day)
    return Counter({day: count for day, count in session.execute(query)})


def _answers_by_day(session: Session, wave: Wave) -> Counter[date]:
    """Of the drawn sample, by officers and by slips; second interviews are none."""
    query = sa.select(Response.local_day, sa.func.count()).outerjoin(Case, Response.case_id == Case.id)
    first = Case.reinterview_of_id.is_(None)
    query = query.where(Response.wave_id == wave.id, counted(), Response.mode.in_(PROBABILITY), first)
    query = query.group_by(Response.local_day)
    return Counter({day: count for day, count in session.execute(query)})
