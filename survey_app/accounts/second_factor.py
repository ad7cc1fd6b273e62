"""The second factor of an account: an app that shows codes, or a passkey. Both, and the pages that ask for them while
somebody signs in, are Flask-Security's; here is what is stricter: a code opens once, recovery codes are kept as hashes.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, current_app, flash, request
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import MfRecoveryCodesUtil, Totp, WebAuthnSigninResponseForm
from flask_security.utils import url_for_security
from sqlalchemy.orm import Session

from questionnaires.model import LANGUAGES
from survey_app import database
from survey_app.clock import utc_now
from survey_app.models import Passkey, Role, User

APP = "authenticator"  # As Flask-Security names an app that shows codes.
# What is asked for after the password, by the route that takes it, and how the audit calls it.
STEPS = {
    "security.two_factor_token_validation": "code",
    "security.mf_recovery": "recovery code",
    "security.wan_signin_response": "passkey",
}
# Of the session, by names of Flask-Security, which forgets them with every new try to sign in: how somebody came to the
# second step, where not by a password, and the key of an app that is being set up, sealed, until a code of it came.
FIRST_STEP, OFFERED = "tf_primary_method", "tf_totp_secret"
CONFIG = {
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": [APP],
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # Also the code before and the one after, for slow clocks.
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/login/second-step",
    "SECURITY_TOTP_ISSUER": "Hài Lòng",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/login/recovery-code",
    "SECURITY_DATETIME_FACTORY": utc_now,
    "SECURITY_INPUT_NORMALIZE_FORM": "NFC",  # Of names of passkeys.
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": False,  # It comes after the password: whoever finds a key needs that, too.
    "SECURITY_WAN_RP_NAME": "Hài Lòng",
    "SECURITY_WAN_SIGNIN_URL": "/login/passkey",
    "SECURITY_WAN_REGISTER_URL": "/account/passkey",
    "SECURITY_WAN_POST_REGISTER_VIEW": "/account/second-factor/?added=1",
}


class OnceTotp(Totp):
    """A code that was taken is not taken again; `one_at_a_time` keeps two tries apart."""

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.totp_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.totp_counter = tmatch.counter


class HashedCodes(MfRecoveryCodesUtil):
    """Recovery codes are shown when they are made, and kept as keyed hashes."""

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        return [_hashed(code) for code in codes]

    def get_recovery_codes(self, user: Any) -> list[str]:
        return []  # Nobody can read them again.

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return _hashed(code) in (user.mf_recovery_codes or [])

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        user.mf_recovery_codes = [one for one in user.mf_recovery_codes or [] if one != _hashed(code)]
        return True


class OwnPasskeyForm(WebAuthnSigninResponseForm):
    """The library signs in whomever the passkey belongs to; it must be whoever gave the password."""

    def validate(self, **more: Any) -> bool:
        if not super().validate(**more):
            return False
        return self.user is not None and self.user.fs_uniquifier == flask_session.get("tf_user_id")


CLASSES = {
    "totp_cls": OnceTotp,
    "mf_recovery_codes_util_cls": HashedCodes,
    "wan_signin_response_form": OwnPasskeyForm,
}


def _hashed(code: str) -> str:
    typed = "".join(sign for sign in code.lower() if sign.isalnum())
    return hmac.digest(key_of(current_app).encode(), typed.encode(), hashlib.sha256).hex()


def key_of(app: Flask) -> str:
    """What secrets of apps are sealed with, and recovery codes hashed: of the installation, in every backup."""
    salt = str(app.config["SETTINGS"].password_salt)
    return hmac.digest(salt.encode(), b"second factor", hashlib.sha256).hex()


def is_missing(user: User) -> bool:
    """Whether one of the roles must have a second factor and the account has none."""
    return any(role.second_factor for role in user.roles) and not exists(user)


def exists(user: User) -> bool:
    return user.tf_primary_method is not None or bool(user.webauthn)


def state(user: User) -> str:
    """A word of `states`."""
    return "set" if exists(user) else "missing" if is_missing(user) else "none"


def states() -> dict[str, sa.ColumnElement[bool]]:
    """Which accounts have one, which of the others must, and which have none."""
    has = User.tf_primary_method.is_not(None) | User.webauthn.any()
    must = User.roles.any(Role.second_factor)
    return {"set": has, "missing": must & ~has, "none": ~has}


def new_secret() -> str:
    return str(_security().totp_factory.generate_totp_secret())


def shown(user: User, secret: str) -> dict[str, str]:
    """What an app needs of the secret: `key` to type, `image` of the QR as an address that holds it."""
    found: dict[str, str] = _security().totp_factory.fetch_setup_values(secret, user)
    return found


def turn_on_app(user: User, secret: str, code: str) -> bool:
    """Whether the code fits the secret, which from now on is the account's."""
    validity = CONFIG["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"]
    user.totp_counter = None  # That of another secret.
    if not _security().totp_factory.verify_totp("".join(code.split()), secret, user, validity):
        return False
    user.tf_primary_method, user.tf_totp_secret = APP, secret
    return True


