"""What a serving process says: one JSON object a line, on standard output, never with what a person sent or who it was.

No path, for codes stand in paths; of an error its kind and place, not its words, for these may quote an answer.
"""

import json
import logging
import logging.config
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog
from flask import Flask, has_request_context, request

MOST_PLACES = 12
log = structlog.get_logger()


class JsonLines(logging.Formatter):
    """What libraries say by `logging`, in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"at": at, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            said |= told(record.exc_info[1])
        return json.dumps(said, ensure_ascii=False)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {name: {"()": JsonLines} for name in ("generic", "access")},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stdout"}},
    "root": {"handlers": ["lines"], "level": "WARNING"},
    # Its line for each request holds the path; ours is in `watch`.
    "loggers": {"_granian": {"handlers": ["lines"], "level": "INFO", "propagate": False}},
}


def configure() -> None:
    """For a process that serves; commands speak to a person."""
    logging.config.dictConfig(LOGGING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=_line),
        ],
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _line(said: Any, **_more: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, default=str).encode()


def init_app(app: Flask) -> None:
    app.log_exception = note_fault  # type: ignore[method-assign,assignment]  # Flask's own names the path, and the error's words.


def note_fault(info: tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]) -> None:
    about = told(info[1]) if info[1] is not None else {}
    where = {"request": request.environ.get("hailong.request"), "endpoint": request.endpoint}
    log.error("fault", **(where if has_request_context() else {}), **about)


def told(error: BaseException) -> dict[str, Any]:
    """Kind and places of an error and of what caused it."""
    places = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    caused = {"cause": type(cause).__name__} if cause is not None else {}
    return {"kind": type(error).__name__, **caused, "places": places[-MOST_PLACES:]}
