"""Entries of a device that wait for a manager: read at the office, looked at once more, dropped with a reason."""

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import database
from survey_app.journal import chain, overview, reading, taking
from survey_app.journal.content import unseal
from survey_app.journal.words import ENTRY_REASONS
from survey_app.manage import blueprint
from survey_app.manage.device_forms import DropForm
from survey_app.manage.devices import find_or_404, office
from survey_app.models import Device, DeviceEntry
from survey_app.web import languages
from survey_app.web.access import reads_comments


def _entry_or_404(device: Device, seq: int) -> DeviceEntry:
    return overview.find_entry(database.session(), device, seq) or abort(404)


@blueprint.get("/devices/<device>/entries/<int:seq>")
def read_device_entry(device: str, seq: int) -> ResponseReturnValue:
    found = find_or_404(device)
    return _page(found, _entry_or_404(found, seq), DropForm())


def _page(device: Device, entry: DeviceEntry, form: DropForm) -> str:
    content = unseal(office().key, entry.sealed or b"")
    session, raw = database.session(), reads_comments()
    shown = None if content is None else reading.read(session, content, languages.current(), raw=raw)
    together = overview.stands_together(device)
    if shown is not None and together:
        shown = replace(shown, answers=[])
    about = {"device": device, "entry": entry, "reasons": ENTRY_REASONS}
    return render_template("manage/devices/entry.html", **about, read=shown, form=form, together=together)


@blueprint.post("/devices/<device>/again")
def retry_device_entries(device: str) -> ResponseReturnValue:
    """One entry that waits, or all of them; of a revoked device this is the manager's word that they may count. Of a
    case that was never the officer's it is so for one entry at a time.
    """
    found, session = find_or_404(device), database.session()
    pressed = request.form.get("seq", 0, type=int)
    only = None if overview.stands_together(found) else pressed or None
    waiting = [entry.seq for entry in overview.waiting(session, found) if entry.state == "waiting"]
    seqs = [seq for seq in waiting if only in (None, seq)]
    taken = 0
    for start in range(0, len(seqs), chain.MOST):
        some = seqs[start : start + chain.MOST]
        receipts = taking.look_again(session, office(), found.id, some, trusted=True, believed=pressed)
        taken += sum(receipt.state == "taken" for receipt in receipts)
    session.commit()
    flash(_("Taken over: %(taken)d; still waiting: %(left)d.", taken=taken, left=len(seqs) - taken))
    return redirect(url_for("manage.show_device", device=found.code))


@blueprint.post("/devices/<device>/entries/<int:seq>")
def drop_device_entry(device: str, seq: int) -> ResponseReturnValue:
    found, form, session = find_or_404(device), DropForm(), database.session()
    entry = _entry_or_404(found, seq)
    if not form.validate_on_submit():
        return _page(found, entry, form), 422
    try:
        together = overview.stands_together(found) and entry.reason != "unreadable"
        rows = [one for one in overview.waiting(session, found) if one.state == "waiting"] if together else [entry]
        for one in rows:
            taking.drop(session, one, form.remark.data, current_user.id)
    except ValueError as why:
        flash(str(why), "error")
    else:
        session.commit()
        flash(_("Entry %(seq)d is dropped. What is in it stays here, sealed.", seq=seq))
    return redirect(url_for("manage.show_device", device=found.code))
