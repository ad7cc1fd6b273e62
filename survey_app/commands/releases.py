"""`hailong release`: what was entered for publication, and whether it still matches. People take the steps in pages."""

import json
from typing import Any

import click
from flask import current_app

from survey_app import analysis_door, background, clock, database
from survey_app.commands import cli, in_app
from survey_app.config import Settings
from survey_app.publishing import documents, standing
from survey_app.publishing.standing import Standing
from survey_app.results import telling

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
@click.option("--update", is_flag=True, help="Let documents and public site say so; for a timer, every hour.")
@click.pass_context
def check(context: click.Context, update: bool) -> None:
    """Exit with 1 where a publication no longer matches or was changed; with --update where it cannot be told so.

    Example: hailong release check --update
    """
    context.exit(1 if (_left_behind() if update else _wrong()) else 0)


@in_app
def _wrong() -> list[str]:
    found = [one for one in _all() if one.match.state == "other" or not one.intact]
    for one in found:
        click.echo(f"{one.name}: {MATCHES[one.match.state]}{_faults(one)}")
    return [one.name for one in found]


@in_app
def _left_behind() -> list[str]:
    """Brings what is said of every publication up to date; the names of those where that failed."""
    settings, left = current_app.config["SETTINGS"], []
    for one in _all():
        if not one.intact:
            click.echo(f"{one.name}:{_faults(one).removeprefix(';')}")
        elif not one.told:
            database.session().rollback()  # What was read began a transaction that only reads.
            telling.tell(one.publication)
            click.echo(f"{one.name}: publication.json written anew")
        if not one.intact or not _is_said_in_public(settings, one):
            left.append(one.name)
    standing.note_check(settings.releases, clock.now())
    return left


def _is_said_in_public(settings: Settings, one: Standing) -> bool:
    """Writes documents and public site anew where they are behind, also where an earlier run of that was broken off."""
    publication, folder = one.publication, settings.releases / one.publication.release
    before = analysis_door.last(settings.releases, analysis_door.documents_key(publication.release))
    has_failed = before is not None and before.state == "failed"
    if not documents.are_public(folder) or not (has_failed or documents.are_outdated(folder)):
        return True
    slug = publication.survey.slug
    database.session().rollback()  # Nothing is kept open while the other process computes.
    try:
        run = analysis_door.write_documents(settings, slug, publication.release, clock.now())
    except background.AlreadyRunning:
        click.echo(f"{one.name}: the documents are being written already")
        return True
    said = "documents and public site written anew" if run.state == "finished" else f"{run.state}: {run.sentence}"
    click.echo(f"{one.name}: {said}")
    return run.state == "finished"


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
