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
from survey_app import database
from survey_app.accounts import second_factor, single_sign_on
from survey_app.accounts.single_sign_on import Refused
from survey_app.web import console, languages

blueprint = Blueprint("single_sign_on", __name__, template_folder="templates")
log = structlog.get_logger()
NEXT, LANGUAGE = "single_sign_on_next", "single_sign_on_language"  # Of the session: what is remembered on the way.
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
    if current_user.is_authenticated:
        return redirect(url_for("console.start"))
    for begun in [name for name in flask_session if name.startswith("_state_")]:
        del flask_session[begun]  # Only the latest try counts; a cookie holds few.
    flask_session[NEXT] = console.own_path(request.args.get("next", ""), url_for("console.start"))
    flask_session[LANGUAGE] = request.args.get("lang", "")
    back = f"{settings.public_url}{url_for('single_sign_on.come_back')}"
    more = {"prompt": "login"} if "again" in request.args else {}
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
        session = database.writing_anew(database.session())
        user = single_sign_on.account_of(session, settings.oidc_issuer, said)
        if (asked := flask_session.pop(LANGUAGE, "")) in LANGUAGES:
            user.language = asked
        session.commit()
    except Refused as why:
        database.session().rollback()
        asked = flask_session.get(LANGUAGE)
        with force_locale(asked if asked in LANGUAGES else languages.current()):
            return _page(why)
    address = console.own_path(flask_session.pop(NEXT, ""), url_for("console.start"))
    if (step := second_factor.begin(user, address)) is not None:
        return step
    login_user(user, remember=False, authn_via=[single_sign_on.NAME])
    return redirect(address)


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
    return render_template("people/not_signed_in.html", title=title, advice=advice, kind=why.kind), status
