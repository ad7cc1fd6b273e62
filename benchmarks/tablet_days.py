"""Interviews on tablets whose browsers are killed and whose lines are cut: what was answered is what is stored.

    python -m benchmarks.tablet_days --tablets 10 --cases 1000 --kills 500

Each tablet is a Chromium with a profile of its own that runs the tablet's modules without its screens. Meanwhile its
browser or tab is killed, its line is cut before, within and after requests, its storage is full, one clock is three
years fast and one three years slow; the server is killed with all its workers, and the version is retired.
"""

import contextlib
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import psutil
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Error, Page, Playwright, Route, sync_playwright

from benchmarks.site import Site
from benchmarks.tablet_office import Office, Tablet, compare, make_office
from survey_app import config, database
from survey_app.models import InstrumentVersion
from tests.browser import CHROMIUM

SCRIPT = Path(__file__).with_suffix(".js").read_text()
YEARS = timedelta(days=3 * 365)
CLOCKS = (YEARS, -YEARS)  # Of the first two tablets.
MOST = 40  # Interviews between two kills at the most.
SHIFTED = "{const now = Date.now; const off = %d; Date.now = () => now() + off; const D = Date; \
globalThis.Date = class extends D { constructor(...a) { a.length ? super(...a) : super(now() + off); } };}"


class Day:
    """One tablet from its enrolment until everything is at the office."""

    def __init__(self, office: Office, tablet: Tablet, playwright: Playwright, seed: int) -> None:
        self.office, self.tablet, self.playwright = office, tablet, playwright
        self.random = random.Random(f"{seed}-{tablet.number}")

    def run(self) -> None:
        while self.tablet.met["browser killed"] + self.tablet.met["tab killed"] < self.tablet.kills:
            self._cycle()
        while not self._ended():
            self.tablet.met["last starts"] += 1

    def _cycle(self) -> None:
        """Starts the browser, lets it work for a while, and ends it in the middle of that."""
        with self.browser() as context:
            page = self.page(context)
            self._bad_line(page)
            with contextlib.suppress(Error):  # The page is killed while it works: that is what this is for.
                page.evaluate("setup => void work(setup).catch((fault) => window.failed(String(fault)))", self._setup())
                self._disturb(context, page)
            self._kill(page)

    def _setup(self, most: int = MOST) -> dict[str, Any]:
        return self.office.setup(self.tablet, most)

    def _disturb(self, context: BrowserContext, page: Page) -> None:
        for _step in range(self.random.randint(1, 4)):
            page.wait_for_timeout(self.random.uniform(50, 700))
            what = self.random.choice(("nothing", "offline", "full storage", "nothing"))
            if what == "offline":
                context.set_offline(True)
                page.wait_for_timeout(self.random.uniform(50, 500))
                context.set_offline(False)
            elif what == "full storage":
                page.evaluate("isFull = true")
                page.wait_for_timeout(self.random.uniform(50, 400))
                page.evaluate("isFull = false")
            self.tablet.met[what] += what != "nothing"

    def _kill(self, page: Page) -> None:
        if self.random.random() < 0.5:
            with contextlib.suppress(Error):
                page.goto("chrome://crash", timeout=2000)
            self.tablet.met["tab killed"] += 1
            return
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.tablet.met["browser killed"] += 1

    def _processes(self) -> list[psutil.Process]:
        """The browser of this profile, and its children."""
        mark = f"--user-data-dir={self.tablet.folder}"
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if mark in process.cmdline() and process.cmdline()[0].find("type=") < 0:
                    return [process, *process.children(recursive=True)]
        raise RuntimeError("the browser is not found among the processes")

    @staticmethod
    def _forget(context: BrowserContext) -> None:
        with contextlib.suppress(Error):
            context.close()

    def _bad_line(self, page: Page) -> None:
        page.route("**/api/device/entries", self._request)

    def _request(self, route: Route) -> None:
        """Cut before it goes, after it was taken, within the answer; or somebody else's page; or nothing."""
        what = self.random.choice(("good", "good", "never sent", "answer lost", "answer cut", "another's page"))
        self.tablet.met[what] += 1
        with contextlib.suppress(Error):
            if what == "good":
                route.continue_()
            elif what == "never sent":
                route.abort()
            elif what == "another's page":
                route.fulfill(status=self.random.choice((200, 502)), content_type="text/html", body="<h1>Wi-Fi</h1>")
            else:
                answer = route.fetch()
                if what == "answer lost":
                    route.abort()
                else:
                    route.fulfill(status=answer.status, body=answer.body()[:-20], content_type="application/json")

    @contextlib.contextmanager
    def browser(self) -> Iterator[BrowserContext]:
        names = filter(None, (os.environ.get("CHROMIUM"), *CHROMIUM))
        path = next(found for found in map(shutil.which, names) if found)
        context = self.playwright.chromium.launch_persistent_context(
            self.tablet.folder, executable_path=path, args=["--no-sandbox"], timeout=120_000
        )
        try:
            yield context
        finally:
            self._forget(context)

    def page(self, context: BrowserContext) -> Page:
        if self.tablet.number < len(CLOCKS):
            context.add_init_script(SHIFTED % (CLOCKS[self.tablet.number].total_seconds() * 1000))
        page = context.new_page()
        page.expose_function("saved", self.tablet.note)
        page.expose_function("full", lambda: self.tablet.met.update(["told that storage is full"]))
        page.expose_function("failed", lambda fault: self.tablet.met.update([f"day ended: {fault[:80]}"]))
        self._open(page)
        return page

    def _open(self, page: Page) -> None:
        """The server may just be starting again."""
        for _attempt in range(100):
            with contextlib.suppress(Error):
                page.goto(f"{self.office.site.address}/static/tablet/form.css", timeout=10_000)
                page.evaluate(SCRIPT + "\n0")  # A function at the end would be called.
                page.evaluate("loaded.then(() => true)")
                return
            time.sleep(0.3)
        raise RuntimeError("the server does not come back")

    def _ended(self) -> bool:
        """Everything that is left is asked and sent; False where a server that died broke it off."""
        try:
            with self.browser() as context:
                page = self.page(context)
                page.set_default_timeout(0)
                page.evaluate("setup => work(setup)", self._setup(len(self.tablet.cases)))
                self.tablet.end = page.evaluate("setup => finish(setup)", self._setup())
        except Error as error:
            self.tablet.met[f"last start broke off: {str(error).splitlines()[0][:90]}"] += 1
            return False
        return bool(self.tablet.end["equal"]) and self.tablet.end["taken"] >= len(self.tablet.cases)


