"""Cases of an officer: which are theirs, what became of them. Answers are kept by `responses`; the plan draws."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from survey_app import plans
from survey_app.casework import holders
from survey_app.casework.progress import in_use
from survey_app.models import Case, CaseAttempt, Response, Unit, Wave, alphabet
from survey_app.models.cases import CHANNELS, DISPOSITIONS
from survey_app.plans import OF_SPARE_PSU

# `complete` is what an answer makes of a case, never a click.
BY_HAND = tuple(code for code in DISPOSITIONS if code != "complete")
PARTS = ("morning", "afternoon", "evening")
ATTEMPTS = 3  # In vain, before a case counts as not reached and a reserve may take its place.
SINGLE = 99  # Reserves of single cases; from OF_SPARE_PSU on they belong to a PSU that stands in for another.
ACTIVE = ("open", "complete")  # Answered, or still to be.


def find_case(session: Session, officer_id: int, case_id: int) -> Case | None:
    """The officer's own case with its wave, survey and version loaded; somebody else's is not found."""
    query = sa.select(Case).where(Case.id == case_id, Case.officer_id == officer_id)
    loaded = joinedload(Case.wave).options(joinedload(Wave.survey), joinedload(Wave.instrument_version))
    return session.scalar(query.options(loaded, joinedload(Case.unit)))


def of_officer(officer_id: int, disposition: str = "", place: str = "") -> sa.Select[Case]:
    """The officer's cases, in no order; `disposition` and `place`, words of a unit or PSU, narrow them."""
    query = sa.select(Case).join(Case.unit).where(Case.officer_id == officer_id)
    query = query.where(alphabet.holds(place, Unit.code, Unit.type, Unit.name, Case.psu))
    return query.where(Case.disposition == disposition) if disposition else query


def has_any(session: Session, officer_id: int) -> bool:
    return session.scalar(sa.select(Case.id).where(Case.officer_id == officer_id).limit(1)) is not None


def next_to_visit(session: Session, officer_id: int, after: Case) -> Case | None:
    """The officer's next open case of the same wave, from the beginning again after the last."""
    query = sa.select(Case).where(
        Case.officer_id == officer_id, Case.wave_id == after.wave_id, Case.disposition == "open", Case.id != after.id
    )
    return session.scalar(query.order_by(Case.number <= after.number, Case.number).limit(1))


def is_answered(session: Session, case: Case) -> bool:
    """Also by a response that a manager voided: nobody asks the same person twice."""
    return session.scalar(sa.select(Response.id).where(Response.case_id == case.id)) is not None


def attempts(session: Session, case: Case) -> list[CaseAttempt]:
    query = sa.select(CaseAttempt).where(CaseAttempt.case_id == case.id)
    return list(session.scalars(query.order_by(CaseAttempt.number)))


