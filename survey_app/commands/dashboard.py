"""`hailong dashboard`: the day's snapshots of running surveys, for a timer to call once a day."""

import tempfile
from pathlib import Path

import click
from flask import current_app

from questionnaires import loader
from questionnaires.model import Instrument
from survey_app import analysis_process, background, clock, database, extract, surveys
from survey_app.backup import leftovers
from survey_app.commands import cli, in_app
from survey_app.models import Survey, Wave
from survey_app.results import snapshots


@cli.command("dashboard")
@click.argument("survey", required=False)
@in_app
def take_snapshots(survey: str | None) -> None:
    """Take the day's snapshot of a survey, or of all that run.  Example: hailong dashboard sipas-2017"""
    leftovers.sweep(current_app.config["SETTINGS"], clock.now())
    if survey is None:
        _take_all()
        return
    chosen = surveys.find_survey(database.session(), survey)
    if chosen is None:
        raise ValueError(f"There is no survey {survey}: `hailong surveys` lists the surveys.")
    if not snapshots.is_new_day(_folder(chosen.slug), clock.now()):
        raise ValueError(f"Today's snapshot of {survey} is already there; the next is due tomorrow.")
    _take(chosen)


def _take_all() -> None:
    """One survey that cannot be taken keeps no other from it."""
    due = [survey.slug for survey in surveys.all_surveys(database.session()) if _is_due(survey)]
    failed = []
    for slug in due:
        try:
            if found := surveys.find_survey(database.session(), slug):
                _take(found)
        except ValueError as why:
            failed.append(f"{slug}: {why}")
    if failed:
        raise ValueError("; ".join(failed))


def _is_due(survey: Survey) -> bool:
    """Whether a wave has begun, the day has no snapshot yet, and the last was not taken after the last end."""
    folder, at = _folder(survey.slug), clock.now()
    today = at.astimezone(clock.LOCAL).date()
    newest, ends = snapshots.newest(folder), [wave.closes_on.isoformat() for wave in survey.counted_waves]
    is_done = newest is not None and str(newest["taken_at"])[:10] > max(ends, default="")
    has_begun = any(wave.opens_on <= today and _has_index(wave) for wave in survey.counted_waves)
    return has_begun and not is_done and snapshots.is_new_day(folder, at)


def _has_index(wave: Wave) -> bool:
    """Three-level ratings at a counter have none, and no snapshot."""
    return isinstance(loader.from_json(wave.instrument_version.content), Instrument)


def _take(survey: Survey) -> None:
    """The extract is only passed on: nobody keeps the answers of a running wave."""
    extracts, slug = current_app.config["SETTINGS"].extracts, survey.slug
    extracts.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".snapshot-", dir=extracts) as bench, background.held(Path(bench)):
        extract.write(database.session(), survey, Path(bench) / "extract", clock.now())
        database.session().rollback()  # Nothing is kept open while the other process computes.
        analysis_process.snapshot(Path(bench) / "extract", _folder(slug))
    click.echo(f"Snapshot of {slug} taken")


def _folder(slug: str) -> Path:
    settings: Path = current_app.config["SETTINGS"].dashboards
    return settings / slug
