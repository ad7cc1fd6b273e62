"""Finds the point behind a code, and its instrument, in one short query; it runs for every page and every answer.

The rest of the site uses `points.find_point`, which loads rows into a session: that takes three times as long.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from questionnaires.model import Questionnaire
from survey_app.instruments.read_once import read_once
from survey_app.models import CollectionPoint, InstrumentVersion, Survey, Unit, Wave
from survey_app.points import normal_code

# All that pages and answers need to know. The instrument's content and the plan are too long to be read each time.
_PARTS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (
        CollectionPoint,
        (
            *("id", "code", "unit_id", "label_vi", "label_en", "procedure_vi", "procedure_en"),
            *("kind", "mode", "variant", "active"),
        ),
    ),
    (Unit, ("name", "type")),
    (Wave, ("id", "slug", "opens_on", "closes_on", "closed_at", "simulated", "practice", "instrument_version_id")),
    (Survey, ("name_vi", "name_en", "owner_vi", "owner_en")),
    (InstrumentVersion, ("id", "content_hash", "state")),
)
Found = tuple[CollectionPoint, Questionnaire]
# So long a server process may believe what it read; a manager who closes a point waits no longer than this.
SECONDS = 1.0
_BY_CODE = (
    sa.select(*(getattr(model, name) for model, names in _PARTS for name in names))
    .join(CollectionPoint.unit)
    .join(CollectionPoint.wave)
    .join(Wave.survey)
    .join(Wave.instrument_version)
    .where(CollectionPoint.code == sa.bindparam("code"))
)


class Recent:
    """What was found within the last second. In a full hall everybody asks for the same few points."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Found]] = {}

    def get(self, code: str, now: float) -> Found | None:
        read_at, found = self._kept.get(code) or (0.0, None)
        return found if now - read_at < SECONDS else None

    def keep(self, found: Found | None, now: float) -> Found | None:
        """Only points that exist are kept, each once: whoever guesses codes fills no memory."""
        if found is not None:
            self._kept[found[0].code] = (now, found)
        return found


def find(connection: sa.Connection, code: str) -> Found | None:
    """The point belongs to no session: it can be read, not changed."""
    row = connection.execute(_BY_CODE, {"code": normal_code(code)}).one_or_none()
    if row is None:
        return None
    point = _point(tuple(row))
    return point, _instrument(connection, point.wave.instrument_version)


@lru_cache(maxsize=5000)
def _point(row: tuple[object, ...]) -> CollectionPoint:
    # Kept by everything that it says, so what is kept is never out of date.
    values = iter(row)
    made = [model(**{name: next(values) for name in names}) for model, names in _PARTS]
    point: CollectionPoint = made[0]
    point.unit, point.wave, point.wave.survey, point.wave.instrument_version = made[1:]
    return point


def _instrument(connection: sa.Connection, version: InstrumentVersion) -> Questionnaire:
    def content() -> str:
        query = sa.select(InstrumentVersion.content).where(InstrumentVersion.id == version.id)
        return connection.execute(query).scalar_one()

    return read_once(version.content_hash, content)
