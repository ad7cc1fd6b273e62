"""A change of units as it is asked for, and what is wrong with it. Carrying it out is left to `carrying`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import units
from survey_app.accounts import branches
from survey_app.models import Unit, UnitChange, UnitMove
from survey_app.models.units import full_name

Lines = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Place:
    """A unit by the words of the day on which the change was entered; without `id` it comes into being."""

    code: str
    name: str
    type: str
    parent_code: str | None
    id: int | None = None

    @property
    def full_name(self) -> str:
        return full_name(self.type, self.name)


@dataclass(frozen=True)
class Asked:
    """`units` end and become `into`. `divided`: of a split, which part (from 0) takes each thing, by its key."""

    kind: str
    effective_on: date
    basis: str
    units: tuple[Place, ...]
    into: tuple[Place, ...]
    divided: Mapping[str, int] = field(default_factory=dict)

    @property
    def eve(self) -> date:
        """The last day of what ends."""
        return self.effective_on - timedelta(days=1)

    def as_json(self) -> str:
        said = {"units": [*map(asdict, self.units)], "into": [*map(asdict, self.into)], "divided": dict(self.divided)}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


def of_change(change: UnitChange) -> Asked:
    said = json.loads(change.asked)
    ends, begins = (tuple(Place(**place) for place in said[name]) for name in ("units", "into"))
    return Asked(change.kind, change.effective_on, change.basis, ends, begins, said["divided"])


def read(session: Session, kind: str, day: date, basis: str, codes: Sequence[str], into: Lines) -> Asked:
    """From what was typed: codes of units, and of each part code, name, type, code of the parent. A part without a
    name is a unit that exists. Raises ValueError where a code is no unit.
    """
    eve = {unit.code: unit for unit in units.valid_on(session, day - timedelta(days=1))}
    begun = {unit.code: unit for unit in units.valid_on(session, day)}
    if unknown := [code for code in codes if code not in eve]:
        raise ValueError(_("No unit has the code %(code)s on the day before.", code=unknown[0]))
    ends = [eve[code] for code in dict.fromkeys(codes)]
    parts = tuple(_part(kind, part, ends, begun) for part in into)
    going_on = {part.id for part in parts}
    return Asked(kind, day, basis.strip(), tuple(_place(one) for one in ends if one.id not in going_on), parts)


def _place(unit: Unit) -> Place:
    return Place(unit.code, unit.name, unit.type, unit.parent_code, unit.id)


def _part(kind: str, typed: Sequence[str], ends: Sequence[Unit], begun: Mapping[str, Unit]) -> Place:
    """What is left empty is as it was: in a rename or a move all but what changes, else the parent."""
    code, name, kind_of_unit, parent = (text.strip() for text in typed)
    first = ends[0] if ends else None
    if kind in ("rename", "move") and first is not None:
        code, name, kind_of_unit = code or first.code, name or first.name, kind_of_unit or first.type
    elif not name:
        if code not in begun:
            raise ValueError(_("No unit has the code %(code)s on the day of the change: name it.", code=code))
        return _place(begun[code])
    return Place(code, name, kind_of_unit, parent or (first.parent_code if first else None))


def faults(session: Session, asked: Asked) -> list[str]:
    """Everything that is wrong, each with what to do; asked again on the day itself."""
    found = [*_of_numbers(asked), *_of_units(session, asked)]
    for part in asked.into:
        found += _of_part(session, asked, part)
    return list(dict.fromkeys(found))


def _of_numbers(asked: Asked) -> Iterable[str]:
    staying = sum(part.id is not None for part in asked.into)
    if not asked.units:
        yield _("Name the units that change.")
    if asked.kind == "merge" and len(asked.units) + staying < 2:
        yield _("A merger needs at least two units.")
    if asked.kind != "merge" and len(asked.units) > 1:
        yield _("Name one unit only.")
    if asked.kind == "split" and len(asked.into) < 2:
        yield _("A split needs at least two parts, one on each line.")
    if len({part.code for part in asked.into}) < len(asked.into):
        yield _("Two parts have the same code.")


def _of_units(session: Session, asked: Asked) -> Iterable[str]:
    for place in asked.units:
        unit = session.get(Unit, place.id)
        lasts = unit is not None and unit.valid_from <= asked.eve and (unit.valid_to or date.max) >= asked.eve
        if unit is None or not lasts:
            yield _("%(unit)s does not exist on the day before the change.", unit=place.full_name)
        elif _moved_on(session, unit.id):
            yield _("%(unit)s has already been changed: look at the list of changes.", unit=place.full_name)
    if asked.kind in ("rename", "move") and asked.units and asked.into:
        yield from _of_one(session, asked, asked.units[0], asked.into[0])


def _moved_on(session: Session, unit_id: int) -> bool:
    query = sa.select(UnitMove.id).where(UnitMove.thing == "unit", UnitMove.from_id == unit_id)
    return session.scalar(query.limit(1)) is not None


def _of_one(session: Session, asked: Asked, before: Place, after: Place) -> Iterable[str]:
    said = [(place.code, place.name, place.type, place.parent_code) for place in (before, after)]
    if said[0] == said[1]:
        yield _("Nothing would change: say what is new.")
    below = branches.units_below(session, before.id) if before.id else []
    parent = units.find(session, after.parent_code or "", asked.effective_on)
    if parent is not None and parent.id in below:
        yield _("A unit cannot be below itself.")


def _of_part(session: Session, asked: Asked, part: Place) -> Iterable[str]:
    for name, limit in units.LENGTHS.items():
        if len(getattr(part, name, "") or "") > limit:
            yield _("At most %(max)d characters.", max=limit)
    if part.parent_code and units.find(session, part.parent_code, asked.effective_on) is None:
        yield _("No unit has the code %(code)s on the day of the change.", code=part.parent_code)
    if part.id is not None:
        unit = session.get(Unit, part.id)
        if unit is None or not unit.valid_from <= asked.effective_on <= (unit.valid_to or date.max):
            yield _("%(unit)s does not exist on the day of the change.", unit=part.full_name)
    elif not (part.code and part.name and part.type):
        yield _("A new unit needs a code, a name and a type.")
    else:
        ending = {place.id for place in asked.units}
        lasts = (Unit.code == part.code) & (Unit.valid_to.is_(None) | (Unit.valid_to >= asked.effective_on))
        if any(id not in ending for id in session.scalars(sa.select(Unit.id).where(lasts))):
            yield _("Another unit has the code %(code)s then: leave the name empty to join it.", code=part.code)
