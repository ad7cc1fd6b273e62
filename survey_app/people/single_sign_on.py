"""To the province's single sign-on and back, and the page for whoever does not come in. Rules: `accounts`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from authlib.integrations.base_client import OAuthError
from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_security import login_user
from joserfc.errors import ClaimError, JoseError
from requests import RequestException

from questionnaires.model import LANGUAGES
from survey_app import audit, database
from survey_app.accounts import confirming, second_factor, single_sign_on
from survey_app.accounts.single_sign_on import Refused
from survey_app.models import User
from survey_app.web import languages
from survey_app.web.addresses import own_path

blueprint = Blueprint("single_sign_on", __name__, template_folder="templates")
log = structlog.get_logger()
# Of the session: what is remembered on the way. CONFIRM: that somebody who is in goes there to show who they are.
NEXT, LANGUAGE, CONFIRM = "single_sign_on_next", "single_sign_on_language", "single_sign_on_confirm"
CLOCK_CLAIMS = {"exp", "iat", "nbf"}
# Kind → (status, what happened, what one can do).
WORDS = {
    "down": (
        503,
        _("The single sign-on does not answer"),
        _("Try again in a few minutes, or sign in with e-mail address and password."),
    ),
    "refused": (403, _("The single sign-on let nobody in"), _("You broke off there, or it refused. Try again.")),
    "state": (
        400,
        _("This sign-in was not begun here, or is over"),
        _("It was open for too long, was used before, or the browser keeps no cookies. Begin anew."),
    ),
    "clock": (
        502,
        _("The clocks do not agree"),
        _("The answer of the single sign-on is of another time. Ask the administrator to set the server's clock."),
    ),
    "faulty": (
        502,
        _("The answer of the single sign-on could not be believed"),
        _("Nobody was signed in. Try again; if it happens again, tell the administrator."),
    ),
    "unverified": (
        403,
        _("Your e-mail address is not confirmed there"),
        _("Have it confirmed at the single sign-on, or sign in with e-mail address and password."),
    ),
    "unknown": (
        403,
        _("There is no account for you here"),
        _("The single sign-on knows you, this system does not. Ask the administrator to invite you with that address."),
    ),
    "closed": (403, _("Your account here is closed"), _("Ask the administrator whether it should be opened again.")),
    "another": (
        403,
        _("This is another account than the one you are signed in with"),
        _("Sign in there as the person whose account this is."),
    ),
    "unasked": (
        403,
        _("The single sign-on did not ask who you are"),
        _("It let you in from before, or does not say when you signed in there. Sign out there and try once more."),
    ),
    "other": (
        403,
        _("This account belongs to somebody else's sign-in"),
        _("Your e-mail address was used with another person's sign-in before. Ask the administrator to undo that."),
    ),
}


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.app_template_global("single_sign_on")
def offered() -> str:
    """What the way there is called; empty where there is none."""
    settings = current_app.config["SETTINGS"]
    return (settings.oidc_label or str(_("Single sign-on of the province"))) if settings.oidc_issuer else ""


@blueprint.get("/login/single-sign-on")
def leave() -> ResponseReturnValue:
    provider, settings = single_sign_on.client() or abort(404), current_app.config["SETTINGS"]
    confirm = current_user.is_authenticated and "confirm" in request.args
    if current_user.is_authenticated and not confirm:
        return redirect(url_for("console.start"))
    for begun in [name for name in flask_session if name.startswith("_state_")]:
        del flask_session[begun]  # Only the latest try counts; a cookie holds few.
    flask_session[NEXT] = own_path(request.args.get("next", ""), url_for("console.start"))
    flask_session[LANGUAGE], flask_session[CONFIRM] = request.args.get("lang", ""), confirm
    back = f"{settings.public_url}{url_for('single_sign_on.come_back')}"
    more = {"prompt": "login"} if confirm or "again" in request.args else {}
    if confirm:  # Then it has to say when somebody signed in there.
        more["max_age"] = str(int(confirming.VALID.total_seconds()))
    try:
        with _explained():
            single_sign_on.metadata(provider, settings.oidc_issuer)
            found: ResponseReturnValue = provider.authorize_redirect(back, ui_locales=languages.current(), **more)
            return found
    except Refused as why:
        return _page(why)


@blueprint.get("/login/single-sign-on/back")
def come_back() -> ResponseReturnValue:
    provider, settings = single_sign_on.client() or abort(404), current_app.config["SETTINGS"]
    try:
        with _explained():
            said = single_sign_on.claims(provider, settings)
        # Who is in is looked up first: that they are here may be written down, by a connection of its own.
        confirm = flask_session.pop(CONFIRM, False) and current_user.is_authenticated
        session = database.writing_anew(database.session())
        user, proved_at = single_sign_on.account_of(session, settings.oidc_issuer, said), single_sign_on.proved_at(said)
        if confirm:
            return _confirmed(user, proved_at)
        if (asked := flask_session.pop(LANGUAGE, "")) in LANGUAGES:
            user.language = asked
        session.commit()
    except Refused as why:
        database.session().rollback()
        asked = flask_session.get(LANGUAGE)
        with force_locale(asked if asked in LANGUAGES else languages.current()):
            return _page(why)
    address = own_path(flask_session.pop(NEXT, ""), url_for("console.start"))
    if (step := second_factor.begin(user, address)) is not None:
        return step
    login_user(user, remember=False, authn_via=[single_sign_on.NAME])
    confirming.note(proved_at)
    return redirect(address)


def _confirmed(user: User, proved_at: float) -> ResponseReturnValue:
    """Back from showing who one is, to what waits for that. Raises Refused."""
    if user.id != current_user.id:
        raise Refused("another")
    if not confirming.is_within(proved_at):
        raise Refused("unasked")
    session = database.session()
    audit.record(session, user, "own.confirm", single_sign_on.NAME)
    session.commit()
    confirming.note(proved_at)
    return redirect(own_path(flask_session.pop(NEXT, ""), url_for("console.start")))


@contextmanager
def _explained() -> Iterator[None]:
    """What can go wrong on the way, as a kind that the page explains."""
    try:
        yield
    except OAuthError as fault:
        kinds = {"mismatching_state": "state", "server_error": "down", "temporarily_unavailable": "down"}
        known = re.sub("[^a-z_]", "", str(fault.error))[:40]  # Anybody can write it into the address.
        raise Refused(kinds.get(known, "refused"), known) from fault
    except ClaimError as fault:
        raise Refused("clock" if fault.claim in CLOCK_CLAIMS else "faulty", f"claim {fault.claim}") from fault
    except (RequestException, TimeoutError) as fault:
        raise Refused("down", type(fault).__name__) from fault
    except (JoseError, RuntimeError, ValueError, KeyError, TypeError) as fault:
        raise Refused("faulty", type(fault).__name__) from fault


def _page(why: Refused) -> ResponseReturnValue:
    log.warning("single sign-on", refused=why.kind, fault=why.fault)
    status, title, advice = WORDS[why.kind]
    shown = {"title": title, "advice": advice, "kind": why.kind, "next": flask_session.get(NEXT)}
    return render_template("people/not_signed_in.html", **shown), status
