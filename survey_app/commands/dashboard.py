"""`hailong dashboard`: the day's snapshots of running surveys, for a timer to call once a day."""

import shutil
import tempfile
from pathlib import Path

import click
from flask import current_app

from survey_app import analysis_process, clock, database, extract, surveys
from survey_app.commands import cli, in_app
from survey_app.models import Survey
from survey_app.results import snapshots


@cli.command("dashboard")
@click.argument("survey", required=False)
@in_app
def take_snapshots(survey: str | None) -> None:
    """Take the day's snapshot of a survey, or of all that run.  Example: hailong dashboard sipas-2017"""
    if survey is None:
        for found in surveys.all_surveys(database.session()):
            if _is_due(found):
                _take(found)
        return
    chosen = surveys.find_survey(database.session(), survey)
    if chosen is None:
        raise ValueError(f"There is no survey {survey}: `hailong surveys` lists the surveys.")
    if not snapshots.is_new_day(_folder(chosen.slug), clock.now()):
        raise ValueError(f"Today's snapshot of {survey} is already there; the next is due tomorrow.")
    _take(chosen)


def _is_due(survey: Survey) -> bool:
    """Whether a wave has begun, the day has no snapshot yet, and the last one did not see all waves ended."""
    folder, at = _folder(survey.slug), clock.now()
    today = at.astimezone(clock.LOCAL).date()
    newest = snapshots.newest(folder)
    is_done = newest is not None and all(wave["over"] for wave in newest["waves"]) and len(newest["waves"]) > 0
    has_begun = any(wave.opens_on <= today for wave in survey.counted_waves)
    return has_begun and not is_done and snapshots.is_new_day(folder, at)


def _take(survey: Survey) -> None:
    """The extract is only passed on: nobody keeps the answers of a running wave."""
    extracts = current_app.config["SETTINGS"].extracts
    extracts.mkdir(parents=True, exist_ok=True)
    bench = Path(tempfile.mkdtemp(prefix=".snapshot-", dir=extracts))
    try:
        slug = survey.slug
        extract.write(database.session(), survey, bench / "extract", clock.now())
        database.session().rollback()  # Nothing is kept open while the other process computes.
        analysis_process.snapshot(bench / "extract", _folder(slug))
        click.echo(f"Snapshot of {slug} taken")
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def _folder(slug: str) -> Path:
    settings: Path = current_app.config["SETTINGS"].dashboards
    return settings / slug
