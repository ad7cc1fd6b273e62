"""The ledger of slips: how many were made, given out, used, taken out and are left; where in the plan a batch stands.

Which code is spent or taken out is left to `slips`; nothing here knows a single slip.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from survey_app.casework.cases import lock_wave
from survey_app.casework.progress import in_use
from survey_app.models import Case, CollectionPoint, SlipBatch, Unit, Wave, alphabet
from survey_app.proofs import slips

MOST_AT_ONCE = 2400  # Slips of one print run: a hundred sheets, a minute of work.
LONGEST_REMARK = 500
AGAIN = "↻"  # Before the reason of a second print among the notes; nobody can type it there.


@dataclass(frozen=True)
class Line:
    """One line of the ledger, of a batch or of many together."""

    made: int = 0
    issued: int = 0
    spent: int = 0
    returned: int = 0
    spoiled: int = 0
    replaced: int = 0

    @property
    def left(self) -> int:
        """Slips that can still be answered with."""
        return self.made - self.spent - self.returned - self.spoiled - self.replaced


@dataclass(frozen=True)
class Psu:
    """Cases of the draw that share what a slip says of its holder; `weight` is the inverse of their probability.

    `cases` are those in use: the sample, and reserves that took a place. `slips` are those that were made and not taken
    out of use.
    """

    stratum: str
    psu: str
    weight: float
    cases: int
    slips: int

    @property
    def key(self) -> str:
        return json.dumps([self.stratum, self.psu, self.weight])

    @property
    def left(self) -> int:
        """How many more slips may be made: nobody who was not drawn shall hold one."""
        return max(self.cases - self.slips, 0)


def line(batch: SlipBatch | sa.Row[*tuple[Any, ...]]) -> Line:
    issued = batch.size if batch.issued_on else 0
    return Line(batch.size, issued, slips.count_spent(batch), batch.returned, batch.spoiled, batch.replaced)


def together(lines: Iterable[Line]) -> Line:
    return Line(*map(sum, zip(*map(astuple, (Line(), *lines)), strict=True)))


def prints(batch: SlipBatch | sa.Row[*tuple[Any, ...]]) -> int:
    """How often it was printed: the first time, and each time that a reason was noted."""
    again = sum(text.partition(" ")[2].startswith(AGAIN) for text in batch.remark.splitlines())
    return again + 1 if batch.issued_on else 0


COUNTED = (
    *(SlipBatch.size, SlipBatch.issued_on, SlipBatch.spent),
    *(SlipBatch.returned, SlipBatch.spoiled, SlipBatch.replaced),
)
ORDER = (Unit.code, SlipBatch.psu, SlipBatch.id)
LOADED = joinedload(SlipBatch.point).joinedload(CollectionPoint.unit)


def listed(wave: Wave, typed: str = "") -> sa.Select[SlipBatch]:
    """The wave's batches in no order; words of point, unit, PSU or code narrow them."""
    query = sa.select(SlipBatch).join(SlipBatch.point).join(CollectionPoint.unit).where(SlipBatch.wave_id == wave.id)
    labels = (CollectionPoint.label_vi, CollectionPoint.label_en, Unit.code, sa.func.coalesce(SlipBatch.psu, ""))
    return query.where(alphabet.holds(typed, *labels, SlipBatch.code))


def of_wave(session: Session, wave: Wave) -> list[SlipBatch]:
    """The wave's batches, with their points and units, in the order of units."""
    return list(session.scalars(listed(wave).options(LOADED).order_by(*ORDER)))


def total(session: Session, wave: Wave) -> tuple[Line, int]:
    """All batches of the wave together, and how many slips were never printed."""
    found = session.execute(sa.select(*COUNTED).where(SlipBatch.wave_id == wave.id)).all()
    unprinted = sum(batch.size for batch in found if batch.issued_on is None)
    return together(map(line, found)), unprinted


def find_batch(session: Session, code: str) -> SlipBatch | None:
    loaded = joinedload(SlipBatch.wave).options(joinedload(Wave.survey), joinedload(Wave.instrument_version))
    query = sa.select(SlipBatch).where(SlipBatch.code == code).options(loaded)
    return session.scalar(query.options(joinedload(SlipBatch.point).joinedload(CollectionPoint.unit)))


def psus(session: Session, point: CollectionPoint) -> list[Psu]:
    """The sampled PSUs of the point's unit; one drawn with several probabilities stands there once for each."""
    planned = _planned(point.wave)
    query = sa.select(Case.stratum, Case.psu, Case.weight, sa.func.count()).where(
        Case.wave_id == point.wave_id,
        Case.unit_id == point.unit_id,
        in_use(),
    )
    columns, made = (Case.stratum, Case.psu, Case.weight), _usable(session, point)
    found = session.execute(query.group_by(*columns).order_by(*columns))
    return [
        Psu(stratum, psu, weight, cases, made.get((stratum, psu, weight), 0))
        for stratum, psu, weight, cases in found
        if (stratum, psu) in planned
    ]


