"""Choosing the person in a drawn household: by a rule that the draw fixed, so that nobody in the field can bend it.

The officer counts the grown-ups once; who is asked follows from the seal, the public number, the case and that count.
Everybody in the household has the same chance, so the weight of the case counts as often as there are grown-ups.
"""

import hashlib
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from questionnaires.answers import Answers
from survey_app.models import Case, Plan
from survey_app.models.responses import Response

TYPE_QUESTION = "respondent_type"
MOST = 30  # Grown-ups of one household; more is a typing error.


def place(commitment: str, public_number: str, case_number: int, eligible: int) -> int:
    """Which of so many grown-ups, counted from the eldest: anybody can reckon it anew from what was published."""
    text = f"{commitment}:{public_number}:person:{case_number}:{eligible}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) % eligible + 1


def are_chosen(session: Session, case: Case) -> bool:
    """Whether the wave's cases are households, one of whose grown-ups is asked."""
    return _drawn(session, case) is not None


def _drawn(session: Session, case: Case) -> Plan | None:
    return plans_of(session, {case.wave_id}).get(case.wave_id)


def other_type(case: Case, answers: Answers) -> str:
    """The type of whoever answered, where the draw chose another one; else empty."""
    said = answers.values.get(TYPE_QUESTION)
    return str(said) if said and case.respondent_type and said != case.respondent_type else ""


def plans_of(session: Session, wave_ids: Collection[int]) -> dict[int, Plan]:
    """By wave; only those whose cases are households."""
    drawn = Plan.wave_id.in_(wave_ids) & (Plan.frame_kind == "households") & (Plan.state == "drawn")
    return {plan.wave_id: plan for plan in session.scalars(sa.select(Plan).where(drawn))}


def asked(session: Session, case: Case) -> int | None:
    """Whom to ask, counted from the eldest; None before the count. A second interview asks the same person."""
    plan, first = _drawn(session, case), _first(session, case)
    return None if plan is None or first.eligible is None else _place(plan, first, first.eligible)


def _place(plan: Plan, first: Case, eligible: int) -> int:
    return place(str(plan.commitment), str(plan.public_number), first.number, eligible)


def told(session: Session, cases: Collection[Case]) -> dict[int, dict[str, Any]]:
    """What a device without a line must know of each household, by case: whom to ask, or whom for each count."""
    plans = plans_of(session, {case.wave_id for case in cases})
    households = [case for case in cases if case.wave_id in plans]
    again = sa.select(Case).where(Case.id.in_({case.reinterview_of_id for case in households}))
    firsts = {first.id: first for first in session.scalars(again)} if households else {}
    return {case.id: _told(plans[case.wave_id], firsts.get(case.reinterview_of_id or 0, case)) for case in households}


def _told(plan: Plan, first: Case) -> dict[str, Any]:
    if first.eligible is not None:
        return {"eligible": first.eligible, "person": _place(plan, first, first.eligible)}
    return {"persons": [_place(plan, first, eligible) for eligible in range(1, MOST + 1)]}


def counted(session: Session, case: Case) -> int | None:
    """How many grown-ups the household has, as the first interview counted them."""
    return _first(session, case).eligible


def _first(session: Session, case: Case) -> Case:
    return session.get_one(Case, case.reinterview_of_id) if case.reinterview_of_id else case


def must_be_counted(session: Session, case: Case) -> bool:
    """Before an interview can begin."""
    return are_chosen(session, case) and asked(session, case) is None


def count(session: Session, case: Case, eligible: int) -> None:
    """Keeps how many grown-ups the household has, once: whoever could type again could choose whom to ask. Raises
    ValueError with what to do.
    """
    if not 1 <= eligible <= MOST:
        raise ValueError(_("Type how many grown-ups live there: from 1 to %(most)d.", most=MOST))
    first = _first(session, case)
    free = (Case.id == first.id) & Case.eligible.is_(None)
    answered = sa.exists().where(Response.case_id == Case.id)
    keep = sa.update(Case).where(free, ~answered).values(eligible=eligible).returning(Case.id)
    if not are_chosen(session, case) or session.scalar(keep) is None:
        raise ValueError(_("The grown-ups of this household were counted already: whom to ask stays as it is."))
    session.refresh(first)


def correct(session: Session, case: Case, first_count: int, eligible: int) -> None:
    """A mistyped count, until the household has answered: both go with the response. Raises ValueError."""
    first = _first(session, case)
    free = (Case.id == first.id) & (Case.eligible == first_count)
    answered = sa.exists().where(Response.case_id == Case.id)
    keep = sa.update(Case).where(free, ~answered).values(eligible=eligible).returning(Case.id)
    if not 1 <= eligible <= MOST or session.scalar(keep) is None:
        raise ValueError(_("The grown-ups of this household were counted already: whom to ask stays as it is."))
    session.refresh(first)
