"""The interview of a case: the citizen's form filled in with an officer, face to face or by telephone, kept once."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import OperationalError, TimeoutError

from questionnaires.answers import Answers
from questionnaires.checking import check
from questionnaires.model import LANGUAGES
from survey_app import clock, database, responses, waves, words
from survey_app.answer import submission
from survey_app.answer.pages import form_page
from survey_app.answer.paging import layout
from survey_app.answer.places import place_of_case, setting_of_case
from survey_app.answer.rotation import order_in, order_of
from survey_app.answer.submission import Submission
from survey_app.answer.turning import Turn, turn
from survey_app.casework import cases, persons
from survey_app.clock import local_day
from survey_app.field import blueprint
from survey_app.field.cases import find_or_404
from survey_app.instruments.read_once import instrument_of
from survey_app.models import Case
from survey_app.proofs import tokens
from survey_app.proofs.tokens import BadToken, Token
from survey_app.unit_changes import days
from survey_app.web import access, errors, languages

OTHER_TYPE = "_other_type"  # Which respondent type the officer has confirmed, where the draw chose another one.
FACE_TO_FACE, BY_TELEPHONE = "tablet", "phone"
# Back brings the same page with the same token, so that it counts once.
KEPT_FOR_BACK = {"Cache-Control": "private, no-cache"}


@blueprint.get("/cases/<int:case_id>/answer")
def interview(case_id: int) -> ResponseReturnValue:
    case, session = find_or_404(case_id), database.session()
    closed = cases.is_answered(session, case) or _hindrance(case)
    if case.disposition == "complete" or closed or waves.state(case.wave, clock.now()) != "open":
        return redirect(url_for("field.show_case", case_id=case.id))
    return _page(case, Submission(_new_token(case), {}), Turn(1), begun=False), 200, KEPT_FOR_BACK


@blueprint.post("/cases/<int:case_id>/answer")
def keep(case_id: int) -> ResponseReturnValue:
    case, sent = find_or_404(case_id), _read()
    if sent.stays:
        return _page(case, sent, Turn(sent.page)), 200, KEPT_FOR_BACK
    try:
        token = _token(case, sent.token)
    except BadToken:
        return _without_good_token(case, sent)
    instrument, setting = instrument_of(case.wave.instrument_version), setting_of_case(case, _mode())
    checked = check(instrument, sent.answers, sent.drop_not_asked, setting)
    if sent.go is None and checked.answers is not None:
        return _keep(case, sent, token, checked.answers)
    turned = turn(layout(instrument, setting), sent, checked)
    return _page(case, sent, turned), 422 if turned.faults else 200, KEPT_FOR_BACK


@blueprint.get("/cases/<int:case_id>/receipt")
def receipt(case_id: int) -> ResponseReturnValue:
    case = find_or_404(case_id)
    try:
        code, state = tokens.unsign(_key(), "receipt", request.args.get("r", "")).split(".")
    except BadToken:
        return redirect(url_for("field.show_case", case_id=case.id))
    following = cases.next_to_visit(database.session(), current_user.id, case)
    shown = {"case": case, "receipt": code, "state": state, "following": following}
    return render_template("field/receipt.html", **shown, simulated=case.wave.simulated)


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(TimeoutError)
def database_away(_error: Exception) -> ResponseReturnValue:
    """The answers come back on the page: what was typed outlives a database that is down, full or locked."""
    fields = [(name, submission.showable(value)) for name, value in request.form.items(multi=True)]
    return render_template("answer/kept.html", fields=fields), 503, {"Retry-After": "30"}


@blueprint.errorhandler(CSRFError)
def without_session(error: CSRFError) -> ResponseReturnValue:
    """The session ended during the interview, or is another one: nothing is kept and nothing is lost."""
    case_id = (request.view_args or {}).get("case_id", 0)
    if request.endpoint != "field.keep":
        return errors.show(error)
    case = cases.find_case(database.session(), current_user.id, case_id) if access.has_role("officer") else None
    if case is None:
        return give_back(case_id), 400
    alert = _("Nothing was sent: you were signed out in between.")
    sent = _read()
    return _page(case, sent, Turn(sent.page), str(alert)), 400


def give_back(case_id: int) -> str:
    """All answers on a page that waits until the officer has signed in beside it; sent again, the form is filled."""
    fields = [(name, submission.showable(value)) for name, value in _read().as_fields()]
    language = languages.current()
    sign_in = url_for("security.login", next=url_for("field.show_case", case_id=case_id), lang=language)
    action = url_for("field.keep", case_id=case_id, lang=language, by=request.args.get("by"))
    return render_template("field/kept.html", fields=fields, action=action, sign_in=sign_in)


def _key() -> str:
    return str(current_app.config["SETTINGS"].token_key)


def _mode() -> str:
    """As the officer chose before the form was opened; the address of the form carries it."""
    return BY_TELEPHONE if request.args.get("by") == BY_TELEPHONE else FACE_TO_FACE


def _read() -> Submission:
    sent = submission.read(request)
    answers = {name: values for name, values in sent.answers.items() if name not in ("csrf_token", OTHER_TYPE)}
    return replace(sent, answers=answers)


def _name(case: Case) -> str:
    """What stands in the token in place of a point's code."""
    return f"case-{case.id}"


