"""The same form sent by 200 clients at once to the real server: one row, equal receipts; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import sqlalchemy as sa
import urllib3

from survey_app import clock, config, database
from survey_app.models import Response, ResponseConflict
from survey_app.proofs import thanks
from tests.browser import granian
from tests.conftest import make_app
from tests.survey_app.answer.conftest import CODE, GOOD, make_open_point, token_in

CLIENTS = 200


@pytest.fixture
def url(tmp_path: Path, any_database_url: str) -> str:
    app = make_app(tmp_path, any_database_url)
    today = clock.local_day(clock.utc_now())
    make_open_point(app, opens_on=today, closes_on=today + timedelta(days=365))
    app.extensions["engine"].dispose()
    return any_database_url


def rows(url: str, model: type[Response | ResponseConflict]) -> int:
    engine = database.make_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(model))
    engine.dispose()
    return count or 0


def send(http: urllib3.PoolManager, address: str, answers: dict[str, str]) -> tuple[int, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = http.request(
        "POST", f"{address}/p/{CODE}", body=urlencode(answers), headers=headers, redirect=False, retries=False
    )
    return response.status, response.headers.get("Location", "")


@pytest.mark.slow
def test_two_hundred_at_once_are_one_response(tmp_path: Path, url: str) -> None:
    (tmp_path / "server").mkdir()
    with granian(tmp_path / "server", url) as address, urllib3.PoolManager(maxsize=CLIENTS, block=True) as http:
        token = token_in(http.request("GET", f"{address}/p/{CODE}").data.decode())
        with ThreadPoolExecutor(CLIENTS) as clients:
            answered = list(clients.map(lambda _: send(http, address, {"token": token, **GOOD}), range(CLIENTS)))
            other = list(
                clients.map(lambda n: send(http, address, {"token": token, **GOOD, "comment": str(n % 2)}), range(20))
            )

    key = config.read({"INSTANCE": str(tmp_path / "server")}).token_key
    sealed = [parse_qs(urlsplit(location).query)["r"][0] for _, location in answered]
    receipts = {thanks.read(key, one, clock.utc_now())[0].receipt for one in sealed}
    assert {status for status, _ in answered} == {303}
    assert len(receipts) == 1
    assert {status for status, _ in other} == {409}
    assert (rows(url, Response), rows(url, ResponseConflict)) == (1, 2)
