"""The ledger of paper forms: what went out, what came back, how far it is typed, and how well people type."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from survey_app.answer.paging import layout
from survey_app.instruments.read_once import instrument_of
from survey_app.models import Case, CollectionPoint, PaperBatch, PaperSheet, Unit, User, Wave, alphabet
from survey_app.paper.typing_page import asks_grown_ups, setting

MOST_ISSUED = 5000


@dataclass(frozen=True)
class Line:
    """One batch with its sheets counted by state."""

    batch: PaperBatch
    point: CollectionPoint | None
    once: int
    differs: int
    kept: int
    set_aside: int

    @property
    def twice(self) -> int:
        return self.differs + self.kept

    @property
    def out(self) -> int:
        """Still in the field, or lost."""
        return self.batch.issued - self.batch.returned - self.batch.spoiled

    @property
    def to_type(self) -> int:
        return self.batch.returned - self.once - self.twice - self.set_aside

    def gaps(self) -> list[str]:
        """Each difference between the numbers, in words."""
        found = []
        if self.out:
            found.append(_("%(count)d forms have not come back.", count=self.out))
        if self.to_type > 0:
            found.append(_("%(count)d forms that came back are not typed yet.", count=self.to_type))
        if self.to_type < 0:
            found.append(_("%(count)d forms more are typed than came back.", count=-self.to_type))
        if self.once:
            found.append(_("%(count)d forms wait for the second person.", count=self.once))
        if self.differs:
            found.append(_("%(count)d forms wait for a third look.", count=self.differs))
        return found


@dataclass(frozen=True)
class Typist:
    name: str
    sheets: int
    fields: int
    differences: int

    @property
    def per_thousand(self) -> float:
        return round(1000 * self.differences / self.fields, 1) if self.fields else 0.0


def find(session: Session, batch_id: int) -> PaperBatch | None:
    query = sa.select(PaperBatch).where(PaperBatch.id == batch_id)
    return session.scalar(query.options(_loaded(), joinedload(PaperBatch.unit)))


def _loaded() -> sa.orm.interfaces.ORMOption:
    return joinedload(PaperBatch.wave).options(joinedload(Wave.survey), joinedload(Wave.instrument_version))


NEWEST_FIRST = (PaperBatch.issued_on.desc(), PaperBatch.id.desc())


def loaded() -> tuple[sa.orm.interfaces.ORMOption, ...]:
    return _loaded(), joinedload(PaperBatch.unit)


def listed(typed: str = "") -> sa.Select[PaperBatch]:
    """Batches in no order; words of wave, unit or point narrow them."""
    point = sa.orm.aliased(CollectionPoint)
    query = sa.select(PaperBatch).join(PaperBatch.unit).join(PaperBatch.wave)
    query = query.outerjoin(point, point.id == PaperBatch.point_id)
    labels = (sa.func.coalesce(one, "") for one in (point.label_vi, point.label_en))
    return query.where(alphabet.holds(typed, Unit.code, Unit.type, Unit.name, Wave.name_vi, Wave.name_en, *labels))


def ledger(session: Session) -> list[Line]:
    """Newest first."""
    return lines(session, session.scalars(listed().order_by(*NEWEST_FIRST).options(*loaded())).all())


def lines(session: Session, found: Sequence[PaperBatch]) -> list[Line]:
    """The batches with their points and sheets."""
    counted = _counted(session, found)
    points = {point.id: point for point in session.scalars(sa.select(CollectionPoint).where(_of(found)))}
    return [_line(batch, points.get(batch.point_id or 0), counted.get(batch.id, Counter())) for batch in found]


def line(session: Session, batch: PaperBatch) -> Line:
    point = session.get(CollectionPoint, batch.point_id) if batch.point_id else None
    return _line(batch, point, _counted(session, [batch]).get(batch.id, Counter()))


def _line(batch: PaperBatch, point: CollectionPoint | None, states: Counter[str]) -> Line:
    return Line(batch, point, states["single"], states["differs"], states["kept"], states["set_aside"])


def _of(batches: Sequence[PaperBatch]) -> sa.ColumnElement[bool]:
    return CollectionPoint.id.in_({batch.point_id for batch in batches if batch.point_id})


def _counted(session: Session, batches: Sequence[PaperBatch]) -> dict[int, Counter[str]]:
    kinds = (PaperSheet.batch_id, PaperSheet.state, PaperSheet.first.is_(None))
    query = sa.select(*kinds, sa.func.count()).group_by(*kinds)
    found: dict[int, Counter[str]] = {}
    for batch_id, state, empty, count in session.execute(
        query.where(PaperSheet.batch_id.in_([one.id for one in batches]))
    ):
        # Of a sheet to be typed anew nothing is typed.
        found.setdefault(batch_id or 0, Counter())["anew" if empty and state == "single" else state] += count
    return found


WAITING_FIRST = (
    sa.case({"differs": 0, "single": 1, "set_aside": 2}, value=PaperSheet.state, else_=3),
    PaperSheet.serial,
)


def sheets(batch: PaperBatch, typed: str = "") -> sa.Select[PaperSheet]:
    """In no order; a part of the serial narrows them."""
    query = sa.select(PaperSheet).where(PaperSheet.batch_id == batch.id)
    return query.where(alphabet.holds(typed, PaperSheet.serial))


def differing(typed: str = "") -> sa.Select[PaperSheet]:
    """All sheets that wait for a third look, in no order."""
    query = sa.select(PaperSheet).where(PaperSheet.state == "differs")
    return query.where(alphabet.holds(typed, PaperSheet.serial))


def count_differing(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(PaperSheet.id)).where(PaperSheet.state == "differs")) or 0


def typists(session: Session, batch: PaperBatch) -> list[Typist]:
    """Of sheets that were typed twice. A difference is counted for both who typed the sheet: which of the two was wrong
    only the paper says.
    """
    point = session.get(CollectionPoint, batch.point_id) if batch.point_id else None
    asked = layout(instrument_of(batch.wave.instrument_version), setting(batch, point, "full"))
    fields = len(asked.numbers) + (
        1 if point else 2 + asks_grown_ups(session, batch)
    )  # Beside them day, case, grown-ups.
    both = [
        sa.select(person.label("who"), PaperSheet.differences).where(
            PaperSheet.batch_id == batch.id, PaperSheet.differences.is_not(None)
        )
        for person in (PaperSheet.first_by_id, PaperSheet.second_by_id)
    ]
    typed = sa.union_all(*both).subquery()
    columns = (User.name, User.email, sa.func.count(), sa.func.sum(typed.c.differences))
    query = sa.select(*columns).join(typed, typed.c.who == User.id).group_by(User.id).order_by(User.name, User.email)
    return [
        Typist(name or email, count, count * fields, int(differences))
        for name, email, count, differences in session.execute(query)
    ]


def is_full(session: Session, batch: PaperBatch) -> bool:
    """Whether as many sheets are typed as were handed out."""
    return _counted(session, [batch]).get(batch.id, Counter()).total() >= batch.issued


def note_return(batch: PaperBatch, issued: int, returned: int, spoiled: int, remark: str) -> None:
    """Raises ValueError with what to do."""
    if not 1 <= issued <= MOST_ISSUED:
        raise ValueError(_("Say how many forms were handed out: from 1 to 5,000."))
    batch.issued = issued
    if returned < 0 or spoiled < 0 or returned + spoiled > batch.issued:
        raise ValueError(_("Of %(issued)d forms so many cannot have come back.", issued=batch.issued))
    batch.returned, batch.spoiled, batch.remark = returned, spoiled, remark[:500]


def last_day(session: Session, batch: PaperBatch) -> date | None:
    """The day of the sheet that was typed last."""
    query = sa.select(PaperSheet.filled_on).where(PaperSheet.batch_id == batch.id)
    return session.scalar(query.order_by(PaperSheet.id.desc()).limit(1))


def waves(session: Session) -> list[Wave]:
    """Waves that can have paper forms, the newest first."""
    query = sa.select(Wave).order_by(Wave.opens_on.desc(), Wave.slug).limit(30)
    return list(session.scalars(query.options(joinedload(Wave.survey))))


def units_with_cases(wave: Wave) -> sa.Select[Unit]:
    """Where officers have cases."""
    return sa.select(Unit).where(Unit.id.in_(sa.select(Case.unit_id).where(Case.wave_id == wave.id)))
