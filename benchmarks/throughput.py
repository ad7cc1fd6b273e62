"""Complete responses per second (page + checked, durable POST) beside the bare floor, on SQLite and PostgreSQL.

    python -m benchmarks.throughput [--seconds 12] [--respondents 64]… [--workers 2]…
        [--json FILE] [--against benchmarks/results/0.1.0.json]

Needs `wrk` (apt install wrk). Load, server and database share the machine: read the ratios, not the absolute numbers.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
import psutil
import sqlalchemy as sa

from benchmarks import postgres
from benchmarks.site import ROOT, SERVE, Site, make_site
from questionnaires import loader
from questionnaires.checking import check
from survey_app import database
from survey_app.simulation import population
from survey_app.simulation.forms import Form, fill
from survey_app.simulation.scenarios import SIPAS

WARM_UP = 2
FLOOR = (sys.executable, "-m", "benchmarks.floor_server")


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    acknowledged: int
    pages: int
    refused: int
    socket_errors: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Run:
    """One server under load on one database."""

    database: str
    server: str
    respondents: int
    workers: int
    per_second: float
    server_cpu_ms: float  # Of the web server, per complete response.
    database_cpu_ms: float  # Of PostgreSQL beside it; SQLite works inside the web server.
    stored: int
    load: Load

    @property
    def sound(self) -> bool:
        """Everything was acknowledged, and everything acknowledged is there, once."""
        return self.stored == self.load.acknowledged and not self.load.refused and not self.load.socket_errors


@dataclass(frozen=True)
class Place:
    """A database, and the folder of all that is measured on it."""

    database: str
    url: str
    postmaster: int | None
    folder: Path


@dataclass(frozen=True)
class Crowd:
    """So many respondents at once, before so many workers, for so many seconds."""

    respondents: int
    workers: int
    seconds: int


@click.command()
@click.option("--seconds", default=12, show_default=True, help="Of load for each server on each database.")
@click.option("--respondents", multiple=True, default=[64], show_default=True, help="At once; may be given repeatedly.")
@click.option("--workers", multiple=True, default=[2], show_default=True, help="That serve; may be given repeatedly.")
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Also write the figures here.")
@click.option(
    "--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Figures to compare with."
)
def main(
    seconds: int, respondents: tuple[int, ...], workers: tuple[int, ...], target: Path | None, against: Path | None
) -> None:
    """Measure complete responses per second beside the bare floor."""
    if shutil.which("wrk") is None:
        raise click.ClickException("wrk is missing: apt install wrk, then try again.")
    forms = [fill(loader.load_builtin("sipas2017"), person) for person in _people()]
    runs: list[Run] = []
    for served, crowd in itertools.product(workers, respondents):
        with tempfile.TemporaryDirectory() as folder:
            for name, url, postmaster in _databases(Path(folder)):
                click.echo(f"{name}, {served} workers, {crowd} at once: floor, then site …", err=True)
                place = Place(name, url, postmaster, Path(folder) / name)
                runs += _measure(place, forms, Crowd(crowd, served, seconds))
    _print(runs)
    if against is not None:
        _print_ratios(runs, [_run(**each) for each in json.loads(against.read_text())["runs"]])
    if target is not None:
        about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count(), "seconds": seconds}
        target.write_text(json.dumps(about | {"runs": [asdict(run) for run in runs]}, indent=1) + "\n")
    if not all(run.sound for run in runs):
        raise click.ClickException("Responses were refused, lost or doubled: see the table.")


def _people() -> list[population.Person]:
    profile = replace(SIPAS.profile, hamlets=(8, 8), people=(60, 60))
    return population.make(loader.load_builtin("sipas2017"), ["15520"], profile).people()


def _databases(folder: Path) -> Iterator[tuple[str, str, int | None]]:
    yield "sqlite", f"sqlite:///{folder / 'measured.sqlite'}", None
    server = postgres.start(folder / "pg")
    try:
        yield "postgresql", server.get_uri(), int((folder / "pg" / "postmaster.pid").read_text().split()[0])
    finally:
        server.cleanup()


def _measure(place: Place, forms: list[Form], crowd: Crowd) -> Iterator[Run]:
    site = make_site(place.folder, place.url, crowd.workers)
    environ = {"BENCH_FORMS": str(_form_file(place.folder, forms)), "BENCH_RESPONDENTS": str(crowd.respondents)}
    environ["BENCH_SECONDS"] = str(crowd.seconds)

    def run(server: str, served: Site, path: str, table: str) -> Run:
        load, *figures = _load(served, path, environ, place.postmaster)
        stored = _count(site, table)
        return Run(place.database, server, crowd.respondents, crowd.workers, *figures, stored=stored, load=load)

    with _served(site, SERVE, "/health/ready"):
        page = _fetch(f"{site.address}/p/{site.code}")
        measured = run("site", site, f"/p/{site.code}", "response")
    (place.folder / "page.html").write_bytes(page)
    (place.folder / "answers.json").write_text(_stored_answers(forms[0]))
    files = {"FLOOR_PAGE": str(place.folder / "page.html"), "FLOOR_ANSWERS": str(place.folder / "answers.json")}
    bare = replace(site, environ={**site.environ, **files})
    with _served(bare, FLOOR, "/p/floor"):
        yield run("floor", bare, "/p/floor", "floor")
    yield measured


def _form_file(folder: Path, forms: list[Form]) -> Path:
    path = folder / "forms.txt"
    path.write_text("".join(urlencode(form, doseq=True) + "\n" for form in forms))
    return path


def _stored_answers(form: Form) -> str:
    answers = check(loader.load_builtin("sipas2017"), form).answers
    assert answers is not None
    return answers.canonical_json()


@contextmanager
def _served(site: Site, command: tuple[str, ...], until: str) -> Iterator[None]:
    site.start(command, until)
    try:
        yield
    finally:
        site.stop()


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
        return content


def _load(
    site: Site, path: str, environ: Mapping[str, str], postmaster: int | None
) -> tuple[Load, float, float, float]:
    assert site.server is not None
    first = _wrk(site, path, environ | {"BENCH_SECONDS": str(WARM_UP)})
    before = _cpu(site.server.pid), _cpu(postmaster)
    load = _wrk(site, path, environ)
    after = _cpu(site.server.pid), _cpu(postmaster)
    server, beside = (1000 * (late - early) / load.acknowledged for early, late in zip(before, after, strict=True))
    total = replace(load, acknowledged=load.acknowledged + first.acknowledged, refused=load.refused + first.refused)
    return total, load.acknowledged / float(environ["BENCH_SECONDS"]), server, beside


def _wrk(site: Site, path: str, environ: Mapping[str, str]) -> Load:
    seconds = int(environ["BENCH_SECONDS"])
    crowd = environ["BENCH_RESPONDENTS"]
    command = ["wrk", f"-t{crowd}", f"-c{crowd}", f"-d{seconds + 2}s", "--timeout", "20s"]
    script = ["-s", str(ROOT / "benchmarks" / "respondents.lua"), site.address]
    out = subprocess.run(
        [*command, *script], env=os.environ | dict(environ) | {"BENCH_PATH": path}, capture_output=True, text=True
    )
    line = next((line for line in out.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise click.ClickException(f"wrk said: {out.stdout}{out.stderr}")
    for refusal in (line for line in out.stdout.splitlines() if line.startswith("REFUSED ")):
        click.echo(refusal, err=True)
    return Load(**json.loads(line.removeprefix("RESULT ")))


def _cpu(pid: int | None) -> float:
    """Seconds of processor time that a process and its living children have used."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(time.user + time.system for time in times)


