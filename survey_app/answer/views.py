"""The citizen's requests: find the point, draw or check the form, keep the answers, say thanks."""

import time
from collections.abc import Sequence
from urllib.parse import quote
from uuid import uuid4

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import InternalServerError, ServiceUnavailable

from questionnaires.answers import Answers
from questionnaires.checking import AnswerFault, check
from questionnaires.model import LANGUAGES
from survey_app import access, clock, database, errors, languages, points, responses, tokens
from survey_app.answer import assets, blank, compression, lookup, submission
from survey_app.answer.pages import form_page
from survey_app.answer.places import address, is_shared, place_of, why_closed
from survey_app.answer.submission import Submission
from survey_app.models import CollectionPoint
from survey_app.models.points import STAFF_MODES
from survey_app.tokens import BadToken, Token

SECONDS_OF_THANKS = 20  # Then a kiosk shows the form to the next person.
blueprint = Blueprint("answer", __name__, template_folder="templates")
blueprint.after_request(compression.compress)
blueprint.add_app_template_global(assets.address, "citizen_asset")

blueprint.record_once(lambda state: state.app.extensions.update(recent_points=lookup.Recent()))


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """For those who type the code of a sheet instead of scanning it."""
    code = points.normal_code(request.args.get("code", ""))
    if code:
        return redirect(url_for(".show", code=code[:40], lang=languages.current()), 303)
    return render_template("answer/start.html")


@blueprint.get("/p/<code>")
def show(code: str) -> ResponseReturnValue:
    found = _find(code)
    if found is None:
        return _unknown(code)
    point, instrument = found
    if _is_for_staff_only(point):
        return _staff_only(point)
    closed = why_closed(point, clock.now())
    if closed is not None:
        return _closed(point, closed)
    page = blank.blank_page(place_of(point, languages.choose()), instrument)
    return _kept_for_back(blank.respond(page, _new_token(point)), is_shared(point))


@blueprint.post("/p/<code>")
def send(code: str) -> ResponseReturnValue:
    sent = submission.read(request)
    found = _find(code)
    if found is None:
        return _unknown(code)
    if _is_for_staff_only(found[0]):
        return _staff_only(found[0])
    if sent.switch_to in LANGUAGES:
        return _in_other_language(found, sent)
    try:
        token = _token(found[0], sent)
    except BadToken:
        return _without_good_token(found, sent)
    checked = check(found[1], sent.answers, sent.drop_not_asked)
    if checked.answers is None:
        return _again(found, sent, sent.token, checked.faults), 422
    return _keep(found[0], token, checked.answers)


@blueprint.get("/p/<code>/thanks")
def thanks(code: str) -> ResponseReturnValue:
    """Says what was kept; the address is signed, so that nobody can send round false thanks."""
    try:
        signed = tokens.unsign(_key(), "thanks", request.args.get("r", ""))
    except BadToken:
        return _unknown(code)
    receipt, state, simulated, mode = signed.split(".")
    own_code = points.normal_code(code)
    shown = {"receipt": receipt, "state": state, "mode": mode, "simulated": simulated == "simulated"}
    page = render_template("answer/thanks.html", **shown, code=own_code, seconds=SECONDS_OF_THANKS)
    return page, {"Refresh": f"{SECONDS_OF_THANKS}; url=/p/{quote(own_code)}"} if mode == "kiosk" else {}


@blueprint.get("/asset/<name>")
def asset(name: str) -> ResponseReturnValue:
    return assets.respond(name)


def _key() -> str:
    return str(current_app.config["SETTINGS"].token_key)


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(TimeoutError)
def database_away(_error: Exception) -> ResponseReturnValue:
    """A database that is down, full or locked."""
    if request.method != "POST":
        return errors.show(ServiceUnavailable(retry_after=30))
    return _give_back(), 503, {"Retry-After": "30"}


@blueprint.errorhandler(InternalServerError)
def fault_of_ours(error: InternalServerError) -> ResponseReturnValue:
    return (_give_back(), 500) if request.method == "POST" else errors.show(error)


def _give_back() -> str:
    """The answers on a page, with a button that sends them again: what was typed outlives our troubles."""
    fields = [tuple(map(submission.showable, field)) for field in submission.read(request).as_fields()]
    return render_template("answer/kept.html", fields=fields)


