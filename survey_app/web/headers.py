"""The headers of every answer: nothing foreign is loaded, nothing inline runs, nobody frames us."""

import base64
import hashlib

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


def set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if _is_for_staff() and not response.cache_control.private:  # An interview says so itself, for Back must bring it.
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def _is_for_staff() -> bool:
    """Whether a page of the console answers; on a shared computer nothing of it may be left."""
    if request.blueprint is None or request.endpoint in access.OPEN_ENDPOINTS:
        return False
    return not access.is_for_everybody(request.blueprint)


def init_app(app: Flask) -> None:
    app.after_request(set_headers)
