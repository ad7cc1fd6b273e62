"""Who holds a case, who ever held it, and who holds the other interview of the same person."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app import paradata
from survey_app.accounts import branches
from survey_app.models import Case, CaseOfficer, Response, User

_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def give(session: Session, given: Collection[Case], officer_id: int | None, day: date | None) -> None:
    """To nobody with None. Who had a case before stays known: their tablet may come back with its answers."""
    held = {(case.id, one) for case in given for one in (case.officer_id, officer_id) if one is not None}
    if held:
        # Two managers may give the same case at once.
        insert = _INSERT[session.get_bind().dialect.name](CaseOfficer).on_conflict_do_nothing()
        session.execute(insert, [{"case_id": case_id, "officer_id": one} for case_id, one in sorted(held)])
    for case in given:
        case.officer_id, case.planned_day = officer_id, day


def ever_of(session: Session, officer: User, among: Collection[Case]) -> set[int]:
    """The ids of those that are or once were the officer's, within the branch of the account."""
    was = sa.select(CaseOfficer.case_id).where(CaseOfficer.officer_id == officer.id)
    ever = set(session.scalars(was.where(CaseOfficer.case_id.in_([case.id for case in among]))))
    here = None if officer.branch_id is None else branches.units_below(session, officer.branch_id)
    return {
        case.id
        for case in among
        if (case.officer_id == officer.id or case.id in ever) and (here is None or case.unit_id in here)
    }


def of_the_other(session: Session, case: Case) -> set[int]:
    """The officers of the person's other interview: who is to hold it, and who has held it."""
    other = (Case.id == case.reinterview_of_id) if case.reinterview_of_id else (Case.reinterview_of_id == case.id)
    query = sa.select(Case.officer_id, Response.paradata).outerjoin(Response, Response.case_id == Case.id)
    officers = {one for row in session.execute(query.where(other)) for one in (row[0], paradata.read(row[1]).officer)}
    return {one for one in officers if one is not None}
