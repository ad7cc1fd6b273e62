"""`hailong demo`, what `make run` calls: simulated waves, their reports, and the site until it is stopped."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
import urllib3
from flask import Flask

from survey_app import analysis_process, clock, config, create_app, database, extract, points, releases, sheets, surveys
from survey_app.commands import cli
from survey_app.config import Settings
from survey_app.models import CollectionPoint
from survey_app.publishing import steps
from survey_app.results import telling
from survey_app.simulation import fieldwork, installation, publishing, send, typed
from survey_app.simulation.fieldwork import PointForms
from survey_app.simulation.scenarios import SCENARIOS, SIPAS, Scenario

PATIENCE = 180.0
SAID_EVERY = 10.0  # Seconds.


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--once", is_flag=True, help="End when everything is made, instead of serving on.")
def demo(host: str, once: bool) -> None:
    """Set up simulated surveys with their reports and serve them.  Example: PORT=8080 hailong demo"""
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = config.read()
        _check_port(host, settings.port)
        click.echo("Bringing the database up to date …")
        database.upgrade(settings.database_url)
        app = create_app(settings)
        passwords = _install(app, settings)
        address = f"http://{host}:{settings.port}"
        with _serving(host, address, _log_of(settings)) as server:
            _fill(app, settings, address, passwords[installation.OFFICER])
            _release(app, settings)
            _publish(app, settings)
            _print_addresses(app, settings, address, passwords)
            if not once:
                server.wait()
    except (ValueError, send.SendError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Stopped. The data stay; `make run` starts again in seconds.")


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        # A server that has just ended may leave connections behind; they are no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = f"stop the other program, or choose another port: PORT={port + 1} make run"
            raise ValueError(f"Port {port} on {host} cannot be used ({error.strerror}): {advice}") from error


def _install(app: Flask, settings: Settings) -> Mapping[str, str]:
    with app.app_context():
        session = database.writing(database.session())
        passwords = installation.install(session, settings, clock.now())
        session.commit()
    return passwords


def _log_of(settings: Settings) -> Path:
    return settings.instance / "demo.log"


@contextmanager
def _serving(host: str, address: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The site as a process of its own, ready on entry, ended on exit. Its lines are for programs: they go to `log`."""
    command = [sys.executable, "-m", "survey_app", "serve", "--host", host]
    with log.open("wb") as lines:
        server = subprocess.Popen(command, stdout=lines, start_new_session=True)  # noqa: S603  (our own module, no shell)
    try:
        _wait_until_ready(address, server)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    pool, deadline = urllib3.PoolManager(retries=False, timeout=2.0), time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if pool.request("GET", f"{address}/health/ready").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.1)
    raise ValueError("The site did not become ready: run `hailong doctor` to see what is missing.")


def _fill(app: Flask, settings: Settings, address: str, password: str) -> None:
    """Sends what the simulated waves still lack."""
    for scenario in SCENARIOS:
        with app.app_context():
            session = database.writing(database.session())
            if installation.is_filled(session, settings, scenario):
                continue
            click.echo(f"Imagining people: {scenario.name_en} …")
            field, wave = installation.prepare(session, settings, scenario, clock.now())
            session.commit()
            waiting = fieldwork.points_to_fill(session, field, wave)
            visits = fieldwork.cases_to_visit(session, field, wave)
        on_paper = [point for point in waiting if point.on_paper]
        others = [point for point in waiting if not point.on_paper]
        with _progress("  forms at collection points", _count(others)) as sent:
            send.at_points(address, others, sent)
        if on_paper:
            with _progress("  forms on paper, typed by two people", _count(on_paper), "typed twice") as sent:
                _type(app, settings, on_paper, sent)
        if visits:
            officer = send.sign_in(address, installation.OFFICER, password)
            with _progress("  cases visited by an officer", len(visits)) as sent:
                send.by_officer(officer, visits, sent)


def _count(waiting: Sequence[PointForms]) -> int:
    return sum(len(point.forms) for point in waiting)


def _type(app: Flask, settings: Settings, waiting: Sequence[PointForms], sent: send.Sent) -> None:
    """Of a start that is broken off, a point is typed whole or not at all."""
    for point in waiting:
        with app.app_context():
            session = database.writing(database.session())
            typists = installation.typists(session)
            typed.type_in(session, point, typists, settings.token_key, clock.now(), sent)
            session.commit()


