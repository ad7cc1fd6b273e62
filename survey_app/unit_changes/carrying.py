"""Carries a change of units out: units end and begin, what is open moves, each move is written down. The view commits.

Answers given before the day keep their unit. Undoing one is left to `undoing`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app.clock import local_day
from survey_app.models import Response, Survey, Unit, UnitChange, UnitMove, VisitWeek
from survey_app.proofs import visits
from survey_app.unit_changes import asked as asking
from survey_app.unit_changes import things
from survey_app.unit_changes.asked import Asked, Place
from survey_app.unit_changes.days import WHOLE
from survey_app.unit_changes.things import THINGS, Row

SETTLED = timedelta(days=3)  # So long after a change answers may still come that were on their way.


@dataclass(frozen=True)
class Preview:
    """What would move, by kind of thing, and how much is beside it."""

    rows: dict[str, list[Row]]
    below: list[Unit]
    beside: dict[str, int]
    surveys: list[Survey]  # To whose map the change belongs already.

    @property
    def counts(self) -> dict[str, int]:
        """What a person confirms; whoever confirms an older count is asked again."""
        moving = {name: len(found) for name, found in self.rows.items()}
        return moving | {"below": len(self.below)} | self.beside

    @property
    def to_divide(self) -> dict[str, str]:
        """By key what a split gives to one of its parts."""
        found = {row.key: row.label for rows in reversed(self.rows.values()) for row in rows}
        return dict(sorted((found | {f"below-{unit.id}": unit.full_name for unit in self.below}).items()))


def preview(session: Session, asked: Asked) -> Preview:
    ids = [place.id for place in asked.units if place.id]
    rows = {thing.name: things.rows(session, thing, ids, asked.effective_on) for thing in THINGS}
    day = asked.effective_on
    surveys = things.surveys_with_later_map(session, ids, day)
    return Preview(rows, _below(session, asked), things.beside(session, ids, day), surveys)


def _below(session: Session, asked: Asked) -> list[Unit]:
    """Units below those that end, whose parent has another code from then on."""
    staying = {part.code for part in asked.into} if len(asked.into) == 1 else set()
    codes = {place.code for place in asked.units} - staying
    own = [place.id for place in (*asked.units, *asked.into) if place.id]
    return things.below(session, codes, asked.effective_on, own)


def enter(session: Session, asked: Asked, by_id: int, at: datetime) -> UnitChange:
    """Keeps the change, and carries it out where its day has come. Raises ValueError with what to do."""
    checked(session, asked)
    change = UnitChange(kind=asked.kind, effective_on=asked.effective_on, basis=asked.basis, asked=asked.as_json())
    change.made_by_id, change.made_at = by_id, at
    session.add(change)
    session.flush()
    if asked.effective_on <= local_day(at):
        carry_out(session, change, at)
    return change


def checked(session: Session, asked: Asked) -> Preview:
    """What moves. Raises ValueError where the change cannot be carried out, and where a thing has no part to go to."""
    if found := asking.faults(session, asked):
        raise ValueError(found[0])
    seen = preview(session, asked)
    chosen = {key for key, part in asked.divided.items() if part < len(asked.into)}
    if len(asked.into) > 1 and (left := seen.to_divide.keys() - chosen):
        raise ValueError(_("Say of everything to which part it goes: %(count)d left.", count=len(left)))
    return seen


def waiting(session: Session, day: date) -> list[UnitChange]:
    """The changes whose day has come, in the order of their days."""
    due = (UnitChange.state == "waiting", UnitChange.effective_on <= day)
    return list(session.scalars(sa.select(UnitChange).where(*due).order_by(UnitChange.effective_on, UnitChange.id)))


def carry_out(session: Session, change: UnitChange, at: datetime) -> None:
    """Raises ValueError where the units are no longer what the change was entered for."""
    # Whoever calls it off at the same moment is waited for, or waits.
    session.refresh(change, with_for_update=True)
    if change.state != "waiting":
        raise ValueError(_("This change has been dealt with."))
    asked = asking.of_change(change)
    ids = [place.id for place in (*asked.units, *asked.into) if place.id]
    # Answers that come meanwhile refer to the units and need not wait.
    session.execute(sa.select(Unit.id).where(Unit.id.in_(ids)).order_by(Unit.id).with_for_update(key_share=True))
    seen = checked(session, asked)
    into = [_begun(session, asked, part) for part in asked.into]
    ended = {str(place.id): _end(session, asked, place) for place in asked.units}
    session.execute(sa.insert(UnitMove), [{"change_id": change.id, **move} for move in _moves(asked, seen, into)])
    _move(session, change, seen)
    counts = seen.counts | {"answers_since": settle(session, change)}
    begun = [unit_id for unit_id, part in zip(into, asked.into, strict=True) if part.id is None]
    change.told = json.dumps({"ended": ended, "begun": begun, "counts": counts}, sort_keys=True)
    change.state, change.done_at = "done", at
    session.flush()


def _begun(session: Session, asked: Asked, part: Place) -> int:
    if part.id is not None:
        return part.id
    named: dict[str, Any] = {"code": part.code, "name": part.name, "type": part.type, "parent_code": part.parent_code}
    unit = Unit(valid_from=asked.effective_on, certainty=asked.basis, **named)
    session.add(unit)
    session.flush()
    return unit.id


def _end(session: Session, asked: Asked, place: Place) -> list[str | None]:
    """What the unit said of its end before."""
    unit = session.get_one(Unit, place.id)
    before = [unit.valid_to.isoformat() if unit.valid_to else None, unit.merged_into_code]
    unit.valid_to = asked.eve
    if len(asked.into) == 1:
        unit.merged_into_code = asked.into[0].code
    session.flush()
    return before


def _moves(asked: Asked, seen: Preview, into: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The rows of the record; of a split each thing goes to the part that was chosen for its key."""
    of_code = {place.code: place.id for place in asked.units}

    def move(thing: str, thing_id: int, old: int | None, key: str) -> dict[str, Any]:
        new = into[asked.divided[key] if len(into) > 1 else 0]
        return {"thing": thing, "thing_id": thing_id, "from_id": old, "to_id": new}

    for place in asked.units:
        yield from ({"thing": "unit", "thing_id": new, "from_id": place.id, "to_id": new} for new in into)
    for unit in seen.below:
        yield move("below", unit.id, of_code[unit.parent_code or ""], f"below-{unit.id}")
    for name, rows in seen.rows.items():
        yield from (move(name, row.id, row.unit_id, row.key) for row in rows)


