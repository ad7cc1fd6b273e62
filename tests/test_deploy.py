"""compose.yaml and the systemd units: without a container engine the same processes start with the same settings."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from benchmarks.site import ROOT, free_port, wait_for
from survey_app import config
from survey_app.commands import cli, timers
from tests.conftest import new_postgres_database

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build")}
UNITS = ROOT / "deploy" / "systemd"
KNOWN = {one.name for one in config.KNOWN}
HAILONG = "/srv/hailong/.venv/bin/hailong"


def _filled_in(text: str, known: dict[str, str]) -> str:
    """As Compose does: `${NAME}`, `${NAME:-default}`, `${NAME:?why}`."""
    return re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: known.get(found[1], found[2] or ""), text)


def _variables(file: Path) -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", file.read_text(), re.MULTILINE))


def _parsed(command: list[str]) -> click.Context:
    """Raises when the command line does not know this command or one of its options."""
    assert command[0] == "hailong"
    line = list(command[1:])
    group: click.Command = cli
    while isinstance(group, click.Group):
        _name, found, line = group.resolve_command(click.Context(group), line)
        assert found is not None
        group = found
    return group.make_context(group.name, line)


def test_only_settings_that_exist_are_set_anywhere() -> None:
    for service in OURS.values():
        assert set(service["environment"]) <= KNOWN
    assert _variables(UNITS / "hailong.env") <= KNOWN
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert _variables(ROOT / "deploy" / "env.example") == asked


def test_every_command_of_services_and_units_is_one_of_ours(tmp_path: Path) -> None:
    lines = [service["command"] for service in OURS.values()]
    for unit in sorted(UNITS.glob("*.service")):
        found = re.findall(r"^ExecStart(?:Pre)?=(.+)$", unit.read_text(), re.MULTILINE)
        lines += [["hailong", *shlex.split(line.removeprefix(HAILONG))] for line in found]
    lines = [[str(tmp_path) if "/backups" in word else word for word in line] for line in lines]
    names = {_parsed(line).info_name for line in lines}

    assert names == {"init", "serve", "timers", "dashboard", "check", "backup", "mail", "carry-out"}
    timed = {unit.stem for unit in UNITS.glob("*.timer")}
    assert timed == {unit.stem for unit in UNITS.glob("hailong-*.service")}


def test_units_and_timers_run_the_same_at_the_same_time(tmp_path: Path) -> None:
    """`hailong timers` says next when each is due; the calendar of its unit must say so, too."""
    at = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    units = {
        "dashboard": "dashboard",
        "release": "release-check",
        "backup": "backup",
        "mail": "mail",
        "units": "unit-changes",
    }
    for work in timers.planned(tmp_path, 30, mail=True):
        name = "notices" if "--notices" in work.command else units[work.command[0]]
        calendar = re.search(r"^OnCalendar=(.+)$", (UNITS / f"hailong-{name}.timer").read_text(), re.MULTILINE)
        due = work.after(at)
        hour = "*" if work.hour is None else f"{work.hour:02}"
        assert calendar
        every = f"/{work.every}" if work.every else ""
        assert calendar[1].startswith(f"*-*-* {hour}:{work.minute:02}{every}:00")
        assert at < due <= at + timedelta(days=1)
        assert work.after(due) > due


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("hailong"))
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace(HAILONG, program))
    units = [str(unit) for unit in tmp_path.glob("hailong*.[st]*")]
    result = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (0, "")


@pytest.fixture
def environ(tmp_path: Path, postgres_server: str) -> dict[str, str]:
    """What compose.yaml sets for our processes, with this machine's database, folder and port in place of its own."""
    known = {"SITE": "khaosat.example.vn", "DATABASE_PASSWORD": "word", "METRICS_TOKEN": "a token for the metrics"}
    told = {name: _filled_in(value, known) for name, value in SERVICES["web"]["environment"].items()}
    own = {
        "DATABASE_URL": new_postgres_database(postgres_server, empty=True).replace("postgresql+psycopg", "postgresql"),
        "INSTANCE": str(tmp_path / "data"),
        "PORT": str(free_port()),
    }
    assert config.read(told | {"INSTANCE": own["INSTANCE"]}).behind_proxy
    return os.environ | told | own


def test_what_compose_starts_becomes_ready(environ: dict[str, str]) -> None:
    def command(name: str) -> list[str]:
        words = ["127.0.0.1" if word == "0.0.0.0" else word for word in SERVICES[name]["command"]]
        return [sys.executable, "-m", "survey_app", *words[1:]]

    subprocess.run(command("prepare"), env=environ, cwd=ROOT, check=True, capture_output=True)
    web = subprocess.Popen(command("web"), env=environ, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    beside = subprocess.Popen([*command("timers")[:4]], env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{environ['PORT']}/health/ready", web)
        check = SERVICES["web"]["healthcheck"]["test"]
        asked = subprocess.run([sys.executable, *check[2:]], env=environ, capture_output=True, check=False)
        time.sleep(1)

        assert check[:2] == ["CMD", "python"]
        assert asked.returncode == 0, asked.stderr
        assert beside.poll() is None
    finally:
        for process in (beside, web):
            process.terminate()
            process.wait(timeout=60)


def test_the_proxy_hides_what_is_ours_alone() -> None:
    """Metrics and health are for the inside; a connection that is kept could lose an answer when a worker ends."""
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text()

    assert "@inner path /metrics /health/*" in caddyfile
    assert "keepalive off" in caddyfile
    assert "ports" not in SERVICES["web"]
    assert "ports" not in SERVICES["database"]
