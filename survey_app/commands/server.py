"""`hailong init` and `hailong serve`: the database brought up to date, the web server started."""

import multiprocessing
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces

from survey_app import accounts, clock, config, database
from survey_app.commands import cli, in_app
from survey_app.instruments import instrument_versions
from survey_app.web import logs, metrics

# Of a worker: while one waits for the database another computes. Each more makes all wait for Python's one lock:
# with 4, forms cost an eighth more CPU, with 8 a quarter.
THREADS = 3
# So long an old worker stays beside the new one, which has not loaded everything before; on a busy machine that took
# six to eight seconds. Of two workers both together stay below what systemd waits for the end of the server.
SECONDS_TO_BEGIN = 10.0
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


def _load_anew() -> None:
    """Workers begin as forks of this process, which is quick; renewed ones load the code that is installed by then."""
    multiprocessing.set_start_method("spawn", force=True)
    began = sys.modules["__main__"]
    began.__spec__ = None  # They need nothing of the command that began it all.
    vars(began).pop("__file__", None)


def _server(target: str, settings: config.Settings, host: str, socket: Path | None) -> Any:
    return Granian(
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
        respawn_interval=SECONDS_TO_BEGIN,
        workers_kill_timeout=SECONDS_TO_END,
        static_path_route=["/static"],
        static_path_mount=[Path(__file__).parent.parent / "static"],
    )
