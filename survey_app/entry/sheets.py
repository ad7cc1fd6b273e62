"""A sheet on the screen of whoever types it: found by its code, typed by one person, then by another."""

from dataclasses import replace
from pathlib import Path

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires.conditions import Variant
from questionnaires.model import LANGUAGES
from survey_app import clock, database
from survey_app.answer.places import Place, place_in, place_of
from survey_app.answer.submission import read as read_submission
from survey_app.config import Settings
from survey_app.entry import blueprint
from survey_app.entry.column import TO_TYPISTS, column, keys
from survey_app.instruments.read_once import instrument_of
from survey_app.models import CollectionPoint, PaperBatch, PaperSheet
from survey_app.paper import batches, codes, scans, sheets, typing_page
from survey_app.paper.scans import Scanned
from survey_app.paper.sheets import By, Done, NotYours
from survey_app.paper.typing_page import Fields, Printed, Read
from survey_app.points import ALPHABET, normal_code


def batch_or_404(batch_id: int) -> PaperBatch:
    return batches.find(database.session(), batch_id) or abort(404)


def point_of(batch: PaperBatch) -> CollectionPoint | None:
    return database.session().get(CollectionPoint, batch.point_id) if batch.point_id else None


def readings() -> Path:
    """Where readings of scanned sheets wait for a day."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.readings


def by() -> By:
    return By(current_user.id, clock.now(), current_app.config["SETTINGS"].token_key)


@blueprint.get("/batches/<int:batch_id>/sheet")
def open_sheet(batch_id: int) -> ResponseReturnValue:
    """Leads from a code that was typed or scanned to its sheet."""
    batch = batch_or_404(batch_id)
    printed = _printed(batch, request.args.get("code", ""))
    if isinstance(printed, str):
        flash(printed, "error")
        return redirect(url_for("entry.show_batch", batch_id=batch.id))
    known = sheets.find(database.session(), batch.wave_id, printed.serial)
    if known and known.state == "differs":
        return redirect(url_for("entry.look", sheet_id=known.id))
    if known and known.batch:
        batch = known.batch
    if known and known.first:
        variant: Variant = "short" if sheets.variant_of(known) == "short" else "full"
        printed = Printed(known.serial, variant, known.language)
    return redirect(
        url_for(
            "entry.type_sheet",
            batch_id=batch.id,
            serial=printed.serial,
            variant=printed.variant,
            language=printed.language,
        )
    )


def _printed(batch: PaperBatch, text: str) -> Printed | str:
    """What the code says; a sentence where it is none of this wave."""
    wave, point = batch.wave, point_of(batch)
    code = codes.parse(text)
    if code is None:
        serial = normal_code(text)
        if len(serial) != codes.SERIAL_LENGTH or set(serial) - set(ALPHABET):
            return str(_("This is no code of a sheet: scan the square code, or type the ten letters beside it."))
        if not codes.is_serial(serial):
            return str(
                _("%(serial)s is on no sheet: a letter is wrong, or two have changed places. Compare.", serial=serial)
            )
        return Printed(serial, "short" if point and point.variant == "short" else "full", "vi")
    if not wave.instrument_version.content_hash.startswith(code.version):
        return str(_("This sheet belongs to another questionnaire: put it with the batch of its own survey."))
    return Printed(code.serial, "short" if code.variant == "short" else "full", code.language)


@blueprint.get("/batches/<int:batch_id>/sheets/<serial>")
def type_sheet(batch_id: int, serial: str) -> ResponseReturnValue:
    batch, printed = batch_or_404(batch_id), _of_address(serial)
    sheet = sheets.find(database.session(), batch.wave_id, serial)
    second = sheet is not None and sheet.first is not None
    if sheet and (sheet.state != "single" or (second and sheet.first_by_id == current_user.id)):
        return _back(batch, sheet.state if sheet.state != "single" else "yours")
    if sheet is None and batches.is_full(database.session(), batch):
        return _back(batch, "full")
    scanned = Scanned() if second else scans.find(readings(), batch.wave_id, serial)
    begun = {**_begun(batch), **scanned.fields}
    return _page(batch, printed, begun, Read(None), second, scanned)


@blueprint.post("/batches/<int:batch_id>/sheets/<serial>")
def keep_sheet(batch_id: int, serial: str) -> ResponseReturnValue:
    batch, printed, session = batch_or_404(batch_id), _of_address(serial), database.session()
    sent = read_submission(request)
    typed = {name: values for name, values in sent.answers.items() if name not in ("csrf_token", *OWN)}
    found = typing_page.read(session, batch, printed, typed, clock.now(), sent.drop_not_asked)
    if found.reading is None:
        known = sheets.find(session, batch.wave_id, serial)
        second = known is not None and known.first is not None
        scanned = Scanned() if second else scans.find(readings(), batch.wave_id, serial)
        return _page(batch, printed, sent.typed(), found, second, scanned), 422
    try:
        outcome = sheets.take(session, batch, printed, found.reading, by())
    except NotYours:
        return _back(batch, "yours")
    except Done as done:
        return _back(batch, done.state)
    session.commit()
    scans.drop(readings(), batch.wave_id, serial)
    flash(_said(outcome, serial))
    return redirect(url_for("entry.show_batch", batch_id=batch.id))


OWN = ("_variant", "_language")


def _of_address(serial: str) -> Printed:
    if not codes.is_serial(serial):
        abort(404)
    chosen = {name: request.values.get(name) or request.values.get(f"_{name}", "") for name in ("variant", "language")}
    variant: Variant = "short" if chosen["variant"] == "short" else "full"
    return Printed(serial, variant, chosen["language"] if chosen["language"] in LANGUAGES else "vi")


def _begun(batch: PaperBatch) -> dict[str, list[str]]:
    """Forms from a box carry no day: that of the sheet before is offered."""
    last = batches.last_day(database.session(), batch)
    return {typing_page.DAY: [f"{last:%d/%m/%Y}"]} if batch.point_id and last else {}


def place(batch: PaperBatch, point: CollectionPoint | None, printed: Printed) -> Place:
    asked = typing_page.setting(batch, point, printed.variant)
    if point:
        return replace(place_of(point, printed.language), setting=asked)
    unit = batch.unit.full_name
    return replace(place_in(batch.wave, printed.language, "", unit), unit=unit, setting=asked)


def _page(batch: PaperBatch, printed: Printed, typed: Fields, found: Read, second: bool, scanned: Scanned) -> str:
    point, instrument = point_of(batch), instrument_of(batch.wave.instrument_version)
    return render_template(
        "entry/sheet.html",
        batch=batch,
        wave=batch.wave,
        point=point,
        printed=printed,
        second=second,
        scanned=scanned,
        column=column(instrument, place(batch, point, printed), typed, found.faults, TO_TYPISTS),
        keys=keys,
        own=found.own or {},
        grown_ups=typing_page.asks_grown_ups(database.session(), batch),
        not_asked=any(fault.kind == "not_asked" for fault in found.faults),
        simulated=batch.wave.simulated,
    )


def _back(batch: PaperBatch, why: str) -> ResponseReturnValue:
    words = {
        "yours": _("You have typed this sheet: somebody else types it the second time."),
        "full": _(
            "This sheet is new, but as many are typed as this batch has forms. Does it belong to another batch? "
            "If more were handed out, correct their number below first."
        ),
        "kept": _("This sheet has been typed twice and is kept."),
        "differs": _("This sheet has been typed twice, with differences: it waits for a third look."),
        "set_aside": _("This sheet was set aside: take it up again below, if it is to be typed."),
    }
    flash(words[why], "error")
    return redirect(url_for("entry.show_batch", batch_id=batch.id))


def _said(outcome: str, serial: str) -> str:
    words = {
        "first": _("%(serial)s is typed once. Somebody else types it the second time.", serial=serial),
        "kept": _("%(serial)s is typed twice, without a difference: it is kept.", serial=serial),
        "differs": _("%(serial)s was typed differently: it waits for a third look.", serial=serial),
        "set_aside": _("%(serial)s was set aside: its case has been answered another way.", serial=serial),
    }
    return str(words[outcome])


def sheet_or_404(sheet_id: int) -> PaperSheet:
    return database.session().get(PaperSheet, sheet_id) or abort(404)
