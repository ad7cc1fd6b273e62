"""How long each page of the console takes in a province of 10,000 units: every route that reads, by every role that may
enter it, with real ids, beside the page for signing in, which holds the machine's own speed.

    python -m benchmarks.console [--postgres] [--most 500] [--runs 3] [--folder DIR]
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from benchmarks import large_office, postgres
from survey_app import database, models
from tests import factories
from tests.conftest import make_app, new_postgres_database
from tests.survey_app.results.folders import make_release_folder
from tests.survey_app.test_permissions import MATRIX, PARTS

RELEASES = 40
# Documents are made there, or read whole; a minute of work is no page.
FILES = ("pdf", "zip", "csv", "json", "svg", "static", "download", "file", "bootstrap")
OUTSIDE = (
    "answer",
    "tablet",
    "kiosk",
    "device",
    "metrics",
    "health",
    "office",
    "invitation",
    "public_site",
    "security",
)


@dataclass(frozen=True)
class Seen:
    """One page as one role got it: the median of its times, how many statements it took, how long it is."""

    role: str
    address: str
    status: int
    seconds: float
    statements: int
    size: int


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--most", type=float, default=500, help="milliseconds that a page may take")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", help="where the province is kept for the next time (SQLite)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = asked.folder or temporary
        url = f"sqlite:///{folder}/console.sqlite"
        server = None
        if asked.postgres:
            server = postgres.start(Path(folder) / "data")
            url = new_postgres_database(server.get_uri())
        app = _app(Path(folder), url)
        _tell(list(measured(app, asked.runs)), asked.most)
        app.extensions["engine"].dispose()
        if server is not None:
            server.cleanup()


def _app(folder: Path, url: str) -> Flask:
    app = _built(folder, url)
    gc.collect()
    gc.freeze()  # As `survey_app.wsgi` does it.
    return app


def _built(folder: Path, url: str) -> Flask:
    built = (folder / "console.sqlite").exists()
    app = make_app(folder, url)
    app.config.update(WTF_CSRF_ENABLED=False, CLOCK=lambda: factories.NOON)
    if built:
        return app
    with app.app_context():
        large_office.build(database.session())
        if url.startswith("postgresql"):
            with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
    for number in range(1, RELEASES + 1):
        make_release_folder(app.config["SETTINGS"].releases / f"release-{number}")
    return app


def measured(app: Flask, runs: int) -> Iterator[Seen]:
    counter = [0]
    sa.event.listen(
        app.extensions["engine"], "before_cursor_execute", lambda *_args: counter.__setitem__(0, counter[0] + 1)
    )
    with app.app_context():
        parts = _parts()
    yield _seen(app.test_client(), "nobody", "/login", counter, 9)
    for role in models.accounts.ROLES:
        client = app.test_client()
        client.post("/login", data={"email": f"{role}@example.vn", "password": large_office.PASSWORD})
        for address in _addresses(app, role, parts):
            yield _seen(client, role, address, counter, runs)


def _seen(client: FlaskClient, role: str, address: str, counter: list[int], runs: int) -> Seen:
    times = []
    for _run in range(runs):
        before, begun = counter[0], time.perf_counter()
        response = client.get(address, buffered=True)
        times.append(time.perf_counter() - begun)
    return Seen(role, address, response.status_code, median(times), counter[0] - before, len(response.data))


def _parts() -> dict[str, Any]:
    """What stands in the addresses: things that are there."""
    session = database.session()
    first = {
        name: session.scalar(sa.select(sa.func.min(column)))
        for name, column in {
            "batch": models.SlipBatch.code,
            "device": models.Device.code,
            "batch_id": models.PaperBatch.id,
            "sheet_id": models.PaperSheet.id,
            "entry_id": models.RegisterEntry.id,
            "draft_id": models.Draft.id,
            "account_id": models.User.id,
        }.items()
    }
    own = sa.select(models.User.id).where(models.User.email == "officer@example.vn").scalar_subquery()
    case = session.scalar(sa.select(sa.func.min(models.Case.id)).where(models.Case.officer_id == own))
    entered = session.scalar(sa.select(models.Response.id).where(models.Response.mode == "tablet").limit(1))
    return (
        PARTS
        | first
        | {"case_id": case, "response_id": entered, "code": "K000001", "unit": "10001", "point": "K000001"}
    )


def _addresses(app: Flask, role: str, parts: dict[str, Any]) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        is_file = any(word in rule.rule or word in rule.endpoint for word in FILES)
        if "GET" in (rule.methods or ()) and role in MATRIX[rule.endpoint] and blueprint not in OUTSIDE and not is_file:
            yield _address(rule, parts)
    yield from ("/manage/units?page=100", "/manage/units?q=tho+xuan") if role == "manager" else ()


def _address(rule: Rule, parts: dict[str, Any]) -> str:
    slug = large_office.SLUG if "/waves/" in rule.rule else "sipas-2026"
    code = "A1.1" if rule.endpoint.startswith("design.") else parts["code"]
    built = rule.build(
        {**{name: parts.get(name, 1) for name in rule.arguments}, **_given(rule, slug, code)}, append_unknown=False
    )
    assert built is not None
    return built[1]


def _given(rule: Rule, slug: str, code: str) -> dict[str, str]:
    known = {"slug": slug, "code": code}
    return {name: known[name] for name in rule.arguments if name in known}


def _tell(found: list[Seen], most: float) -> None:
    login = found[0].seconds
    print(f"signing in: {login * 1000:.1f} ms; {len(found)} pages")
    print("    ms  × login  statements      kB  page")
    for one in sorted(found, key=lambda seen: -seen.seconds)[:40]:
        figures = f"{one.seconds * 1000:6.0f} {one.seconds / login:8.0f} {one.statements:11} {one.size / 1000:7.0f}"
        print(f"{figures}  {one.status} {one.role} {one.address}")
    large = [one for one in found if one.size > 200_000]
    print("over 200 kB:", *(f"{one.address} {one.size // 1000}" for one in large))
    print("not there:", *sorted({one.address for one in found if one.status >= 400}))
    slow = [one for one in found if one.seconds * 1000 > most]
    raise SystemExit(f"{len(slow)} pages take more than {most:.0f} ms" if slow else 0)


if __name__ == "__main__":
    main()
