"""The third look: a sheet that two people typed differently, field by field, beside the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload

from questionnaires.checking import OTHER
from survey_app import clock, database
from survey_app.answer.submission import read as read_submission
from survey_app.entry import blueprint
from survey_app.entry.column import TO_TYPISTS, Column, column, keys, title_of
from survey_app.entry.sheets import batch_or_404, by, place, point_of, sheet_or_404
from survey_app.instruments.read_once import instrument_of
from survey_app.models import PaperBatch, PaperSheet
from survey_app.paper import batches, sheets, typing_page
from survey_app.paper.sheets import Done, NotYours
from survey_app.paper.typing_page import CASE, DAY, GROWN_UPS, Fields, Printed, Read
from survey_app.web import listing
from survey_app.web.console import show_day

ORDERS = {
    "batch": (PaperSheet.batch_id, PaperSheet.serial),
    "serial": (PaperSheet.serial,),
    "wave": (PaperSheet.wave_id,),
    "differences": (PaperSheet.differences,),
}

OWN_TITLES = {
    CASE: lazy_gettext("Number of the case"),
    DAY: lazy_gettext("Day on which it was filled in"),
    GROWN_UPS: lazy_gettext("Grown-ups who live in the household"),
}
PICKS = ("first", "second", "anew")


@dataclass(frozen=True)
class Difference:
    """One field with both readings in words; `pick` is what was chosen, empty before."""

    name: str
    title: str
    first: str
    second: str
    pick: str


@blueprint.get("/differences")
def list_differences() -> ResponseReturnValue:
    asked = listing.asked("q")
    found = listing.of_query(batches.differing(asked["q"]), ORDERS, asked, (joinedload(PaperSheet.wave),))
    return render_template("entry/differences.html", found=found)


@blueprint.get("/sheets/<int:sheet_id>")
def look(sheet_id: int) -> ResponseReturnValue:
    sheet = sheet_or_404(sheet_id)
    if sheet.state != "differs" or sheet.batch_id is None:
        return redirect(url_for("entry.list_batches"))
    return _page(sheet, {}, {}, Read(None))


@blueprint.post("/sheets/<int:sheet_id>")
def decide(sheet_id: int) -> ResponseReturnValue:
    sheet, session = sheet_or_404(sheet_id), database.session()
    if sheet.state != "differs" or sheet.batch_id is None:
        return redirect(url_for("entry.list_batches"))
    sent = read_submission(request)
    names = sheets.differing(sheet)
    picks = {name: request.form.get(f"_pick.{name}", "") for name in names}
    if any(pick not in PICKS for pick in picks.values()):
        flash(_("Decide each field: one of the two readings, or typed anew from the paper."), "error")
        return _page(sheet, picks, sent.typed(), Read(None)), 422
    chosen = _chosen(sheet, picks, sent.answers)
    batch = batch_or_404(sheet.batch_id)
    found = typing_page.read(session, batch, _printed(sheet), chosen, clock.now(), sent.drop_not_asked)
    if found.reading is None:
        return _page(sheet, picks, sent.typed(), found), 422
    try:
        outcome = sheets.decide(session, sheet, found.reading, by())
    except (NotYours, Done):
        flash(_("Somebody who has not typed this sheet decides it, once."), "error")
        return redirect(url_for("entry.show_batch", batch_id=batch.id))
    sheets.note(sheet, _("Decided by %(name)s.", name=_who()))
    session.commit()
    flash(_("%(serial)s is decided.", serial=sheet.serial) if outcome == "kept" else sheet.remark)
    return redirect(url_for("entry.show_batch", batch_id=batch.id))


def _chosen(sheet: PaperSheet, picks: Mapping[str, str], typed: Fields) -> dict[str, Sequence[str]]:
    first, second = sheets.readings(sheet)
    chosen: dict[str, Sequence[str]] = dict(first)
    for name, pick in picks.items():
        chosen[name] = {"first": first, "second": second, "anew": typed}[pick].get(name, ())
    return chosen


def _printed(sheet: PaperSheet) -> Printed:
    variant = sheets.variant_of(sheet)
    return Printed(sheet.serial, "short" if variant == "short" else "full", sheet.language)


def _page(sheet: PaperSheet, picks: Mapping[str, str], typed: Fields, found: Read) -> str:
    batch, printed = batch_or_404(sheet.batch_id or 0), _printed(sheet)
    names = sheets.differing(sheet)
    drawn = column(
        instrument_of(batch.wave.instrument_version),
        place(batch, point_of(batch), printed),
        typed,
        found.faults,
        TO_TYPISTS,
    )
    return render_template(
        "entry/look.html",
        sheet=sheet,
        batch=batch,
        wave=batch.wave,
        column=drawn,
        keys=keys,
        differences=[_difference(sheet, drawn, batch, name, picks) for name in names],
        # The words of an option are typed within its question, where that differs too.
        fields={field.name: field for field in drawn.only([name for name in names if not name.endswith(OTHER)])},
        typed_it=current_user.id in (sheet.first_by_id, sheet.second_by_id),
        own=found.own or {},
        not_asked=any(fault.kind == "not_asked" for fault in found.faults),
        simulated=batch.wave.simulated,
    )


def _difference(sheet: PaperSheet, drawn: Column, batch: PaperBatch, name: str, picks: Mapping[str, str]) -> Difference:
    both = [reading.get(name, []) for reading in sheets.readings(sheet)]
    if name in OWN_TITLES:
        first, second = (_own_in_words(name, values) for values in both)
        return Difference(name, str(OWN_TITLES[name]), first, second, picks.get(name, ""))
    where = place(batch, point_of(batch), _printed(sheet))
    first, second = (drawn.in_words(name, values, where) for values in both)
    return Difference(name, title_of(drawn, name), first, second, picks.get(name, ""))


def _who() -> str:
    return str(current_user.name or current_user.email)


def _own_in_words(name: str, values: Sequence[str]) -> str:
    return show_day(date.fromisoformat(values[0])) if name == DAY and values else "".join(values)


@blueprint.post("/sheets/<int:sheet_id>/aside")
def set_aside(sheet_id: int) -> ResponseReturnValue:
    sheet, remark = sheet_or_404(sheet_id), request.form.get("remark", "").strip()
    try:
        if not remark:
            raise ValueError
        said = str(_("Set aside by %(name)s: %(remark)s", name=_who(), remark=remark))
        sheets.set_aside(database.session(), sheet, said)
    except ValueError:
        flash(_("Say why the sheet is set aside."), "error")
    except Done:
        flash(_("A sheet that is kept is voided by a manager, not set aside."), "error")
    else:
        database.session().commit()
        flash(_("%(serial)s is set aside.", serial=sheet.serial))
    return redirect(url_for("entry.show_batch", batch_id=sheet.batch_id))


@blueprint.post("/sheets/<int:sheet_id>/again")
def type_again(sheet_id: int) -> ResponseReturnValue:
    sheet = sheet_or_404(sheet_id)
    serial, batch_id = sheet.serial, sheet.batch_id
    try:
        sheets.type_anew(database.session(), sheet)
        sheets.note(sheet, _("To be typed anew, says %(name)s.", name=_who()))
    except Done:
        flash(_("Only a sheet that was set aside is typed anew."), "error")
    else:
        database.session().commit()
        flash(_("%(serial)s can be typed anew.", serial=serial))
    return redirect(url_for("entry.show_batch", batch_id=batch_id))
