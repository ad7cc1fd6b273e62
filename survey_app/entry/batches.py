"""Batches of paper forms: what went out and came back, how far it is typed; the ledger as CSV."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database, points, surveys, waves
from survey_app.entry import blueprint
from survey_app.entry.scans import forget
from survey_app.entry.sheets import batch_or_404, point_of, readings
from survey_app.models import PaperBatch, Unit, Wave
from survey_app.paper import batches, reading_runs
from survey_app.web import csv_files
from survey_app.web.console import named

LEDGER = (
    *("wave", "batch", "unit", "unit_name", "point", "issued_on", "issued", "returned", "spoiled", "out"),
    *("to_type", "typed_once", "typed_twice", "differ", "kept", "set_aside", "remark"),
)
CAMERA = {"Permissions-Policy": "camera=(self), microphone=(), geolocation=()"}


@blueprint.get("/")
def list_batches() -> ResponseReturnValue:
    session = database.session()
    lines = batches.ledger(session)
    return render_template(
        "entry/batches.html",
        lines=lines,
        waves=batches.waves(session),
        differing=len(batches.differing(session)),
        simulated=any(line.batch.wave.simulated for line in lines),
    )


@blueprint.get("/ledger.csv")
def ledger() -> ResponseReturnValue:
    return csv_files.download("paper-ledger.csv", LEDGER, map(_cells, batches.ledger(database.session())))


def _cells(line: batches.Line) -> list[object]:
    batch = line.batch
    place = (batch.unit.code, batch.unit.full_name, line.point.code if line.point else "")
    counts = (batch.issued, batch.returned, batch.spoiled, line.out, line.to_type, line.once, line.twice, line.differs)
    return [batch.wave.slug, batch.id, *place, batch.issued_on, *counts, line.kept, line.set_aside, batch.remark]


@blueprint.get("/batches/<int:batch_id>")
def show_batch(batch_id: int) -> ResponseReturnValue:
    batch, session = batch_or_404(batch_id), database.session()
    forget(batch)
    page = render_template(
        "entry/batch.html",
        batch=batch,
        wave=batch.wave,
        point=point_of(batch),
        state=waves.state(batch.wave, clock.now()),
        line=batches.line(session, batch),
        sheets=batches.sheets(session, batch),
        typists=batches.typists(session, batch),
        runs=reading_runs.of_batch(readings(), batch.id),
        simulated=batch.wave.simulated,
    )
    return page, CAMERA


@blueprint.route("/waves/<slug>/new", methods=["GET", "POST"])
def new_batch(slug: str) -> ResponseReturnValue:
    session = database.session()
    wave = surveys.find_wave(session, slug) or abort(404)
    offered = [point for point in points.of_waves(session, wave=slug) if point.mode == "paper_self"]
    units = batches.units_with_cases(session, wave)
    if request.method == "POST":
        batch = _made(wave, {f"p{point.id}": (point.unit_id, point.id) for point in offered}, units)
        if batch is not None:
            session.add(batch)
            session.commit()
            return redirect(url_for("entry.show_batch", batch_id=batch.id))
        flash(_("Choose a place, a day that is not in the future, and how many forms: from 1 to 5,000."), "error")
    names = [(f"p{point.id}", named(point, "label")) for point in offered]
    of_officers = [(f"u{unit.id}", unit.full_name) for unit in units]
    shown = {"wave": wave, "points": names, "units": of_officers, "today": clock.local_day(clock.now())}
    page = render_template("entry/new_batch.html", **shown, simulated=wave.simulated)
    return page, 422 if request.method == "POST" else 200


def _made(wave: Wave, places: dict[str, tuple[int, int | None]], units: list[Unit]) -> PaperBatch | None:
    """The batch that the form describes; None where something is missing."""
    chosen = (places | {f"u{unit.id}": (unit.id, None) for unit in units}).get(request.form.get("place", ""))
    issued = request.form.get("issued", 0, type=int)
    try:
        day = date.fromisoformat(request.form.get("issued_on", ""))
    except ValueError:
        return None
    if chosen is None or not 1 <= issued <= batches.MOST_ISSUED or day > clock.local_day(clock.now()):
        return None
    remark = request.form.get("remark", "").strip()[:500]
    return PaperBatch(
        wave_id=wave.id, unit_id=chosen[0], point_id=chosen[1], issued_on=day, issued=issued, remark=remark
    )


@blueprint.post("/batches/<int:batch_id>/return")
def note_return(batch_id: int) -> ResponseReturnValue:
    batch, form = batch_or_404(batch_id), request.form
    issued = form.get("issued", batch.issued, type=int)
    counts = (issued, form.get("returned", -1, type=int), form.get("spoiled", -1, type=int))
    try:
        batches.note_return(batch, *counts, form.get("remark", "").strip())
    except ValueError as why:
        flash(str(why), "error")
    else:
        database.session().commit()
        flash(_("The batch is noted."))
    return redirect(url_for("entry.show_batch", batch_id=batch.id))
