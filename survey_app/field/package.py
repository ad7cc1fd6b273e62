"""What a device takes along for the next days: cases, waves, point and forms, as JSON. Its words are in the forms."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from questionnaires.model import LANGUAGES
from survey_app import waves
from survey_app.accounts import branches
from survey_app.casework import persons
from survey_app.clock import local_day
from survey_app.field.forms import Form, device_form
from survey_app.models import Case, CaseAttempt, CollectionPoint, Device, Unit, User, Wave
from survey_app.models.responses import OFFICER_MODES

AHEAD = timedelta(days=14)
MODES = tuple(mode for mode in OFFICER_MODES if mode != "paper_officer")


def package(session: Session, device: Device, known: Collection[str], at: datetime) -> dict[str, Any]:
    """Forms in `known` are left out: the device has them."""
    forms: dict[str, Form] = {}
    found = _kiosk(device.point, forms, at) if device.point else _tablet(session, device, forms, at)
    new = {hash_: form for hash_, form in forms.items() if hash_ not in known}
    return {"device": device.code, "kind": device.kind, "point": None, "cases": [], **found, "forms": new}


def _tablet(session: Session, device: Device, forms: dict[str, Form], at: datetime) -> dict[str, Any]:
    open_cases = _open_cases(session, device.officer, at) if device.officer else []
    attempts = _attempts(session, [case.id for case in open_cases])
    households = persons.told(session, open_cases)
    types: dict[int, set[str]] = {}
    for case in open_cases:
        types.setdefault(case.wave_id, set()).add(case.unit.type)
    found = {case.wave_id: case.wave for case in open_cases}
    return {
        "cases": [_case(case, attempts.get(case.id, [])) | households.get(case.id, {}) for case in open_cases],
        "waves": [
            _wave(wave, at) | {"forms": _forms(wave, MODES, sorted(types[wave.id]), forms)} for wave in found.values()
        ],
    }


def _kiosk(point: CollectionPoint, forms: dict[str, Form], at: datetime) -> dict[str, Any]:
    wave, mode = point.wave, (point.mode,)
    shown = {
        "code": point.code,
        "name": _both(point, "label"),
        "procedure": _both(point, "procedure"),
        "unit": _unit(point.unit),
        "wave": wave.slug,
        "active": point.active,
    }
    return {"point": shown, "waves": [_wave(wave, at) | {"forms": _forms(wave, mode, [point.unit.type], forms, point)}]}


def _open_cases(session: Session, officer: User, at: datetime) -> list[Case]:
    """Within the branch of the account: what was given by mistake stays at the office."""
    today = local_day(at)
    query = (
        sa.select(Case)
        .join(Case.wave)
        .where(Case.officer_id == officer.id, Case.disposition == "open", Wave.closes_on >= today)
        .where(Wave.opens_on <= today + AHEAD, sa.or_(Wave.closed_at.is_(None), Wave.closed_at > at))
        .order_by(Wave.opens_on, Case.wave_id, Case.number)
        .options(joinedload(Case.unit), joinedload(Case.wave).joinedload(Wave.survey))
    )
    if officer.branch_id is not None:
        query = query.where(Case.unit_id.in_(branches.units_below(session, officer.branch_id)))
    return list(session.scalars(query))


def _attempts(session: Session, case_ids: list[int]) -> dict[int, list[CaseAttempt]]:
    query = sa.select(CaseAttempt).where(CaseAttempt.case_id.in_(case_ids)).order_by(CaseAttempt.number)
    found: dict[int, list[CaseAttempt]] = {}
    for attempt in session.scalars(query):
        found.setdefault(attempt.case_id, []).append(attempt)
    return found


def _case(case: Case, attempts: Iterable[CaseAttempt]) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "wave": case.wave.slug,
        "unit": _unit(case.unit),
        "psu": case.psu,
        "respondent_type": case.respondent_type,
        "planned_day": _iso(case.planned_day),
        "disposition": case.disposition,
        "reinterview": case.reinterview_of_id is not None,
        "attempts": [
            {"day": one.day.isoformat(), "part": one.part, "channel": one.channel, "outcome": one.outcome}
            for one in attempts
        ],
    }


def _wave(wave: Wave, at: datetime) -> dict[str, Any]:
    return {
        "slug": wave.slug,
        "name": _both(wave, "name"),
        "survey": _both(wave.survey, "name"),
        "owner": _both(wave.survey, "owner"),
        "opens_on": wave.opens_on.isoformat(),
        "closes_on": waves.last_day(wave).isoformat(),
        "state": waves.state(wave, at),
        "practice": wave.practice,
        "simulated": wave.simulated,
        "version": wave.instrument_version.content_hash,
    }


def _forms(
    wave: Wave,
    modes: Iterable[str],
    unit_types: Iterable[str],
    forms: dict[str, Form],
    point: CollectionPoint | None = None,
) -> list[dict[str, str]]:
    """Which forms the wave needs, by their hashes; the forms themselves go into `forms`."""
    named = []
    for unit_type in unit_types:
        for mode in modes:
            for language in LANGUAGES:
                form = device_form(wave.instrument_version, language, mode, unit_type, point=point)
                forms[form["hash"]] = form
                named.append({"hash": form["hash"], "language": language, "mode": mode, "unit_type": unit_type})
    return named


def _unit(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.full_name, "type": unit.type}


def _both(thing: object, field: str) -> dict[str, str]:
    return {language: str(getattr(thing, f"{field}_{language}")) for language in LANGUAGES}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
