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
from pyrage import x25519
from structlog.testing import capture_logs

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
    needed = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text()))
    assert needed == {"SITE", "DATABASE_PASSWORD", "BACKUP_RECIPIENT"}


def test_every_command_of_services_and_units_is_one_of_ours(tmp_path: Path) -> None:
    lines = [service["command"] for service in OURS.values()]
    for unit in sorted(UNITS.glob("*.service")):
        found = re.findall(r"^Exec(?:Start|StartPre|Reload)=(.+)$", unit.read_text(), re.MULTILINE)
        lines += [["hailong", *shlex.split(line.removeprefix(HAILONG))] for line in found if line.startswith(HAILONG)]
    lines = [[str(tmp_path) if word.startswith("/") else word for word in line] for line in lines]
    names = {_parsed(line).info_name for line in lines}

    assert names == {"init", "serve", "timers", "dashboard", "check", "backup", "mail", "carry-out", "doctor"}
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
        "doctor": "doctor",
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
    known["BACKUP_RECIPIENT"] = str(x25519.Identity.generate().to_public())
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


def test_containers_log_within_bounds_and_hand_signals_on() -> None:
    for service in SERVICES.values():
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert all(service["init"] for service in OURS.values())


def test_the_database_is_said_to_be_there_when_it_stays() -> None:
    """While a new one is made, a server without a network answers for a moment."""
    database = SERVICES["database"]
    assert "127.0.0.1" in database["healthcheck"]["test"]
    assert re.fullmatch(r"postgres:\d+-\w+", database["image"])  # A new system below would sort otherwise.
    assert "--locale-provider=builtin" in database["environment"]["POSTGRES_INITDB_ARGS"]


def _unit(name: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", (UNITS / name).read_text(), re.MULTILINE)


def test_a_reload_brings_the_database_up_first_and_no_migration_is_cut_off() -> None:
    assert _unit("hailong.service", "ExecReload") == [f"{HAILONG} init", "/bin/kill -HUP $MAINPID"]
    assert _unit("hailong.service", "TimeoutStartSec") == ["infinity"]


def test_backups_go_where_systemd_makes_the_folder() -> None:
    (command,) = _unit("hailong-backup.service", "ExecStart")
    (folders,) = _unit("hailong-backup.service", "StateDirectory")
    places = [f"/var/lib/{name}" for name in folders.split()]

    assert shlex.split(command)[2] in places
    assert not any(_unit(path.name, "ReadWritePaths") for path in UNITS.glob("*.service"))


def test_commands_by_hand_run_as_the_service_does(tmp_path: Path) -> None:
    told = tmp_path / "systemd-run"
    told.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    told.chmod(0o755)
    own = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [ROOT / "deploy" / "hailong", "user", "add", "--name", "Lê Thị An"]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    words = done.stdout.splitlines()
    as_service = {
        name: _unit("hailong.service", name)[0] for name in ("EnvironmentFile", "UMask", "StateDirectoryMode")
    }

    assert words[-5:] == [HAILONG, "user", "add", "--name", "Lê Thị An"]
    assert {f"--property={name}={value}" for name, value in as_service.items()} <= set(words)
    assert f"--uid={_unit('hailong.service', 'User')[0]}" in words
    assert f"--working-directory={_unit('hailong.service', 'WorkingDirectory')[0]}" in words
    assert {"--pipe", "--wait"} <= set(words)


def test_work_that_fails_is_an_error_with_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.delenv("BACKUP_RECIPIENT", raising=False)
    monkeypatch.chdir(ROOT)
    with capture_logs() as said:
        timers._do(timers.Work(("backup", str(tmp_path / "b.age")), 0, 2))

    (line,) = said
    assert (line["log_level"], line["command"], line["exit"]) == ("error", "backup", 1)
    assert line["said"].startswith("BACKUP_RECIPIENT is not set")


class _Enough(Exception):
    pass


def _done(
    monkeypatch: pytest.MonkeyPatch, folder: Path, hours: list[datetime], work: tuple[timers.Work, ...]
) -> list[str]:
    """What is done while the clock says these hours, one after the other."""
    left, found = iter(hours), list[str]()

    def now() -> datetime:
        try:
            return next(left)
        except StopIteration:
            raise _Enough from None

    monkeypatch.setattr(timers, "_do", lambda one: found.append(one.command[0]))
    with pytest.raises(_Enough):
        timers.run(work, now, lambda _seconds: None, timers.Done(folder, hours[0]))
    return found


def test_daily_work_that_was_missed_is_done_at_once_and_then_daily(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = (timers.Work(("backup",), 0, 2), timers.Work(("release",), 7))
    noon = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
    first = _done(monkeypatch, tmp_path, [noon] * 4, work)
    restarted = _done(monkeypatch, tmp_path, [noon + timedelta(minutes=2)] * 4, work)
    days_later = _done(monkeypatch, tmp_path, [noon + timedelta(days=3)] * 4, work)

    assert (first, restarted, days_later) == (["backup"], [], ["backup"])


def test_a_clock_that_was_years_ahead_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = (timers.Work(("backup",), 0, 2), timers.Work(("release",), 7))
    wrong, right = datetime(2031, 1, 1, 5, 0, tzinfo=UTC), datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
    hours = [wrong] * 3 + [right, right + timedelta(minutes=8), right + timedelta(minutes=8)]
    hours += [right + timedelta(days=1)] * 4

    assert _done(monkeypatch, tmp_path, hours, work) == ["backup", "release", "release", "backup"]


def test_the_timers_end_with_what_they_started(tmp_path: Path) -> None:
    """The first work is a dashboard that is never done."""
    works = tmp_path / "works"
    told = f"open({str(works)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    (tmp_path / "sitecustomize.py").write_text(f"import os, sys, time\nif 'dashboard' in sys.orig_argv:\n    {told}\n")
    own = {"INSTANCE": str(tmp_path / "data"), "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    command = [sys.executable, "-m", "survey_app", "timers"]
    process = subprocess.Popen(command, env=os.environ | own, cwd=ROOT, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 180
    while not (works.exists() and works.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    process.terminate()

    assert process.wait(timeout=60) == 128 + 15
    assert not Path(f"/proc/{works.read_text()}").exists()
