"""Which language a page speaks: `lang` of the request, else the account's own, else Vietnamese; and how large.

Commands speak English.
"""

from urllib.parse import urlencode

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from questionnaires.model import LANGUAGES


def choose() -> str:
    if not has_request_context():
        return "en"
    # Of the address only: to look into the body would read it before anybody asked how large it is.
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    # Citizens' pages ask for no account: only where one is already loaded does its language count.
    if g.get("_login_user") is not None and current_user.is_authenticated and current_user.language in LANGUAGES:
        return str(current_user.language)
    half_in = g.get("half_in")  # Between the password and the second step.
    return str(half_in.language) if half_in is not None and half_in.language in LANGUAGES else "vi"


def current() -> str:
    """The language of this request, "vi" or "en"."""
    return str(get_locale() or "vi")[:2]


def large() -> bool:
    """Whether the page is wanted in large print."""
    return request.args.get("large") == "1"


def in_language(language: str = "") -> str:
    """The address of this page, with all that it was asked, in that language; without one, in the account's own."""
    asked = request.args.to_dict(flat=False) | {"lang": [language] if language else []}
    query = urlencode(asked, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=choose)
    app.jinja_env.globals["in_language"] = in_language
    app.jinja_env.globals["language"] = current
    app.jinja_env.globals["large_print"] = large
