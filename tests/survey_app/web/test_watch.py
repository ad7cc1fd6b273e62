"""Metrics and logs of a real server with two workers: they tell what an administrator needs, nothing of a person."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import urllib3
from flask import Flask
from sqlalchemy.orm import Session

from benchmarks.site import Site, make_site
from survey_app import accounts, config, create_app, database
from survey_app.models import Response
from survey_app.simulation.send import FORM, read_forms
from survey_app.web import watch
from tests import staff
from tests.survey_app.answer.conftest import GOOD

TOKEN = "a token for the metrics"
SAID = "Chị Hằng ở quầy số 3 rất tử tế"
EMAIL = "hang.nguyen@example.vn"
AGENT = "Nokia 3310 of Mrs Hang"


class Running:
    """A server whose log goes to a file."""

    def __init__(self, site: Site, log: Path) -> None:
        self.site, self.log, self.pool = site, log, urllib3.PoolManager(retries=False, timeout=20)

    def ask(self, method: str, path: str, fields: Any = None, **headers: str) -> urllib3.BaseHTTPResponse:
        body = urlencode(fields, doseq=True) if fields else None
        sent = {"User-Agent": AGENT, "X-Forwarded-For": "203.0.113.77", **(FORM if fields else {}), **headers}
        return self.pool.request(method, self.site.address + path, body=body, headers=sent, redirect=False)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("watched")
    site = make_site(folder, f"sqlite:///{folder / 'watched.sqlite'}")
    site.environ = {**site.environ, "METRICS_TOKEN": TOKEN, "LOG_REQUESTS": "1", "BEHIND_PROXY": "1"}
    with (folder / "log").open("wb") as log:
        site.start(output=log)
    yield Running(site, folder / "log")
    site.stop()


def _answer(running: Running) -> tuple[urllib3.BaseHTTPResponse, str]:
    page = running.ask("GET", f"/p/{running.site.code}?lang=vi&from=secret-query")
    (form,) = [found for found in read_forms(page.data.decode()) if "token" in found.hidden]
    token = form.hidden["token"]
    return running.ask("POST", f"/p/{running.site.code}", {"token": token, **GOOD, "comment": SAID}), token


def _sign_in(running: Running) -> urllib3.BaseHTTPResponse:
    page = running.ask("GET", "/login")
    fields = {"csrf_token": staff.csrf_in(page.data.decode()), "email": EMAIL, "password": staff.PASSWORD}
    return running.ask("POST", "/login", fields, Cookie=page.headers["Set-Cookie"].partition(";")[0])


def test_an_answer_and_a_sign_in_leave_nothing_personal_in_the_log(running: Running) -> None:
    app = create_app(config.read(running.site.environ))
    with app.app_context():
        accounts.add_user(database.session(), EMAIL, staff.PASSWORD, ("officer",), "Nguyễn Thị Hằng")
        database.session().commit()
        (sent, token), signed_in = _answer(running), _sign_in(running)
        with Session(database.engine()) as session:
            ids = [str(response.id) for response in session.query(Response)]
    app.extensions["engine"].dispose()
    running.ask("GET", "/s/K7QF3MXA9BCD")
    running.ask("GET", "/p/K7QF3MX/../x?code=K7QF3MXA9BCD")
    log, lines = running.log.read_text(), running.lines()
    receipt = parse_qs(urlsplit(sent.headers["Location"]).query)["r"][0]

    assert (sent.status, signed_in.status) == (303, 302)
    assert len(ids) == 1
    told = [line for line in lines if line["event"] == "request"]
    found = {(line["endpoint"], line["method"], line["status"]) for line in told}
    assert {("answer.show", "GET", 200), ("security.login", "POST", 302)} <= found
    # Beside the order of rows in the database their times would say when each person answered.
    assert "answer.send" not in {endpoint for endpoint, _method, _status in found}
    assert {key for line in told for key in line} == {
        *("at", "event", "level", "request", "endpoint", "method", "status", "ms")
    }
    personal = [running.site.code, token, receipt, *ids, ids[0].replace("-", ""), SAID, "Hằng", EMAIL, staff.PASSWORD]
    personal += ["203.0.113.77", AGENT, "secret-query", "K7QF", "session="]
    assert [one for one in personal if one in log] == []
    assert "127.0.0.1" not in json.dumps(told)


def test_a_slow_form_is_not_told_and_a_slow_page_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(watch, "SLOW", -1.0)
    monkeypatch.setattr(watch, "log", SimpleNamespace(info=lambda _event, **said: told.append(said["endpoint"])))
    for endpoint, method, status in (
        ("answer.send", "POST", "303 SEE OTHER"),
        ("device.entries", "POST", "200 OK"),
        ("manage.surveys", "GET", "200 OK"),
        ("answer.send", "POST", "500 INTERNAL SERVER ERROR"),
    ):
        environ = {"REQUEST_METHOD": method, watch.ENDPOINT: endpoint}
        watch.Watch(lambda _environ, start, status=status: start(status, []), every=False)(environ, lambda *_: [])

    assert told == ["manage.surveys", "answer.send"]


def test_every_answer_has_an_id_of_its_own_that_the_log_knows(running: Running) -> None:
    answers = [running.ask("GET", path) for path in ("/", "/none", "/ket-qua/", "/manage/surveys")]
    ids = [one.headers.get("X-Request-ID") for one in answers]
    logged = {line.get("request") for line in running.lines()}

    assert all(one and re.fullmatch("[0-9a-f]{16}", one) for one in ids)
    assert len(set(ids)) == len(ids)
    assert set(ids) <= logged


def test_metrics_are_of_all_workers_and_for_the_holder_of_the_token_alone(running: Running) -> None:
    for _number in range(20):
        running.ask("GET", "/health/live")
    shown = running.ask("GET", "/metrics", Authorization=f"Bearer {TOKEN}").data.decode()
    again = running.ask("GET", "/metrics", Authorization=f"Bearer {TOKEN}").data.decode()
    closed = [running.ask("GET", "/metrics", **one).status for one in ({}, {"Authorization": f"Bearer {TOKEN}x"})]
    name = r'^hailong_requests_total\{endpoint="health.live",method="GET",status="200"\} ([0-9.]+)$'
    counted = [float(found) for text in (shown, again) for found in re.findall(name, text, re.MULTILINE)]

    assert closed == [403, 403]
    assert len(counted) == 2
    assert counted[0] == counted[1] >= 20
    assert 'hailong_request_seconds_bucket{endpoint="answer.show"' in shown
    assert running.site.code not in shown
    assert "hailong_last_backup_timestamp_seconds 0.0" in shown
    free = re.search(r"^hailong_disk_free_bytes ([0-9.e+]+)$", shown, re.MULTILINE)
    assert free
    assert float(free[1]) > 0


def test_checks_of_health_are_counted_and_not_logged(running: Running) -> None:
    running.ask("GET", "/health/ready")
    asked = running.ask("GET", "/ket-qua/").headers["X-Request-ID"]
    endpoints = {line["endpoint"] for line in running.lines() if line["event"] == "request"}

    assert asked in running.log.read_text()
    assert not any(endpoint.startswith("health.") for endpoint in endpoints)


def test_without_a_token_of_its_own_nobody_reads_metrics(console_app: Flask) -> None:
    empty = {"Authorization": "Bearer "}

    assert console_app.test_client().get("/metrics", headers=empty).status_code == 403


def test_a_fault_is_told_without_its_words(
    console_app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise ValueError(SAID)

    console_app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(console_app.view_functions, "answer.start", fail)
    page = console_app.test_client().get("/")
    said = capsys.readouterr()

    assert page.status_code == 500
    assert "ValueError" in said.out
    assert "test_watch.py" in said.out
    assert "Hằng" not in said.out + said.err
