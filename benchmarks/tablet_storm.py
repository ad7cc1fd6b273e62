"""Fifty tablets come back to the line at once, while citizens go on opening their page.

    python -m benchmarks.tablet_storm --tablets 50 --cases 40

Two tablets are Chromium with the tablet's own modules, the others speak the same protocol from here, with the same
waits after a refusal. It fails when anything is not taken, or when a citizen waits longer than the budget.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import urllib3
from playwright.sync_api import sync_playwright

from benchmarks.tablet_client import Refused, over_http
from benchmarks.tablet_client import Tablet as Client
from benchmarks.tablet_days import Day
from benchmarks.tablet_office import Office, Tablet, compare, make_office

BROWSERS = 2
BUDGET = 300  # Milliseconds within which 95 of 100 citizens have their page.
LONGEST = 600


def client_of(office: Office, tablet: Tablet) -> Client:
    """A tablet whose whole day waits in its journal."""
    client = Client(over_http(office.site.address))
    client.enrol(tablet.enrolment)
    for case in tablet.cases:
        rated = {item: [str(1 + (case * 31 + place * 17) % 5)] for place, item in enumerate(office.items)}
        more = {"respondent_type": ["citizen"], "N7": ["no"], "comment": [f"Lượt {case}: cán bộ tận tình."]}
        about = {"wave": office.wave["slug"], "version": office.wave["version"]}
        client.append(client.interview(case=case, answers=rated | more, **about))
    return client


def bring(client: Client, number: int) -> int:
    """Sends until every entry has its receipt; returns how often the office asked to wait."""
    waited, until = 0, time.monotonic() + LONGEST
    while len(client.receipts) < len(client.entries) and time.monotonic() < until:
        try:
            client.send_entries()
        except (Refused, urllib3.exceptions.HTTPError):
            waited += 1
            time.sleep(min(2 * 2**waited, 20) * (0.5 + (number * 37 % 50) / 100))
    return waited


class Browser(threading.Thread):
    """A Chromium that fills its journal without a line, and sends when it is told."""

    def __init__(self, office: Office, tablet: Tablet, go: threading.Event) -> None:
        super().__init__()
        self.office, self.tablet, self.go = office, tablet, go
        self.ready = threading.Event()

    def run(self) -> None:
        with sync_playwright() as playwright:
            day = Day(self.office, self.tablet, playwright, seed=1)
            with day.browser() as context:
                page = day.page(context)
                page.set_default_timeout(0)
                page.route("**/api/device/entries", lambda route: route.abort())
                page.evaluate("setup => work(setup)", self.office.setup(self.tablet, len(self.tablet.cases)))
                page.unroute("**/api/device/entries")
                self.ready.set()
                self.go.wait()
                self.tablet.end = page.evaluate("setup => finish(setup)", self.office.setup(self.tablet, 0))


def citizens(address: str, busy: Callable[[], bool], seconds: float = 10) -> list[float]:
    """Milliseconds for one page after the other as long as the tablets are busy, and for some time at least."""
    pool, taken, until = urllib3.PoolManager(), [], time.monotonic() + seconds
    while busy() or time.monotonic() < until:
        began = time.monotonic()
        answer = pool.request("GET", address, retries=False, timeout=30)
        taken.append((time.monotonic() - began) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"a citizen's page answered {answer.status}")
        time.sleep(0.05)
    return taken


def percentile(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


@dataclass
class Storm:
    """What was measured, in seconds, times and milliseconds."""

    seconds: float
    waits: int
    alone: list[float]
    beside: list[float]


def run_storm(office: Office, tablets: list[Tablet]) -> Storm:
    go, waits = threading.Event(), []
    browsers = [Browser(office, tablet, go) for tablet in tablets[:BROWSERS]]
    for browser in browsers:
        browser.start()
    clients = [client_of(office, tablet) for tablet in tablets[BROWSERS:]]
    for browser in browsers:
        browser.ready.wait()
    page = f"{office.site.address}/p/{office.site.code}"
    alone = citizens(page, lambda: False)
    senders = [
        threading.Thread(target=lambda client=client, number=number: waits.append(bring(client, number)))
        for number, client in enumerate(clients)
    ]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    go.set()
    everybody = [*senders, *browsers]
    beside = citizens(page, lambda: any(one.is_alive() for one in everybody), 0)
    seconds = time.monotonic() - began
    for one in everybody:
        one.join()
    for client, tablet in zip(clients, tablets[BROWSERS:], strict=True):
        tablet.end = {"taken": sum(one["state"] == "taken" for one in client.receipts.values())}
    return Storm(seconds, sum(waits), alone, beside)


@click.command()
@click.option("--tablets", default=50, show_default=True)
@click.option("--cases", default=40, show_default=True, help="Of each tablet.")
@click.option("--database", "url", default="", help="Its URL; SQLite in a temporary folder where none is named.")
def main(tablets: int, cases: int, url: str) -> None:
    """Everything is taken, nobody is refused for good, and citizens hardly notice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office, made = make_office(folder, url or f"sqlite:///{folder / 'site.sqlite'}", tablets, cases, kills=0)
        office.site.start()
        try:
            storm, found = run_storm(office, made), compare(office, made)
        finally:
            office.site.stop()
    before, meanwhile = percentile(storm.alone), percentile(storm.beside)
    click.echo(
        f"{tablets} tablets, {tablets * cases} interviews: {storm.seconds:.0f} s, told to wait {storm.waits} times"
    )
    click.echo(f"citizens' pages, p95: {before:.0f} ms before, {meanwhile:.0f} ms meanwhile")
    for what, count in found.items():
        click.echo(f"{count:8} {what}")
    wrong = any(count for what, count in found.items() if what not in ("answered", "stored"))
    sys.exit(1 if wrong or found["answered"] != found["stored"] or meanwhile > BUDGET else 0)


if __name__ == "__main__":
    main()
