"""`hailong init` and `hailong serve`: the database brought up to date, the web server started."""

import multiprocessing
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from granian.constants import Interfaces
from granian.server.mp import MPServer

from survey_app import accounts, clock, config, database
from survey_app.commands import cli, in_app
from survey_app.instruments import instrument_versions
from survey_app.web import logs, metrics, workers

# Of a worker: while one waits for the database another computes. Each more makes all wait for Python's one lock:
# with 4, forms cost an eighth more CPU, with 8 a quarter.
THREADS = 3
# So long an old worker stays beside the new one at the most. That one loads everything anew: two seconds, and fourteen
# on a machine that was busy.
SECONDS_TO_BEGIN = 60
SECONDS_TO_LISTEN = 1.0  # From then on until it takes connections.
SECONDS_TO_END = 25  # Longer than a request may take; shorter than systemd and compose wait for the server itself.


@cli.command()
def init() -> None:
    """Make or migrate the database, publish the built-in instruments; what is there stays.  Example: hailong init"""
    settings = config.read()
    try:
        database.upgrade(settings.database_url)
    except database.InUse as why:
        raise click.ClickException(str(why)) from why
    _add_what_is_missing()
    click.echo(f"Database ready, instance folder {settings.instance}")


@in_app
def _add_what_is_missing() -> None:
    session = database.writing(database.session())
    database.one_at_a_time(session.connection())
    accounts.add_missing_roles(session)
    instrument_versions.publish_builtin(session, clock.now())
    session.commit()


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--socket", type=click.Path(path_type=Path), help="Listen on this Unix socket instead, for a proxy.")
def serve(host: str, socket: Path | None) -> None:
    """Serve the site on PORT (8000).  Example: PORT=8080 hailong serve

    SIGHUP renews one worker after the other, with the code that is installed by then, while the others serve.
    """
    run("survey_app.wsgi:app", config.read(), host, socket)


def run(target: str, settings: config.Settings, host: str = "127.0.0.1", socket: Path | None = None) -> None:
    """The one way in which we serve; benchmarks serve their bare floor with it too."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # The server and its workers end in their own way.
    with tempfile.TemporaryDirectory(prefix="hailong-metrics-", dir=metrics.shared_folder()) as folder:
        metrics.share(folder)
        server = _server(target, settings, host, socket)
        server.on_reload(_load_anew)
        server.serve()


class _Server(MPServer):
    """Granian ends an old worker so many seconds after the new one was begun; here it waits until that one is ready."""

    def _spawn_worker(self, *args: Any, **kwargs: Any) -> Any:
        worker: Any = super()._spawn_worker(*args, **kwargs)
        begin = worker.start

        def start() -> None:
            begin()
            if multiprocessing.get_start_method() == "spawn":  # Forks of this process are ready at once.
                self._wait_for(worker)

        worker.start = start
        return worker

    def _wait_for(self, worker: Any) -> None:
        """Not for one that died, nor when the server itself is told to end."""
        until = time.monotonic() + SECONDS_TO_BEGIN
        while time.monotonic() < until and worker.is_alive() and not self.interrupt_signal:
            if workers.is_ready(worker.inner.pid):
                return
            time.sleep(0.1)


def _load_anew() -> None:
    """Workers begin as forks of this process, which is quick; renewed ones load the code that is installed by then."""
    multiprocessing.set_start_method("spawn", force=True)
    began = sys.modules["__main__"]
    began.__spec__ = None  # They need nothing of the command that began it all.
    vars(began).pop("__file__", None)


def _server(target: str, settings: config.Settings, host: str, socket: Path | None) -> Any:
    return _Server(
        target,
        address=host,
        port=settings.port,
        uds=socket,
        uds_permissions=0o660,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        websockets=False,
        log_dictconfig=logs.LOGGING,
        respawn_failed_workers=True,
        respawn_interval=SECONDS_TO_LISTEN,
        workers_kill_timeout=SECONDS_TO_END,
        static_path_route=["/static"],
        static_path_mount=[Path(__file__).parent.parent / "static"],
    )
