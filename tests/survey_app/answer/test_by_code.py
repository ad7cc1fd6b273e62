"""Forms opened by a slip or a visit code: kept once, refused when used, never joined to who holds the code."""

import os
import re
import threading
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import database
from survey_app.clock import local_day
from survey_app.models import CollectionPoint, Response, SlipBatch, Wave
from survey_app.proofs import slips, visits
from tests import factories
from tests.survey_app.answer.conftest import GOOD
from tests.survey_app.answer.test_send import receipt_on

CODE = "K7QF3MX"
REPLAYS = int(os.environ.get("REPLAYS", "40"))  # The long form has a thousand.


@pytest.fixture
def sample(app_on_any_database: Flask) -> tuple[Flask, list[str]]:
    """A point with a batch of 30 slips, and their codes."""
    app = app_on_any_database
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        session = database.session()
        point = factories.make_point(session, code=CODE, mode="qr_slip")
        batch = slips.add_batch(session, point, 30, "15520", "15520-01", 2.5)
        session.commit()
        return app, slips.codes(app.config["SETTINGS"].token_key, batch)


def send(client: FlaskClient, page: TestResponse, **answers: str) -> TestResponse:
    token = re.search(r'name="token" value="([^"]*)"', page.text)
    assert token, page.text
    return client.post(f"/p/{CODE}", data=GOOD | answers | {"token": unescape(token[1])})


def kept(app: Flask, what: Any) -> list[Any]:
    with app.app_context():
        return list(database.session().execute(sa.select(what)).scalars())


def test_a_slip_opens_the_form_and_counts_once(sample: tuple[Flask, list[str]]) -> None:
    app, codes = sample
    client = app.test_client()
    page = client.get(f"/s/{codes[4].lower()}")
    first, repeated = send(client, page), send(client, page)
    fresh = send(client, client.get(f"/s/{codes[5]}"))

    assert (page.status_code, first.status_code, fresh.status_code) == (200, 303, 303)
    receipts = [receipt_on(client.get(sent.location)) for sent in (first, repeated)]
    assert receipts[0] == receipts[1] != ""
    assert client.get(f"/s/{codes[4]}").status_code == 410
    assert kept(app, Response.mode) == ["qr_slip"] * 2
    assert [slips.count_spent(batch) for batch in kept(app, SlipBatch)] == [2]


def test_two_forms_of_one_slip_give_one_response(sample: tuple[Flask, list[str]]) -> None:
    app, codes = sample
    client = app.test_client()
    pages = [client.get(f"/s/{codes[0]}") for _ in range(2)]
    answers = [send(client, page).status_code for page in pages]

    assert answers == [303, 409]
    assert len(kept(app, Response.id)) == 1


def test_the_point_alone_asks_for_the_slip(sample: tuple[Flask, list[str]]) -> None:
    app, codes = sample
    client = app.test_client()
    page = client.get(f"/p/{CODE}?lang=en")
    typed = client.get("/", query_string={"code": codes[0]})

    assert 'name="token"' not in page.text
    assert "slip" in page.text
    assert typed.headers["Location"].startswith(f"/s/{codes[0].replace('-', '')}")


def test_a_slip_of_one_unit_is_worth_nothing_at_another(sample: tuple[Flask, list[str]]) -> None:
    app, codes = sample
    with app.app_context():
        session = database.session()
        wave = session.scalars(sa.select(Wave)).one()
        other = factories.make_point(session, wave=wave, unit=factories.make_unit(session, "15523"), mode="qr_slip")
        session.commit()
        code = other.code
    client = app.test_client()
    token = re.search(r'name="token" value="([^"]*)"', client.get(f"/s/{codes[1]}").text)
    assert token
    refused = client.post(f"/p/{code}", data=GOOD | {"token": unescape(token[1])})

    assert refused.status_code == 400
    assert kept(app, Response.id) == []


