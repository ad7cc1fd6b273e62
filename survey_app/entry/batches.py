"""Batches of paper forms: what went out and came back, how far it is typed; the ledger as CSV."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from survey_app import clock, database, points, surveys, waves
from survey_app.entry import blueprint
from survey_app.entry.scans import forget
from survey_app.entry.sheets import batch_or_404, point_of, readings
from survey_app.models import CollectionPoint, PaperBatch, PaperSheet, Unit, Wave, alphabet
from survey_app.paper import batches, reading_runs
from survey_app.web import choosing, csv_files, listing
from survey_app.web.choosing import Chooser, ChoosingForm

LEDGER = (
    *("wave", "batch", "unit", "unit_name", "point", "issued_on", "issued", "returned", "spoiled", "out"),
    *("to_type", "typed_once", "typed_twice", "differ", "kept", "set_aside", "remark"),
)
ORDERS = {
    "newest": batches.NEWEST_FIRST,
    "unit": (alphabet.Order(Unit.name),),
    "issued": (PaperBatch.issued,),
    "returned": (PaperBatch.returned,),
}
SHEETS = {
    "waiting": batches.WAITING_FIRST,
    "serial": (PaperSheet.serial,),
    "state": (PaperSheet.state,),
}
CAMERA = {"Permissions-Policy": "camera=(self), microphone=(), geolocation=()"}


@blueprint.get("/")
def list_batches() -> ResponseReturnValue:
    session, asked = database.session(), listing.asked("q")
    found = listing.of_query(batches.listed(asked["q"]), ORDERS, asked, batches.loaded())
    lines = batches.lines(session, found.rows)
    return render_template(
        "entry/batches.html",
        found=found,
        lines=lines,
        waves=batches.waves(session),
        differing=batches.count_differing(session),
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
    batch, session, asked = batch_or_404(batch_id), database.session(), listing.asked("q")
    forget(batch)
    page = render_template(
        "entry/batch.html",
        batch=batch,
        wave=batch.wave,
        point=point_of(batch),
        state=waves.state(batch.wave, clock.now()),
        line=batches.line(session, batch),
        found=listing.of_query(batches.sheets(batch, asked["q"]), SHEETS, asked),
        typists=batches.typists(session, batch),
        runs=reading_runs.of_batch(readings(), batch.id),
        simulated=batch.wave.simulated,
    )
    return page, CAMERA


@blueprint.route("/waves/<slug>/new", methods=["GET", "POST"])
def new_batch(slug: str) -> ResponseReturnValue:
    session = database.session()
    wave = surveys.find_wave(session, slug) or abort(404)
    form = PlaceForm()
    box = points.listed(wave, mode="paper_self")
    form.place.offer(
        choosing.of_points(box, prefix="p", group=_("filled in alone")),
        choosing.of_units(batches.units_with_cases(wave), "u", _("with an officer")),
    )
    if request.method == "POST" and not form.place.looking:
        batch = _made(wave, form.place) if form.validate() else None
        if batch is not None:
            session.add(batch)
            session.commit()
            return redirect(url_for("entry.show_batch", batch_id=batch.id))
        flash(_("Choose a place, a day that is not in the future, and how many forms: from 1 to 5,000."), "error")
    shown = {"wave": wave, "form": form, "today": clock.local_day(clock.now())}
    page = render_template("entry/new_batch.html", **shown, simulated=wave.simulated)
    return page, 422 if request.method == "POST" and not form.place.looking else 200


class PlaceForm(ChoosingForm):
    place = Chooser(lazy_gettext("Place"), coerce=str)


def _made(wave: Wave, place: Chooser) -> PaperBatch | None:
    """The batch that the form describes; None where something is missing."""
    issued, point_id = request.form.get("issued", 0, type=int), None
    try:
        day = date.fromisoformat(request.form.get("issued_on", ""))
    except ValueError:
        return None
    if not 1 <= issued <= batches.MOST_ISSUED or day > clock.local_day(clock.now()):
        return None
    unit_id = int(place.data[1:])
    if place.data.startswith("p"):
        point_id = unit_id
        unit_id = database.session().get_one(CollectionPoint, point_id).unit_id
    remark = request.form.get("remark", "").strip()[:500]
    return PaperBatch(wave_id=wave.id, unit_id=unit_id, point_id=point_id, issued_on=day, issued=issued, remark=remark)


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