@contextmanager
def _progress(label: str, length: int, done: str = "sent over HTTP") -> Iterator[send.Sent]:
    start = time.monotonic()
    if sys.stdout.isatty():
        with click.progressbar(length=length, label=label, show_pos=True) as bar:
            yield bar.update
    else:
        click.echo(f"{label} …")
        yield _in_lines(label, length)
    click.echo(f"  {length} {done} in {time.monotonic() - start:.0f} s")


def _in_lines(label: str, length: int) -> send.Sent:
    """Where there is no terminal a bar would be silent to its end: a line now and then says how far it is."""
    lock, done, said = threading.Lock(), 0, time.monotonic()

    def sent(more: int) -> None:
        nonlocal done, said
        with lock:
            done += more
            if time.monotonic() - said >= SAID_EVERY:
                said = time.monotonic()
                click.echo(f"{label}: {done} of {length}")

    return sent


def _release(app: Flask, settings: Settings) -> None:
    """Extract, figures and documents of each simulated survey that has no release yet."""
    for scenario in SCENARIOS:
        if _newest_release(settings, scenario) is not None:
            continue
        click.echo(f"Extract, figures and report: {scenario.name_en} …")
        name = f"{scenario.slug}-{clock.utc_now().astimezone(clock.LOCAL):%Y%m%d-%H%M%S}"
        with app.app_context():
            survey = surveys.find_survey(database.session(), scenario.slug)
            assert survey is not None  # noqa: S101  (made by `_fill`)
            extract.write(database.session(), survey, settings.extracts / name, clock.now())
        analysis_process.release(settings.extracts / name, settings.releases / name, settings.template)


def _publish(app: Flask, settings: Settings) -> None:
    """The three indices of the district, to the public: documents with their number, and the pages for everybody.

    The pages come last: what a start that was broken off has not shown yet is done again.
    """
    left = [scenario for scenario in SCENARIOS if not (settings.public / "ket-qua" / scenario.slug).exists()]
    for scenario in left:
        click.echo(f"Publishing, and writing the documents with their number: {scenario.name_en} …")
        folder = _newest_release(settings, scenario)
        assert folder is not None  # noqa: S101  (made by `_release`)
        _publish_one(app, settings, scenario, folder)
        analysis_process.report(folder, settings.template)
    if left:
        click.echo("Writing the public pages …")
        analysis_process.site(settings.releases, settings.public, settings.public_url)


def _publish_one(app: Flask, settings: Settings, scenario: Scenario, folder: Path) -> None:
    """Where it is not published yet."""
    with app.app_context():
        session = database.writing(database.session())
        survey, release = surveys.find_survey(session, scenario.slug), releases.find(settings.releases, folder.name)
        if not survey or not release or steps.of_survey(session, survey):
            return
        made = publishing.publish(session, survey, release, clock.now())
        session.commit()
        telling.tell(made)


def _newest_release(settings: Settings, scenario: Scenario) -> Path | None:
    found = releases.all_releases(settings.releases)
    return next((release.folder for release in found if release.name.startswith(f"{scenario.slug}-")), None)


def _write_sheets(settings: Settings, found: Sequence[CollectionPoint]) -> Path:
    """Anew at every start: the address that they carry may be another."""
    path = settings.instance / f"qr-{SIPAS.wave_slug}.pdf"
    path.write_bytes(sheets.pdf(found, settings.public_url))
    return path


def _print_addresses(app: Flask, settings: Settings, address: str, passwords: Mapping[str, str]) -> None:
    with app.app_context():
        found = points.to_hang(points.of_waves(database.session(), wave=SIPAS.wave_slug))
        sheet = _write_sheets(settings, found)
        citizen = points.url(address, found[0].code)
    click.echo(f"\nThe site is ready, with simulated data only.\n  Citizen's page   {citizen}")
    click.echo(f"  Published index  {address}/ket-qua/")
    click.echo(f"  Console          {address}/login")
    for email, password in passwords.items():
        click.echo(f"    {email:25} {password:14} (demo account, {installation.PEOPLE[email][0]})")
    click.echo(f"  QR sheets        {sheet}")
    for scenario in SCENARIOS:
        click.echo(f"  Report           {_newest_release(settings, scenario)}/report.pdf")
    click.echo(f"  Log of the site  {_log_of(settings)}")
    click.echo(f"  Known truth      {installation.truth_file(settings, SIPAS)}\nCtrl-C stops the site; the data stay.")
