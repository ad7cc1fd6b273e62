"""The Survey Plan of a wave as kept: drafting, sealed, drawn; its steps; the cases that a draw brings.

Numbers and files are made by the analysis (`survey_app.planning`). Nothing commits here.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import units
from survey_app.models import Case, Plan, Survey, Wave
from survey_app.planning import frames
from survey_app.planning.bench import Known, PlanFiles
from survey_app.wave_life import By, record

NAMED = 5  # Units that a sentence names.
# A case of a PSU that stands in for another comes after all reserves of single cases: 100 for the first such PSU.
OF_SPARE_PSU = 100


class PlanRefused(Exception):
    """The plan's state does not allow it; the message says so in the person's language."""


def of_wave(session: Session, wave: Wave) -> Plan | None:
    return session.scalar(sa.select(Plan).where(Plan.wave_id == wave.id))


def before(session: Session, wave: Wave, kind: str) -> Plan | None:
    """The plan of the newest earlier wave with a frame of this kind and for the same index."""
    query = sa.select(Plan).join(Plan.wave).join(Wave.survey).where(Plan.frame_kind == kind)
    query = query.where(Survey.index_code == wave.survey.index_code, Wave.opens_on < wave.opens_on)
    return session.scalar(query.order_by(Wave.opens_on.desc()).limit(1))


def known(session: Session, wave: Wave, kind: str, frame_of: Callable[[Wave], Path]) -> Known:
    """What a new frame of the wave is compared with."""
    codes = tuple(unit.code for unit in units.valid_on(session, wave.survey.units_on))
    earlier = before(session, wave, kind)
    frame = frame_of(earlier.wave) if earlier else None
    return Known(codes, wave.survey.period_from, wave.survey.period_to, frame if frame and frame.exists() else None)


def staged(session: Session, wave_id: int) -> bool:
    """Whether cases lie in PSUs; where they were drawn from one list each is a PSU of its own."""
    spec = session.scalar(sa.select(Plan.spec).where(Plan.wave_id == wave_id))
    return spec is None or len(json.loads(spec).get("stages", ())) != 1


def most_of_stratum(session: Session, wave_id: int) -> int | None:
    """The most answers that the plan wants of one stratum, where it says so."""
    spec = session.scalar(sa.select(Plan.spec).where(Plan.wave_id == wave_id))
    most = json.loads(spec or "{}").get("allocation", {}).get("maximum")
    return None if most is None else int(most)


def keep_frame(session: Session, wave: Wave, kind: str) -> Plan:
    """A plan whose frame is the one just imported. A design for another kind is forgotten. Raises PlanRefused."""
    plan = of_wave(session, wave)
    if plan is None:
        plan = Plan(wave_id=wave.id, frame_kind=kind)
        session.add(plan)
    _must_be(plan, "drafting", _("The plan is sealed: its frame can no longer be changed."))
    if plan.frame_kind != kind:
        plan.frame_kind, plan.spec = kind, "{}"
    session.flush()
    return plan


def keep_spec(plan: Plan, spec: Mapping[str, Any]) -> None:
    """Raises PlanRefused."""
    _must_be(plan, "drafting", _("The plan is sealed: its design can no longer be changed."))
    plan.spec = json.dumps(spec, ensure_ascii=False, sort_keys=True)


def keep_design(plan: Plan, text: str) -> None:
    """A design from a file. Raises PlanRefused."""
    try:
        spec = json.loads(text)
    except ValueError as error:
        raise PlanRefused(_("The design is no JSON: write it again.")) from error
    if not isinstance(spec, dict) or spec.get("kind") != plan.frame_kind:
        raise PlanRefused(_("The design is for another kind of frame than the one imported."))
    keep_spec(plan, spec)


def _must_be(plan: Plan | None, state: str, why: str) -> None:
    if plan is not None and (plan.state or "drafting") != state:
        raise PlanRefused(why)


def obstacles(session: Session, wave: Wave, plan: Plan, files: PlanFiles) -> list[str]:
    """What must be mended before sealing: what the draw could not keep afterwards."""
    found = []
    if plan.spec == "{}":
        found.append(_("Design the sample first."))
    elif name := frames.too_long(files.frame, json.loads(plan.spec)):
        found.append(_("The name “%(name)s” in the frame is too long: use codes of at most 60 signs.", name=name))
    unknown = [finding["unit"] for finding in files.checked()["findings"] if finding["code"] == "unit_unknown"]
    if unknown:
        named = ", ".join(unknown[:NAMED]) + (" …" if len(unknown) > NAMED else "")
        found.append(_("The frame names units that are not on the map of the survey: %(units)s.", units=named))
    if has_cases(session, wave):
        found.append(_("This wave has cases already: make a new wave for this plan."))
    return found


def has_cases(session: Session, wave: Wave) -> bool:
    return session.scalar(sa.select(Case.id).where(Case.wave_id == wave.id).limit(1)) is not None


def seal(
    session: Session, wave: Wave, spec: str, sealed: Mapping[str, Any], at: datetime, by_id: int | None = None
) -> Plan:
    """Fixes the plan by its commitment. Raises PlanRefused where it is not the plan that was sealed."""
    plan = session.scalars(sa.select(Plan).where(Plan.wave_id == wave.id).with_for_update()).one()
    _must_be(plan, "drafting", _("The plan has been sealed already."))
    if plan.spec != spec:
        raise PlanRefused(_("Somebody has changed the plan in the meantime: look at it, then seal it."))
    plan.state, plan.commitment, plan.frame_hash = "sealed", sealed["commitment"], sealed["frame_sha256"]
    record(session, wave, "sealed", By(at, by_id), detail=sealed["commitment"])
    session.flush()
    return plan


def withdraw(session: Session, wave: Wave, reason: str, at: datetime, by_id: int | None = None) -> str:
    """Opens a sealed plan again, before its draw; the step with its reason is printed in the report. Returns the
    commitment that no longer holds. Raises PlanRefused.
    """
    plan = session.scalars(sa.select(Plan).where(Plan.wave_id == wave.id).with_for_update()).one()
    _must_be(plan, "sealed", _("Only a sealed plan that is not drawn yet can be opened again."))
    if not reason.strip():
        raise PlanRefused(_("Say why: the reason is printed in the report."))
    commitment = str(plan.commitment)
    plan.state, plan.commitment, plan.frame_hash = "drafting", None, None
    record(session, wave, "amended", By(at, by_id), reason=reason.strip()[:500], detail=commitment)
    session.flush()
    return commitment


def draw(
    session: Session,
    wave: Wave,
    number: str,
    drawn: Iterable[Mapping[str, str]],
    strata: str,
    at: datetime,
    by_id: int | None = None,
) -> int:
    """Keeps the cases of the draw, and what the analysis needs of them with the wave. Raises PlanRefused."""
    plan = session.scalars(sa.select(Plan).where(Plan.wave_id == wave.id).with_for_update()).one()
    _must_be(plan, "sealed", _("The plan must be sealed, and is drawn once."))
    count = _add_cases(session, wave, list(drawn))
    plan.state, plan.public_number, wave.plan_json = "drawn", number, strata
    record(session, wave, "drawn", By(at, by_id), detail=f"{number}: {count}")
    session.flush()
    return count


def _add_cases(session: Session, wave: Wave, drawn: list[Mapping[str, str]]) -> int:
    """Numbered as they stand in cases.csv; second interviews come after them. Returns how many are of the sample."""
    ids = {unit.code: unit.id for unit in units.valid_on(session, wave.survey.units_on)}
    if unknown := sorted({row["unit"] for row in drawn} - set(ids)):
        raise PlanRefused(_("Units of the plan are no longer on the map: %(units)s.", units=", ".join(unknown[:NAMED])))
    rows = [_case(wave.id, ids, number, row) for number, row in enumerate(drawn, 1)]
    session.execute(sa.insert(Case), rows)
    query = sa.select(Case.number, Case.id).where(Case.wave_id == wave.id)
    by_number = {number: case_id for number, case_id in session.execute(query)}
    again = [row for row, said in zip(rows, drawn, strict=True) if said["reinterview"] == "1"]
    if again:
        first = len(rows) + 1
        session.execute(
            sa.insert(Case),
            [
                {**row, "number": number, "reinterview_of_id": by_number[row["number"]]}
                for number, row in enumerate(again, first)
            ],
        )
    return sum(row["reserve"] == 0 for row in rows)


def _case(wave_id: int, ids: Mapping[str, int], number: int, row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "wave_id": wave_id,
        "number": number,
        "unit_id": ids[row["unit"]],
        "stratum": row["stratum"],
        "psu": row["psu"],
        "respondent_type": row["respondent_type"] or None,
        "probability": float(row["probability"]),
        "weight": float(row["weight"]),
        "reserve": OF_SPARE_PSU * int(row["reserve_psu"]) + int(row["reserve"]),
    }


def contacts(session: Session, wave: Wave, files: PlanFiles) -> list[tuple[int, str, str]]:
    """Number of each case, hidden code, the office's own code; second interviews are of the same people."""
    own = {row["hidden"]: row["code"] for row in frames.rows(files.codes)} if files.codes.exists() else {}
    hidden = {number: row["code"] for number, row in enumerate(frames.rows(files.sealed / "cases.csv"), 1)}
    first = sa.orm.aliased(Case)
    query = sa.select(Case.number, sa.func.coalesce(first.number, Case.number))
    query = query.outerjoin(first, Case.reinterview_of_id == first.id).where(Case.wave_id == wave.id)
    found = session.execute(query.order_by(Case.number))
    return [(number, hidden[of], own.get(hidden[of].split("#")[0], "")) for number, of in found]
