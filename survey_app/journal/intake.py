"""What becomes of one opened entry: a response, a note at its case, or the reason why it waits for a person."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy.orm import Session, joinedload

from questionnaires.answers import Answers
from questionnaires.checking import check
from questionnaires.conditions import Setting
from questionnaires.model import Questionnaire
from survey_app import responses, waves
from survey_app.answer.places import setting_of, setting_of_case
from survey_app.answer.rotation import ORDERS
from survey_app.casework import cases, holders, persons
from survey_app.clock import local_day
from survey_app.instruments.read_once import instrument_of
from survey_app.journal.content import Attempt, Content, Interview
from survey_app.models import Case, Device, InstrumentVersion, Wave
from survey_app.proofs import visits
from survey_app.unit_changes import days

CLOCK_FAULT = timedelta(minutes=10)
FARTHEST = timedelta(minutes=10_000_000)  # `paradata` keeps no more.


class Where(TypedDict):
    """Where something was answered, by the names of a response's columns."""

    unit_id: int
    point_id: int | None
    case_id: int | None
    mode: str
    language: str


@dataclass(frozen=True)
class Arrival:
    """When something came, and by how much the device's clock was ahead of ours then."""

    at: datetime
    ahead: timedelta = timedelta()

    def corrected(self, told: datetime, device: Device) -> datetime:
        """An instant of the device's clock by ours: not before the device was enrolled, and not to come."""
        first = device.enrolled_at or self.at
        if told.year in (1, 9999):  # Where the calendar ends nothing can be added.
            return first if told < first else self.at
        return min(max(told - self.ahead, first), self.at)


