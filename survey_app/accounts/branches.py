"""The branch of the unit tree that an account is limited to, held in one place: the session of its request.

Every query of such a session, also one by id, through a relationship or in a subquery, finds only what lies in the
branch: a thing of another one does not exist, so its page answers 404 and lists do not name it. A table that belongs
to a unit stands in `_within`; a test finds one that is missing. Surveys, waves, questionnaires and releases belong to
the whole district: such an account reads them and changes none (`branch` where its blueprint is registered).
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from survey_app.models import (
    Base,
    Case,
    CaseAttempt,
    CaseOfficer,
    CollectionPoint,
    CommentTheme,
    Device,
    DeviceBreak,
    DeviceEntry,
    PaperBatch,
    PaperSheet,
    RegisterComment,
    RegisterEntry,
    Response,
    ResponseChange,
    ResponseConflict,
    SlipBatch,
    Unit,
    User,
    VisitWeek,
)
from survey_app.unit_changes import days

Criteria = dict[type[Base], Callable[[Any], sa.ColumnElement[bool]]]
KEY = "branch"


def units_below(session: Session, unit_id: int) -> list[int]:
    """The unit and all below it, and the units that have become one of these: what was theirs is theirs."""
    found, fresh = set[int](), {unit_id}
    while fresh:
        fresh = _tree(session, fresh) - found
        found |= fresh
        fresh = days.merged_into(session, fresh) - found if fresh else fresh
    return sorted(found)


def _tree(session: Session, tops: Collection[int]) -> set[int]:
    """The units and all below them: those that name one as their parent on a day when both are valid."""
    unit = Unit.__table__.c
    columns = (unit.id, unit.code, unit.valid_from, unit.valid_to)
    above = sa.select(*columns).where(unit.id.in_(tops)).cte("above", recursive=True)
    begins = above.c.valid_to.is_(None) | (unit.valid_from <= above.c.valid_to)
    lasts = unit.valid_to.is_(None) | (unit.valid_to >= above.c.valid_from)
    below = sa.select(*columns).join(above, (unit.parent_code == above.c.code) & begins & lasts)
    found = above.union(below)
    return set(session.scalars(sa.select(found.c.id)))


def limit(session: Session, unit_id: int) -> None:
    """From now on the session finds nothing outside of the branch."""
    if KEY not in session.info:
        units = units_below(session, unit_id)
        session.info[KEY] = frozenset(units)
        criteria = [with_loader_criteria(model, found, include_aliases=True) for model, found in _within(units).items()]
        sa.event.listen(session, "do_orm_execute", lambda state: _narrow(state, criteria))


def is_limited(session: Session) -> bool:
    return KEY in session.info


def of_accounts(session: Session) -> sa.ColumnElement[bool]:
    """The accounts that whoever asks may give work to. Not every query is narrowed so: lists name who did what."""
    return User.branch_id.in_(session.info[KEY]) if is_limited(session) else sa.true()


def _narrow(state: ORMExecuteState, criteria: Iterable[sa.orm.LoaderCriteriaOption]) -> None:
    # What a relationship loads inherits the rule from the query that found the row.
    if not state.is_column_load and not state.is_relationship_load and not state.is_insert:
        state.statement = state.statement.options(*criteria)


def _within(units: list[int]) -> Criteria:
    """What each table that belongs to a unit is narrowed by; inside on tables alone, or the rule would meet itself. A
    function of the class, for a query may name a table twice.
    """
    points = _ids(CollectionPoint, CollectionPoint.__table__.c.unit_id.in_(units))
    cases = _ids(Case, Case.__table__.c.unit_id.in_(units))
    responses = _ids(Response, Response.__table__.c.unit_id.in_(units))
    device, officers = Device.__table__.c, _ids(User, User.__table__.c.branch_id.in_(units))
    devices = _ids(Device, device.point_id.in_(points) | device.officer_id.in_(officers))
    return {
        Unit: lambda table: table.id.in_(units),
        CollectionPoint: lambda table: table.unit_id.in_(units),
        Case: lambda table: table.unit_id.in_(units),
        CaseAttempt: lambda table: table.case_id.in_(cases),
        CaseOfficer: lambda table: table.case_id.in_(cases),
        Response: lambda table: table.unit_id.in_(units),
        ResponseChange: lambda table: table.response_id.in_(responses),
        ResponseConflict: lambda table: table.response_id.in_(responses),
        CommentTheme: lambda table: table.response_id.in_(responses),
        RegisterEntry: lambda table: table.unit_id.in_(units),
        RegisterComment: lambda table: table.response_id.in_(responses),
        SlipBatch: lambda table: table.point_id.in_(points),
        VisitWeek: lambda table: table.unit_id.in_(units),
        PaperBatch: lambda table: table.unit_id.in_(units),
        PaperSheet: lambda table: table.point_id.in_(points) | table.case_id.in_(cases),
        Device: lambda table: table.point_id.in_(points) | table.officer_id.in_(officers),
        DeviceEntry: lambda table: table.device_id.in_(devices),
        DeviceBreak: lambda table: table.device_id.in_(devices),
    }


def _ids(model: type[Base], which: sa.ColumnElement[bool]) -> sa.Select[tuple[object]]:
    return sa.select(model.__table__.c.id).where(which)