def pairs(session: Session, change: UnitChange, thing: str) -> list[tuple[int, int]]:
    """From which unit to which the change moved things of a kind."""
    columns = (UnitMove.from_id, UnitMove.to_id)
    query = sa.select(*columns).where(UnitMove.change_id == change.id, UnitMove.thing == thing)
    return [(old, new) for old, new in session.execute(query.distinct().order_by(*columns))]


def moved(change: UnitChange, thing: str, old: int, new: int) -> sa.Select[int]:
    """The ids of the things of a kind that went from one unit to the other."""
    of_change = (UnitMove.change_id == change.id, UnitMove.thing == thing)
    return sa.select(UnitMove.thing_id).where(*of_change, UnitMove.from_id == old, UnitMove.to_id == new)


def _move(session: Session, change: UnitChange, seen: Preview) -> None:
    # In statements over tables: the audit then names the change, and not each of ten thousand cases.
    for thing in THINGS:
        table = thing.model.__table__
        for old, new in pairs(session, change, thing.name):
            which = table.c.id.in_(moved(change, thing.name, old, new))
            session.execute(sa.update(table).where(which).values({thing.column: new}))
    to = {move.thing_id: move.to_id for move in session.scalars(of(change, "below"))}
    for unit in seen.below:
        unit.parent_code = session.get_one(Unit, to[unit.id]).code
    for old, new in pairs(session, change, "unit"):
        _take_visits_along(session, old, new)


def of(change: UnitChange, thing: str) -> sa.Select[UnitMove]:
    return sa.select(UnitMove).where(UnitMove.change_id == change.id, UnitMove.thing == thing)


def _take_visits_along(session: Session, old: int, new: int) -> None:
    """A visit code that was used stays used; its digest names the point, so none meets another."""
    for week in session.scalars(sa.select(VisitWeek).where(VisitWeek.unit_id == old).with_for_update()):
        there = sa.select(VisitWeek).where(VisitWeek.unit_id == new, VisitWeek.week == week.week)
        row = session.scalar(there.with_for_update()) or VisitWeek(unit_id=new, week=week.week, spent=b"")
        row.spent = visits.united(row.spent, week.spent)
        session.add(row)
    session.flush()


def _unsettled(session: Session, change: UnitChange) -> Iterator[tuple[int, sa.ColumnElement[bool]]]:
    """By new unit, which answers of the day and later still have the old one: those that came before the change was
    entered, and those that were on their way while it was carried out.
    """
    for old, new in pairs(session, change, "unit"):
        which = (Response.unit_id == old) & (Response.local_day >= change.effective_on)
        if change.kind not in WHOLE:
            points, cases = (moved(change, thing, old, new) for thing in ("point", "case"))
            which &= Response.point_id.in_(points) | Response.case_id.in_(cases)
        yield new, which


def settle(session: Session, change: UnitChange) -> int:
    """Gives the answers of the day and later the new unit. Returns how many."""
    count = 0
    for new, which in _unsettled(session, change):
        query = sa.update(Response).where(which).values(unit_id=new).execution_options(synchronize_session=False)
        count += cast(sa.CursorResult[Any], session.execute(query)).rowcount
    return count


def settle_recent(session: Session, at: datetime) -> int:
    """Of answers that were stored in the moment in which a change was carried out."""
    return sum(settle(session, change) for change in _recent(session, at))


def _recent(session: Session, at: datetime) -> list[UnitChange]:
    recent = sa.select(UnitChange).where(UnitChange.state == "done", UnitChange.done_at >= at - SETTLED)
    return list(session.scalars(recent.order_by(UnitChange.id)))


def is_due(session: Session, at: datetime) -> bool:
    """Whether anything is to be carried out or settled. Only reads: of most hours that is all."""
    left = (which for change in _recent(session, at) for _new, which in _unsettled(session, change))
    return bool(waiting(session, local_day(at))) or any(
        session.scalar(sa.select(Response.id).where(which).limit(1)) is not None for which in left
    )
