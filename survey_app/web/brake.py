"""The brakes: on guessing passwords, by account and address, and at the second step, by account; on visit codes,
by point; on offices' replies, by link; on guessing receipts, by address.
"""

import unicodedata
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_login import current_user
from flask_security import uia_email_mapper

from survey_app import audit
from survey_app.web.brake_counts import SCHEME

# By account and address together: a whole hall shares one address, and nobody may lock out an account from afar.
LIMIT = "10 per 10 minutes"
# Codes and passkeys of the second step, by account: whoever tries has its password, and six figures are few. All tries
# count, for of several at the same moment none is known to be wrong yet.
STEPS_LIMIT = "10 per 10 minutes"
# The own password once more, where it guards something; by account, and all tries.
GUARDED = ("own.confirm", "security.change_password")
# A counter hands out a few results a minute. By point, and only for whom its key let in: nobody else can use it up.
CODES_LIMIT = "60 per minute"

# Every reply is written into the release's folder; a person corrects theirs a few times.
REPLIES_LIMIT = "20 per 10 minutes"
# Of codes that nobody has. One of 30^12 is not guessed; but each try compares all responses.
RECEIPTS_LIMIT = "30 per 10 minutes"
# Whoever asks writes to somebody's letter box.
LINKS_LIMIT, LINKS_OF_ALL_LIMIT = "3 per 10 minutes", "30 per 10 minutes"

SINGLE_SIGN_ON_LIMIT = "30 per 10 minutes"


def init_app(app: Flask) -> None:
    where = {"engine": app.extensions["engine"], "key": app.config["SETTINGS"].secret_key}
    limiter = Limiter(_who, app=app, storage_uri=f"{SCHEME}://", storage_options=where)
    # Every limit of ours is asked for by name, below. To look for others takes a seventh of a blank form.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    brake = limiter.limit(LIMIT, methods=["POST"], deduct_when=_was_wrong, error_message=_sentence)
    sign_in: Callable[..., Any] = app.view_functions["security.login"]
    app.view_functions["security.login"] = brake(sign_in)
    _brake_second_factor(app, limiter)
    send_reply: Callable[..., Any] = app.view_functions["office.send_reply"]
    brake_replies = limiter.limit(REPLIES_LIMIT, key_func=_link, error_message=_too_many_replies)
    app.view_functions["office.send_reply"] = brake_replies(send_reply)
    _brake_links(app, limiter)
    _brake_single_sign_on(app, limiter)
    withdraw: Callable[..., Any] = app.view_functions["privacy.withdraw"]
    app.view_functions["privacy.withdraw"] = limiter.limit(
        RECEIPTS_LIMIT,
        key_func=_address,
        deduct_when=lambda response: response.status_code == 404,
        error_message=_too_many_receipts,
    )(withdraw)
    make_codes: Callable[..., Any] = app.view_functions["api.make_visit_codes"]
    app.view_functions["api.make_visit_codes"] = limiter.limit(CODES_LIMIT, key_func=lambda: g.point.code)(make_codes)


def _brake_links(app: Flask, limiter: Limiter) -> None:
    """On asking for links to new passwords: for one account, and for many from one address."""
    ask: Callable[..., Any] = app.view_functions["forgotten.ask_for_link"]
    for limit, key in ((LINKS_LIMIT, _who), (LINKS_OF_ALL_LIMIT, _address)):
        ask = limiter.limit(limit, methods=["POST"], key_func=key, error_message=_too_many_links)(ask)
    app.view_functions["forgotten.ask_for_link"] = ask


def _brake_single_sign_on(app: Flask, limiter: Limiter) -> None:
    """On trying in vain; whoever comes in by it is not counted, for a hall shares one address."""
    for name in ("single_sign_on.leave", "single_sign_on.come_back"):
        view: Callable[..., Any] = app.view_functions[name]
        brake = limiter.limit(
            SINGLE_SIGN_ON_LIMIT, key_func=_address, deduct_when=_was_wrong, error_message=_too_many_tries
        )
        app.view_functions[name] = brake(view)


def _too_many_tries() -> str:
    return str(_("The single sign-on failed too often from here. Wait ten minutes, or sign in with a password."))


def _too_many_links() -> str:
    return str(_("A link was asked for too often. Wait ten minutes, or ask the administrator for one."))


def _brake_second_factor(app: Flask, limiter: Limiter) -> None:
    codes: dict[str, Any] = {"key_func": lambda: str(g.half_in.id), "error_message": _too_many_codes}
    brake = limiter.shared_limit(STEPS_LIMIT, scope="code", methods=["POST"], **codes)
    for name in audit.GUESSED:
        view: Callable[..., Any] = app.view_functions[name]
        app.view_functions[name] = brake(view)
    own: dict[str, Any] = {"key_func": lambda: str(current_user.id), "error_message": _sentence}
    brake_own = limiter.shared_limit(STEPS_LIMIT, scope="own password", methods=["POST"], **own)

    def count_own() -> None:
        """Before the request holds the database to write."""
        if request.endpoint in GUARDED and request.method == "POST" and current_user.is_authenticated:
            with brake_own:
                pass

    app.before_request(count_own)


def _who() -> str:
    """By the address that is looked up: signs that nobody sees make no other account of it."""
    typed = request.form.get("email", "")
    account = unicodedata.normalize("NFKC", uia_email_mapper(typed) or typed).strip().casefold()
    return f"{account} {_address()}"


def _address() -> str:
    """Where the request comes from. Whoever has one address of IPv6 has all of its network of 64 bits."""
    typed = request.remote_addr or ""
    try:
        found = ip_address(typed)
    except ValueError:
        return typed
    is_long = isinstance(found, IPv6Address) and found.ipv4_mapped is None
    return str(ip_network((found, 64), strict=False)) if is_long else typed


def _link() -> str:
    return str((request.view_args or {})["code"])


def _too_many_replies() -> str:
    return str(_("This office has sent its reply very often. Wait ten minutes, go back and send it again."))


def _too_many_receipts() -> str:
    return str(_("Too many codes from here were unknown. Wait ten minutes, then type yours again."))


def _too_many_codes() -> str:
    return str(_("The second step was refused too often. Wait ten minutes, then try once more."))


def _was_wrong(response: Response) -> bool:
    return response.status_code != 302


def _sentence() -> str:
    return str(_("The password was wrong too often. Wait ten minutes, or ask the administrator for a new one."))
