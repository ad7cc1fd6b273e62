"""Live: the process answers. Ready: it can also keep an answer; if not, the cause is named."""

import shutil

import sqlalchemy as sa
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from survey_app import clock, database
from survey_app.clock import EARLIEST_SANE_YEAR, LATEST_SANE_YEAR

LEAST_FREE = 20_000_000
blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    return {"state": "live"}


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    causes = [*database_causes(), *disk_causes(), *clock_causes()]
    return {"state": "not ready" if causes else "ready", "causes": causes}, 503 if causes else 200


def database_causes() -> list[str]:
    """Why no response could be kept now; empty when one could."""
    try:
        if database.pending(database.engine()):
            return ["migrations: the database is not at the newest migration; run `hailong init`"]
    except sa.exc.SQLAlchemyError as error:
        return [f"database: {error.__class__.__name__}"]
    return []


def disk_causes() -> list[str]:
    """Where the data lie; without room neither SQLite nor a journal's files can be written."""
    try:
        free = shutil.disk_usage(current_app.config["SETTINGS"].instance).free
    except OSError as error:
        return [f"disk: {error.strerror}"]
    return ["disk: full where the data lie"] if free < LEAST_FREE else []


def clock_causes() -> list[str]:
    """A wrong year opens and closes waves on wrong days."""
    year = clock.now().year
    return [] if EARLIEST_SANE_YEAR <= year <= LATEST_SANE_YEAR else [f"clock: it says {year}"]
