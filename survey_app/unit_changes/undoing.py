"""Takes a change of units back: called off while it waits, undone as long as nothing was given under the new unit."""

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import reasons
from survey_app.models import Case, CollectionPoint, PublicationReply, Response, Unit, UnitChange, UnitMove, VisitWeek
from survey_app.unit_changes import carrying
from survey_app.unit_changes.things import THINGS


def undo(session: Session, change: UnitChange, by_id: int, reason: str, at: datetime) -> None:
    """Raises ValueError with the reason why it can no longer be undone."""
    change.reason = reasons.given(reason)
    session.execute(sa.select(UnitChange.id).where(UnitChange.id == change.id).with_for_update())
    session.refresh(change, ["state"])
    if change.state == "undone":
        raise ValueError(_("This change has been dealt with."))
    if change.state == "done":
        if why := hindrance(session, change):
            raise ValueError(why)
        _take_back(session, change)
    change.state, change.undone_by_id, change.undone_at = "undone", by_id, at
    session.flush()


def hindrance(session: Session, change: UnitChange) -> str:
    """Why a change that was carried out stays; empty where it can be undone."""
    told = json.loads(change.told)
    begun, new = told["begun"], {new for _old, new in carrying.pairs(session, change, "unit")}
    if _built_on(session, change, begun, new):
        return str(_("A later change builds on this one: undo that one first."))
    here = Response.unit_id.in_(new) & (Response.local_day >= change.effective_on)
    answers = sa.select(sa.func.count()).select_from(Response).where(here, _is_moved(change, begun))
    if session.scalar(answers) != told["counts"]["answers_since"]:
        return str(
            _("An answer was given under the new unit: it can no longer be undone, even if the answer is taken back.")
        )
    if _added(session, change, begun):
        return str(_("Something has been added under the new unit: it can no longer be undone."))
    return ""


def _built_on(session: Session, change: UnitChange, begun: Collection[int], new: Collection[int]) -> bool:
    """Whether a change that was carried out later ended one of the units, gave it another parent, or led to one that
    began with this one. One may be entered before another and be carried out after it: the moves tell the order.
    """
    last = sa.select(sa.func.max(UnitMove.id)).where(UnitMove.change_id == change.id).scalar_subquery()
    below = (UnitMove.thing == "below") & UnitMove.thing_id.in_(new)
    builds = UnitMove.from_id.in_(new) | UnitMove.to_id.in_(begun) | below
    return session.scalar(sa.select(UnitMove.id).where(UnitMove.id > last, builds).limit(1)) is not None


def _is_moved(change: UnitChange, begun: Collection[int]) -> sa.ColumnElement[bool]:
    """Of a unit that was there before, only what came to it by the change: from points and cases that moved, or that
    were closed and stayed with what ended.
    """
    ours = sa.select(UnitMove).where(UnitMove.change_id == change.id)
    ended = ours.where(UnitMove.thing == "unit").with_only_columns(UnitMove.from_id)
    found: sa.ColumnElement[bool] = Response.unit_id.in_(begun)
    for thing, model, named in (("point", CollectionPoint, Response.point_id), ("case", Case, Response.case_id)):
        moved = ours.where(UnitMove.thing == thing).with_only_columns(UnitMove.thing_id)
        found |= named.in_(moved) | named.in_(sa.select(model.id).where(model.unit_id.in_(ended)))
    return found


def _added(session: Session, change: UnitChange, begun: Collection[int]) -> bool:
    """Whether something names a unit that began with the change and was not moved by it."""
    ours = sa.select(UnitMove.thing_id).where(UnitMove.change_id == change.id)
    for thing in THINGS:
        fresh = thing.unit.in_(begun) & thing.model.id.not_in(ours.where(UnitMove.thing == thing.name))
        if session.scalar(sa.select(thing.model.id).where(fresh).limit(1)):
            return True
    return (
        session.scalar(sa.select(PublicationReply.id).where(PublicationReply.unit_id.in_(begun)).limit(1)) is not None
    )


def _take_back(session: Session, change: UnitChange) -> None:
    told = json.loads(change.told)
    for thing in THINGS:
        table: Any = thing.model.__table__
        for old, new in carrying.pairs(session, change, thing.name):
            which = table.c.id.in_(carrying.moved(change, thing.name, old, new)) & (table.c[thing.column] == new)
            session.execute(sa.update(table).where(which).values({thing.column: old}))
    _give_answers_back(session, change, told["begun"])
    for move in session.scalars(carrying.of(change, "below")):
        session.get_one(Unit, move.thing_id).parent_code = session.get_one(Unit, move.from_id).code
    for unit_id, (valid_to, merged_into_code) in told["ended"].items():
        unit = session.get_one(Unit, int(unit_id))
        unit.valid_to = date.fromisoformat(valid_to) if valid_to else None
        unit.merged_into_code = merged_into_code
    session.flush()
    session.execute(sa.delete(UnitMove).where(UnitMove.change_id == change.id))
    session.execute(sa.delete(VisitWeek).where(VisitWeek.unit_id.in_(told["begun"])))
    session.execute(sa.delete(Unit).where(Unit.id.in_(told["begun"])))


def _give_answers_back(session: Session, change: UnitChange, begun: Collection[int]) -> None:
    """To the unit of their point or case, which is the old one again."""
    new = [new for _old, new in carrying.pairs(session, change, "unit")]
    since = Response.unit_id.in_(new) & (Response.local_day >= change.effective_on) & _is_moved(change, begun)
    for model, named in ((CollectionPoint, Response.point_id), (Case, Response.case_id)):
        unit = sa.select(model.unit_id).where(model.id == named).scalar_subquery()
        query = sa.update(Response).where(since, named.is_not(None)).values(unit_id=unit)
        session.execute(query.execution_options(synchronize_session=False))
