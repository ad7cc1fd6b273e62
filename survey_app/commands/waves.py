"""`hailong wave`: the steps in the life of a wave, each kept with its reason; where its officers go next."""

from datetime import date, datetime

import click
import sqlalchemy as sa
from flask import current_app

from survey_app import clock, database, surveys, wave_life
from survey_app.commands import cli, in_app
from survey_app.fieldwork import outlook, where_next
from survey_app.models import User, Wave
from survey_app.planning.bench import PlanFiles
from survey_app.planning.process import worker
from survey_app.publishing import looks
from survey_app.wave_life import By, Looks
from survey_app.web import csv_files

DAY = click.DateTime(["%Y-%m-%d"])


@cli.group("wave")
def group() -> None:
    """Copy, rehearse, extend, close and reopen waves."""


@group.command()
@click.argument("wave")
@click.option("--into", required=True, help="The survey that gets the new wave.")
@click.option("--slug", required=True, help="The short name of the new wave.")
@click.option("--opens", required=True, type=DAY, help="Its first day; it is open for as many days as the old one.")
@click.option("--reason", default="")
@in_app
def copy(wave: str, into: str, slug: str, opens: datetime, reason: str) -> None:
    """Copy a wave with its points, without answers.

    Example: hailong wave copy sipas-2026-1 --into sipas-2027 --slug sipas-2027-1 --opens 2027-03-01
    """
    session, source = database.writing(database.session()), _wave(wave)
    survey = surveys.find_survey(session, into)
    if survey is None:
        raise ValueError(f"There is no survey {into}: `hailong surveys` lists them.")
    days = {"opens_on": opens.date(), "closes_on": opens.date() + (source.closes_on - source.opens_on)}
    fields = wave_life.suggested(source) | days | {"slug": slug}
    if faults := surveys.faults_of_wave(session, survey, None, fields | {"reason": reason}):
        raise ValueError(" ".join(faults.values()))
    made = wave_life.copy(session, source, survey, fields, By(clock.now()), reason)
    session.commit()
    click.echo(f"{slug}: {fields['opens_on']} – {fields['closes_on']}")
    for name in made.left_out:
        click.echo(f"Left out, its unit is not on the map of the survey: {name}")


@group.command()
@click.argument("wave")
@click.option("--until", required=True, type=DAY)
@click.option("--reason", default="")
@in_app
def rehearse(wave: str, until: datetime, reason: str) -> None:
    """Make a practice wave that never counts.  Example: hailong wave rehearse sipas-2026-1 --until 2026-10-30"""
    session = database.writing(database.session())
    made = wave_life.rehearse(session, _wave(wave), until.date(), By(clock.now()), reason)
    session.commit()
    click.echo(f"{made.slug}: {made.opens_on} – {made.closes_on}, answers do not count")


@group.command()
@click.argument("wave")
@click.option("--to", "until", required=True, type=DAY, help="The new last day.")
@click.option("--reason", required=True)
@in_app
def extend(wave: str, until: datetime, reason: str) -> None:
    """Give a wave a later last day.  Example: hailong wave extend sipas-2026-1 --to 2026-12-15 --reason "bão" """
    session = database.writing(database.session())
    found = _wave(wave)
    wave_life.extend(session, found, until.date(), By(clock.now()), reason, _seen(found))
    session.commit()
    _say(found.slug, found.closes_on)


@group.command()
@click.argument("wave")
@click.option("--reason", required=True)
@in_app
def close(wave: str, reason: str) -> None:
    """End an open wave now.  Example: hailong wave close sipas-2026-1 --reason "đủ mẫu" """
    session = database.writing(database.session())
    found = _wave(wave)
    wave_life.close(session, found, By(clock.now()), reason, _seen(found))
    session.commit()
    click.echo(f"{wave} is closed; forms begun before may still be sent for 24 hours.")


@group.command()
@click.argument("wave")
@click.option("--to", "until", required=True, type=DAY, help="The new last day.")
@click.option("--reason", required=True)
@in_app
def reopen(wave: str, until: datetime, reason: str) -> None:
    """Open a wave again that has ended.  Example: hailong wave reopen sipas-2026-1 --to 2026-12-15 --reason "bão" """
    session = database.writing(database.session())
    found = _wave(wave)
    wave_life.reopen(session, found, until.date(), By(clock.now()), reason, _seen(found))
    session.commit()
    _say(found.slug, found.closes_on)


@group.command()
@click.argument("wave")
@in_app
def steps(wave: str) -> None:
    """List what was done to a wave, when, by whom and why.  Example: hailong wave steps sipas-2026-1"""
    for step, who in wave_life.steps(database.session(), _wave(wave)):
        at = step.at.astimezone(clock.LOCAL)
        click.echo(f"{at:%Y-%m-%d %H:%M}  {step.kind:10} {step.detail}  {who or 'by command'}  {step.reason}")


@group.command("next")
@click.argument("wave")
@click.option("--day", default="", metavar="YYYY-MM-DD", help="The day that the list is for; tomorrow without it.")
@click.option("--officer", help="The e-mail address of one officer; all of them without it.")
@in_app
def where_to_go(wave: str, day: str, officer: str | None) -> None:
    """Where officers go next, as CSV, the most urgent first.  Example: hailong wave next sipas-2026-1 > mai.csv"""
    session, found = database.session(), _wave(wave)
    user = session.scalar(sa.select(User).where(User.email == officer)) if officer else None
    if officer and user is None:
        raise ValueError(f"There is no account {officer}: `hailong user list` lists them.")
    files = PlanFiles(current_app.config["SETTINGS"].plans / str(found.id))
    lagging = outlook.reckoned(session, found, clock.local_day(clock.now()), files).lagging
    worker.close()
    asked = where_next.day_asked(day, clock.now())
    rounds = where_next.rounds(session, _wave(wave), asked, lagging, [user.id] if user else None)
    click.echo(csv_files.content(where_next.FILE, where_next.rows(rounds)), nl=False)


def _say(slug: str, last_day: date) -> None:
    click.echo(f"{slug} is open until the end of {last_day}.")


def _seen(wave: Wave) -> Looks:
    return looks.by_now(current_app.config["SETTINGS"], wave.survey)


def _wave(slug: str) -> Wave:
    found = surveys.find_wave(database.session(), slug)
    if found is None:
        raise ValueError(f"There is no wave {slug}: `hailong surveys` lists them.")
    return found