def turn_off_app(user: User) -> None:
    user.tf_primary_method = user.tf_totp_secret = user.totp_counter = None
    _forget_codes(user)


def remove_passkey(user: User, passkey: Passkey) -> None:
    user.webauthn.remove(passkey)
    _forget_codes(user)


def _forget_codes(user: User) -> None:
    # They stand in for a factor; without one they would wait for the next, known to whoever has them.
    if not exists(user):
        user.mf_recovery_codes = None


def make_codes(user: User) -> list[str]:
    """New recovery codes, to be shown now; the old ones hold no more."""
    return list(_security().mf_recovery_codes_util.create_recovery_codes(user))


def reset(user: User) -> None:
    """For somebody whose telephone is lost: the password alone signs in."""
    user.webauthn.clear()
    turn_off_app(user)


def require(session: Session, names: list[str]) -> None:
    """These roles must have a second factor, the others may."""
    for role in session.scalars(sa.select(Role)):
        role.second_factor = role.name in names


def begin(user: User, address: str) -> ResponseReturnValue | None:
    """From single sign-on to the second step, which leads on to the address; None where the account has none."""
    found: ResponseReturnValue | None
    found = _security().two_factor_plugins.tf_enter(user, False, "single_sign_on", address)
    if found is not None:
        flask_session[FIRST_STEP] = "single_sign_on"
    return found


def half_in() -> User | None:
    """Whoever gave the right password in this browser and owes the second step."""
    named = flask_session.get("tf_user_id")
    found = named and database.session().scalar(sa.select(User).where(User.fs_uniquifier == named))
    return found if found and found.is_active else None


def _security() -> Any:
    return current_app.extensions["security_object"]


def _one_at_a_time(view: Callable[..., Any]) -> Callable[..., Any]:
    """Two tries with one code wait for each other: on PostgreSQL at the row of the account, on SQLite anyway."""

    @wraps(view)
    def step(*arguments: Any, **named: Any) -> Any:
        if request.method == "POST":
            session = database.writing_anew(database.session())
            whose = User.fs_uniquifier == flask_session.get("tf_user_id")
            session.scalar(sa.select(User.id).where(whose).with_for_update())
        return _saying_why(view(*arguments, **named))

    return step


def _saying_why(response: Any) -> Any:
    """A passkey that was refused leads back without a word."""
    if getattr(response, "location", None) in (url_for_security("wan_signin"), url_for_security("wan_register")):
        flash(_("The passkey was not accepted. Try once more, or take another way."), "error")
    return response


def _going_on(view: Callable[..., Any]) -> Callable[..., Any]:
    """From one page of the sign-in to the next: in the language that somebody chose, and to where they wanted to go."""

    @wraps(view)
    def step(*arguments: Any, **named: Any) -> Any:
        response, asked = view(*arguments, **named), request.args
        location = getattr(response, "location", None) or ""
        if location.startswith("/login/"):
            kept = {"lang": asked.get("lang") if asked.get("lang") in LANGUAGES else None}
            kept["next"] = None if "next=" in location else asked.get("next")
            query = urlencode({name: text for name, text in kept.items() if text}, safe="/")
            response.location = f"{location}{'&' if '?' in location else '?'}{query}" if query else location
        return response

    return step


def init_app(app: Flask) -> None:
    for name in (*STEPS, "security.wan_register_response"):
        app.view_functions[name] = _one_at_a_time(app.view_functions[name])
    for name in (*STEPS, "security.login", "security.tf_select"):
        app.view_functions[name] = _going_on(app.view_functions[name])
    app.jinja_env.globals["second_step_of"] = state
