"""Who visits whom on which day: cases are given to officers by place, second interviews to somebody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.accounts.branches import of_accounts
from survey_app.casework import holders
from survey_app.casework.progress import in_use
from survey_app.clock import local_day, utc_now
from survey_app.models import Case, Unit, User, Wave, alphabet
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


def of_officers(session: Session) -> sa.Select[User]:
    """Accounts that are open, in no order."""
    lasts = User.ends_on.is_(None) | (User.ends_on >= local_day(utc_now()))
    query = sa.select(User).join(User.roles)
    return query.where(Role.name == "officer", User.active, lasts, of_accounts(session))


def officers(session: Session) -> list[User]:
    return list(session.scalars(of_officers(session).order_by(alphabet.Order(User.name), User.email)))


def _of(wave: Wave, again: bool) -> sa.ColumnElement[bool]:
    return (Case.wave_id == wave.id) & (Case.reinterview_of_id.is_not(None) if again else in_use())


def places(session: Session, wave: Wave, *, again: bool) -> list[Place]:
    """`again`: second interviews."""
    psu = Case.psu if staged(session, wave.id) else sa.literal("")
    columns = (Case.unit_id, psu.label("psu"), Case.officer_id, Case.planned_day)
    to_visit = sa.func.sum(sa.case((Case.disposition == "open", 1), else_=0))
    query = sa.select(*columns, sa.func.count(), to_visit).where(_of(wave, again)).group_by(*columns)
    found: dict[tuple[int, str], list[_Group]] = {}
    for row in session.execute(query):
        found.setdefault((row.unit_id, row.psu), []).append(_Group(*tuple(row)[2:]))
    here = Unit.id.in_(sa.select(Case.unit_id).where(Case.wave_id == wave.id))
    units, names = {unit.id: unit for unit in session.scalars(sa.select(Unit).where(here))}, names_of_staff(session)
    places = [_place(units[unit_id], psu, groups, names) for (unit_id, psu), groups in found.items()]
    return sorted(places, key=lambda place: (place.unit.code, place.psu))


@dataclass(frozen=True)
class _Group:
    """Cases of one place with the same officer and day."""

    officer: int | None
    day: date | None
    cases: int
    open: int


def _place(unit: Unit, psu: str, groups: list[_Group], names: dict[int, str]) -> Place:
    return Place(
        key=f"{unit.id}|{psu}",
        unit=unit,
        psu=psu,
        cases=sum(group.cases for group in groups),
        open=sum(group.open for group in groups),
        officers=tuple(sorted({names[group.officer] for group in groups if group.officer})),
        days=tuple(sorted({group.day for group in groups if group.day})),
    )


def names_of_staff(session: Session) -> dict[int, str]:
    """What lists call each account."""
    return {one: name or email for one, name, email in session.execute(sa.select(User.id, User.name, User.email))}


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
        found = session.scalars(sa.select(Case).where(_of(wave, again), here, Case.disposition == "open")).all()
        free = [case for case in found if officer_id not in holders.of_the_other(session, case)]
        holders.give(session, free, officer_id, day)
        given, refused = given + len(free), refused + len(found) - len(free)
    session.flush()
    return given, refused
