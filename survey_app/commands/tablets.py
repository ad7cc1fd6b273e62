"""`hailong tablet`: devices of officers and points, by command, and journals that came as files."""

from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app

from survey_app import clock, database, points
from survey_app.commands import cli, in_app
from survey_app.enrolment import devices, office_key
from survey_app.journal import files, overview
from survey_app.journal.intake import Arrival
from survey_app.journal.taking import Office
from survey_app.models import Device, User


@cli.group("tablet")
def group() -> None:
    """Tablets of officers and kiosks of points."""


@group.command()
@click.argument("whose")
@click.option("--label", default="", help="What is written on the device.")
@in_app
def add(whose: str, label: str) -> None:
    """Make a device for an officer's address or a kiosk point's code.  Example: hailong tablet add an@example.vn"""
    session, settings = database.writing(database.session()), current_app.config["SETTINGS"]
    if "@" in whose:
        officer = session.scalar(sa.select(User).where(User.email == whose))
        if officer is None:
            raise ValueError(f"There is no account {whose}: `hailong user list` lists them.")
        device, code = devices.add_tablet(session, settings.token_key, officer, label, clock.now())
    else:
        point = points.find_point(session, whose)
        if point is None:
            raise ValueError(f"There is no point {whose}: `hailong points` lists them.")
        device, code = devices.add_kiosk(session, settings.token_key, point, label, clock.now())
    session.commit()
    click.echo(f"{device.code}  {code}  {devices.enrol_url(settings.public_url, device, code)}")
    click.echo("The code holds for 24 hours and is shown only now.", err=True)


@group.command("list")
@in_app
def list_() -> None:
    """List devices, how far their journals came and what waits.  Example: hailong tablet list"""
    for one in overview.listed(database.session(), clock.now()):
        device = one.device
        whose = device.officer.email if device.officer else device.point.code if device.point else ""
        told = f"{device.seq} entries, {one.waiting} waiting" + (", journal broken" if one.breaks else "")
        click.echo(f"{device.code}  {device.kind:6}  {whose}  {one.state}  {told}  seen {device.seen_on or 'never'}")


@group.command()
@click.argument("code")
@in_app
def revoke(code: str) -> None:
    """Revoke a lost device: what it still sends waits.  Example: hailong tablet revoke K7QF3MXA"""
    session = database.writing(database.session())
    device = _find(code)
    devices.revoke(session, device, clock.now())
    session.commit()
    click.echo(f"{device.code} is revoked.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--after-break", is_flag=True, help="Keep what does not follow: it waits for a manager.")
@in_app
def import_(file: Path, after_break: bool) -> None:
    """Import the journal that a device exported; twice is once.  Example: hailong tablet import journal.json"""
    session, settings = database.writing(database.session()), current_app.config["SETTINGS"]
    office = Office(office_key.of(settings.instance), settings.token_key)
    done = files.import_file(session, office, file.read_bytes(), Arrival(clock.now()), after_break)
    session.commit()
    click.echo(f"{done.device.code}: {done.entries} entries, {done.new} new, {done.waiting} waiting")


def _find(code: str) -> Device:
    device = devices.find(database.session(), code)
    if device is None:
        raise ValueError(f"There is no device {code}: `hailong tablet list` lists them.")
    return device