def run_tablets(office: Office, tablets: list[Tablet], seed: int, at_once: int, say: Any) -> None:
    """`at_once` tablets work at a time; meanwhile the server dies now and then, and half-way the version is retired."""
    left, lock, faults = list(tablets), threading.Lock(), []

    def work() -> None:
        with sync_playwright() as playwright:
            while True:
                with lock:
                    tablet = left.pop() if left else None
                if tablet is None:
                    return
                try:
                    Day(office, tablet, playwright, seed).run()
                except Exception as fault:
                    faults.append(f"tablet {tablet.number}: {fault}")

    workers = [threading.Thread(target=work) for _ in range(at_once)]
    for worker in workers:
        worker.start()
    deaths = _kill_servers(office.site, workers, tablets, random.Random(seed), say)
    say(f"server killed {deaths} times")
    if faults:
        raise RuntimeError("; ".join(faults))


def _kill_servers(
    site: Site, workers: list[threading.Thread], tablets: list[Tablet], chance: random.Random, say: Any
) -> int:
    deaths, began, retired = 0, time.monotonic(), False
    total = sum(len(tablet.cases) for tablet in tablets)
    while any(worker.is_alive() for worker in workers):
        time.sleep(chance.uniform(10, 20))
        saved = sum(len(tablet.saved) for tablet in tablets)
        if not retired and saved > total / 2:
            _retire(site)
            retired = True
            say("the version was retired")
        if saved < total and chance.random() < 0.3:  # Afterwards the last ones are let through.
            site.kill()
            site.start()
            deaths += 1
        say(f"{time.monotonic() - began:5.0f} s: {saved} of {total} saved")
    return deaths


def _retire(site: Site) -> None:
    with database.make_engine(config.read(site.environ).database_url).begin() as connection:
        connection.execute(sa.update(InstrumentVersion).values(state="retired"))


@click.command()
@click.option("--tablets", default=10, show_default=True)
@click.option("--cases", default=1000, show_default=True, help="Of each tablet.")
@click.option("--kills", default=500, show_default=True, help="Of browsers, in all.")
@click.option("--at-once", default=2, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--database", "url", default="", help="Its URL; SQLite in a temporary folder where none is named.")
def main(tablets: int, cases: int, kills: int, at_once: int, seed: int, url: str) -> None:
    """Answered = stored, whatever is killed and cut."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office, made = make_office(folder, url or f"sqlite:///{folder / 'site.sqlite'}", tablets, cases, kills)
        office.site.start()
        try:
            run_tablets(office, made, seed, at_once, lambda text: click.echo(text, err=True))
            found = compare(office, made)
        finally:
            office.site.stop()
    for what, times in sorted(sum((tablet.met for tablet in made), Counter()).items()):
        click.echo(f"{times:8} {what}")
    for what, number in found.items():
        click.echo(f"{number:8} {what}")
    wrong = any(number for what, number in found.items() if what not in ("answered", "stored"))
    sys.exit(1 if wrong or found["answered"] != found["stored"] else 0)


if __name__ == "__main__":
    main()
