"""Second interviews (phúc tra): which are due, and the answers of those that were held beside the first.

How well they agree, the analysis says; nothing is compared here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from survey_app.models import Case, Response, User, Wave
from survey_app.responses import counted

State = Literal["waiting", "due", "done", "dropped"]


@dataclass(frozen=True)
class Again:
    """One second interview. `state`: waiting for the first, due, done, or dropped: one of the two ended unanswered.
    `same_officer`: who held the first would hold the second too, or nobody has it yet.
    """

    case: Case
    first: Case
    state: State
    first_officer: str
    officer: str

    @property
    def same_officer(self) -> bool:
        return self.case.officer_id is not None and self.case.officer_id == self.first.officer_id


def listed(session: Session, wave: Wave) -> list[Again]:
    first = aliased(Case)
    query = sa.select(Case, first).join(first, Case.reinterview_of_id == first.id).options(joinedload(Case.unit))
    query = query.where(Case.wave_id == wave.id).order_by(Case.unit_id, Case.psu, Case.number)
    names = {user.id: user.name or user.email for user in session.scalars(sa.select(User))}
    return [
        Again(case, one, _state(case, one), names.get(one.officer_id or 0, ""), names.get(case.officer_id or 0, ""))
        for case, one in session.execute(query)
    ]


def _state(case: Case, first: Case) -> State:
    if case.disposition == "complete":
        return "done"
    if case.disposition != "open" or first.disposition not in ("open", "complete"):
        return "dropped"
    return "due" if first.disposition == "complete" else "waiting"


def answered_twice(session: Session, wave: Wave) -> list[dict[str, Any]]:
    """Both interviews' answers, without case and officer, in an order that says nothing."""
    return [{"first": first, "second": second} for _, first, second in _pairs(session, wave)]


def by_officer(session: Session, wave: Wave) -> list[dict[str, Any]]:
    """Both interviews' answers with who held the first: for the comparison by the analysis alone."""
    return [
        {"group": str(officer), "first": first, "second": second} for officer, first, second in _pairs(session, wave)
    ]


def _pairs(session: Session, wave: Wave) -> Iterator[tuple[int | None, Any, Any]]:
    first, again = aliased(Response), aliased(Response)
    one = aliased(Case)
    query = sa.select(one.officer_id, first.answers, again.answers).select_from(Case)
    query = query.join(one, Case.reinterview_of_id == one.id)
    query = query.join(first, first.case_id == one.id).join(again, again.case_id == Case.id)
    query = query.where(Case.wave_id == wave.id, counted(first), counted(again)).order_by(first.id)
    for officer_id, earlier, later in session.execute(query):
        yield officer_id, json.loads(earlier), json.loads(later)
