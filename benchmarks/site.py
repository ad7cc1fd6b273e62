"""A real server on a fresh database with one open point: what benchmarks and crash tests are run against."""

import contextlib
import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app import config, create_app, database, points
from survey_app.clock import utc_now
from survey_app.instruments import instrument_versions
from survey_app.models import Survey, Unit, Wave

ROOT = Path(__file__).parent.parent
SERVE = (sys.executable, "-m", "survey_app", "serve")
# Test processes that run side by side each count in a block of their own.
_BLOCK = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4
_ports = itertools.count(10_100 + 5_000 * _BLOCK + random.randrange(4_000))


@dataclass
class Site:
    """One installation: its settings as environment variables, its address, its server while it runs."""

    environ: Mapping[str, str]
    address: str
    code: str
    server: subprocess.Popen[bytes] | None = None

    def start(
        self, command: tuple[str, ...] = SERVE, until: str = "/health/ready", output: IO[bytes] | None = None
    ) -> None:
        """Starts the server as a process group of its own, and waits until it answers."""
        self.server = subprocess.Popen(
            command, env=dict(self.environ), cwd=ROOT, stdout=output, stderr=output, start_new_session=True
        )
        wait_for(self.address + until, self.server)

    def kill(self) -> None:
        """`kill -9` of the server and all its workers at once: nobody says goodbye."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def stop(self) -> None:
        """Asks the server to end, as an administrator would."""
        assert self.server is not None
        self.server.terminate()
        try:
            self.server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()


def make_site(folder: Path, url: str, workers: int = 2) -> Site:
    """A migrated database with one open wave and one point; nothing serves it yet."""
    port = free_port()
    environ = os.environ | {"INSTANCE": str(folder), "DATABASE_URL": url, "PORT": str(port), "WORKERS": str(workers)}
    settings = config.read(environ)
    database.upgrade(settings.database_url)
    app = create_app(settings)
    with app.app_context():
        session = database.session()
        code = _open_point(session)
        session.commit()
    app.extensions["engine"].dispose()
    return Site(environ, f"http://127.0.0.1:{port}", code)


def _open_point(session: Session) -> str:
    now = utc_now()
    survey = Survey(
        slug="measured",
        name_vi="Khảo sát thử tải (mô phỏng)",
        name_en="Load trial (simulated)",
        index_code="sipas",
        period_from=date(now.year, 1, 1),
        period_to=date(now.year, 12, 31),
        owner_vi="Phòng Nội vụ huyện Thọ Xuân",
        owner_en="Office of Home Affairs of Thọ Xuân district",
        method_vi="QĐ 2640/QĐ-BNV",
        method_en="Decision 2640/QĐ-BNV",
        units_on=date(2017, 6, 1),
    )
    wave = Wave(
        survey=survey,
        slug="measured-1",
        name_vi="Đợt thử tải",
        name_en="Load wave",
        instrument_version=instrument_versions.publish(session, loader.load_builtin("sipas2017"), now),
        opens_on=now.date() - timedelta(days=1),
        closes_on=now.date() + timedelta(days=30),
        simulated=True,
    )
    unit = Unit(code="15520", name="Thọ Hải", type="xã", valid_from=date.min)
    session.add_all([wave, unit])
    session.flush()
    return points.add(session, wave, unit, "Bộ phận Một cửa xã Thọ Hải", "One-stop desk, Thọ Hải").code


def free_port() -> int:
    """None of those that the system gives away by itself (from 32768 on): they may go before their server begins."""
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError


def wait_for(url: str, server: subprocess.Popen[bytes], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} did not answer within {seconds:.0f} s")