def _find(code: str) -> lookup.Found | None:
    recent: lookup.Recent = current_app.extensions["recent_points"]
    # A test sees at once what it has just changed.
    found = None if current_app.testing else recent.get(code, time.monotonic())
    if found is None:
        # Not the session's: on SQLite nobody waits for us while answers are checked.
        with database.looking() as connection:
            found = recent.keep(lookup.find(connection, code), time.monotonic())
    return found


def _new_token(point: CollectionPoint) -> str:
    version = point.wave.instrument_version.content_hash
    return tokens.issue(_key(), point_code=point.code, version_hash=version, response_id=uuid4(), at=clock.now())


def _token(point: CollectionPoint, sent: Submission) -> Token:
    """The token of the form that was sent; raises BadToken also for that of another point or version."""
    token = tokens.read(_key(), sent.token)
    if token.point_code != point.code or not token.is_of_version(point.wave.instrument_version.content_hash):
        raise BadToken
    return token


def _again(
    found: lookup.Found, sent: Submission, token: str, faults: Sequence[AnswerFault] = (), alert: str = ""
) -> str:
    typed = {name: [submission.showable(value) for value in values] for name, values in sent.answers.items()}
    return form_page(place_of(found[0], languages.current()), found[1], token, typed, faults, alert)


def _in_other_language(found: lookup.Found, sent: Submission) -> ResponseReturnValue:
    with force_locale(sent.switch_to):
        return _again(found, sent, sent.token)


def _without_good_token(found: lookup.Found, sent: Submission) -> ResponseReturnValue:
    """Nothing is kept; the page comes back with all that was typed and a token of its own."""
    closed = why_closed(found[0], clock.now())
    if closed is not None:
        return _closed(found[0], closed)
    alert = gettext("Nothing was sent: the mark of this form is missing, damaged or belongs to another form.")
    return _again(found, sent, _new_token(found[0]), alert=str(alert)), 400


def _keep(point: CollectionPoint, token: Token, answers: Answers) -> ResponseReturnValue:
    session = database.session()
    session.rollback()  # Where staff type in paper forms, their account was read.
    database.writing_once(session)  # `store` is one statement, whoever comes at once.
    try:
        stored = responses.store(
            session,
            token_key=_key(),
            response_id=token.response_id,
            wave=point.wave,
            unit_id=point.unit_id,
            point_id=point.id,
            case_id=None,
            mode=point.mode,
            language=languages.choose(),
            answers=answers,
            begun=token.at,
            sent=clock.now(),
        )
    except responses.ResponseConflictError:
        session.commit()  # The conflict is kept for a person to see.
        return render_template("answer/conflict.html", simulated=point.wave.simulated), 409
    session.commit()
    kind = "simulated" if point.wave.simulated else "real"
    signed = tokens.sign(_key(), "thanks", f"{stored.receipt}.{stored.state}.{kind}.{point.mode}")
    return redirect(f"/p/{point.code}/thanks?r={signed}&lang={languages.choose()}", 303)


def _closed(point: CollectionPoint, why: str) -> ResponseReturnValue:
    place = place_of(point, languages.current())
    page = render_template("answer/closed.html", place=place, opens_on=point.wave.opens_on, why=why)
    return page, 403 if why == "not_yet" else 410


def _is_for_staff_only(point: CollectionPoint) -> bool:
    # Only there is an account looked up: citizens' requests need none.
    return point.mode in STAFF_MODES and not access.has_role("officer", "manager")


def _staff_only(point: CollectionPoint) -> ResponseReturnValue:
    place, back = place_of(point, languages.current()), address(point.code, languages.current())
    sign_in = url_for("security.login", next=back, lang=languages.current())
    return render_template("answer/staff_only.html", place=place, sign_in=sign_in), 403


def _unknown(code: str) -> ResponseReturnValue:
    return render_template("answer/start.html", unknown=submission.showable(code)[:40]), 404


def _kept_for_back(response: Response, shared: bool) -> Response:
    # Back must bring the same form with the same token, so that it counts once; to the next person it brings a new one.
    response.headers["Cache-Control"] = "no-store" if shared else "private, no-cache"
    return response
