"""The life of a wave: copied, rehearsed, extended, closed early, opened again, weighed, its points switched off and on;
each step kept with who, when and why.

Whether a wave is open at an instant, `waves` says; what the form of a wave may change, `surveys`; about late responses
`late` decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import points, surveys, units, waves
from survey_app.clock import LOCAL, local_day
from survey_app.models import CollectionPoint, Survey, User, Wave, WaveStep
from survey_app.reasons import given

A_YEAR = timedelta(weeks=52)  # The same weekday, for counters have other people on other days.


@dataclass(frozen=True)
class By:
    """Who does it, and when; nobody's account where a command does."""

    at: datetime
    account_id: int | None = None


@dataclass(frozen=True)
class Looks:
    """What anybody could have seen of the results of a survey: its releases and its snapshots."""

    releases: int
    snapshots: int


@dataclass(frozen=True)
class Copied:
    """The new wave, and the places whose units are not on the map of its survey."""

    wave: Wave
    left_out: list[str]


def steps(session: Session, wave: Wave) -> list[tuple[WaveStep, str]]:
    """What was done to the wave, in order, and by whom; empty where a command did it."""
    query = sa.select(WaveStep, User).outerjoin(User, WaveStep.by_id == User.id).where(WaveStep.wave_id == wave.id)
    found = session.execute(query.order_by(WaveStep.at, WaveStep.id))
    return [(step, (user.name or user.email) if user else "") for step, user in found]


def record(
    session: Session, wave: Wave, kind: str, by: By, reason: str = "", detail: str = "", seen: Looks | None = None
) -> WaveStep:
    """`seen`: what there was to see by then, for whoever moves the end of a wave may have waited for a result."""
    step = WaveStep(wave=wave, kind=kind, at=by.at, by_id=by.account_id, reason=reason, detail=detail)
    if seen:
        step.releases, step.snapshots = seen.releases, seen.snapshots
    session.add(step)
    session.flush()
    return step


def extend(session: Session, wave: Wave, closes_on: date, by: By, reason: str, seen: Looks | None = None) -> None:
    """A later last day for a wave that has not ended. Raises ValueError with what to do."""
    reason = given(reason)
    if _has_ended(wave, by.at):
        raise ValueError(_("This wave has ended: open it again instead."))
    if closes_on <= wave.closes_on:
        raise ValueError(_("The new last day must be after the present one."))
    detail = f"{wave.closes_on} → {closes_on}"
    wave.closes_on = closes_on
    record(session, wave, "extended", by, reason, detail, seen)


def close(session: Session, wave: Wave, by: By, reason: str, seen: Looks | None = None) -> None:
    """Ends an open wave before its last day. Raises ValueError with what to do."""
    reason = given(reason)
    if waves.state(wave, by.at) != "open":
        raise ValueError(_("This wave is not open: there is nothing to close."))
    waves.close(wave, by.at)
    detail = f"{by.at.astimezone(LOCAL):%Y-%m-%d %H:%M} ← {wave.closes_on}"
    record(session, wave, "closed", by, reason, detail, seen)


def reopen(session: Session, wave: Wave, closes_on: date, by: By, reason: str, seen: Looks | None = None) -> None:
    """Opens a wave that has ended, until a new last day. Raises ValueError with what to do."""
    reason = given(reason)
    if not _has_ended(wave, by.at):
        raise ValueError(_("This wave has not ended: there is nothing to open again."))
    if wave.instrument_version.state == "retired":
        raise ValueError(_("The version of the questionnaire is retired: make a new wave with another one."))
    if closes_on < local_day(by.at):
        raise ValueError(_("The new last day must not lie in the past."))
    ended = wave.closes_on if wave.closed_at is None else local_day(wave.closed_at)
    wave.closed_at, wave.closes_on = None, closes_on
    record(session, wave, "reopened", by, reason, f"{ended} → {closes_on}", seen)


def weigh(session: Session, wave: Wave, weight: float, by: By, reason: str) -> None:
    """Another weight in the survey. Raises ValueError with what to do."""
    reason = given(reason)
    if wave.practice or wave.survey.combination != "weighted":
        raise ValueError(_("This wave has no weight: its survey does not combine it with others."))
    if weight == wave.combining_weight:
        raise ValueError(_("This is the weight it has already."))
    detail = f"{_written(wave.combining_weight)} → {_written(weight)}"
    wave.combining_weight = weight
    record(session, wave, "weighed", by, reason, detail)


def state_weight(session: Session, made: Wave, by: By, reason: str) -> None:
    """Keeps why a wave was added, and with which weight, to a survey of which answers are known."""
    if not made.practice and surveys.has_fixed_weights(session, made.survey):
        record(session, made, "weighed", by, given(reason), _written(made.combining_weight))


def _written(weight: float | None) -> str:
    return "–" if weight is None else f"{weight:.9f}".rstrip("0").rstrip(".")


def asks_why_switched(session: Session, wave: Wave) -> bool:
    """Whether a point can be switched only with a reason: once somebody has answered, who does it may know what for."""
    return not wave.practice and surveys.has_begun(session, wave)


