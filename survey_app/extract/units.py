"""The units of an extract: the code under which each stands there, and what it is on the last day of the survey.

A unit that only got another name or parent stays one. Codes are used again, so a unit that began after the survey's
map has its first day behind its code. Figures of what units became are left to the analysis.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app import units
from survey_app.models import Case, CollectionPoint, Response, Survey, Unit, UnitChange, UnitMove
from survey_app.unit_changes.days import WHOLE

FIELDS = ("code", "name", "type", "valid_from", "valid_to", "parent_code", "merged_into_code", "certainty")
SAME = ("rename", "move")


@dataclass(frozen=True)
class Step:
    """One unit that became another by a change."""

    change: UnitChange
    old: int
    new: int

    @property
    def ids(self) -> set[int]:
        return {self.old, self.new}


@dataclass(frozen=True)
class Units:
    """`steps`: in the order of their days, those by the last day that concern the survey; mostly there are none."""

    day: date
    on_map: dict[int, Unit]
    steps: tuple[Step, ...]
    last: date
    parents: dict[int, int]

    def first(self, unit_id: int) -> int:
        """The unit before it got other names."""
        return next(
            (self.first(one.old) for one in self.steps if one.new == unit_id and one.change.kind in SAME), unit_id
        )

    @cached_property
    def codes(self) -> dict[int, str]:
        """By id."""
        return {unit_id: units.code_in(self.on_map[self.first(unit_id)], self.day) for unit_id in self.on_map}

    def end(self, unit_id: int) -> str | None:
        """The code of what it is at the end; None where it was split, for then nothing is guessed."""
        after = [one for one in self.steps if one.old == unit_id]
        if not after:
            return self.codes[unit_id]
        return self.end(after[0].new) if after[0].change.kind in WHOLE else None

    @cached_property
    def ends(self) -> dict[int, str | None]:
        """By id, of every unit of the map; empty where nothing changed."""
        return {unit_id: self.end(unit_id) for unit_id in self.on_map} if self.steps else {}

    def parts(self) -> dict[str, list[str]]:
        """By the code of each unit that others became wholly: the codes that add up to it, its own among them. A unit
        that came of a split is left out, for of what it was before nobody knows its share.
        """
        found = defaultdict[str, set[str]](set)
        for unit_id, end in self.ends.items():
            if end is not None:
                found[end].add(self.codes[unit_id])
        broken = {self.end(one.new) for one in self.steps if one.change.kind not in WHOLE}
        return {end: sorted(codes) for end, codes in sorted(found.items()) if len(codes) > 1 and end not in broken}

    def told(self) -> dict[str, Any]:
        """What the manifest says; nothing where nothing changed."""
        if not self.steps:
            return {}
        changes = {one.change.id: one.change for one in self.steps}
        broken = {self.end(one.new) or self.codes[one.new] for one in self.steps if one.change.kind not in WHOLE}
        said = {"last_day": self.last.isoformat(), "parts": self.parts(), "not_comparable": sorted(broken)}
        return {"unit_changes": said | {"changes": [self._told(change) for change in changes.values()]}}

    def _told(self, change: UnitChange) -> dict[str, Any]:
        steps = [one for one in self.steps if one.change is change]
        old, new = {one.old for one in steps}, {one.new for one in steps}
        ends = {name: sorted(self.on_map[one].full_name for one in ids) for name, ids in (("from", old), ("into", new))}
        return {"kind": change.kind, "effective_on": change.effective_on.isoformat(), "basis": change.basis} | ends


def of_survey(session: Session, survey: Survey) -> Units:
    last = max(wave.closes_on for wave in survey.counted_waves)
    steps, named = _steps(session, survey.units_on, last), set[int]()
    if steps:
        named = _named(session, survey)
        steps = _concerned(steps, named)
    wanted = {unit.id for unit in units.valid_on(session, survey.units_on)}
    if steps:
        wanted |= named | {unit_id for one in steps for unit_id in (one.old, one.new)}
    found = session.scalars(sa.select(Unit).where(Unit.id.in_(wanted)).order_by(Unit.code, Unit.valid_from))
    on_map = {unit.id: unit for unit in found}
    return Units(survey.units_on, on_map, steps, last, _parents(session, on_map, survey.units_on))


def _parents(session: Session, on_map: Mapping[int, Unit], day: date) -> dict[int, int]:
    """By id, on the day of the map; of what began later, on its first day. A change under way, or since, may have given
    a unit another parent, whose code may be that of another unit on the map.
    """
    by_code = defaultdict[str, list[Unit]](list)
    for unit in on_map.values():
        by_code[unit.code].append(unit)
    found = {
        unit.id: above.id
        for unit in on_map.values()
        for above in by_code[unit.parent_code or ""]
        if above.valid_from <= max(day, unit.valid_from) <= (above.valid_to or date.max)
    }
    query = sa.select(UnitMove.thing_id, UnitMove.from_id).join(UnitMove.change)
    later = query.where(UnitMove.thing == "below", UnitChange.effective_on > day)
    rows = session.execute(later.order_by(UnitChange.effective_on.desc(), UnitMove.id.desc()))
    return found | {unit_id: above for unit_id, above in rows}  # Of several the first counts.


def _named(session: Session, survey: Survey) -> set[int]:
    """The units to which anything of the survey belongs or belonged."""
    waves, found = [wave.id for wave in survey.counted_waves], set[int]()
    for model in (Response, CollectionPoint, Case):
        found |= set(session.scalars(sa.select(model.unit_id).where(model.wave_id.in_(waves)).distinct()))
    return found


def _steps(session: Session, day: date, last: date) -> tuple[Step, ...]:
    """What happened by the day of the survey's map is in the map: to the survey it is no change."""
    under_way = UnitChange.effective_on.between(day + timedelta(days=1), last)
    query = sa.select(UnitMove).join(UnitMove.change).where(UnitMove.thing == "unit", under_way)
    order = (UnitChange.effective_on, UnitMove.change_id, UnitMove.from_id, UnitMove.to_id)
    return tuple(Step(one.change, one.from_id, one.to_id) for one in session.scalars(query.order_by(*order)))


def _concerned(every: Sequence[Step], named: Set[int]) -> tuple[Step, ...]:
    """Those that lead to or from one of the units, in however many steps."""
    reached = set(named)
    while more := {unit_id for one in every if one.ids & reached for unit_id in one.ids} - reached:
        reached |= more
    return tuple(one for one in every if one.ids & reached)


def write(found: Units, path: Path) -> None:
    """The map of the survey's day, and what its units have become since."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        for unit in found.on_map.values():
            if found.first(unit.id) == unit.id:
                writer.writerow([_cell(value) for value in _row(found, unit)])


def _row(found: Units, unit: Unit) -> Iterator[object]:
    """With the codes of the extract."""
    into = {one.new for one in found.steps if one.old == unit.id}
    for field in FIELDS:
        if field == "code":
            yield found.codes[unit.id]
        elif field == "merged_into_code" and into:
            yield found.codes[into.pop()] if len(into) == 1 else None
        elif field == "parent_code" and found.parents.get(unit.id) in found.codes:
            yield found.codes[found.parents[unit.id]]
        else:
            yield getattr(unit, field)


def _cell(value: object) -> str:
    return "" if value is None or value == date.min else str(value)
