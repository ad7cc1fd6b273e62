"""`hailong init` and `hailong serve`: the database brought up to date, the web server started."""

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


@cli.command()
def init() -> None:
    """Make or migrate the database, publish the built-in instruments; what is there stays.  Example: hailong init"""
    settings = config.read()
    database.upgrade(settings.database_url)
    _add_what_is_missing()
    click.echo(f"Database ready, instance folder {settings.instance}")


@in_app
def _add_what_is_missing() -> None:
    session = database.writing(database.session())
    accounts.add_missing_roles(session)
    instrument_versions.publish_builtin(session, clock.now())
    session.commit()


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(host: str) -> None:
    """Serve the site on PORT (8000).  Example: PORT=8080 hailong serve"""
    run("survey_app.wsgi:app", config.read(), host)


def run(target: str, settings: config.Settings, host: str = "127.0.0.1") -> None:
    """The one way in which we serve; benchmarks serve their bare floor with it too."""
    with tempfile.TemporaryDirectory(prefix="hailong-metrics-", dir=metrics.shared_folder()) as folder:
        metrics.share(folder)
        _server(target, settings, host).serve()


def _server(target: str, settings: config.Settings, host: str) -> Any:
    return Granian(
        target,
        address=host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=4,
        websockets=False,
        log_dictconfig=logs.LOGGING,
        respawn_failed_workers=True,
        static_path_route=["/static"],
        static_path_mount=[Path(__file__).parent.parent / "static"],
    )
