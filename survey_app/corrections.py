"""Changes by a manager in responses that staff entered: voided, restored, corrected, each with who, when and why.

A citizen's own answers are changed by nobody; taking them back is left to `privacy.withdrawals`. What a response said
before stays in its change. A wave is frozen when a release made after its end was approved: then nothing changes any
more, unless the wave is opened again with a reason.
"""

from datetime import datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from questionnaires.answers import NOT_ASKED, Answers
from questionnaires.conditions import Setting
from questionnaires.model import Questionnaire
from survey_app import points, responses
from survey_app.answer.places import setting_of, setting_of_case
from survey_app.casework import cases
from survey_app.clock import LOCAL
from survey_app.comments import coding
from survey_app.instruments.read_once import instrument_of
from survey_app.models import (
    Case,
    CollectionPoint,
    InstrumentVersion,
    Publication,
    Response,
    ResponseChange,
    User,
    Wave,
)
from survey_app.models.responses import OFFICER_MODES
from survey_app.paper import sheets
from survey_app.paper.codes import SERIAL_LENGTH
from survey_app.reasons import given
from survey_app.wave_life import By

ENTERED_BY_STAFF = (*OFFICER_MODES, "paper_self")
APPROVED = ("approved", "shown", "published", "replaced")


def frozen(session: Session, wave: Wave) -> Publication | None:
    """The approved release whose figures hold; None while responses may still be corrected."""
    end = wave.closed_at or datetime.combine(wave.closes_on + timedelta(days=1), time.min, LOCAL)
    approved = Publication.state.in_(APPROVED) & (Publication.frozen_at >= end)
    query = sa.select(Publication).where(Publication.survey_id == wave.survey_id, approved)
    return session.scalar(query.order_by(Publication.number).limit(1))


def find(session: Session, token_key: str, wave: Wave, typed: str) -> Response | None:
    """By the number of a case, the serial of a paper form or the code of a receipt."""
    entered = sa.select(Response).where(Response.wave_id == wave.id, Response.mode.in_(ENTERED_BY_STAFF))
    code = points.normal_code(typed)
    if code.isascii() and code.isdigit() and len(code) < SERIAL_LENGTH:
        return session.scalar(entered.join(Case).where(Case.number == int(code)))
    if len(code) == SERIAL_LENGTH:
        return session.scalar(entered.where(Response.id == sheets.response_id(token_key, wave.id, code)))
    return _by_receipt(session, token_key, wave, code)


def _by_receipt(session: Session, token_key: str, wave: Wave, code: str) -> Response | None:
    """A receipt is made of id and content, so those of the wave are compared; of corrected ones the first."""
    mine = (Response.wave_id == wave.id) & Response.mode.in_(ENTERED_BY_STAFF)
    now = sa.select(Response.id, Response.content_hash).where(mine)
    before = sa.select(Response.id, ResponseChange.content_hash).join(Response).where(mine)
    is_it = responses.has_receipt(token_key, code)
    found = session.execute(now.union(before))
    return next((session.get(Response, one) for one, content_hash in found if is_it(one, content_hash)), None)


def entered(session: Session, response_id: UUID) -> Response | None:
    """The response, if staff entered it."""
    return session.scalar(sa.select(Response).where(Response.id == response_id, Response.mode.in_(ENTERED_BY_STAFF)))


def changes(session: Session, response: Response) -> list[tuple[ResponseChange, str]]:
    """In order, each with the name of who did it."""
    return _named(session, ResponseChange.response_id == response.id)


def changes_of(wave: Wave) -> sa.Select[ResponseChange, User]:
    """Of all responses of the wave, in no order, each with who did it."""
    query = sa.select(ResponseChange, User).join(User, ResponseChange.by_id == User.id)
    return query.join(Response, ResponseChange.response_id == Response.id).where(Response.wave_id == wave.id)


def _named(session: Session, which: sa.ColumnElement[bool]) -> list[tuple[ResponseChange, str]]:
    query = sa.select(ResponseChange, User).join(User, ResponseChange.by_id == User.id).where(which)
    found = session.execute(query.order_by(ResponseChange.at, ResponseChange.id))
    return [(change, user.name or user.email) for change, user in found]


