"""`hailong release`: what was entered for publication, and whether it still matches. People take the steps in pages."""

import json
from typing import Any

import click
from flask import current_app

from survey_app import database
from survey_app.commands import cli, in_app
from survey_app.publishing import standing
from survey_app.publishing.standing import Standing

MATCHES = {"same": "matches the responses", "other": "NO LONGER MATCHES the responses", "unknown": "cannot be compared"}


@cli.group("release")
def group() -> None:
    """Releases on their way to the public."""


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@in_app
def listed(as_json: bool) -> None:
    """List what was entered for publication.  Example: hailong release list"""
    found = _all()
    if as_json:
        click.echo(json.dumps([_described(one) for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(f"{one.name}: {one.publication.state}, {MATCHES[one.match.state]}{_faults(one)}")


@group.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Exit with 1 where a publication no longer matches or was changed.  Example: hailong release check"""
    context.exit(1 if _wrong() else 0)


@in_app
def _wrong() -> list[str]:
    found = [one for one in _all() if one.match.state == "other" or not one.intact]
    for one in found:
        click.echo(f"{one.name}: {MATCHES[one.match.state]}{_faults(one)}")
    return [one.name for one in found]


def _all() -> list[Standing]:
    return list(standing.of_all(database.session(), current_app.config["SETTINGS"].releases))


def _faults(one: Standing) -> str:
    if not one.intact:
        return "; its folder is missing or was changed: restore it from a backup"
    return "" if one.told else "; publication.json is not up to date: write its documents anew in the console"


def _described(one: Standing) -> dict[str, Any]:
    publication = one.publication
    return {
        "survey": publication.survey.slug,
        "number": publication.number,
        "release": publication.release,
        "state": publication.state,
        "release_hash": publication.release_hash,
        "matches": one.match.told,
        "intact": one.intact,
        "told": one.told,
    }
