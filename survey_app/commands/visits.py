"""`hailong visit-key` and `hailong visit-code`: what a counter's software needs, and codes for those that have none."""

import click
from flask import current_app

from survey_app import clock, database, points
from survey_app.commands import cli, in_app
from survey_app.models import CollectionPoint
from survey_app.proofs import visits

MOST = 10_000


@cli.command("visit-key")
@click.argument("point")
@in_app
def show_key(point: str) -> None:
    """Print the key with which a counter's software makes visit codes offline; see docs/visit-codes.md.

    The key opens nothing but this point's codes. Keep it as a password: whoever has it can invent visits there.
    Example: hailong visit-key K7QF3MX
    """
    click.echo(visits.point_key(current_app.config["SETTINGS"].token_key, _visit_point(point).code))


@cli.command("visit-code")
@click.argument("point")
@click.option("--group", required=True, help="One letter for the group of procedures, as the office has agreed.")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, MOST))
@in_app
def make_codes(point: str, group: str, count: int) -> None:
    """Print visit codes of this week with their addresses.  Example: hailong visit-code K7QF3MX --group H --count 20"""
    found, settings = _visit_point(point), current_app.config["SETTINGS"]
    key, today = visits.point_key(settings.token_key, found.code), clock.local_day(clock.now())
    for _number in range(count):
        code = visits.new_code(key, group, today)
        click.echo(f"{code}  {visits.url(settings.public_url, found.code, code)}")
    click.echo(f"They prove a visit until the end of {visits.last_day(today)}.", err=True)


def _visit_point(code: str) -> CollectionPoint:
    found = points.find_point(database.session(), code)
    if found is None:
        raise ValueError(f"There is no point {code}: `hailong points` lists them.")
    if found.mode != visits.MODE:
        raise ValueError(f"The point {found.code} is of the mode {found.mode}: visit codes need one of {visits.MODE}.")
    return found
