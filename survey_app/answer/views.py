"""The citizen's requests: find the point, draw or check the form, keep the answers, say thanks."""

import time
from dataclasses import replace
from math import ceil
from urllib.parse import quote
from uuid import UUID, uuid4

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import InternalServerError, ServiceUnavailable

from questionnaires.answers import Answers
from questionnaires.checking import check
from questionnaires.model import LANGUAGES
from survey_app import clock, database, points, responses
from survey_app.answer import assets, blank, compression, lookup, proofs, recordings, submission
from survey_app.answer.flood import Flood
from survey_app.answer.pages import form_page, iso_day
from survey_app.answer.paging import layout
from survey_app.answer.places import address, is_shared, place_of, setting_of, why_closed
from survey_app.answer.rotation import order_in, order_of
from survey_app.answer.submission import Submission
from survey_app.answer.turning import Turn, turn
from survey_app.models import CollectionPoint, Wave
from survey_app.models.points import STAFF_MODES
from survey_app.proofs import slips, tokens, visits
from survey_app.proofs import thanks as sealed_thanks
from survey_app.proofs.slips import BadSlip, SlipSpent, SlipVoid
from survey_app.proofs.thanks import Thanks
from survey_app.proofs.tokens import BadToken, Token
from survey_app.web import access, errors, languages, public_site

SECONDS_OF_THANKS = 20  # Then a kiosk shows the form to the next person.
blueprint = Blueprint("answer", __name__, template_folder="templates")
blueprint.after_request(compression.compress)
blueprint.add_app_template_global(assets.address, "citizen_asset")
blueprint.add_app_template_filter(iso_day, "iso_day")


@blueprint.record_once
def _remember(state: BlueprintSetupState) -> None:
    settings = state.app.config["SETTINGS"]
    flood = Flood(ceil(settings.forms_per_minute / settings.workers))
    state.app.extensions.update(recent_points=lookup.Recent(), flood=flood)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """For those who type the code of a sheet instead of scanning it."""
    code = points.normal_code(request.args.get("code", ""))
    if len(code) == points.CODE_LENGTH + visits.LENGTH:  # A point and a visit code, as receipts print them together.
        point, visit = code[: points.CODE_LENGTH], code[points.CODE_LENGTH :]
        return redirect(url_for(".open_by_visit", point=point, code=visit, lang=languages.current()), 303)
    if code:
        page = ".open_by_slip" if len(code) == slips.LENGTH else ".show"
        return redirect(url_for(page, code=code[:40], lang=languages.current()), 303)
    return render_template("answer/start.html", has_results=public_site.exists(current_app.config["SETTINGS"].public))


@blueprint.get("/p/<code>")
def show(code: str) -> ResponseReturnValue:
    found = find_point(code)
    if found is None:
        return unknown(code)
    if found[0].mode in STAFF_MODES:
        return _to_typing_pages(found[0])
    if proofs.is_needed(found[0]):
        return render_template("answer/start.html", slip=True, **marks(found[0].wave))
    return open_form(found)


def open_form(found: lookup.Found, code: str = "") -> ResponseReturnValue:
    """A fresh form of the point; `code`: the slip or visit code that opened it."""
    point, instrument = found
    closed = why_closed(point, clock.now())
    if closed is not None:
        return _closed(point, closed)
    response_id = uuid4()
    order = order_of(instrument, point.mode, response_id) or 0
    page = blank.blank_page(place_of(point, languages.choose(), languages.large()), instrument, order)
    return _kept_for_back(blank.respond(page, _new_token(point, response_id, code)), is_shared(point))


@blueprint.post("/p/<code>")
def send(code: str) -> ResponseReturnValue:
    sent = submission.read(request)
    found = find_point(code)
    if found is None:
        return unknown(code)
    if found[0].mode in STAFF_MODES:
        return _staff_only(found[0])
    if sent.stays:
        return _again(found, sent, Turn(sent.page))
    try:
        token = _token(found[0], sent)
    except BadToken:
        return _without_good_token(found, sent)
    setting = setting_of(found[0])
    checked = check(found[1], sent.answers, sent.drop_not_asked, setting)
    if sent.go is None and checked.answers is not None:
        if current_app.extensions["flood"].is_over(found[0], token, time.monotonic()):
            return _give_back(), 429, {"Retry-After": "60"}
        return _keep(found, token, checked.answers)
    return _again(found, sent, turn(layout(found[1], setting), sent, checked))


