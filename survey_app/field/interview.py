"""The interview of a case: the citizen's form filled in with an officer, mode `tablet`, kept once."""

from collections.abc import Sequence
from uuid import uuid4

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import OperationalError, TimeoutError

from questionnaires.answers import Answers
from questionnaires.checking import AnswerFault, check
from questionnaires.model import LANGUAGES
from survey_app import access, cases, clock, database, errors, languages, responses, tokens, waves
from survey_app.answer import submission
from survey_app.answer.pages import form_page
from survey_app.answer.places import instrument_of, place_in
from survey_app.answer.submission import Submission
from survey_app.field import blueprint
from survey_app.field.cases import find_or_404
from survey_app.models import Case
from survey_app.tokens import BadToken, Token

MODE = "tablet"


@blueprint.get("/cases/<int:case_id>/answer")
def interview(case_id: int) -> ResponseReturnValue:
    case = find_or_404(case_id)
    if case.disposition == "complete" or waves.state(case.wave, clock.now()) != "open":
        return redirect(url_for("field.show_case", case_id=case.id))
    page = _page(case, languages.current(), Submission(_new_token(case), {}, "", False))
    return page, 200, {"Cache-Control": "private, no-cache"}  # Back brings the same token, so that it counts once.


@blueprint.post("/cases/<int:case_id>/answer")
def keep(case_id: int) -> ResponseReturnValue:
    case, sent = find_or_404(case_id), _read()
    if sent.switch_to in LANGUAGES:
        with force_locale(sent.switch_to):
            return _page(case, sent.switch_to, sent)
    try:
        token = _token(case, sent.token)
    except BadToken:
        return _without_good_token(case, sent)
    checked = check(instrument_of(case.wave.instrument_version), sent.answers, sent.drop_not_asked)
    if checked.answers is None:
        return _page(case, languages.current(), sent, checked.faults), 422
    return _keep(case, token, checked.answers)


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
    return _page(case, languages.current(), _read(), alert=str(alert)), 400


def give_back(case_id: int) -> str:
    """All answers on a page that waits until the officer has signed in beside it; sent again, the form is filled."""
    fields = [(name, submission.showable(value)) for name, value in _read().as_fields()]
    language = languages.current()
    sign_in = url_for("security.login", next=url_for("field.show_case", case_id=case_id), lang=language)
    action = url_for("field.keep", case_id=case_id, lang=language)
    return render_template("field/kept.html", fields=fields, action=action, sign_in=sign_in)


def _key() -> str:
    return str(current_app.config["SETTINGS"].token_key)


def _read() -> Submission:
    sent = submission.read(request)
    answers = {name: values for name, values in sent.answers.items() if name != "csrf_token"}
    return Submission(sent.token, answers, sent.switch_to, sent.drop_not_asked)


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


def _page(case: Case, language: str, sent: Submission, faults: Sequence[AnswerFault] = (), alert: str = "") -> str:
    typed = {name: [submission.showable(value) for value in values] for name, values in sent.answers.items()}
    action = url_for("field.keep", case_id=case.id, lang=language)
    office = _("Case %(number)d, %(unit)s, %(psu)s", number=case.number, unit=case.unit.full_name, psu=case.psu)
    place = place_in(case.wave, language, action, str(office))
    instrument = instrument_of(case.wave.instrument_version)
    return form_page(place, instrument, sent.token, typed, faults, alert, {"csrf_token": generate_csrf()})


def _without_good_token(case: Case, sent: Submission) -> ResponseReturnValue:
    """Nothing is kept; the page comes back with all that was typed and a token of its own."""
    alert = _("Nothing was sent: the mark of this form is missing, damaged or belongs to another form.")
    renewed = Submission(_new_token(case), sent.answers, "", sent.drop_not_asked)
    return _page(case, languages.current(), renewed, alert=str(alert)), 400


def _keep(case: Case, token: Token, answers: Answers) -> ResponseReturnValue:
    session = database.session()
    try:
        stored = responses.store(
            session,
            token_key=_key(),
            response_id=token.response_id,
            wave=case.wave,
            unit_id=case.unit_id,
            point_id=None,
            case_id=case.id,
            mode=MODE,
            language=languages.current(),
            answers=answers,
            begun=token.at,
            sent=clock.now(),
        )
    except (responses.ResponseConflictError, responses.CaseTaken):
        session.commit()  # A conflict is kept for a person to see.
        return render_template("field/taken.html", case=case, simulated=case.wave.simulated), 409
    case.disposition = "complete"
    session.commit()
    signed = tokens.sign(_key(), "receipt", f"{stored.receipt}.{stored.state}")
    return redirect(url_for("field.receipt", case_id=case.id, r=signed), 303)
