"""How the field stands on a day, by unit, officer, stratum and day: cases against the plan's days. Counts only."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.casework import dispositions
from survey_app.casework.dispositions import Table
from survey_app.casework.progress import SampleAnswers, in_use, sample_answers
from survey_app.models import Case, CaseAttempt, Unit, User, Wave
from survey_app.models.units import full_name


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

    def named(self, name: str, code: str) -> Self:
        self.name, self.code = name, code
        return self

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
    """`days`: from the first to `on` or the last of the wave; `answers`: all, those after `on` too."""

    on: date
    units: list[Line]
    officers: list[Line]
    days: list[Day]
    total: Line
    answers: SampleAnswers

    @property
    def idle_days(self) -> list[Day]:
        return [day for day in self.days if day.idle]


class _Part(NamedTuple):
    unit: int
    officer: int | None
    stratum: str


class _Group(NamedTuple):
    """Cases of a part with the same day, or without one; `first` is the smallest of their numbers."""

    part: _Part
    day: date | None
    cases: int
    reserves: int
    closed: int
    answered: int
    first: int


class _Due(NamedTuple):
    """`turns`: the parts of the cases without a day, in the order in which these come due."""

    on: date
    turns: Counter[_Part]
    turns_before: Counter[_Part]


def field_of(session: Session, wave: Wave, on: date) -> Field:
    groups, tables = _groups(session, wave), dispositions.by_unit_and_officer(session, wave)
    due, tried = _due(groups, wave, on), _attempts(session, wave)
    answers = sample_answers(session, wave)

    def lines(key: Callable[[_Part], Hashable], table_key: Callable[[tuple[Any, Any]], Hashable]) -> dict[Any, Line]:
        found, ended = _lines(groups, due, key), defaultdict(list)
        for pair, counts in tables.items():
            ended[table_key(pair)].append(counts)
        for pair, count in tried.items():
            found[table_key(pair)].attempts += count
        for place, line in found.items():
            line.ended = ended[place]
        return found

    whole = lines(lambda part: 0, lambda pair: 0)
    return Field(
        on=on,
        units=_of_units(session, wave, lines(lambda part: part.unit, lambda pair: pair[0])),
        officers=_of_officers(session, lines(lambda part: part.officer, lambda pair: pair[1])),
        days=_days(session, wave, groups, answers, on),
        total=whole.get(0, Line()),
        answers=answers,
    )


def strata_of(session: Session, wave: Wave, on: date) -> dict[str, Line]:
    """By stratum, without what became of the cases in detail."""
    groups = _groups(session, wave)
    return _lines(groups, _due(groups, wave, on), lambda part: part.stratum)


def _lines(groups: Iterable[_Group], due: _Due, key: Callable[[_Part], Hashable]) -> dict[Any, Line]:
    found: defaultdict[Any, Line] = defaultdict(Line)
    for group in groups:
        _add(found[key(group.part)], group, due.on)
    for part, cases in due.turns.items():
        found[key(part)].due += cases
    for part, cases in due.turns_before.items():
        found[key(part)].due_before += cases
    return dict(found)


def share_of_days(wave: Wave, on: date) -> float:
    """Of the wave's days, those that are over by the end of `on`."""
    days = (wave.closes_on - wave.opens_on).days + 1
    return min(max((on - wave.opens_on).days + 1, 0), days) / days


def _groups(session: Session, wave: Wave) -> list[_Group]:
    place = (Case.unit_id, Case.officer_id, Case.stratum, Case.planned_day)
    count = sa.func.count()
    counts = (
        *(count, count.filter(Case.reserve > 0)),
        *(count.filter(Case.disposition != "open"), count.filter(Case.disposition == "complete")),
        sa.func.min(Case.number),
    )
    query = sa.select(*place, *counts).where(Case.wave_id == wave.id, in_use()).group_by(*place)
    return [
        _Group(_Part(unit, officer, stratum), day, *counted_cases)
        for unit, officer, stratum, day, *counted_cases in session.execute(query)
    ]


def _due(groups: Iterable[_Group], wave: Wave, on: date) -> _Due:
    """By the end of the day, and by its beginning. Of the cases without a day those come due whose turn it is: in order
    of where they lie among those of their part, so that of every unit, officer and stratum as many come due.
    """
    places: defaultdict[float, list[_Part]] = defaultdict(list)
    undated = [group for group in groups if group.day is None]
    for group in sorted(undated, key=attrgetter("first")):
        for place in range(1, group.cases + 1):
            places[(2 * place - 1) / group.cases].append(group.part)
    turns = [part for place in sorted(places) for part in places[place]]
    reached, before = (int(len(turns) * share_of_days(wave, day)) for day in (on, on - timedelta(days=1)))
    return _Due(on, Counter(turns[:reached]), Counter(turns[:before]))


def _attempts(session: Session, wave: Wave) -> dict[tuple[int, int | None], int]:
    query = sa.select(Case.unit_id, Case.officer_id, sa.func.count()).join(CaseAttempt, CaseAttempt.case_id == Case.id)
    query = query.where(Case.wave_id == wave.id, in_use()).group_by(Case.unit_id, Case.officer_id)
    return {(unit, officer): count for unit, officer, count in session.execute(query)}


def _add(line: Line, group: _Group, on: date) -> None:
    line.cases += group.cases - group.reserves
    line.reserves += group.reserves
    line.closed += group.closed
    line.answered += group.answered
    if group.day is None:
        line.undated += group.cases
    else:
        line.due += group.cases * (group.day <= on)
        line.due_before += group.cases * (group.day < on)


def _of_units(session: Session, wave: Wave, lines: dict[int, Line]) -> list[Line]:
    have_cases = Unit.id.in_(sa.select(Case.unit_id).where(Case.wave_id == wave.id))
    units = session.execute(sa.select(Unit.id, Unit.code, Unit.type, Unit.name).where(have_cases).order_by(Unit.code))
    return [lines[unit.id].named(full_name(unit.type, unit.name), unit.code) for unit in units if unit.id in lines]


def _of_officers(session: Session, lines: dict[int | None, Line]) -> list[Line]:
    """By name; last the cases that nobody has yet, under no name."""
    users = session.scalars(sa.select(User).where(User.id.in_({one for one in lines if one is not None})))
    found = sorted(((user.name or user.email), user.id) for user in users)
    named = [lines[user_id].named(name, str(user_id)) for name, user_id in found]
    return [*named, *([lines[None]] if None in lines else [])]


def _days(session: Session, wave: Wave, groups: Iterable[_Group], came: SampleAnswers, on: date) -> list[Day]:
    attempts, answers = _attempts_by_day(session, wave), came.by_day
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
