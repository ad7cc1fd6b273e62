"""On a filled PostgreSQL nobody can say which slip came with which answer: what is stored does not depend on it.

The same people answer in the same order, once with their slips and once with each other's. If the two databases are
equal in every cell, in the place of every row (ctid) and in who wrote it before whom (xmin), no join, order or header
can tell the slips apart. What is random anyway (ids, codes of batches, digests of visit codes) is left out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.clock import local_day
from survey_app.models import Base
from survey_app.proofs import slips, visits
from survey_app.proofs.slips import Slip
from tests import factories
from tests.conftest import make_app, new_postgres_database
from tests.survey_app.answer.conftest import GOOD, token_in

SLIP_POINT, VISIT_POINT = "K7QF3MX", "K7QF3MY"
SIZE, BATCHES = 16, 3
# Who comes when: the batch, and what is answered. The slips are given out below, in one order or another.
ARRIVALS = [(number * 7 % BATCHES, str(1 + number * 3 % 5)) for number in range(24)]
SERIALS = [0, 3, 4, 7, 8, 11, 12, 15]
SHUFFLED = [11, 0, 15, 7, 3, 12, 8, 4]
RANDOM = {"response": {"id"}, "slip_batch": {"code"}, "visit_week": {"spent"}}


@contextmanager
def filled(folder: Path, server: str, serials: list[int]) -> Iterator[Session]:
    """A database in which the people of each batch answered with these slips, one after the other."""
    app = make_app(folder, new_postgres_database(server))
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        _answer_with_slips(app, _batches(database.session()), serials)
        _answer_with_visit_codes(app)
        yield database.session()
    app.extensions["engine"].dispose()


def _batches(session: Session) -> list[str]:
    point = factories.make_point(session, code=SLIP_POINT, mode="qr_slip")
    factories.make_point(session, wave=point.wave, unit=point.unit, code=VISIT_POINT, mode="visit_code")
    made = [slips.add_batch(session, point, SIZE, "15520", f"15520-{number}", 2.5) for number in range(BATCHES)]
    session.commit()
    return [batch.code for batch in made]


def _answer_with_slips(app: Flask, batches: list[str], serials: list[int]) -> None:
    left = {batch: list(serials) for batch in batches}
    for place, answer in ARRIVALS:
        code = Slip(batches[place], left[batches[place]].pop(0)).code("token key of the tests")
        _answer(app, SLIP_POINT, f"/s/{code}", answer)


def _answer_with_visit_codes(app: Flask) -> None:
    key = visits.point_key("token key of the tests", VISIT_POINT)
    for number in range(10):
        day = local_day(factories.NOON) - timedelta(weeks=number % 2)
        _answer(app, VISIT_POINT, f"/v/{VISIT_POINT}/{visits.new_code(key, 'H', day)}", str(1 + number % 5))


def _answer(app: Flask, point: str, opened_by: str, answer: str) -> None:
    client = app.test_client()
    token = token_in(client.get(opened_by).text)
    assert client.post(f"/p/{point}", data=GOOD | {"token": token, "A1.1": answer}).status_code == 303


def everything(session: Session) -> dict[str, list[Any]]:
    """All rows in the order of their places, with place and order of writing, without what is random."""
    read: dict[str, list[Any]] = {}
    for table in Base.metadata.sorted_tables:
        kept = [column for column in table.columns if column.name not in RANDOM.get(table.name, ())]
        header = [sa.literal_column(f'"{table.name}".{name}::text') for name in ("ctid", "xmin")]
        rows = session.execute(sa.select(*header, *kept).order_by(sa.literal_column(f'"{table.name}".ctid'))).all()
        read[table.name] = [tuple(row) for row in rows]
    written = sorted({int(row[1]) for rows in read.values() for row in rows})
    return {name: [(row[0], written.index(int(row[1])), *row[2:]) for row in rows] for name, rows in read.items()}


@pytest.fixture
def fill(tmp_path: Path, postgres_server: str) -> Callable[[list[int]], dict[str, list[Any]]]:
    def run(serials: list[int]) -> dict[str, list[Any]]:
        folder = tmp_path / "-".join(map(str, serials))
        folder.mkdir()
        with filled(folder, postgres_server, serials) as session:
            return everything(session)

    return run


class Own(NamedTuple):
    """Of the database in which people came with SERIALS."""

    rows: dict[str, list[Any]]
    batches: list[bytes]  # The bits of those whose last writer is an answer's transaction.
    weeks: list[bytes]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Own:
    with filled(tmp_path_factory.mktemp("own"), postgres_server, SERIALS) as session:
        shared = "SELECT {0}.spent FROM {0} JOIN response ON response.xmin::text = {0}.xmin::text"
        batches = list(session.execute(sa.text(shared.format("slip_batch"))).scalars())
        weeks = list(session.execute(sa.text(shared.format("visit_week"))).scalars())
        return Own(everything(session), batches, weeks)


def test_what_is_stored_does_not_depend_on_who_held_which_slip(
    own: Own, fill: Callable[[list[int]], dict[str, list[Any]]]
) -> None:
    exchanged = fill(SHUFFLED)

    assert sorted(SERIALS) == sorted(SHUFFLED)
    assert len(own.rows["response"]) == len(ARRIVALS) + 10
    assert {name: rows == exchanged[name] for name, rows in own.rows.items()} == dict.fromkeys(own.rows, True)


def test_the_comparison_would_see_another_slip(own: Own, fill: Callable[[list[int]], dict[str, list[Any]]]) -> None:
    """A test that cannot fail proves nothing: one slip that nobody used before changes the batches, and only them."""
    other = fill([1, *SERIALS[1:]])

    assert [name for name, rows in own.rows.items() if rows != other[name]] == ["slip_batch"]


def test_row_headers_lead_to_many_slips_at_once(own: Own) -> None:
    """The last writer of a batch or week is an answer's transaction: it is one of all that the row holds as spent."""
    assert len(own.batches) <= BATCHES
    assert {int.from_bytes(spent).bit_count() for spent in own.batches} == {len(SERIALS)}
    assert {len(spent) // visits.DIGEST_BYTES for spent in own.weeks} == {5}
