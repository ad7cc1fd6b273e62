"""The headers of every answer: nothing foreign is loaded, nothing inline runs, nobody frames us."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask, Response, request

from survey_app.web import access

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
NO_SNIFFING = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
ALWAYS = (("Content-Security-Policy", POLICY), ("X-Frame-Options", "DENY"), *NO_SNIFFING)
# What is over may be opened again, but a browser keeps such an answer for ever unless it is told to ask.
OVER, ASK_AGAIN = "410 ", ("Cache-Control", "no-cache")
STRICT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def policy(**changed: str) -> str:
    """The policy with other sources for some directives, as in `frame_src="'self'"` for a page that frames ours."""
    directives = dict(one.split(" ", 1) for one in POLICY.split("; "))
    directives |= {name.replace("_", "-"): sources for name, sources in changed.items()}
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def policy_of_document(page: str) -> str:
    """For a document that carries pictures and one stylesheet in itself: these, no script, no power over our site."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    allowed = f"img-src data:; style-src 'sha256-{digest}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


class Headers:
    """WSGI: adds what the application does not say itself. Much cheaper here than as `after_request`."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        wanted = (*ALWAYS, STRICT) if environ["wsgi.url_scheme"] == "https" else ALWAYS

        def with_headers(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            said = {name.lower() for name, _value in headers}
            also = (*wanted, ASK_AGAIN) if status.startswith(OVER) else wanted
            return start(status, [*headers, *(one for one in also if one[0].lower() not in said)], *more)

        return self.app(environ, with_headers)


def leave_nothing(response: Response) -> Response:
    if _is_for_staff() and not response.cache_control.private:  # An interview says so itself, for Back must bring it.
        response.headers["Cache-Control"] = "no-store"
    return response


def _is_for_staff() -> bool:
    """Whether a page of the console answers; on a shared computer nothing of it may be left."""
    if request.blueprint is None or request.endpoint in access.OPEN_ENDPOINTS:
        return False
    return not access.is_for_everybody(request.blueprint)


def init_app(app: Flask) -> None:
    app.wsgi_app = Headers(app.wsgi_app)  # type: ignore[method-assign,assignment]  # As Flask's documents tell to.
    app.after_request(leave_nothing)