def part_of(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def settle(session: Session, case: Case, outcome: str, day: date, part: str, channel: str = "visit") -> None:
    """Notes an attempt and what became of the case: who is not met stays to be visited until as many attempts as
    ATTEMPTS, each on another day or in another part of it, were in vain. Raises ValueError for an answered case and for
    what is no click's to say.
    """
    if outcome not in BY_HAND or part not in PARTS or channel not in CHANNELS:
        raise ValueError("This is not a result that can be noted.")
    lock(session, [case.id])
    if case.disposition == "complete" or is_answered(session, case):
        raise ValueError("This case has been answered.")
    if is_replaced(session, case):
        raise ValueError("A reserve has taken the place of this case.")
    case.disposition = _noted(session, case, outcome, day, part, channel)
    session.flush()


def note_attempt(session: Session, case: Case, outcome: str, day: date, part: str, channel: str) -> None:
    """Takes over an attempt from a device; the case is locked. What has meanwhile become of a case that was answered,
    also by a response that is void, or replaced, stays.
    """
    closed = case.disposition == "complete" or is_answered(session, case) or is_replaced(session, case)
    late = outcome == "open" and any(_when(one) > (day, PARTS.index(part)) for one in attempts(session, case))
    becomes = _noted(session, case, outcome, day, part, channel)
    case.disposition = case.disposition if closed or late else becomes
    session.flush()


def _when(attempt: CaseAttempt) -> tuple[date, int]:
    return attempt.day, PARTS.index(attempt.part)


def _noted(session: Session, case: Case, outcome: str, day: date, part: str, channel: str) -> str:
    """What becomes of the case by an attempt that is noted now: the latest attempt says it, whenever it was noted, so a
    tablet that comes late undoes nothing; it may be the one that was missing for enough in vain.
    """
    if outcome == "open":
        return outcome
    made = attempts(session, case)
    new = CaseAttempt(case_id=case.id, number=len(made) + 1, day=day, part=part, channel=channel, outcome=outcome)
    session.add(new)
    latest = max([*made, new], key=lambda one: (_when(one), one.number))
    in_vain = latest.outcome == "not_contacted"
    if latest is not new and not (in_vain and case.disposition == "open"):
        return case.disposition
    times = {_when(one) for one in [*made, new] if one.outcome == "not_contacted"}
    return "open" if in_vain and len(times) < ATTEMPTS else latest.outcome


def is_replaced(session: Session, case: Case) -> bool:
    return case.id in replaced(session, [case])


def replaced(session: Session, among: Collection[Case]) -> set[int]:
    """The ids of those in whose place a reserve came, of their own or with their whole PSU."""
    own = sa.select(Case.replaces_id).where(Case.replaces_id.in_([case.id for case in among]))
    spare = sa.orm.aliased(Case)
    places = sa.select(Case.wave_id, Case.stratum, Case.psu).join(spare, spare.replaces_id == Case.id).distinct()
    # Within a PSU that stands in for another its own reserves name cases of the same PSU.
    given_up = places.where(spare.reserve >= OF_SPARE_PSU, spare.psu != Case.psu)
    gone = {tuple(row) for row in session.execute(given_up.where(Case.wave_id.in_({case.wave_id for case in among})))}
    whole = {case.id for case in among if (case.wave_id, case.stratum, case.psu) in gone}
    return whole.union(filter(None, session.scalars(own)))


def next_reserve(session: Session, case: Case) -> Case | None:
    """The reserve that would take the place of a case that ended without answer; None where there is none left, where
    the case has one already, or where the stratum has no room. In a sample drawn from one list a reserve stands in for
    any case of its stratum, else for one of its PSU; a PSU that stands in for another has reserves of its own.
    """
    ended = case.disposition not in ("open", "complete") and case.reinterview_of_id is None
    if not ended or is_replaced(session, case) or not has_room(session, case):
        return None
    first = case.reserve - case.reserve % OF_SPARE_PSU
    free = (Case.wave_id == case.wave_id) & Case.reserve.between(first + 1, first + SINGLE) & Case.replaces_id.is_(None)
    same = Case.psu == case.psu if plans.staged(session, case.wave_id) else sa.true()
    query = sa.select(Case).where(free, same, Case.stratum == case.stratum).order_by(Case.reserve, Case.number)
    return session.scalar(query.limit(1))


def has_room(session: Session, case: Case) -> bool:
    """Whether one more answer of the stratum keeps to the most that the plan allows."""
    most = plans.most_of_stratum(session, case.wave_id)
    if most is None:
        return True
    hoped_for = (Case.wave_id == case.wave_id) & (Case.stratum == case.stratum) & Case.disposition.in_(ACTIVE)
    return (session.scalar(sa.select(sa.func.count(Case.id)).where(hoped_for, in_use())) or 0) < most


def replace(session: Session, case: Case) -> Case:
    """The next reserve takes the case's place, its officer and its day; why, the case's own result says. Of requests at
    once each waits for the one before, so that no stratum gets more than its most. Raises ValueError.
    """
    lock_wave(session, case.wave_id)
    lock(session, [case.id])
    reserve = next_reserve(session, case)
    if reserve is None:
        raise ValueError("No reserve can take the place of this case.")
    reserve.replaces_id = case.id
    holders.give(session, [reserve], case.officer_id, case.planned_day)
    session.flush()
    return reserve


def lock_wave(session: Session, wave_id: int) -> None:
    """Whoever puts reserves to use in a wave does so alone until the end of the transaction; only then `lock`."""
    # Answers that come meanwhile refer to the wave and need not wait.
    session.execute(sa.select(Wave.id).where(Wave.id == wave_id).with_for_update(key_share=True))


def lock(session: Session, ids: Collection[int], *loaded: ExecutableOption) -> list[Case]:
    """The cases as they are now, held until the end of the transaction: whoever completes, settles or replaces one
    asks after this what became of it. In one order, so that nobody waits for each other.
    """
    query = sa.select(Case).where(Case.id.in_(ids)).order_by(Case.id).options(*loaded)
    query = query.with_for_update(of=Case, key_share=True).execution_options(populate_existing=True)
    return list(session.scalars(query))
