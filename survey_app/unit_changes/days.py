"""Which unit something belonged to on a day, and what a unit has become. What moved, `carrying` wrote down."""

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.models import Case, CollectionPoint, Unit, UnitChange, UnitMove, Wave

# Of the parts of a split none is what the unit was.
WHOLE = ("merge", "rename", "move")


def unit_of(session: Session, place: CollectionPoint | Case, day: date) -> int:
    """The id of the unit to which a point or case belonged on the day; its answer may come after a change."""
    thing = "point" if isinstance(place, CollectionPoint) else "case"
    query = sa.select(UnitMove.from_id).join(UnitMove.change).where(UnitMove.thing == thing)
    later = query.where(UnitMove.thing_id == place.id, UnitChange.effective_on > day)
    before = session.scalar(later.order_by(UnitChange.effective_on, UnitChange.id).limit(1))
    return before or _grown(session, place.unit_id, day)


def _grown(session: Session, unit_id: int, day: date) -> int:
    """What the whole unit had become by the day: a closed case stays where it was, its late answer does not."""
    query = sa.select(UnitMove.to_id).join(UnitMove.change).where(UnitMove.thing == "unit", UnitMove.from_id == unit_id)
    after = session.scalar(query.where(UnitChange.kind.in_(WHOLE), UnitChange.effective_on <= day))
    return unit_id if after is None else _grown(session, after, day)


def moved_after_the_end(session: Session) -> dict[int, int]:
    """By id of a point that moved after the last day of its wave, for what was on its way: its unit on that day."""
    query = sa.select(UnitMove.thing_id, UnitMove.from_id).join(UnitMove.change).where(UnitMove.thing == "point")
    query = query.join(CollectionPoint, UnitMove.thing_id == CollectionPoint.id).join(CollectionPoint.wave)
    later = query.where(UnitChange.effective_on > Wave.closes_on)
    rows = session.execute(later.order_by(UnitChange.effective_on.desc(), UnitMove.id.desc()))
    return {point_id: unit_id for point_id, unit_id in rows}  # Of several the first counts.


def today(session: Session, units: Iterable[Unit], day: date) -> list[Unit]:
    """The units, each as what it has become by the day; by code."""
    query = sa.select(UnitMove.from_id, UnitMove.to_id).join(UnitMove.change)
    became: dict[int, list[int]] = {}
    for before, after in session.execute(query.where(UnitMove.thing == "unit", UnitChange.effective_on <= day)):
        became.setdefault(before, []).append(after)
    found = {unit.id: unit for unit in units}
    while ended := [id for id in found if id in became]:
        fresh = {new for old in ended for new in became[old]} - found.keys()
        found = {id: unit for id, unit in found.items() if id not in became}
        found |= {unit.id: unit for unit in session.scalars(sa.select(Unit).where(Unit.id.in_(fresh)))}
    return sorted(found.values(), key=lambda unit: unit.code)


def today_s(on_map: sa.ColumnElement[bool], day: date) -> sa.ColumnElement[bool]:
    """As `today`, of a query: of units on a map, those that are unchanged, and what the others have become."""
    moved = sa.select(UnitMove).join(UnitMove.change)
    moved = moved.where(UnitMove.thing == "unit", UnitChange.effective_on <= day)
    gone, came = moved.with_only_columns(UnitMove.from_id), moved.with_only_columns(UnitMove.to_id)
    return (on_map | Unit.id.in_(came)) & Unit.id.not_in(gone)


def merged_into(session: Session, unit_ids: Collection[int]) -> set[int]:
    """The units that have wholly become one of these: what was theirs is seen by whoever sees these."""
    query = sa.select(UnitMove.from_id).join(UnitMove.change).where(UnitMove.thing == "unit")
    return set(session.scalars(query.where(UnitChange.kind.in_(WHOLE), UnitMove.to_id.in_(unit_ids))))
