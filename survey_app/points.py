"""Collection points: finding one by the code that people scan or type."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from survey_app.models import CollectionPoint, Wave

# Without 0 O 1 I L U: a code is typed by hand from a sheet on the wall.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 7


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def normal_code(typed: str) -> str:
    """The code as stored, from what somebody typed: any case, with spaces or dashes."""
    return typed.upper().replace("-", "").replace(" ", "")


def find_point(session: Session, code: str) -> CollectionPoint | None:
    """The point with its wave, survey, instrument version and unit loaded."""
    query = (
        sa.select(CollectionPoint)
        .where(CollectionPoint.code == normal_code(code))
        .options(
            joinedload(CollectionPoint.wave).options(joinedload(Wave.survey), joinedload(Wave.instrument_version)),
            joinedload(CollectionPoint.unit),
        )
    )
    return session.scalar(query)
