"""Live: the process answers. Ready: it can also keep an answer; if not, the cause is named."""

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from survey_app import database

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    return {"state": "live"}


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    causes = database_causes()
    return {"state": "not ready" if causes else "ready", "causes": causes}, 503 if causes else 200


def database_causes() -> list[str]:
    """Why no response could be kept now; empty when one could."""
    try:
        if database.pending(database.engine()):
            return ["migrations: the database is not at the newest migration; run `hailong init`"]
    except sa.exc.SQLAlchemyError as error:
        return [f"database: {error.__class__.__name__}"]
    return []