def test_replays_of_one_slip_are_let_in_once(sample: tuple[Flask, list[str]]) -> None:
    """Eight clients at once, each with its part of the forms."""
    app, codes = sample
    statuses: list[int] = []

    def replay() -> None:
        client = app.test_client()
        pages = [client.get(f"/s/{codes[7]}") for _ in range(REPLAYS // 8)]
        ready.wait()
        statuses.extend(send(client, page).status_code for page in pages if page.status_code == 200)

    ready = threading.Barrier(8)
    clients = [threading.Thread(target=replay) for _ in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    assert statuses.count(303) == 1
    assert set(statuses) == {303, 409}
    assert len(statuses) == REPLAYS
    assert len(kept(app, Response.id)) == 1


@pytest.mark.parametrize(
    ("weeks", "again", "modes"),
    [(0, False, ["visit_code"]), (9, False, ["qr_open"]), (0, True, ["qr_open", "visit_code"])],
)
def test_a_visit_code_raises_trust_once_and_while_it_is_fresh(
    app_on_any_database: Flask, weeks: int, again: bool, modes: list[str]
) -> None:
    app = app_on_any_database
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        session = database.session()
        factories.make_point(session, code=CODE, mode="visit_code")
        session.commit()
    key = visits.point_key(app.config["SETTINGS"].token_key, CODE)
    code = visits.new_code(key, "H", local_day(factories.NOON) - timedelta(weeks=weeks))
    client = app.test_client()
    for _ in range(1 + again):
        assert send(client, client.get(f"/v/{CODE}/{code}")).status_code == 303

    assert sorted(kept(app, Response.mode)) == modes


def test_the_wall_qr_of_a_visit_point_is_open_to_all(app_on_any_database: Flask) -> None:
    app = app_on_any_database
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        session = database.session()
        factories.make_point(session, code=CODE, mode="visit_code")
        session.commit()
    client = app.test_client()

    assert send(client, client.get(f"/p/{CODE}")).status_code == 303
    assert send(client, client.get(f"/v/{CODE}/AAAA")).status_code == 303
    assert kept(app, Response.mode) == ["qr_open"] * 2


def test_nobody_can_join_a_spent_slip_to_an_answer(sample: tuple[Flask, list[str]]) -> None:
    """Fifteen people answer in the order of their slips. What the database holds is the same for any other order: one
    row with a set of bits; and on PostgreSQL the header of that row names the last transaction only.
    """
    app, codes = sample
    client = app.test_client()
    for code in codes[:15]:
        assert send(client, client.get(f"/s/{code}")).status_code == 303
    with app.app_context():
        session = database.session()
        tables = {table.name: table for table in CollectionPoint.metadata.sorted_tables}
        rows = {name: session.execute(sa.select(table)).all() for name, table in tables.items()}
        batch = rows["slip_batch"][0]
        cells = {name: {str(cell) for row in found for cell in row} for name, found in rows.items()}
        holding = [name for name, found in cells.items() if found & set(codes)]
        headers = _row_headers(session)

    assert holding == []
    assert batch.spent == bytes([0xFF, 0x7F, 0, 0])
    assert [row.batch_id for row in rows["response"]] == [batch.id] * 15
    assert len(headers) in (0, 1)


def _row_headers(session: Any) -> list[Any]:
    """The transactions that wrote what is visible of the batches: at most one, that of the last answer."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    return list(session.execute(sa.text("SELECT DISTINCT xmin::text FROM slip_batch")).scalars())


def test_extract_takes_stratum_and_weight_from_the_batch(sample: tuple[Flask, list[str]], tmp_path: Any) -> None:
    import pyarrow.parquet as pq

    from survey_app import extract

    app, codes = sample
    client = app.test_client()
    send(client, client.get(f"/s/{codes[0]}"))
    with app.app_context():
        survey = database.session().scalars(sa.select(Wave)).one().survey
        extract.write(database.session(), survey, tmp_path / "extract", factories.NOON)
    row = pq.read_table(tmp_path / "extract" / "responses.parquet").to_pylist()[0]

    assert {name: row[name] for name in ("mode", "stratum", "psu", "weight", "case")} == {
        "mode": "qr_slip",
        "stratum": "15520",
        "psu": "15520-01",
        "weight": 2.5,
        "case": None,
    }


def test_a_late_form_of_a_slip_is_kept_for_a_decision(sample: tuple[Flask, list[str]]) -> None:
    app, codes = sample
    client = app.test_client()
    page = client.get(f"/s/{codes[2]}")
    app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=30)

    assert send(client, page).status_code == 303
    assert kept(app, Response.state) == ["late"]