def _usable(session: Session, point: CollectionPoint) -> dict[tuple[Any, ...], int]:
    """By place in the plan the slips of the point's unit that were made and not taken out, used ones too."""
    place = (SlipBatch.stratum, SlipBatch.psu, SlipBatch.weight)
    usable = SlipBatch.size - SlipBatch.returned - SlipBatch.spoiled - SlipBatch.replaced
    query = sa.select(*place, sa.func.sum(usable)).join(SlipBatch.point).group_by(*place)
    here = (SlipBatch.wave_id == point.wave_id) & (CollectionPoint.unit_id == point.unit_id)
    return {tuple(found): int(count) for *found, count in session.execute(query.where(here))}


def _planned(wave: Wave) -> set[tuple[str, str]]:
    strata = json.loads(wave.plan_json)["strata"] if wave.plan_json else ()
    return {
        (str(stratum["code"]), str(psu["code"]))
        for stratum in strata
        for psu in stratum["psus"]
        if psu.get("sampled", True)
    }


def add(session: Session, point: CollectionPoint, size: int, psu: Psu | None = None) -> SlipBatch:
    """A batch of a point, for people of one PSU where the wave has a plan. Raises ValueError where the PSU has fewer
    cases left without a slip; of two who ask at once the second is told what the first left.
    """
    if psu is None:
        return slips.add_batch(session, point, size)
    lock_wave(session, point.wave_id)
    now = next((one for one in psus(session, point) if one.key == psu.key), None)
    if now is None or size > now.left:
        raise ValueError(_too_many(now or psu, now.left if now else 0))
    return slips.add_batch(session, point, size, psu.stratum, psu.psu, psu.weight)


def _too_many(psu: Psu, left: int) -> str:
    return str(
        _(
            "Slips that can still be made for PSU %(psu)s: %(left)d. It has %(cases)d cases, and %(made)d slips are in "
            "use. Take out slips that came back or were spoiled; for each of them another can be made.",
            psu=psu.psu,
            left=left,
            cases=psu.cases,
            made=psu.slips,
        )
    )


def add_missing(session: Session, wave: Wave) -> list[SlipBatch]:
    """A batch for each PSU that has none yet, with a slip for each of its cases, at the slip point of its unit."""
    lock_wave(session, wave.id)
    have = {(batch.stratum, batch.psu, batch.weight) for batch in of_wave(session, wave)}
    query = sa.select(CollectionPoint).where(
        CollectionPoint.wave_id == wave.id, CollectionPoint.mode == slips.MODE, CollectionPoint.active
    )
    added = []
    for point in session.scalars(query.order_by(CollectionPoint.id)):
        for psu in psus(session, point):
            place = (psu.stratum, psu.psu, psu.weight)
            if place not in have:
                have.add(place)
                added += [slips.add_batch(session, point, size, *place) for size in _sizes(psu.left)]
    return added


def _sizes(cases: int) -> list[int]:
    """So many slips in batches that are not too large."""
    return [min(slips.LARGEST, cases - made) for made in range(0, cases, slips.LARGEST)]


def never_printed(session: Session, wave: Wave) -> list[SlipBatch]:
    """The next batches to print, as many as go into one run."""
    found: list[SlipBatch] = []
    for batch in of_wave(session, wave):
        if batch.issued_on is None and sum(one.size for one in found) + batch.size <= MOST_AT_ONCE:
            found.append(batch)
    return found


def note_print(batch: SlipBatch, day: date, reason: str = "") -> None:
    """The first print gives the batch out. Every other one makes codes that exist twice, so it needs a reason."""
    if batch.issued_on is None:
        batch.issued_on = day
        return
    if not reason.strip():
        raise ValueError(_("This batch has been printed. Say why it is printed again: each code would exist twice."))
    _note(batch, day, f"{AGAIN} {reason.strip()}")


def note(batch: SlipBatch, day: date, text: str) -> None:
    """Adds a line to what was noted of the batch; nothing noted before can be changed or taken away."""
    _note(batch, day, " ".join(text.replace(AGAIN, "").split()))


def _note(batch: SlipBatch, day: date, text: str) -> None:
    remark = f"{batch.remark}\n{day.isoformat()} {text}".strip()
    if len(remark) > LONGEST_REMARK:
        raise ValueError(_("There is no room for one more note of this batch: make a new batch."))
    batch.remark = remark
