"""What belongs to a unit and moves with it while it is open; and what stays as it is. Nothing is changed here."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app.models import (
    Case,
    CollectionPoint,
    Device,
    PaperBatch,
    Publication,
    RegisterEntry,
    Response,
    SlipBatch,
    Survey,
    Unit,
    User,
    Wave,
)


@dataclass(frozen=True)
class Row:
    """One thing. Those with one key go to one part of a split together; `label` names them to a person."""

    id: int
    unit_id: int
    key: str
    label: str


@dataclass(frozen=True)
class Thing:
    """A table with a column that names the unit; `is_open`: which of its rows move on a day."""

    name: str
    model: Any
    column: str
    is_open: Callable[[date], sa.ColumnElement[bool]]
    row: Callable[[Any], tuple[str, str]]

    @property
    def unit(self) -> Any:
        return getattr(self.model, self.column)


def _always(_day: date) -> sa.ColumnElement[bool]:
    return sa.true()


def _in_open_wave(model: Any) -> Callable[[date], sa.ColumnElement[bool]]:
    """A wave that ended on the day before still takes what was begun in time."""

    def is_open(day: date) -> sa.ColumnElement[bool]:
        running = Wave.closed_at.is_(None) & (Wave.closes_on >= day - timedelta(days=1))
        found: sa.ColumnElement[bool] = model.wave_id.in_(sa.select(Wave.id).where(running))
        return found

    return is_open


def _open_case(day: date) -> sa.ColumnElement[bool]:
    return (Case.disposition == "open") & _in_open_wave(Case)(day)


def _unfinished(_day: date) -> sa.ColumnElement[bool]:
    return RegisterEntry.state.in_(("open", "answered"))


def _of_case(case: Case) -> tuple[str, str]:
    label = _("%(wave)s: cases of %(psu)s", wave=case.wave.slug, psu=case.psu)
    return f"case-{case.wave_id}-{case.psu}", label


def _of_paper(batch: PaperBatch) -> tuple[str, str]:
    """Forms that lie at a point go where the point goes."""
    label = _("%(wave)s: paper forms, batch %(number)d", wave=batch.wave.slug, number=batch.id)
    return f"point-{batch.point_id}" if batch.point_id else f"paper-{batch.id}", label


THINGS = (
    Thing("account", User, "branch_id", _always, lambda user: (f"account-{user.id}", user.name or user.email)),
    Thing(
        *("point", CollectionPoint, "unit_id", _in_open_wave(CollectionPoint)),
        lambda point: (f"point-{point.id}", f"{point.wave.slug}: {point.label_vi} ({point.code})"),
    ),
    Thing("case", Case, "unit_id", _open_case, _of_case),
    Thing("paper", PaperBatch, "unit_id", _in_open_wave(PaperBatch), _of_paper),
    Thing(
        *("register", RegisterEntry, "unit_id", _unfinished),
        lambda entry: (f"register-{entry.id}", _("Register, number %(number)d", number=entry.id)),
    ),
)


def rows(session: Session, thing: Thing, unit_ids: Collection[int], day: date) -> list[Row]:
    query = sa.select(thing.model).where(thing.unit.in_(unit_ids), thing.is_open(day)).order_by(thing.model.id)
    found = session.scalars(query)
    return [Row(one.id, getattr(one, thing.column), *thing.row(one)) for one in found]


def below(session: Session, codes: Collection[str], day: date, but: Collection[int]) -> list[Unit]:
    """The units whose parent has one of the codes on the day or later."""
    lasts = Unit.valid_to.is_(None) | (Unit.valid_to >= day)
    query = sa.select(Unit).where(Unit.parent_code.in_(codes), lasts, Unit.id.not_in(but))
    return list(session.scalars(query.order_by(Unit.code)))


def surveys_with_later_map(session: Session, unit_ids: Collection[int], day: date) -> list[Survey]:
    """The surveys in which anything belongs to the units, and whose map is that of the day or a later one."""
    found = (
        sa.exists().where(model.wave_id == Wave.id, model.unit_id.in_(unit_ids))
        for model in (CollectionPoint, Case, Response)
    )
    query = sa.select(Survey).join(Survey.waves).where(Survey.units_on >= day, sa.or_(*found))
    return list(session.scalars(query.distinct().order_by(Survey.slug)))


def beside(session: Session, unit_ids: Collection[int], day: date) -> dict[str, int]:
    """How much goes along with what moves, and how much stays as it is."""
    return {name: session.scalar(query) or 0 for name, query in _queries(unit_ids, day)}


def _queries(unit_ids: Collection[int], day: date) -> Iterator[tuple[str, sa.Select[Any]]]:
    points = sa.select(CollectionPoint.id).where(CollectionPoint.unit_id.in_(unit_ids))
    people = sa.select(User.id).where(User.branch_id.in_(unit_ids))
    cases = sa.select(Case.officer_id).where(Case.unit_id.in_(unit_ids), _open_case(day))
    here = Response.unit_id.in_(unit_ids)
    waves = sa.select(Response.wave_id).where(here)
    surveys = sa.select(Wave.survey_id).where(Wave.id.in_(waves))
    yield "kiosks", sa.select(sa.func.count(Device.id)).where(Device.point_id.in_(points))
    officers = Device.officer_id.in_(people) | Device.officer_id.in_(cases)
    yield "tablets", sa.select(sa.func.count(Device.id)).where(officers)
    yield "slips", sa.select(sa.func.sum(SlipBatch.size)).where(SlipBatch.point_id.in_(points))
    yield "answers", sa.select(sa.func.count()).select_from(Response).where(here, Response.local_day < day)
    yield "answers_since", sa.select(sa.func.count()).select_from(Response).where(here, Response.local_day >= day)
    yield "closed_cases", sa.select(sa.func.count(Case.id)).where(Case.unit_id.in_(unit_ids), ~_open_case(day))
    yield (
        "officers_cases",
        sa.select(sa.func.count(Case.id)).where(
            Case.unit_id.in_(unit_ids), _open_case(day), Case.officer_id.is_not(None)
        ),
    )
    yield "publications", sa.select(sa.func.count(Publication.id)).where(Publication.survey_id.in_(surveys))
