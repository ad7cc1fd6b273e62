"""The `hailong` command: one verb per chore, each in the file of its subject."""

import functools
import signal
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click

from survey_app import audit, config, create_app

P = ParamSpec("P")
T = TypeVar("T")


def in_app(function: Callable[P, T]) -> Callable[P, T]:
    """Runs the command inside the application, and turns a ValueError of a rule into one clear sentence."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            app = create_app()
            try:
                with app.app_context():
                    _watch()
                    return function(*args, **kwargs)
            finally:
                app.extensions["engine"].dispose()
        except ValueError as error:
            raise click.ClickException(str(error)) from error

    return run


def _watch() -> None:
    context = click.get_current_context()
    arguments = [one.name for one in context.command.params if isinstance(one, click.Argument) and one.name]
    things = [str(context.params[name]) for name in arguments if context.params.get(name) is not None]
    audit.watch_command(context.command_path.partition(" ")[2], things)


def _end(number: int, _frame: object) -> None:
    sys.exit(128 + number)


class Unusable(click.ClickException):
    exit_code = 2


class Verbs(click.Group):
    """Ends with 2, as for a wrong option, where a setting is the fault, whatever the command makes of it.

    As a process of its own it leaves nothing half-done behind when it is told to end.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        signal.signal(signal.SIGTERM, _end)
        return super().__call__(*args, **kwargs)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except config.BadSetting as error:
            raise Unusable(str(error)) from error
        except click.ClickException as error:
            if isinstance(error.__cause__, config.BadSetting):
                raise Unusable(error.message) from error
            raise


@click.group(cls=Verbs)
def cli() -> None:
    """Hài Lòng: plan, hold and publish a satisfaction survey."""


from survey_app.commands import (  # noqa: E402  (the groups below register themselves on `cli`)
    backup,
    dashboard,
    demo,
    doctor,
    extract,
    instrument_changes,
    instrument_files,
    instrument_preview,
    instruments,
    mail,
    old_data,
    plans,
    points,
    releases,
    retention,
    server,
    settings,
    surveys,
    tablets,
    timers,
    units,
    users,
    visits,
    waves,
)

__all__ = [
    "backup",
    "cli",
    "dashboard",
    "demo",
    "doctor",
    "extract",
    "in_app",
    "instrument_changes",
    "instrument_files",
    "instrument_preview",
    "instruments",
    "mail",
    "old_data",
    "plans",
    "points",
    "releases",
    "retention",
    "server",
    "settings",
    "surveys",
    "tablets",
    "timers",
    "units",
    "users",
    "visits",
    "waves",
]
