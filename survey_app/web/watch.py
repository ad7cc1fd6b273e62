"""Around everything: each answer gets an id, is counted, and is told in one line of the log where that is wanted."""

import os
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, request

from survey_app.web import metrics

Start = Callable[..., Any]
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"))
ID, ENDPOINT = "hailong.request", "hailong.endpoint"
SLOW = 3.0
# They bring answers. Whoever has the database may see in which order rows came; a line for each would tell when.
UNTOLD = ("answer.", "device.", "field.")
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.before_request(_note_endpoint)
    app.wsgi_app = Watch(app.wsgi_app, app.config["SETTINGS"].log_requests)  # type: ignore[method-assign,assignment]


def _note_endpoint() -> None:
    request.environ[ENDPOINT] = request.endpoint


class Watch:
    """WSGI, outermost, for the public site is answered before Flask."""

    def __init__(self, app: Callable[..., Iterable[bytes]], every: bool) -> None:
        self.app, self.every = app, every

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        own = environ[ID] = os.urandom(8).hex()
        answered, began = "500", perf_counter()

        def watched(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal answered
            answered = status[:3]
            headers.append(("X-Request-ID", own))
            return start(status, headers, *more)

        try:
            return self.app(environ, watched)
        finally:
            self._note(environ, answered, perf_counter() - began)

    def _note(self, environ: dict[str, Any], status: str, took: float) -> None:
        # Names of ours only: an invented method or path must neither fill the memory nor stand in the log.
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
        endpoint = environ.get(ENDPOINT) or "none"
        metrics.count(endpoint, method, status, took)
        is_untold = method == "POST" and endpoint.startswith(UNTOLD)  # Also a slow one, whose answer is kept.
        is_check = endpoint.startswith("health.")  # Asked every few seconds; why one failed is told.
        if (not is_untold and (took > SLOW or (self.every and not is_check))) or status >= "500":
            said = {"request": environ[ID], "endpoint": endpoint, "method": method, "status": int(status)}
            log.info("request", **said, ms=round(took * 1000, 1))
