"""Cases of an officer: which are theirs, what became of them. Answers are kept by `responses`; the plan draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from survey_app.models import Case, Response, Unit, Wave
from survey_app.models.cases import DISPOSITIONS

PAGE_SIZE = 50
# `complete` is what an answer makes of a case, never a click.
BY_HAND = tuple(code for code in DISPOSITIONS if code != "complete")


@dataclass(frozen=True)
class Page:
    """Some cases of a list, and where in it they stand."""

    cases: Sequence[Case]
    number: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def find_case(session: Session, officer_id: int, case_id: int) -> Case | None:
    """The officer's own case with its wave, survey and version loaded; somebody else's is not found."""
    query = sa.select(Case).where(Case.id == case_id, Case.officer_id == officer_id)
    loaded = joinedload(Case.wave).options(joinedload(Wave.survey), joinedload(Wave.instrument_version))
    return session.scalar(query.options(loaded, joinedload(Case.unit)))


def of_officer(session: Session, officer_id: int, number: int, disposition: str = "", unit: str = "") -> Page:
    """One page of the officer's cases, by wave and number; `disposition` and `unit` (a code) narrow the list."""
    query = sa.select(Case).join(Case.unit).where(Case.officer_id == officer_id)
    if disposition:
        query = query.where(Case.disposition == disposition)
    if unit:
        query = query.where(Unit.code == unit)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    number = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    query = query.order_by(Case.wave_id, Case.number).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page(session.scalars(query.options(joinedload(Case.wave), joinedload(Case.unit))).all(), number, total)


def units_of_officer(session: Session, officer_id: int) -> list[Unit]:
    query = sa.select(Unit).where(Unit.id.in_(sa.select(Case.unit_id).where(Case.officer_id == officer_id)))
    return list(session.scalars(query.order_by(Unit.code)))


def next_to_visit(session: Session, officer_id: int, after: Case) -> Case | None:
    """The officer's next open case of the same wave, from the beginning again after the last."""
    query = sa.select(Case).where(
        Case.officer_id == officer_id, Case.wave_id == after.wave_id, Case.disposition == "open", Case.id != after.id
    )
    return session.scalar(query.order_by(Case.number <= after.number, Case.number).limit(1))


def is_answered(session: Session, case: Case) -> bool:
    return session.scalar(sa.select(Response.id).where(Response.case_id == case.id)) is not None


def settle(case: Case, disposition: str) -> None:
    """Notes what became of the case. Raises ValueError for an answered one and for what is no click's to say."""
    if disposition not in BY_HAND:
        raise ValueError("This is not a result that can be noted.")
    if case.disposition == "complete":
        raise ValueError("This case has been answered.")
    case.disposition = disposition
