"""The pages of a survey that still runs: its newest snapshot through filters, never single answers."""

from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import analysis_door, analysis_process, background, clock, database, surveys
from survey_app.models import Survey
from survey_app.results import blueprint, snapshots
from survey_app.web import csv_files, languages


def _folder(survey: Survey) -> Path:
    dashboards: Path = current_app.config["SETTINGS"].dashboards
    return dashboards / survey.slug


def _survey_or_404(slug: str) -> Survey:
    return surveys.find_survey(database.session(), slug) or abort(404)


def _asked_or_404(survey: Survey) -> dict[str, Any]:
    """What the address asks of the newest snapshot, and what it answers; empty where there is none."""
    snapshot = snapshots.newest(_folder(survey))
    if snapshot is None:
        return {}
    wave = snapshots.wave_of(snapshot, request.args.get("wave", "")) or abort(404)
    series = snapshots.series_of(snapshot, request.args.get("series", ""))
    offered = snapshots.choices(snapshot, wave, series, languages.current())
    try:
        codes = snapshots.chosen(request.args, offered)
    except ValueError:
        abort(404)
    question = snapshots.question(wave["slug"], series, codes)
    found = {"snapshot": snapshot, "wave_chosen": wave, "series": series, "offered": offered, "codes": codes}
    return {**found, "answer": analysis_process.dashboard(_folder(survey), question)}


@blueprint.get("/running/<slug>")
def show_running(slug: str) -> ResponseReturnValue:
    survey = _survey_or_404(slug)
    run = analysis_door.last(current_app.config["SETTINGS"].releases, analysis_door.snapshot_key(slug))
    try:
        asked, fault = _asked_or_404(survey), ""
    except ValueError as error:
        asked, fault = {}, str(error)
    snapshot = asked.get("snapshot")
    page = render_template(
        "results/running.html",
        survey=survey,
        run=run,
        fault=fault,
        is_new_day=snapshots.is_new_day(_folder(survey), clock.now()),
        simulated=bool(snapshot and snapshot["simulated"]),
        **asked,
    )
    return page, {"Refresh": "5"} if run and run.state == "running" else {}


@blueprint.get("/running/<slug>.csv")
def running_file(slug: str) -> ResponseReturnValue:
    """Everything that the page shows for the same filter."""
    survey = _survey_or_404(slug)
    try:
        asked = _asked_or_404(survey)
    except ValueError:
        abort(404)
    if not asked:
        abort(404)
    rows = snapshots.rows(asked["snapshot"], asked["answer"], languages.current())
    return csv_files.download(f"{slug}-{asked['snapshot']['number']:04}.csv", snapshots.HEADER, rows)


@blueprint.post("/running/<slug>")
def take_snapshot(slug: str) -> ResponseReturnValue:
    survey = _survey_or_404(slug)
    if not snapshots.is_new_day(_folder(survey), clock.now()):
        flash(_("Today's snapshot is already there; the next is due tomorrow."), "error")
        return redirect(url_for("results.show_running", slug=slug))
    try:
        analysis_door.start_snapshot(current_app.config["SETTINGS"], slug, clock.now())
        flash(_("The snapshot is being taken. This page shows by itself when it is ready."))
    except background.AlreadyRunning:
        flash(_("The snapshot is already being taken."), "error")
    return redirect(url_for("results.show_running", slug=slug))
