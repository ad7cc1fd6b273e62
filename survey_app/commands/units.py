"""`hailong units`: the map of units in and out as CSV."""

from pathlib import Path

import click

from survey_app import database, units
from survey_app.commands import cli, in_app

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli.group("units")
def group() -> None:
    """Units with the days on which they are valid."""


@group.command("import")
@click.argument("file", type=FILE)
@in_app
def import_(file: Path) -> None:
    """Add and update units from a CSV file.  Example: hailong units import units.csv"""
    session = database.writing(database.session())
    imported = units.import_csv(session, file.read_bytes())
    session.commit()
    click.echo(f"Units: {imported.added} added, {imported.changed} changed, {imported.unchanged} unchanged.")


@group.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the screen.")
@in_app
def export(out: Path | None) -> None:
    """Write all units as CSV.  Example: hailong units export --out units.csv"""
    text = units.export_csv(database.session())
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="")
        click.echo(f"Units written to {out}")