@blueprint.get("/p/<code>/thanks")
def thanks(code: str) -> ResponseReturnValue:
    """Says what was kept. The address is sealed: nobody can send round false thanks, or read a receipt in it later."""
    try:
        said, fresh = sealed_thanks.read(_key(), request.args.get("r", ""), clock.now())
    except BadToken:
        return unknown(code)
    own_code = points.normal_code(code)
    shown = {"said": said if fresh else None, "mode": said.mode, said.kind: True, "code": own_code}
    minutes = int(sealed_thanks.READABLE_FOR.total_seconds() // 60)
    page = render_template("answer/thanks.html", **shown, minutes=minutes, seconds=SECONDS_OF_THANKS)
    refresh = {"Refresh": f"{SECONDS_OF_THANKS}; url=/p/{quote(own_code)}"} if said.mode == "kiosk" else {}
    return page, {"Cache-Control": "no-store"} | refresh


@blueprint.get("/asset/<name>")
def asset(name: str) -> ResponseReturnValue:
    return assets.respond(name)


@blueprint.get("/audio/<name>")
def audio(name: str) -> ResponseReturnValue:
    return recordings.respond(name)


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


def marks(wave: Wave) -> dict[str, bool]:
    """What a page has to say of a wave that is not real."""
    return {"practice": wave.practice, "simulated": wave.simulated}


def find_point(code: str) -> lookup.Found | None:
    recent: lookup.Recent = current_app.extensions["recent_points"]
    # A test sees at once what it has just changed.
    found = None if current_app.testing else recent.get(code, time.monotonic())
    if found is None:
        # Not the session's: on SQLite nobody waits for us while answers are checked.
        with database.looking() as connection:
            found = recent.keep(lookup.find(connection, code), time.monotonic())
    return found


def _new_token(point: CollectionPoint, response_id: UUID, code: str = "") -> str:
    version, at = point.wave.instrument_version.content_hash, clock.now()
    return tokens.issue(_key(), point_code=point.code, version_hash=version, response_id=response_id, at=at, proof=code)


def _token(point: CollectionPoint, sent: Submission) -> Token:
    """The token of the form that was sent; raises BadToken also for that of another point or version."""
    token = tokens.read(_key(), sent.token)
    if token.point_code != point.code or not token.is_of_version(point.wave.instrument_version.content_hash):
        raise BadToken
    return token


def _again(found: lookup.Found, sent: Submission, turned: Turn, alert: str = "") -> ResponseReturnValue:
    """A page of the form with all that was typed; the browser keeps it for Back, unless it is shared."""
    language = sent.switch_to if sent.switch_to in LANGUAGES else languages.choose()
    large = languages.large() if sent.large is None else sent.large
    with force_locale(language):
        place = place_of(found[0], language, large)
        order = order_in(_key(), sent.token, found[1], found[0].mode)
        page = form_page(place, found[1], sent.token, sent.typed(), turned.faults, alert, page=turned.page, order=order)
    response = make_response(page, 422 if turned.faults else 400 if alert else 200)
    return _kept_for_back(response, place.shared)


def _without_good_token(found: lookup.Found, sent: Submission) -> ResponseReturnValue:
    """Nothing is kept; the page comes back with all that was typed and a token of its own."""
    closed = why_closed(found[0], clock.now())
    if closed is not None:
        return _closed(found[0], closed)
    alert = gettext("Nothing was sent: the mark of this form is missing, damaged or belongs to another form.")
    renewed = replace(sent, token=_new_token(found[0], uuid4()))
    return _again(found, renewed, Turn(sent.page), str(alert))


def _keep(found: lookup.Found, token: Token, answers: Answers) -> ResponseReturnValue:
    point = found[0]
    with proofs.begin(point) as kept:
        try:
            stored = proofs.store(
                kept,
                _key(),
                point,
                token.proof,
                response_id=token.response_id,
                wave=point.wave,
                unit_id=point.unit_id,
                point_id=point.id,
                case_id=None,
                language=languages.choose(),
                answers=answers,
                item_order=order_of(found[1], point.mode, token.response_id),
                begun=token.at,
                sent=clock.now(),
            )
        except responses.ResponseConflictError as why:
            kept.commit()  # The conflict is kept for a person to see.
            withdrawn = isinstance(why, responses.AnswerWithdrawn)
            return render_template("answer/conflict.html", withdrawn=withdrawn, **marks(point.wave)), 409
        except (BadSlip, SlipSpent, SlipVoid) as why:
            kept.rollback()  # Neither the answers nor anything else of this form is kept.
            void = not isinstance(why, SlipSpent)
            return render_template("answer/slip_used.html", void=void, **marks(point.wave)), 409
        kept.commit()
    return _thanked(point, token, stored)


def _thanked(point: CollectionPoint, token: Token, stored: responses.Stored) -> ResponseReturnValue:
    kind = next((mark for mark, holds in marks(point.wave).items() if holds), "real")
    mode = proofs.next_mode(point, token.proof)
    sealed = sealed_thanks.seal(_key(), Thanks(stored.receipt, stored.state, kind, mode), clock.now())
    large = "&large=1" if languages.large() else ""
    return redirect(f"/p/{point.code}/thanks?r={sealed}&lang={languages.choose()}{large}", 303)


def _closed(point: CollectionPoint, why: str) -> ResponseReturnValue:
    place = place_of(point, languages.current(), languages.large())
    page = render_template("answer/closed.html", place=place, opens_on=point.wave.opens_on, why=why)
    return page, 403 if why == "not_yet" else 410


def _to_typing_pages(point: CollectionPoint) -> ResponseReturnValue:
    """A paper form counts once two people typed the same: neither of them does so here."""
    # Only there is an account looked up: citizens' requests need none.
    if not access.may_type(point.unit_id):
        return _staff_only(point)
    flash(gettext("Paper forms of %(code)s are typed here, by two people: choose their batch.", code=point.code))
    return redirect(url_for("entry.list_batches"), 303)


def _staff_only(point: CollectionPoint) -> ResponseReturnValue:
    place, back = place_of(point, languages.current()), address(point.code, languages.current())
    sign_in = url_for("security.login", next=back, lang=languages.current())
    types = access.may_type(point.unit_id)
    return render_template("answer/staff_only.html", place=place, sign_in=sign_in, types=types), 403


def unknown(code: str) -> ResponseReturnValue:
    return render_template("answer/start.html", unknown=submission.showable(code)[:40]), 404


def _kept_for_back(response: Response, shared: bool) -> Response:
    # Back must bring the same form with the same token, so that it counts once; to the next person it brings a new one.
    response.headers["Cache-Control"] = "no-store" if shared else "private, no-cache"
    return response
