"""Slips in the console: the ledger of a wave, new batches, their print, and slips taken out of use."""

from collections.abc import Sequence
from datetime import date

from flask import Response, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database, points
from survey_app.casework.progress import sample_answers
from survey_app.manage import blueprint
from survey_app.manage.slip_forms import BatchForm, PrintForm, RemarkForm, TakeOutForm
from survey_app.manage.waves import find_or_404
from survey_app.models import CollectionPoint, SlipBatch, Wave
from survey_app.proofs import slip_ledger, slip_sheets, slip_totals, slips
from survey_app.proofs.slips import BadSlip, SlipSpent, SlipVoid
from survey_app.web import listing
from survey_app.web.console import show_number

FEW = 20  # Points that the page names; more are looked for in their own list.
ORDERS = {"unit": slip_ledger.ORDER, "made": (SlipBatch.size,), "given": (SlipBatch.issued_on,)}


@blueprint.get("/waves/<slug>/slips")
def list_slips(slug: str) -> ResponseReturnValue:
    return _ledger(find_or_404(slug), TakeOutForm())


@blueprint.post("/waves/<slug>/slips")
def add_batches(slug: str) -> ResponseReturnValue:
    """A batch for each PSU of the plan that has none yet."""
    added = slip_ledger.add_missing(database.session(), find_or_404(slug))
    database.session().commit()
    if added:
        flash(_("New batches: %(count)d.", count=len(added)))
    else:
        flash(
            _("No new batch: every place of the plan with a point in use that asks for slips has its slips."), "nothing"
        )
    return redirect(url_for("manage.list_slips", slug=slug))


@blueprint.post("/waves/<slug>/slips/out")
def take_out_slip(slug: str) -> ResponseReturnValue:
    wave, form = find_or_404(slug), TakeOutForm()
    if form.validate_on_submit():
        try:
            _take_out(wave, form)
        except (BadSlip, SlipSpent, SlipVoid) as why:
            form.code.errors = [_why_not(why)]
        else:
            database.session().commit()
            flash(_("The slip is taken out: nobody can answer with it any more."))
            return redirect(url_for("manage.list_slips", slug=slug))
    return _ledger(wave, form), 422


def _take_out(wave: Wave, form: TakeOutForm) -> None:
    session, key = database.session(), current_app.config["SETTINGS"].token_key
    slip = slips.read(key, form.code.data)
    if slips.find(session, slip).wave_id != wave.id:
        raise BadSlip
    slips.take_out(session, slip, form.why.data)


def _why_not(why: Exception) -> str:
    if isinstance(why, SlipSpent):
        return str(_("Somebody has already answered with this slip. The answer counts and stays."))
    if isinstance(why, SlipVoid):
        return str(_("This slip has already been taken out."))
    return str(_("No slip of this wave has this code. Compare it letter by letter."))


@blueprint.post("/waves/<slug>/slips/print")
def print_new_batches(slug: str) -> ResponseReturnValue:
    wave, form = find_or_404(slug), PrintForm()
    found = slip_ledger.never_printed(database.session(), wave)
    if not form.validate_on_submit() or not found:
        abort(400)
    return _print(found, form, f"slips-{slug}")


@blueprint.route("/points/<code>/slips/new", methods=["GET", "POST"])
def new_batch(code: str) -> ResponseReturnValue:
    session, form = database.session(), BatchForm()
    point = points.find_point(session, code) or abort(404)
    if point.mode != slips.MODE:
        abort(404)
    psus = {psu.key: psu for psu in slip_ledger.psus(session, point)}
    form.psu.choices = [(key, _named(psu)) for key, psu in psus.items()]
    if not psus:
        del form.psu
    if form.validate_on_submit():
        try:
            batch = slip_ledger.add(session, point, form.size.data, psus[form.psu.data] if psus else None)
        except ValueError as why:
            form.size.errors = [str(why)]
            return _new_batch_page(form, point, bool(psus))
        if form.remark.data:
            slip_ledger.note(batch, _today(), form.remark.data)
        session.commit()
        flash(_("The batch is made. Print it when it is handed out."))
        return redirect(url_for("manage.show_batch", batch=batch.code))
    return _new_batch_page(form, point, bool(psus))


