"""Signing in and out: passwords and sessions are Flask-Security's; what must not outlive either is said here."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, request
from flask import session as flask_session
from flask_login import user_logged_in, user_logged_out
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.utils import set_request_attr
from sqlalchemy.orm import Session

from questionnaires.model import LANGUAGES
from survey_app import audit, database
from survey_app.accounts import confirming, keeping, second_factor, sessions
from survey_app.accounts.passwords import NORMAL_FORM, SHORTEST, Passwords
from survey_app.clock import utc_now
from survey_app.models import Passkey, Role, User

KEY = "key"  # Of the session, in the cookie.
# By which way somebody came in, beside a password.
WAYS = {"single_sign_on.come_back": "single_sign_on", **second_factor.STEPS}
CONFIG = {
    "SECURITY_I18N_DOMAIN": "messages",  # `borrowed_words` has them.
    "SECURITY_I18N_DIRNAME": str(Path(__file__).parents[1] / "translations"),
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/account/password",
    "SECURITY_POST_CHANGE_VIEW": "/account/?changed=1",
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
    "SECURITY_PASSWORD_NORMALIZE_FORM": NORMAL_FORM,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "SECURITY_LOGIN_URL": "/login",
    "SECURITY_LOGOUT_URL": "/logout",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/start",
    "SECURITY_POST_LOGOUT_VIEW": "/login?signed-out=1",  # Its script forgets drafts.
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,  # They exist in no Vietnamese; our pages say what is to be said.
    "SECURITY_FRESHNESS": timedelta(minutes=-1),  # `confirming` says when somebody has to prove again who they are.
    "SECURITY_CACHE_CONTROL": None,  # `headers` says it.
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "REMEMBER_COOKIE_DURATION": timedelta(hours=12),
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    # A session ends when nothing was asked for so long.
    "PERMANENT_SESSION_LIFETIME": timedelta(hours=2),
}


def init_app(app: Flask) -> None:
    app.config.update(CONFIG | second_factor.CONFIG)
    app.config["SECURITY_TOTP_SECRETS"] = {"1": second_factor.key_of(app)}
    datastore = SQLAlchemySessionUserDatastore(app.extensions["session"], User, Role, Passkey)
    ours: dict[str, Any] = {"password_util_cls": Passwords, **second_factor.CLASSES}
    security = Security(app, datastore, **ours)
    app.extensions["security_object"] = security
    # Flask-Principal would look for an account before every request, citizens' too. `access` asks where one is needed.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.login_manager.user_loader(_load)
    # A token in a header would know nothing of the table of sessions.
    security.login_manager.request_loader(lambda _request: None)
    security.want_json(lambda _request: False)  # Its refusals in JSON are no pages: the audit would not know them.
    second_factor.init_app(app)
    user_logged_in.connect(_begin_session, app)
    user_logged_out.connect(_end_session, app)


def _load(uniquifier: str) -> User | None:
    """The account of the cookie, while its session lasts."""
    key, at = flask_session.get(KEY), utc_now()
    idle = current_app.permanent_session_lifetime
    found = key and sessions.find(database.session(), uniquifier, key, at, idle)
    if not found:
        return None
    user, mine = found
    with suppress(sa.exc.OperationalError):  # A full or busy disk keeps nobody from reading.
        sessions.note(database.engine(), mine, at)
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", flask_session.get("fs_paa", 0))
    return user


def _begin_session(_app: Flask, user: User, **_more: object) -> None:
    """What somebody may have planted before the sign-in, the CSRF token above all, does not survive it."""
    flask_session.pop("csrf_token", None)
    flask_session.pop(second_factor.OFFERED, None)
    flask_session.permanent = True
    confirming.note()
    session, browser = _writing(), request.user_agent.string
    if (asked := request.args.get("lang")) in LANGUAGES:  # Whoever chose a language before the sign-in keeps it.
        user.language = asked
    if request.endpoint == "security.change_password":  # It signs in anew.
        keeping.forget_links(session, user)
    flask_session[KEY] = sessions.begin(session, user.id, request.remote_addr or "", browser, utc_now())
    audit.record(session, user, "sign_in", WAYS.get(request.endpoint or "", ""))
    session.commit()


def _end_session(_app: Flask, user: User, **_more: object) -> None:
    """A cookie copied before is worth nothing afterwards; other browsers of the person go on."""
    session = _writing()
    sessions.end(session, flask_session.pop(KEY, ""))
    audit.record(session, user, "sign_out")
    session.commit()


def _writing() -> Session:
    """What was read so far ends here: a reader that becomes a writer fails when another wrote in between."""
    session = database.session()
    session.commit()
    return database.writing(session)
