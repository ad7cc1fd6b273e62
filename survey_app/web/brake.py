"""The brakes: on guessing passwords, by account and address together, and on asking for visit codes, by point."""

import unicodedata
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import gettext as _
from flask_limiter import Limiter

# By account and address together: a whole hall shares one address, and nobody may lock out an account from afar.
LIMIT = "10 per 10 minutes"
# A counter hands out a few results a minute. By point, and only for whom its key let in: nobody else can use it up.
CODES_LIMIT = "60 per minute"


def init_app(app: Flask) -> None:
    limiter = Limiter(_who, app=app, storage_uri="memory://")
    brake = limiter.limit(LIMIT, methods=["POST"], deduct_when=_was_wrong, error_message=_sentence)
    sign_in: Callable[..., Any] = app.view_functions["security.login"]
    app.view_functions["security.login"] = brake(sign_in)
    make_codes: Callable[..., Any] = app.view_functions["api.make_visit_codes"]
    app.view_functions["api.make_visit_codes"] = limiter.limit(CODES_LIMIT, key_func=lambda: g.point.code)(make_codes)


def _who() -> str:
    account = unicodedata.normalize("NFKC", request.form.get("email", "")).strip().casefold()
    return f"{account} {request.remote_addr}"


def _was_wrong(response: Response) -> bool:
    return response.status_code != 302


def _sentence() -> str:
    return str(_("The password was wrong too often. Wait ten minutes, or ask the administrator for a new one."))