def _new_token(case: Case) -> str:
    version = case.wave.instrument_version.content_hash
    return tokens.issue(_key(), point_code=_name(case), version_hash=version, response_id=uuid4(), at=clock.now())


def _token(case: Case, text: str) -> Token:
    """The token of this case's form; raises BadToken also for that of another case or version."""
    token = tokens.read(_key(), text)
    if token.point_code != _name(case) or not token.is_of_version(case.wave.instrument_version.content_hash):
        raise BadToken
    return token


def _page(case: Case, sent: Submission, turned: Turn, alert: str = "", begun: bool = True, confirms: str = "") -> str:
    language = sent.switch_to if sent.switch_to in LANGUAGES else languages.current()
    large = languages.large() if sent.large is None else sent.large
    instrument, mode = instrument_of(case.wave.instrument_version), _mode()
    by = mode if mode == BY_TELEPHONE else None
    with force_locale(language):
        action = url_for("field.keep", case_id=case.id, lang=language, large="1" if large else None, by=by)
        return form_page(
            place_of_case(case, language, action, mode, large),
            instrument,
            sent.token,
            sent.typed() if begun else None,
            turned.faults,
            alert,
            {"csrf_token": generate_csrf()} | ({OTHER_TYPE: confirms} if confirms else {}),
            turned.page,
            order_in(_key(), sent.token, instrument, mode),
        )


def _without_good_token(case: Case, sent: Submission) -> ResponseReturnValue:
    """Nothing is kept; the page comes back with all that was typed and, where one may begin, a token of its own."""
    if hindrance := _hindrance(case):
        return _page(case, sent, Turn(sent.page), hindrance), 409
    alert = _("Nothing was sent: the mark of this form is missing, damaged or belongs to another form.")
    return _page(case, replace(sent, token=_new_token(case)), Turn(sent.page), str(alert)), 400


def _hindrance(case: Case) -> str:
    """Why no interview of the case is kept, whenever its form was opened; empty where one is."""
    if case.officer_id is None or cases.is_replaced(database.session(), case):
        return str(_("Nothing was sent: another case has taken the place of this one, and its answers count instead."))
    if persons.must_be_counted(database.session(), case):
        return str(_("Nothing was sent: first count the grown-ups of this household, on the page of the case."))
    return ""


def _ask_about_type(case: Case, said: str) -> str:
    drawn = words.RESPONDENT_TYPES.get(str(case.respondent_type), case.respondent_type)
    question = _(
        "Not sent yet. The draw chose: %(drawn)s. This form says: %(said)s. If that is really who answered, send once "
        "more: the response keeps a mark of it. Else correct the answer.",
        drawn=drawn,
        said=words.RESPONDENT_TYPES.get(said, said),
    )
    return str(question)


def _keep(case: Case, sent: Submission, token: Token, answers: Answers) -> ResponseReturnValue:
    session, now, mode = database.session(), clock.now(), _mode()
    cases.lock(session, [case.id])
    if hindrance := _hindrance(case):
        return _page(case, sent, Turn(sent.page), hindrance), 409
    other = persons.other_type(case, answers)
    if other and request.form.get(OTHER_TYPE) != other:
        return _page(case, sent, Turn(sent.page), _ask_about_type(case, other), confirms=other), 422
    spent: dict[str, Any] = {"officer": current_user.id, "whole": int((now - token.at).total_seconds())}
    try:
        stored = responses.store(
            session.connection(),
            token_key=_key(),
            response_id=token.response_id,
            wave=case.wave,
            unit_id=days.unit_of(session, case, local_day(now)),
            point_id=None,
            case_id=case.id,
            mode=mode,
            language=languages.current(),
            answers=answers,
            item_order=order_of(instrument_of(case.wave.instrument_version), mode, token.response_id),
            begun=token.at,
            sent=now,
            paradata=spent | ({"other_type": True} if other else {}),
        )
    except (responses.ResponseConflictError, responses.CaseTaken):
        session.commit()  # A conflict is kept for a person to see.
        return render_template("field/taken.html", case=case, simulated=case.wave.simulated), 409
    case.disposition = "complete"
    session.commit()
    signed = tokens.sign(_key(), "receipt", f"{stored.receipt}.{stored.state}")
    return redirect(url_for("field.receipt", case_id=case.id, r=signed), 303)
