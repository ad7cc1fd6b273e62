"""Simulated forms travel through the real pages of a real server; what is already there is not sent again."""

import os
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from benchmarks.site import Site, free_port
from survey_app import config, create_app, database
from survey_app.clock import utc_now
from survey_app.commands import cli, demo
from survey_app.models import Case, PaperBatch, PaperSheet, Response, User
from survey_app.simulation import fieldwork, installation, send
from survey_app.simulation.fieldwork import PointForms
from survey_app.simulation.scenarios import HEALTH, SIPAS

pytestmark = pytest.mark.slow
# One commune of the simulated survey: 72 cases and 30 visitors, the same rules as for 41.
SMALL = replace(SIPAS, units=1)
LEFT_OPEN = 1  # Of these 72 by the seed.
TYPISTS = (installation.OFFICER, installation.MANAGER)


@dataclass
class Running:
    app: Flask
    settings: config.Settings
    address: str
    password: str


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    environ = os.environ | {"INSTANCE": str(tmp_path), "PORT": str(port), "DATABASE_URL": ""}
    settings = config.read(environ)
    database.upgrade(settings.database_url)
    app = create_app(settings)
    with app.app_context():
        session = database.writing(database.session())
        passwords = installation.install(session, settings, utc_now())
        session.commit()
    site = Site(environ, f"http://127.0.0.1:{port}", code="")
    site.start()
    yield Running(app, settings, site.address, passwords[installation.OFFICER])
    site.stop()
    app.extensions["engine"].dispose()


def send_all(running: Running) -> int:
    """What a start of the demonstration does with one scenario; returns how many forms and visits it sent."""
    with running.app.app_context():
        session = database.writing(database.session())
        field, wave = installation.prepare(session, running.settings, SMALL, utc_now())
        session.commit()
        waiting = fieldwork.points_to_fill(session, field, wave)
        visits = fieldwork.cases_to_visit(session, field, wave)
    sent: list[int] = []
    send.at_points(running.address, waiting, sent.append)
    send.by_officer(sign_in(running), visits, sent.append)
    return sum(sent)


def sign_in(running: Running) -> send.Visitor:
    return send.sign_in(running.address, installation.OFFICER, running.password)


def test_a_wave_is_filled_over_http_and_only_once(running: Running) -> None:
    first = send_all(running)
    with running.app.app_context():
        filled = installation.is_filled(database.session(), running.settings, SMALL)
    again = send_all(running)

    with running.app.app_context():
        session = database.session()
        modes = Counter(session.scalars(sa.select(Response.mode)))
        outcomes = Counter(session.scalars(sa.select(Case.disposition)))
    assert (first, again, filled) == (102 - outcomes["open"], 0, True)
    assert outcomes.total() == 72
    assert outcomes["open"] == LEFT_OPEN
    assert modes == {"qr_open": 30, "tablet": outcomes["complete"]}


def test_a_fill_that_was_interrupted_goes_on(running: Running) -> None:
    with running.app.app_context():
        session = database.writing(database.session())
        field, wave = installation.prepare(session, running.settings, SMALL, utc_now())
        session.commit()
        (point,) = fieldwork.points_to_fill(session, field, wave)
    send.at_points(running.address, [replace(point, forms=point.forms[:7])], lambda _count: None)

    with running.app.app_context():
        (rest,) = fieldwork.points_to_fill(database.session(), field, wave)
        filled = installation.is_filled(database.session(), running.settings, SMALL)
    assert rest.forms == point.forms[7:]
    assert filled is False


def test_a_form_that_is_not_accepted_stops_the_simulation(running: Running) -> None:
    with running.app.app_context():
        session = database.writing(database.session())
        field, wave = installation.prepare(session, running.settings, replace(HEALTH, units=1), utc_now())
        session.commit()
        paper, point = fieldwork.points_to_fill(session, field, wave)
    wrong = [{"A1": ["9"]}]

    with pytest.raises(send.SendError, match=f"/p/{point.code}.*422"):
        send.at_points(running.address, [replace(point, forms=wrong)], lambda _count: None)
    with pytest.raises(send.SendError, match="A1"):
        type_in(running, [replace(paper, forms=wrong)])


def type_in(running: Running, waiting: list[PointForms]) -> int:
    """As a start of the demonstration does; returns how many forms were typed."""
    sent: list[int] = []
    demo._type(running.app, running.settings, waiting, sent.append)
    return sum(sent)


def test_paper_forms_are_typed_by_two_people_and_only_once(running: Running) -> None:
    with running.app.app_context():
        session = database.writing(database.session())
        field, wave = installation.prepare(session, running.settings, replace(HEALTH, units=1), utc_now())
        session.commit()
        (paper,) = (point for point in fieldwork.points_to_fill(session, field, wave) if point.on_paper)
    first = type_in(running, [replace(paper, forms=paper.forms[:3])])
    with running.app.app_context():
        (rest,) = (point for point in fieldwork.points_to_fill(database.session(), field, wave) if point.on_paper)
    again = type_in(running, [replace(paper, forms=[])])

    with running.app.app_context():
        session = database.session()
        kept = session.execute(sa.select(Response.mode, Response.paradata)).all()
        typed = set(session.execute(sa.select(PaperSheet.first_by_id, PaperSheet.second_by_id)).tuples())
        (batch,) = session.scalars(sa.select(PaperBatch))
        people = {user.id for user in session.scalars(sa.select(User).where(User.email.in_(TYPISTS)))}
    assert (first, again, rest.forms) == (3, 0, paper.forms[3:])
    assert kept == [("paper_self", '{"typed_twice":true}')] * 3
    assert [set(pair) for pair in typed] == [people]
    assert (batch.issued, batch.returned) == (3, 3)


def test_installing_twice_changes_nothing_and_passwords_stay(running: Running) -> None:
    with running.app.app_context():
        session = database.writing(database.session())
        again = installation.install(session, running.settings, utc_now())

        assert again[installation.OFFICER] == running.password
        assert not session.new
        assert not session.dirty
    kept = running.settings.instance / "demo-accounts.json"
    assert kept.stat().st_mode & 0o077 == 0


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("INSTANCE", str(tmp_path))
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        result = CliRunner().invoke(cli, ["demo", "--once"])

    assert result.exit_code == 1
    assert result.output.startswith("Error: Port ")
    assert "PORT=" in result.output
    assert not (tmp_path / "hailong.sqlite").exists()
