"""The pages for what went wrong, in the person's language: what happened, and what one can do. Programs get JSON."""

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from survey_app.web import metrics

# Code → (what happened, what one can do). Other codes get the words of the nearest of these.
WORDS = {
    400: (
        _("This request could not be understood"),
        _("The page was perhaps open for too long. Go back, load the page again and try once more."),
    ),
    403: (_("You may not open this page"), _("It belongs to another role or another unit.")),
    404: (_("There is no such page"), _("Please compare the address with the sheet or the link that you followed.")),
    405: (_("This page cannot be used in this way"), _("Go back and use the buttons of the page.")),
    409: (
        _("Somebody else was faster"),
        _("What you sent does not fit what is kept. Go back, load the page again and look at it."),
    ),
    413: (
        _("What you sent is too large"),
        _(
            "Nothing was kept, and what you typed could not be read. Go back: your browser usually still has it. "
            "Shorten the long texts, then send again."
        ),
    ),
    422: (_("Something in what you sent is not right"), _("Go back and correct it.")),
    429: (_("Too many requests in a short time"), _("Please wait a while, then try again.")),
    500: (
        _("Something went wrong on our side"),
        _("It is not your fault. Please try again in a minute; what was confirmed before is safe."),
    ),
    503: (_("The service cannot be reached just now"), _("Please wait a minute, then try again.")),
}


def init_app(app: Flask) -> None:
    """One page for every kind of error, for citizens and staff alike."""
    app.register_error_handler(HTTPException, show)
    for kind in (OperationalError, TimeoutError):
        app.register_error_handler(kind, away)


def away(error: OperationalError | TimeoutError) -> ResponseReturnValue:
    """A database that is down, full, locked or slow; the citizen's form says so itself and keeps what was typed."""
    metrics.figures.faults.labels(type(error).__name__).inc()
    return show(ServiceUnavailable(retry_after=30))


def show(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        metrics.figures.faults.labels(type(error.original_exception).__name__).inc()
    title, advice = WORDS.get(code) or WORDS[500 if code >= 500 else 400]
    headers = [(name, value) for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")]
    if request.path.startswith("/api/"):
        kind = getattr(error, "kind", error.name.lower().replace(" ", "_"))
        return {"error": kind, "message": _reason(error) or f"{title}. {advice}"}, code, headers
    page = render_template("answer/error.html", code=code, title=title, advice=advice, reason=_reason(error))
    return page, code, headers


def _reason(error: HTTPException) -> str:
    """What our own code says about this case; the words that Werkzeug brings along are for programmers."""
    own = error.description and error.description != type(error).description
    ours = hasattr(error, "kind") or error.code not in (400, 405, 500)
    return str(error.description) if own and ours else ""
