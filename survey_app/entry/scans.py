"""Scanned or photographed forms: read by a process of their own, shown to whoever types the sheet first."""

import contextlib
from collections.abc import Iterator

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database
from survey_app.entry import blueprint
from survey_app.entry.sheets import batch_or_404, readings
from survey_app.models import PaperBatch
from survey_app.paper import reading_door, reading_runs, scans, sheets
from survey_app.paper.reading_runs import Run
from survey_app.paper.readings import PageReading, join

SECONDS = 3  # Between two looks at how far it is, also without script.


@blueprint.post("/batches/<int:batch_id>/scans")
def read_scans(batch_id: int) -> ResponseReturnValue:
    """Has the pictures read; the answer does not wait for it."""
    batch = batch_or_404(batch_id)
    mode = "paper_self" if batch.point_id else "paper_officer"
    run = Run(batch_id, batch.wave_id, batch.wave.instrument_version.content_hash, mode)
    forget(batch)
    try:
        name = reading_runs.start(readings(), current_app.config["SETTINGS"].form_maps, run, _sent())
    except ValueError:
        flash(
            _("Choose the pictures of the pages: at most %(most)d at once.", most=reading_door.MOST_PICTURES), "error"
        )
        return redirect(url_for("entry.show_batch", batch_id=batch_id))
    return redirect(url_for("entry.show_scans", batch_id=batch_id, name=name))


def forget(batch: PaperBatch) -> None:
    """What is older than a day, pictures that nobody reads any more, what was read of sheets typed meanwhile."""
    scans.sweep(readings(), clock.utc_now())
    reading_runs.sweep(readings(), clock.utc_now())
    if waiting := scans.waiting(readings(), batch.wave_id):
        for serial in waiting & sheets.typed(database.session(), batch.wave_id):
            scans.drop(readings(), batch.wave_id, serial)


@blueprint.get("/batches/<int:batch_id>/scans/<name>")
def show_scans(batch_id: int, name: str) -> ResponseReturnValue:
    """How far the reading is, then what was read."""
    batch, run = batch_or_404(batch_id), reading_runs.find(readings(), name)
    if run is None:
        flash(
            _("What was read is no longer here: it was cancelled, or a day has passed. Send the pictures again."),
            "error",
        )
        return redirect(url_for("entry.show_batch", batch_id=batch_id))
    if run.batch_id != batch_id:
        abort(404)
    shown = {"batch": batch, "wave": batch.wave, "run": run, "name": name, "simulated": batch.wave.simulated}
    if run.state != "finished":
        page = render_template("entry/reading.html", **shown)
        return page, {"Refresh": str(SECONDS)} if run.state in ("waiting", "reading") else {}
    pages = reading_runs.found(readings(), name)
    typed = sheets.typed(database.session(), batch.wave_id)
    of_batch = [page for page in pages if page.code and page.mode == run.mode and page.code.serial not in typed]
    refused = [_why_not(page, run.mode) for page in pages if page not in of_batch]
    return render_template("entry/scans.html", **shown, sheets=join(of_batch), refused=refused)


@blueprint.post("/batches/<int:batch_id>/scans/<name>/cancel")
def cancel_scans(batch_id: int, name: str) -> ResponseReturnValue:
    batch, run = batch_or_404(batch_id), reading_runs.find(readings(), name)
    if run is not None and run.batch_id != batch.id:
        abort(404)
    reading_runs.cancel(readings(), name)
    flash(_("The reading is cancelled, and its pictures are deleted."))
    return redirect(url_for("entry.show_batch", batch_id=batch_id))


def _sent() -> Iterator[bytes]:
    for file in request.files.getlist("scans"):
        with contextlib.closing(file):
            data = file.read()
        if data:
            yield data


def _why_not(page: PageReading, mode: str) -> tuple[str, str]:
    """Which page of which picture is not among the sheets, and what to do."""
    where = _("Picture %(picture)d, page %(page)d", picture=page.picture + 1, page=page.picture_page)
    if page.refusal:
        return where, str(reading_door.REFUSALS[page.refusal])
    if page.mode != mode:
        return where, _(
            "This form is of the other kind, filled in alone or with an officer: put it with its own batch."
        )
    return where, _("The sheet %(serial)s has been typed already.", serial=page.code.serial if page.code else "")
