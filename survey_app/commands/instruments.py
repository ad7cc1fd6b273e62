"""`hailong instrument`: checking, publishing and giving out questionnaires."""

from pathlib import Path

import click

from questionnaires import loader
from questionnaires.model import Questionnaire
from survey_app import clock, database, instrument_versions
from survey_app.commands import cli, in_app


@cli.group("instrument")
def group() -> None:
    """Instruments and their versions."""


def _load(source: str) -> Questionnaire:
    """The instrument of a file or of a builtin code; all faults at once."""
    try:
        if source in loader.builtin_codes():
            return loader.load_builtin(source)
        if not Path(source).is_file():
            codes = ", ".join(loader.builtin_codes())
            raise click.ClickException(f"{source} is neither a file nor one of {codes}.")
        return loader.load(Path(source))
    except loader.InstrumentFaults as faults:
        lines = "\n".join(f"  {fault.place}: {fault.message}" for fault in faults.faults)
        raise click.ClickException(f"{source} cannot be used yet:\n{lines}") from faults


@group.command()
@click.argument("source", metavar="FILE")
def check(source: str) -> None:
    """Name everything that is wrong with an instrument file.  Example: hailong instrument check form.toml"""
    instrument = _load(source)
    count = len(list(instrument.questions()))
    click.echo(
        f"{instrument.code} {instrument.version}: {count} questions, {len(instrument.items)} rated items, no fault."
    )
    click.echo(f"Content hash {loader.content_hash(instrument)}")


@group.command("import")
@click.argument("source", metavar="FILE_OR_CODE")
@in_app
def import_(source: str) -> None:
    """Publish an instrument from a file or a builtin code.  Example: hailong instrument import sipas2017"""
    session = database.writing(database.session())
    version = instrument_versions.publish(session, _load(source), clock.now())
    session.commit()
    click.echo(f"{version.code} {version.version} is published, content hash {version.content_hash}")


@group.command()
@click.argument("code")
@click.option("--version", help="This version instead of the one published last.")
@in_app
def export(code: str, version: str | None) -> None:
    """Write a stored version as JSON.  Example: hailong instrument export sipas2017"""
    found = instrument_versions.find(database.session(), code, version)
    if found is None:
        raise ValueError(f"There is no instrument {code} {version or ''}".rstrip() + ": import it first.")
    click.echo(found.content)
