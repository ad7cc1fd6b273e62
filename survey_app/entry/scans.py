"""Scanned or photographed forms: read by a process of their own, shown to whoever types the sheet first."""

import contextlib
from collections.abc import Iterator

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database
from survey_app.entry import blueprint
from survey_app.entry.sheets import batch_or_404, readings
from survey_app.paper import reading_door, scans, sheets
from survey_app.paper.readings import PageReading


@blueprint.post("/batches/<int:batch_id>/scans")
def read_scans(batch_id: int) -> ResponseReturnValue:
    """The pictures are read while the request waits; nothing of them stays but what `scans` keeps."""
    batch = batch_or_404(batch_id)
    wave_id, version = batch.wave_id, batch.wave.instrument_version.content_hash
    mode = "paper_self" if batch.point_id else "paper_officer"
    database.session().rollback()  # Nobody waits for us to write while a machine reads.
    pictures = list(_sent())
    if not 1 <= len(pictures) <= reading_door.MOST_PICTURES:
        flash(
            _("Choose the pictures of the pages: at most %(most)d at once.", most=reading_door.MOST_PICTURES), "error"
        )
        return redirect(url_for("entry.show_batch", batch_id=batch_id))
    scans.sweep(readings(), clock.utc_now())
    pages = reading_door.read(pictures, current_app.config["SETTINGS"].form_maps, version)
    batch = batch_or_404(batch_id)
    typed = sheets.typed(database.session(), wave_id)
    of_batch = [page for page in pages if page.code and page.mode == mode and page.code.serial not in typed]
    kept = scans.keep(readings(), wave_id, of_batch)
    return render_template(
        "entry/scans.html",
        batch=batch,
        wave=batch.wave,
        sheets=kept,
        refused=[_why_not(page, mode) for page in pages if page not in of_batch],
        simulated=batch.wave.simulated,
    )


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