def void(session: Session, response: Response, by: By, reason: str) -> None:
    """The response enters no figure any more; its case ends without an answer. Raises ValueError with what to do."""
    locked = _changeable(session, response, by)
    if locked.void:
        raise ValueError(_("This response is void already."))
    _record(session, locked, "voided", by, given(reason))
    locked.void = True
    if case := _case(session, locked):
        case.disposition = "other"
    session.flush()


def restore(session: Session, response: Response, by: By, reason: str) -> None:
    """The opposite, unless a reserve stands in for the case by now. Raises ValueError with what to do."""
    locked = _changeable(session, response, by)
    case = _case(session, locked)
    if not locked.void:
        raise ValueError(_("This response is not void."))
    if case and cases.is_replaced(session, case):
        raise ValueError(_("A reserve has taken the place of this case: its answers count instead."))
    _record(session, locked, "restored", by, given(reason))
    locked.void = False
    if case:
        case.disposition = "complete"
    session.flush()


def correct(session: Session, response: Response, answers: Answers, by: By, reason: str) -> None:
    """Other answers in place of those that were entered wrongly. Raises ValueError with what to do."""
    locked = _changeable(session, response, by)
    check_correctable(session, locked)
    if answers.content_hash() == locked.content_hash:
        raise ValueError(_("Nothing was changed: the answers are those that are kept."))
    _record(session, locked, "corrected", by, given(reason))
    before = Answers.from_json(locked.answers).values
    coding.let_go(session, locked.id, (code for code in before if before[code] != answers.values.get(code)))
    locked.answers, locked.content_hash = answers.canonical_json(), answers.content_hash()
    if locked.case_id:
        version = session.get_one(InstrumentVersion, locked.instrument_version_id)
        locked.completeness = responses.completeness(answers, instrument_of(version))
    session.flush()


def check_correctable(session: Session, response: Response) -> None:
    """Where the answers can no longer be corrected, nobody needs to see them. Raises ValueError with what to do."""
    _check_not_frozen(session, response)
    if response.void:
        raise ValueError(_("A void response is not corrected: restore it first."))


def setting(session: Session, response: Response, instrument: Questionnaire) -> Setting:
    """What was asked where the response was given; whether the short variant was used, its own answers tell."""
    point = session.get(CollectionPoint, response.point_id) if response.point_id else None
    case = _case(session, response)
    where = setting_of(point) if point else setting_of_case(case, response.mode) if case else Setting()
    states = Answers.from_json(response.answers).states
    left_out = [question.code for question in instrument.questions() if question.full_only]
    short = bool(left_out) and all(states.get(code) == NOT_ASKED for code in left_out)
    return Setting(where.kind, response.mode, where.unit_type, "short" if short else "full")


def _case(session: Session, response: Response) -> Case | None:
    return session.get(Case, response.case_id) if response.case_id else None


def _changeable(session: Session, response: Response, by: By) -> Response:
    """The response, held until the end of the transaction. Raises ValueError where nobody may change it."""
    if response.mode not in ENTERED_BY_STAFF:
        raise ValueError(_("A citizen's own answers are changed by nobody."))
    if by.account_id is None:
        raise ValueError(_("A change needs a person who answers for it."))
    _check_not_frozen(session, response)
    if response.case_id:  # First the case, as whoever keeps an answer does.
        cases.lock(session, [response.case_id])
    query = sa.select(Response).where(Response.id == response.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _check_not_frozen(session: Session, response: Response) -> None:
    if frozen(session, session.get_one(Wave, response.wave_id)):
        raise ValueError(_("The figures of this wave are approved: open the wave again, with a reason, to change it."))


def _record(session: Session, response: Response, kind: str, by: By, reason: str) -> None:
    earlier = sa.select(sa.func.count()).where(ResponseChange.response_id == response.id)
    session.add(
        ResponseChange(
            response_id=response.id,
            number=(session.scalar(earlier) or 0) + 1,
            kind=kind,
            reason=reason,
            by_id=by.account_id,
            at=by.at,
            content_hash=response.content_hash,
            answers=response.answers,
        )
    )