class Switching:
    """Turns points off, or on again, together: where a reason is asked for, one step of the wave for each unit."""

    def __init__(self, session: Session, active: bool, by: By) -> None:
        self.session, self.active, self.by = session, active, by
        self._steps: dict[tuple[int, int], tuple[WaveStep, int]] = {}  # With how many of the unit were in use before.

    def switch(self, point: CollectionPoint, reason: str | None = None) -> None:
        """Raises ValueError where a reason is missing."""
        if point.active == self.active:
            return
        why = given(reason or "") if asks_why_switched(self.session, point.wave) else None
        before = _in_use(self.session, point)
        point.active = self.active
        if why is not None:
            self._keep(point, before, why)

    def _keep(self, point: CollectionPoint, before: int, reason: str) -> None:
        place = (point.wave_id, point.unit_id)
        if place not in self._steps:
            kind = "points_on" if self.active else "points_off"
            self._steps[place] = record(self.session, point.wave, kind, self.by, reason), before
        step, first = self._steps[place]
        now = _in_use(self.session, point)
        step.detail = f"{point.unit.full_name}: {abs(now - first)} ({first} → {now})"


def _in_use(session: Session, point: CollectionPoint) -> int:
    """How many points of its wave and unit are."""
    of_place = (CollectionPoint.wave_id == point.wave_id, CollectionPoint.unit_id == point.unit_id)
    query = sa.select(sa.func.count(CollectionPoint.id)).where(*of_place, CollectionPoint.active)
    return session.scalar(query) or 0


def copy(session: Session, wave: Wave, survey: Survey, fields: Mapping[str, Any], by: By, reason: str = "") -> Copied:
    """A new wave in `survey` with the points of an old one, each with a code of its own; no answer comes along.

    `fields` are those of the wave's form; `surveys.faults_of_wave` has to find nothing wrong with them. Raises
    ValueError with what to do.
    """
    made = Wave(survey=survey, **fields)
    session.add(made)
    session.flush()
    if made.instrument_version.state == "retired":
        raise ValueError(_("The version of the questionnaire is retired: make a new wave with another one."))
    left_out = _copy_points(session, wave, made)
    record(session, made, "copied", by, reason.strip(), f"← {wave.slug}")
    state_weight(session, made, by, reason)
    return Copied(made, left_out)


def suggested(wave: Wave) -> dict[str, Any]:
    """What the form for a copy begins with: all as it was, a year later."""
    same = {name: getattr(wave, name) for name in ("name_vi", "name_en", "instrument_version_id", "combining_weight")}
    return same | {"opens_on": wave.opens_on + A_YEAR, "closes_on": wave.closes_on + A_YEAR}


def rehearse(session: Session, wave: Wave, closes_on: date, by: By, reason: str = "") -> Wave:
    """A practice wave beside the wave, open from today on, with points of its own; its answers never count.

    Raises ValueError with what to do.
    """
    today = local_day(by.at)
    if wave.practice:
        raise ValueError(_("This is a rehearsal itself: rehearse the wave that it belongs to."))
    if closes_on < today:
        raise ValueError(_("The new last day must not lie in the past."))
    names = {"name_vi": f"{wave.name_vi[:280]} (diễn tập)", "name_en": f"{wave.name_en[:280]} (rehearsal)"}
    made = Wave(
        survey=wave.survey,
        slug=_free_slug(session, f"{wave.slug[:45]}-dien-tap"),
        instrument_version=wave.instrument_version,
        opens_on=today,
        closes_on=closes_on,
        simulated=wave.simulated,
        practice=True,
        **names,
    )
    session.add(made)
    session.flush()
    _copy_points(session, wave, made)
    record(session, wave, "rehearsed", by, reason.strip(), f"→ {made.slug}")
    record(session, made, "copied", by, reason.strip(), f"← {wave.slug}")
    return made


def _has_ended(wave: Wave, at: datetime) -> bool:
    return local_day(at) > wave.closes_on or wave.closed_at is not None


def _copy_points(session: Session, source: Wave, target: Wave) -> list[str]:
    """The points in use, at the units that have the same code on the new map; returns the names of the others."""
    on_map = {unit.code: unit for unit in units.valid_on(session, target.survey.units_on)}
    left_out = []
    for point in points.of_waves(session, wave=source.slug):
        unit = on_map.get(point.unit.code)
        if point.active and unit is None:
            left_out.append(point.label_vi)
        elif point.active and unit is not None:
            fields = {name: getattr(point, name) for name in COPIED_OF_A_POINT}
            points.add(session, target, unit, point.label_vi, point.label_en, **fields)
    return left_out


COPIED_OF_A_POINT = ("mode", "kind", "variant", "procedure_vi", "procedure_en")


def _free_slug(session: Session, wished: str) -> str:
    taken = set(session.scalars(sa.select(Wave.slug).where(Wave.slug.startswith(wished, autoescape=True))))
    numbered = (f"{wished}-{number}" for number in range(2, len(taken) + 3))
    return wished if wished not in taken else next(slug for slug in numbered if slug not in taken)
