"""A whole PSU that cannot be worked gives way to the next reserve PSU of its stratum, with a reason that is printed.

Its answers, where somebody of it has answered already, forbid that; until somebody of the other has, it can be undone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased

from survey_app.casework import holders
from survey_app.casework.cases import ACTIVE, lock, lock_wave
from survey_app.casework.progress import in_use
from survey_app.models import Case, CaseAttempt, Unit, Wave
from survey_app.plans import OF_SPARE_PSU, most_of_stratum, staged
from survey_app.wave_life import By, record

REASONS: Mapping[str, Any] = {
    "flood": _l("flood, storm or landslide"),
    "road": _l("no road leads there"),
    "epidemic": _l("epidemic or quarantine"),
    "village": _l("the village refused"),
    "gone": _l("the place no longer exists or is empty"),
    "other": _l("other reason"),
}


@dataclass(frozen=True)
class Place:
    """A PSU in use: its cases, how many of them answered; `spare`: the PSU that would take its place, or nothing.
    `stands_for`: the PSU whose place it took.
    """

    stratum: str
    psu: str
    unit: Unit
    cases: int
    answered: int
    given_up: bool
    spare: str
    stands_for: str

    @property
    def can_give_way(self) -> bool:
        return bool(self.spare) and not self.answered and not self.given_up

    @property
    def can_go_back(self) -> bool:
        return bool(self.stands_for) and not self.answered and not self.given_up


def places(session: Session, wave: Wave) -> list[Place]:
    """Nothing where cases were drawn one by one."""
    if not staged(session, wave.id):
        return []
    answered = sa.func.sum(sa.case((Case.disposition == "complete", 1), else_=0))
    columns = (Case.stratum, Case.psu, sa.func.min(Case.unit_id).label("unit_id"), sa.func.count().label("cases"))
    query = sa.select(*columns, answered.label("answered")).where(Case.wave_id == wave.id, in_use())
    found = session.execute(query.group_by(Case.stratum, Case.psu).order_by(Case.stratum, Case.psu)).all()
    here = Unit.id.in_(sa.select(Case.unit_id).where(Case.wave_id == wave.id))
    units = {unit.id: unit for unit in session.scalars(sa.select(Unit).where(here))}
    pairs, spares = _pairs(session, wave), _spares(session, wave)
    stood_for = {new: old for old, new in pairs.items()}
    return [
        Place(
            stratum=row.stratum,
            psu=row.psu,
            unit=units[row.unit_id],
            cases=row.cases,
            answered=row.answered,
            given_up=(row.stratum, row.psu) in pairs,
            spare=next(iter(spares.get(row.stratum, ())), ""),
            stands_for=stood_for.get((row.stratum, row.psu), ("", ""))[1],
        )
        for row in found
    ]


def find(session: Session, wave: Wave, stratum: str, psu: str) -> Place | None:
    return next((one for one in places(session, wave) if (one.stratum, one.psu) == (stratum, psu)), None)


def _pairs(session: Session, wave: Wave) -> dict[tuple[str, str], tuple[str, str]]:
    """Stratum and PSU that gave way, and those that took their place."""
    old, new = aliased(Case), aliased(Case)
    query = sa.select(old.stratum, old.psu, new.psu).join(new, new.replaces_id == old.id).distinct()
    query = query.where(old.wave_id == wave.id, new.reserve >= OF_SPARE_PSU, new.psu != old.psu)
    return {(stratum, psu): (stratum, spare) for stratum, psu, spare in session.execute(query)}


def _spares(session: Session, wave: Wave) -> dict[str, list[str]]:
    """By stratum its reserve PSUs that are not used yet, in the order of the draw."""
    first = Case.reserve % OF_SPARE_PSU == 0
    query = sa.select(Case.stratum, Case.psu, sa.func.max(Case.replaces_id)).where(
        Case.wave_id == wave.id, Case.reserve >= OF_SPARE_PSU, first
    )
    found: dict[str, list[str]] = {}
    for stratum, psu, used in session.execute(
        query.group_by(Case.stratum, Case.psu).order_by(Case.stratum, sa.func.min(Case.reserve))
    ):
        if used is None:
            found.setdefault(stratum, []).append(psu)
    return found


def swap(session: Session, wave: Wave, place: Place, reason: str, remark: str, by: By, about: Mapping[str, Any]) -> str:
    """The next reserve PSU takes the place's cases one by one, with their officers and days; returns which it is.
    `about`: what the frame says of it, for the analysis. Raises ValueError with what to do.
    """
    _lock(session, wave, place, place.spare)
    now = find(session, wave, place.stratum, place.psu)
    if reason not in REASONS or (reason == "other" and not remark.strip()):
        raise ValueError(_("Give the reason: the report prints it."))
    if now is None or not now.can_give_way or now.spare != place.spare:
        raise ValueError(_("This place cannot give way now: somebody has answered, or its reserve place is used."))
    old = list(session.scalars(_of(wave, place.stratum, place.psu).where(in_use())))
    left = [case for case in old if not _is_replaced(session, case)]
    new = list(session.scalars(_of(wave, place.stratum, place.spare).where(Case.reserve % OF_SPARE_PSU == 0)))
    _check_most(session, wave, left, len(new))
    for number, case in enumerate(new):
        gone = left[min(number, len(left) - 1)]
        case.replaces_id = gone.id
        holders.give(session, [case], gone.officer_id, gone.planned_day)
    for case in left:
        case.disposition = "other" if case.disposition == "open" else case.disposition
    _amend_plan(wave, place, {**about, "code": place.spare, "drawn": len(new), "sampled": True})
    record(session, wave, "amended", by, _printed(reason, remark), f"PSU {place.psu} → {place.spare}")
    return place.spare


def _lock(session: Session, wave: Wave, place: Place, other: str) -> None:
    """All cases of both places: of none an answer comes in while they change."""
    lock_wave(session, wave.id)
    both = (Case.wave_id == wave.id) & (Case.stratum == place.stratum) & Case.psu.in_((place.psu, other))
    lock(session, session.scalars(sa.select(Case.id).where(both)).all())


def _check_most(session: Session, wave: Wave, left: Sequence[Case], more: int) -> None:
    """A reserve place may bring more cases than the one that gives way. Raises ValueError."""
    most = most_of_stratum(session, wave.id)
    if most is None:
        return
    hoped_for = sa.select(sa.func.count(Case.id)).where(Case.wave_id == wave.id, in_use(), Case.disposition.in_(ACTIVE))
    active = session.scalar(hoped_for.where(Case.stratum == left[0].stratum)) or 0
    if active - sum(case.disposition == "open" for case in left) + more > most:
        raise ValueError(_("The reserve place would bring more cases than the most that the plan allows a stratum."))


def _of(wave: Wave, stratum: str, psu: str) -> sa.Select[Case]:
    here = (Case.wave_id == wave.id) & (Case.stratum == stratum) & (Case.psu == psu) & Case.reinterview_of_id.is_(None)
    return sa.select(Case).where(here).order_by(Case.number)


def _is_replaced(session: Session, case: Case) -> bool:
    return session.scalar(sa.select(Case.id).where(Case.replaces_id == case.id).limit(1)) is not None


def _printed(reason: str, remark: str) -> str:
    with force_locale("vi"):
        return f"{REASONS[reason]}{': ' if remark.strip() else ''}{remark.strip()}"[:500]


def undo(session: Session, wave: Wave, place: Place, by: By) -> str:
    """The place goes back to be a reserve, and the one that gave way is worked again; returns which. Raises ValueError
    once somebody has answered.
    """
    _lock(session, wave, place, place.stands_for)
    now = find(session, wave, place.stratum, place.psu)
    if now is None or not now.can_go_back:
        raise ValueError(_("This cannot be undone any more: somebody of the new place has answered."))
    back = session.scalars(_of(wave, place.stratum, place.psu)).all()
    holders.give(session, back, None, None)
    for case in back:
        case.replaces_id, case.disposition = None, "open"
    session.flush()
    _open_again(session, wave, now)
    _amend_plan(wave, now, None)
    record(session, wave, "amended", by, _told_back(), f"PSU {place.psu} → {now.stands_for}")
    return now.stands_for


def _told_back() -> str:
    with force_locale("vi"):
        return str(_("The swap of the places was undone."))


def _open_again(session: Session, wave: Wave, place: Place) -> None:
    """Cases that ended by the swap alone: no attempt says so."""
    said = sa.exists().where(CaseAttempt.case_id == Case.id, CaseAttempt.outcome == "other")
    for case in session.scalars(_of(wave, place.stratum, place.stands_for).where(Case.disposition == "other", ~said)):
        case.disposition = "open"


def _amend_plan(wave: Wave, place: Place, spare: Mapping[str, Any] | None) -> None:
    """What the analysis reads of the plan: the PSU that gave way counts as not sampled, the other as sampled."""
    if not wave.plan_json:
        return
    plan = json.loads(wave.plan_json)
    for stratum in plan["strata"]:
        if stratum["code"] == place.stratum:
            stratum["psus"] = _psus(stratum["psus"], place, spare)
    wave.plan_json = json.dumps(plan, ensure_ascii=False, sort_keys=True)


def _psus(psus: Sequence[Mapping[str, Any]], place: Place, spare: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    if spare is None:
        kept = [psu for psu in psus if psu["code"] != place.psu]
        return [{**psu, "sampled": True} if psu["code"] == place.stands_for else psu for psu in kept]
    kept = [{**psu, "sampled": False} if psu["code"] == place.psu else psu for psu in psus]
    return [*kept, dict(spare)]