def _new_batch_page(form: BatchForm, point: CollectionPoint, drawn: bool) -> ResponseReturnValue:
    page = render_template(
        "manage/batch_form.html", form=form, point=point, wave=point.wave, drawn=drawn, simulated=point.wave.simulated
    )
    return page, 422 if form.errors else 200


def _named(psu: slip_ledger.Psu) -> str:
    weight = show_number(round(psu.weight, 4))
    parts = {"psu": psu.psu, "stratum": psu.stratum, "cases": psu.cases, "left": psu.left, "weight": weight}
    return str(
        _(
            "%(psu)s in stratum %(stratum)s: %(cases)d cases, %(left)d of them without a slip, weight %(weight)s",
            **parts,
        )
    )


@blueprint.get("/slips/<batch>")
def show_batch(batch: str) -> ResponseReturnValue:
    return _batch_page(_batch_or_404(batch), PrintForm())


@blueprint.post("/slips/<batch>/print")
def print_batch(batch: str) -> ResponseReturnValue:
    found, form = _batch_or_404(batch), PrintForm()
    if form.validate_on_submit():
        try:
            return _print([found], form, f"slips-{batch}")
        except ValueError as why:
            form.reason.errors = [str(why)]
    return _batch_page(found, form), 422


@blueprint.post("/slips/<batch>/remark")
def note_remark(batch: str) -> ResponseReturnValue:
    found, form = _batch_or_404(batch), RemarkForm()
    if form.validate_on_submit():
        try:
            slip_ledger.note(found, _today(), form.remark.data)
        except ValueError as why:
            form.remark.errors = [str(why)]
        else:
            database.session().commit()
            flash(_("The note is kept."))
            return redirect(url_for("manage.show_batch", batch=batch))
    return _batch_page(found, PrintForm(), form), 422


def _today() -> date:
    return clock.local_day(clock.now())


def _print(found: Sequence[SlipBatch], form: PrintForm, name: str) -> Response:
    """The print is noted before the pages are set: that takes seconds, and no citizen has to wait for it."""
    session, settings = database.session(), current_app.config["SETTINGS"]
    for batch in found:
        slip_ledger.note_print(batch, _today(), form.reason.data or "")
    session.commit()
    content = slip_sheets.pdf(found, settings.token_key, settings.public_url, form.layout.data)
    headers = {"Content-Disposition": f'inline; filename="{name}-{form.layout.data}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _batch_or_404(code: str) -> SlipBatch:
    return slip_ledger.find_batch(database.session(), code) or abort(404)


def _batch_page(batch: SlipBatch, printing: PrintForm, remark: RemarkForm | None = None) -> str:
    return render_template(
        "manage/batch.html",
        batch=batch,
        wave=batch.wave,
        line=slip_ledger.line(batch),
        printing=printing,
        remark=remark or RemarkForm(formdata=None),
        simulated=batch.wave.simulated,
    )


def _ledger(wave: Wave, taking_out: TakeOutForm) -> str:
    session, asked = database.session(), listing.asked("q")
    found = listing.of_query(slip_ledger.listed(wave, asked["q"]), ORDERS, asked, (slip_ledger.LOADED,))
    total, unprinted = slip_ledger.total(session, wave)
    offered = points.listed(wave, mode=slips.MODE).order_by(CollectionPoint.id).limit(FEW + 1)
    return render_template(
        "manage/slips.html",
        wave=wave,
        found=found,
        lines=[(batch, slip_ledger.line(batch)) for batch in found.rows],
        total=total,
        points=session.scalars(offered).all(),
        few=FEW,
        unprinted=unprinted,
        exceeding=slip_totals.exceeding(session, wave, sample_answers(session, wave).by_stratum),
        taking_out=taking_out,
        printing=PrintForm(formdata=None),
        simulated=wave.simulated,
    )
