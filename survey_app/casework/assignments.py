"""Who visits whom on which day: cases are given to officers by place, second interviews to somebody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.accounts.branches import of_accounts
from survey_app.casework.progress import in_use
from survey_app.models import Case, Unit, User, Wave
from survey_app.models.accounts import Role
from survey_app.plans import staged


@dataclass(frozen=True)
class Place:
    """Cases that are given together: those of a PSU, or of a unit where every case was drawn by itself."""

    key: str
    unit: Unit
    psu: str
    cases: int
    open: int
    officers: tuple[str, ...]
    days: tuple[date, ...]


def officers(session: Session) -> list[User]:
    query = sa.select(User).join(User.roles).where(Role.name == "officer", User.active, of_accounts(session))
    return [user for user in session.scalars(query.order_by(User.name, User.email)) if user.is_active]


def _of(wave: Wave, again: bool) -> sa.ColumnElement[bool]:
    return (Case.wave_id == wave.id) & (Case.reinterview_of_id.is_not(None) if again else in_use())


def places(session: Session, wave: Wave, *, again: bool) -> list[Place]:
    """`again`: second interviews."""
    by_psu = staged(session, wave.id)
    found: dict[tuple[int, str], list[Case]] = {}
    query = sa.select(Case).where(_of(wave, again)).order_by(Case.unit_id, Case.psu, Case.number)
    for case in session.scalars(query):
        found.setdefault((case.unit_id, case.psu if by_psu else ""), []).append(case)
    units = {unit.id: unit for unit in session.scalars(sa.select(Unit).where(Unit.id.in_({key[0] for key in found})))}
    names = {user.id: user.name or user.email for user in session.scalars(sa.select(User))}
    return [
        Place(
            key=f"{unit_id}|{psu}",
            unit=units[unit_id],
            psu=psu,
            cases=len(group),
            open=sum(case.disposition == "open" for case in group),
            officers=tuple(sorted({names[case.officer_id] for case in group if case.officer_id})),
            days=tuple(sorted({case.planned_day for case in group if case.planned_day})),
        )
        for (unit_id, psu), group in sorted(found.items(), key=lambda one: (units[one[0][0]].code, one[0][1]))
    ]


def assign(
    session: Session, wave: Wave, keys: Iterable[str], officer_id: int | None, day: date | None, *, again: bool
) -> tuple[int, int]:
    """Gives the open cases of the places to an officer; returns how many, and how many could not be given: nobody asks
    the same person twice.
    """
    given = refused = 0
    by_psu = staged(session, wave.id)
    for key in keys:
        unit_id, _, psu = key.partition("|")
        here = (Case.unit_id == int(unit_id)) & ((Case.psu == psu) if by_psu else sa.true())
        for case in session.scalars(sa.select(Case).where(_of(wave, again), here, Case.disposition == "open")):
            if officer_id is not None and officer_id in _others(session, case):
                refused += 1
                continue
            case.officer_id, case.planned_day = officer_id, day
            given += 1
    session.flush()
    return given, refused


def _others(session: Session, case: Case) -> set[int | None]:
    """The officers of the person's other interview."""
    other = (Case.id == case.reinterview_of_id) if case.reinterview_of_id else (Case.reinterview_of_id == case.id)
    return set(session.scalars(sa.select(Case.officer_id).where(other)))
