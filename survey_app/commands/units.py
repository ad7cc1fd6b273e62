"""`hailong units`: the map of units in and out as CSV; changes of units whose day has come."""

from pathlib import Path

import click

from survey_app import database, units
from survey_app.clock import local_day, utc_now
from survey_app.commands import cli, in_app
from survey_app.unit_changes import carrying

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


@group.command("carry-out")
@in_app
def carry_out() -> None:
    """Carry out changes of units whose day has come; a timer does it hourly.  Example: hailong units carry-out"""
    session, now = database.session(), utc_now()
    if not carrying.is_due(session, now):  # A timer asks every hour, and nobody need wait for it.
        click.echo("Nothing is due.")
        return
    database.writing_anew(session)
    faults, done = [], 0
    for change in carrying.waiting(session, local_day(now)):
        try:
            with session.begin_nested():
                carrying.carry_out(session, change, now)
            done += 1
            click.echo(f"Change {change.id} carried out.")
        except ValueError as why:
            faults.append(f"Change {change.id}: {why}")
    settled = carrying.settle_recent(session, now)
    if done or settled:  # An hour in which nothing happened leaves no entry in the audit.
        session.commit()
    click.echo(f"Answers that came meanwhile and have their unit now: {settled}.")
    if faults:
        raise click.ClickException("\n".join(faults))
