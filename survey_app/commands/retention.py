"""`hailong retention`: what of each wave should be gone by now, and its deletion."""

import click
from flask import current_app

from survey_app import clock, database
from survey_app.backup import leftovers
from survey_app.commands import cli, in_app
from survey_app.models import Wave
from survey_app.privacy import deletion, retention
from survey_app.wave_life import By

TRIES, PAUSE = 20, 30.0  # A backup may take minutes.


@cli.command("retention")
@click.option("--delete", is_flag=True, help="Delete what is due, for good; a signed protocol stays.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_app
def show_retention(delete: bool, yes: bool) -> None:
    """Say what is due for deletion, or delete it.  Example: hailong retention --delete"""
    session, settings, at = database.session(), current_app.config["SETTINGS"], clock.now()
    found = retention.overdue(session, settings, at)
    for wave, due in found:
        for one in due:
            click.echo(f"{wave.slug}: {one.kind}, {one.count} kept, due on {one.on:%d/%m/%Y}")
    if not found:
        click.echo("Nothing is due for deletion.")
    if not delete or (found and not (yes or click.confirm("Delete all of it for good?"))):
        return
    ids = [wave.id for wave, _due in found]
    session.rollback()
    for wave_id in ids:
        _delete(wave_id)
    leftovers.sweep(settings, at)
    _overwrite()


def _delete(wave_id: int) -> None:
    """Each wave on its own: what was deleted has its protocol, whatever happens to the next."""
    session = database.writing(database.session())
    wave = session.get_one(Wave, wave_id)
    made = deletion.delete(session, current_app.config["SETTINGS"], wave, By(clock.now()))
    said = f"{wave.slug}: deleted, protocol {made.id} in the console under the wave"
    session.commit()
    click.echo(said)  # Nothing of the rows is read any more: a transaction would begin, and be in the way below.


def _overwrite() -> None:
    """Also where nothing is due: an earlier deletion, as one in the console, may not have come so far."""
    try:
        database.overwrite(database.engine(), tries=TRIES, pause=PAUSE)
    except database.NotRewritten as why:
        advice = "run `hailong retention --delete` again when neither a backup nor an extract is being made"
        raise ValueError(f"What was erased may still lie in the files of the database: {advice}.") from why
    click.echo("The files of the database are rewritten.")