def _count(site: Site, table: str) -> int:
    engine = database.make_engine(site.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one()
    engine.dispose()
    return count


def _print(runs: list[Run]) -> None:
    click.echo(
        "database   workers  at once  server  resp/s  of floor  p50 ms  p95 ms  p99 ms  CPU ms: server + database"
    )
    shares = _shares(runs)
    for run in runs:
        load, share = run.load, shares[_setting(run)] if run.server == "site" else 1.0
        click.echo(
            f"{run.database:11} {run.workers:6} {run.respondents:8}  {run.server:6} {run.per_second:7.0f} {share:8.0%}"
            f" {load.p50_ms:8.1f} {load.p95_ms:7.1f} {load.p99_ms:7.1f}"
            f"  {run.server_cpu_ms:5.2f} + {run.database_cpu_ms:.2f}"
        )
        if not run.sound:
            says = f"{load.refused} refused, {load.socket_errors} socket errors"
            click.echo(f"  {run.stored} stored, {load.acknowledged} acknowledged, {says}")


def _print_ratios(runs: list[Run], earlier: list[Run]) -> None:
    """What both files have: the share of the floor and the processor time of a response, now over then."""
    click.echo(
        "\nnow ÷ then, at the same setting: share of the floor (above 1 is faster), CPU of the server per response"
    )
    shares, before = _shares(runs), _shares(earlier)
    cpu = {_setting(run): run.server_cpu_ms for run in earlier if run.server == "site"}
    for run in runs:
        if run.server == "site" and (setting := _setting(run)) in before:
            ratio, spent = shares[setting] / before[setting], run.server_cpu_ms / cpu[setting]
            click.echo(
                f"{run.database:11} {run.workers} workers, {run.respondents:3} at once: {ratio:.2f}, {spent:.2f}"
            )


def _setting(run: Run) -> tuple[str, int, int]:
    return run.database, run.workers, run.respondents


def _shares(runs: list[Run]) -> dict[tuple[str, int, int], float]:
    floors = {_setting(run): run.per_second for run in runs if run.server == "floor"}
    return {_setting(run): run.per_second / floors[_setting(run)] for run in runs if run.server == "site"}


def _run(load: dict[str, Any], **figures: Any) -> Run:
    return Run(**figures, load=Load(**load))


if __name__ == "__main__":
    main()