@dataclass(frozen=True)
class Intake:
    """For the entries of one device in one transaction."""

    session: Session
    token_key: str
    device: Device
    cases: dict[int, Case]  # Those that the entries name, locked (`lock_cases`).
    replaced: set[int]
    households: Collection[int]  # Waves in which the draw says whom of a household to ask.
    held: Collection[int]  # Cases that are or once were this officer's, or that a manager believes to have been.

    def take(self, content: Content, arrival: Arrival) -> str:
        """The reason why it waits; empty where it was taken."""
        if self.device.kind == "kiosk":
            return self._kiosk(content, arrival)
        case = self.cases.get(content.case or 0)
        if case is None or case.officer_id is None:
            return "unknown_case"
        if self.device.officer_id in holders.of_the_other(self.session, case):
            return "same_officer"  # Whatever a manager believes: nobody checks the own first interview.
        if case.id not in self.held:
            return "other_officer"
        if isinstance(content, Attempt):
            return self._attempt(content, case, arrival)
        return self._interview(content, case, arrival)

    def _attempt(self, said: Attempt, case: Case, arrival: Arrival) -> str:
        """Its day may be another than that on which it was noted; the clock was wrong for both alike."""
        noted = arrival.corrected(said.at, self.device)
        day = min(local_day(noted) - (local_day(said.at) - said.day), local_day(arrival.at))
        cases.note_attempt(self.session, case, said.outcome, day, said.part, said.channel)
        return ""

    def _interview(self, said: Interview, case: Case, arrival: Arrival) -> str:
        if said.wave != case.wave.slug or said.mode not in ("tablet", "phone"):
            return "unknown_case"
        if case.id in self.replaced:
            return "case_taken"
        where = Where(unit_id=case.unit_id, point_id=None, case_id=case.id, mode=said.mode, language=said.language)
        reason = self._count(said, case) if case.wave_id in self.households else ""
        reason = reason or self._keep(said, case.wave, setting_of_case(case, said.mode), arrival, where)
        if not reason:
            case.disposition = "complete"
        return reason

    def _count(self, said: Interview, case: Case) -> str:
        """What was counted first stays, also where the answers then wait: whoever could count again could choose. One
        correction that names what was counted first is believed; the response then says both.
        """
        kept, first = persons.counted(self.session, case), said.first_count or said.eligible
        if kept is not None and said.eligible in (None, kept):
            return ""
        if said.eligible is None or first is None:
            return "no_count"
        if kept not in (None, first):
            return "other_count"
        try:
            if kept is None:
                persons.count(self.session, case, first)
            if said.eligible != first:
                persons.correct(self.session, case, first, said.eligible)
        except ValueError:
            return "case_taken"
        return ""

    def _kiosk(self, said: Content, arrival: Arrival) -> str:
        point = self.device.point
        if not isinstance(said, Interview) or point is None or said.case is not None or said.point != point.code:
            return "unknown_case"
        where = Where(unit_id=point.unit_id, point_id=point.id, case_id=None, mode=point.mode, language=said.language)
        return self._keep(said, point.wave, setting_of(point), arrival, where)

    def _keep(self, said: Interview, wave: Wave, setting: Setting, arrival: Arrival, where: Where) -> str:
        if said.version != wave.instrument_version.content_hash:
            return "unknown_version"
        instrument = instrument_of(wave.instrument_version)
        answers = check(instrument, said.answers, setting=setting).answers
        if answers is None:
            return "bad_answers"
        finished = arrival.corrected(said.finished, self.device)
        begun = min(arrival.corrected(said.begun, self.device), finished)
        where["mode"] = self._mode(said, where["mode"], begun, finished)
        if place := self.cases.get(where["case_id"] or 0) or self.device.point:
            where["unit_id"] = days.unit_of(self.session, place, local_day(finished))
        try:
            responses.store(
                self.session.connection(),
                token_key=self.token_key,
                response_id=said.id,
                wave=wave,
                answers=answers,
                begun=begun,
                sent=arrival.at,
                day=local_day(finished),
                state=waves.state_of_offline_response(wave, begun, arrival.at),
                paradata=self._paradata(said, finished) | self._marks(said, answers),
                item_order=_order(said, instrument),
                **where,
            )
        except responses.CaseTaken:
            return "case_taken"
        except responses.ResponseConflictError:
            return "conflict"
        return ""

    def _paradata(self, said: Interview, finished: datetime) -> dict[str, Any]:
        moved = said.finished - finished
        minutes = round(min(max(moved, -FARTHEST), FARTHEST).total_seconds() / 60)
        wrong = {"clock": minutes} if abs(moved) > CLOCK_FAULT else {}
        told = said.paradata if isinstance(said.paradata, dict) else {}
        return told | {"officer": self.device.officer_id, "device": self.device.code} | wrong

    def _marks(self, said: Interview, answers: Answers) -> dict[str, Any]:
        case = self.cases.get(said.case or 0)
        marks: dict[str, Any] = {"other_type": True} if case and persons.other_type(case, answers) else {}
        corrected = said.first_count not in (None, said.eligible)
        return marks | ({"first_count": said.first_count} if corrected else {})

    def _mode(self, said: Interview, mode: str, begun: datetime, finished: datetime) -> str:
        """A visit code that is good raises a kiosk's answer to a proven visit; any other costs nothing."""
        if not said.proof or self.device.point is None:
            return mode
        try:
            key = visits.point_key(self.token_key, self.device.point.code)
            visit = visits.read(key, said.proof, finished)
        except visits.BadVisit:
            return mode
        proven = visit.is_fresh(begun) and visits.spend(self.session, self.device.point, visit)
        return visits.MODE if proven else mode


def _order(said: Interview, instrument: Questionnaire) -> int | None:
    rotates = any(factor.rotate for factor in instrument.factors)
    return said.item_order if rotates and said.item_order is not None and 0 <= said.item_order < ORDERS else None


def lock_cases(session: Session, contents: Iterable[Content | None]) -> dict[int, Case]:
    """The cases that entries name, with what taking them needs."""
    ids = {content.case for content in contents if content is not None and content.case is not None}
    if not ids:
        return {}
    loaded = joinedload(Case.wave).joinedload(Wave.instrument_version).defer(InstrumentVersion.content)
    return {case.id: case for case in cases.lock(session, ids, loaded, joinedload(Case.unit))}
