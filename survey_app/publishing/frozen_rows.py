"""Whether the responses of a survey are still those that an extract froze: one text over all rows that enter figures.

The extract makes it of the rows that it writes, later the database makes it of what it holds then. How a person filled
in a form (`paradata`) is no part of it, for no figure depends on that.
"""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.orm import Session

from survey_app.models import Case, CollectionPoint, Response, SlipBatch, Survey, Unit, Wave

HALF = 15  # So many hexadecimal digits fit a number of both databases; MD5 has two such halves and a bit more.
Rows = sa.Select[*tuple[Any, ...]]
FINE = 1 << 20  # Weights are told apart to a millionth; the databases write fractions in different ways.


class Digest:
    """A number for each of two halves, in which the order of the rows is lost. SQLite calls it as an aggregate."""

    def __init__(self) -> None:
        self.rows = self.first = self.second = 0

    def step(self, text: str) -> None:
        found = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        self.rows += 1
        self.first += int(found[:HALF], 16)
        self.second += int(found[HALF : 2 * HALF], 16)

    def finalize(self) -> str:
        return f"{self.rows} {self.first} {self.second}"


def trace() -> sa.ColumnElement[str]:
    """What of a row, beside its answers, decides the figures; for a query with the tables of `joined`."""
    parts = (
        *(sa.func.replace(sa.cast(Response.id, sa.Text), "-", ""), Response.mode, Response.language),
        *(Response.local_day, Response.item_order, Wave.slug, Unit.code, CollectionPoint.code),
        *(Case.stratum, Case.psu, Case.number, Case.eligible, Case.respondent_type, _fine(Case.weight)),
        *(SlipBatch.stratum, SlipBatch.psu, _fine(SlipBatch.weight)),
    )
    texts = [sa.func.coalesce(sa.cast(part, sa.Text), "") for part in parts]
    found: sa.ColumnElement[str] = texts[0]
    for text in texts[1:]:
        found = found.op("||")("|").op("||")(text)
    return found.op("||")("|")


def _fine(weight: Any) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.round(weight * FINE), sa.BigInteger)


def joined(query: Rows, survey: Survey) -> Rows:
    """The query over the responses of a survey with their places: no rehearsals, and no second interviews."""
    return (
        query.join(Wave, Response.wave_id == Wave.id)
        .join(Unit, Response.unit_id == Unit.id)
        .outerjoin(CollectionPoint, Response.point_id == CollectionPoint.id)
        .outerjoin(Case, Response.case_id == Case.id)
        .outerjoin(SlipBatch, Response.batch_id == SlipBatch.id)
        .where(Wave.survey_id == survey.id, ~Wave.practice, Case.reinterview_of_id.is_(None))
    )


def rows_now(session: Session, survey: Survey, which: sa.ColumnElement[bool]) -> str:
    """The text over the rows as the database holds them. `which`: those that enter figures."""
    row = trace().op("||")(Response.answers)
    if session.get_bind().dialect.name == "sqlite":
        _teach(session)
        digest = joined(sa.select(sa.func.rows_digest(row)).select_from(Response), survey).where(which)
        return str(session.scalar(digest) or Digest().finalize())
    sums = [sa.func.coalesce(sa.func.sum(_half(row, start)), 0) for start in (1, HALF + 1)]
    counted = sa.select(sa.func.count(Response.id), *sums).select_from(Response)
    return " ".join(str(int(part)) for part in session.execute(joined(counted, survey).where(which)).one())


def _teach(session: Session) -> None:
    """PostgreSQL has what is needed; SQLite is given it."""
    connection: Any = session.connection().connection.driver_connection
    connection.create_aggregate("rows_digest", 1, Digest)


def _half(row: sa.ColumnElement[str], start: int) -> sa.ColumnElement[int]:
    digits = sa.func.substr(sa.func.md5(row), start, HALF)
    return sa.cast(sa.cast(sa.literal("x").op("||")(digits), BIT(4 * HALF)), sa.BigInteger)
