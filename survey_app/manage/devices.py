"""Tablets and kiosks in the console: which there are, a new one, one that is lost, a journal that came as a file."""

import base64
from dataclasses import replace

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app import clock, database, sheets, words
from survey_app.casework import assignments
from survey_app.enrolment import devices, office_key
from survey_app.journal import files, overview
from survey_app.journal.intake import Arrival
from survey_app.journal.taking import Office
from survey_app.journal.words import ENTRY_REASONS
from survey_app.manage import blueprint
from survey_app.manage.device_forms import DeviceForm, JournalForm
from survey_app.models import CollectionPoint, Device, User, alphabet
from survey_app.web import choosing, listing, several
from survey_app.web.choosing import Offer
from survey_app.web.console import named
from survey_app.web.several import Ticked, Work

ORDERS = {
    "use": overview.IN_USE_FIRST,
    "name": (alphabet.Order(Device.label), Device.code),
    "entries": (Device.seq,),
    "seen": (Device.seen_on,),
    "closed": (Device.closed_on,),
}


WORKS = {
    "revoke": Work(
        _l("Revoke"),
        _l("Revoke devices"),
        _l(
            "They get no cases any more, for good: there is no way back. What they still send waits here until a "
            "manager decides. A device that turns up again is enrolled as a new one."
        ),
        lambda device, _typed: devices.revoke(database.session(), device, clock.now()),
    )
}


@blueprint.get("/devices")
def list_devices() -> ResponseReturnValue:
    return _list(JournalForm())


def _list(form: JournalForm, fault: str = "") -> str:
    asked = listing.asked("q", "kind")
    found = listing.of_query(overview.found(asked["q"], asked["kind"]), ORDERS, asked, overview.LOADED)
    found = replace(found, endpoint="manage.list_devices")  # Also where a file was sent that is refused.
    lines = overview.with_counts(database.session(), found.rows, clock.now())
    kinds = words.DEVICE_KINDS.items()
    about = {"found": found, "lines": lines, "kinds": kinds, "works": WORKS}
    return render_template("manage/devices/list.html", **about, form=form, fault=fault)


@blueprint.route("/devices/new", methods=["GET", "POST"])
def new_device() -> ResponseReturnValue:
    form, session = DeviceForm(), database.session()
    form.whose.offer(_officers(), _kiosk_points())
    if form.validate_on_submit():
        kind, _dash, key = str(form.whose.data).partition("-")
        owner = session.get_one(User if kind == "officer" else CollectionPoint, int(key))
        label, add = (form.label.data or "").strip(), devices.add_tablet if kind == "officer" else devices.add_kiosk
        device, code = add(session, _token_key(), owner, label, clock.now())  # type: ignore[arg-type]
        session.commit()
        return _with_code(device, code)
    page = render_template("manage/devices/new.html", form=form)
    return page, 422 if form.errors else 200


def _officers() -> Offer:
    names = (alphabet.Order(User.name), User.email)
    return Offer(
        assignments.of_officers(database.session()),
        User.id,
        (User.name, User.email),
        names,
        lambda user: str(user.name or user.email),
        prefix="officer-",
        group=_("Officer"),
    )


def _kiosk_points() -> Offer:
    """Where a kiosk may stand."""
    query = sa.select(CollectionPoint).join(CollectionPoint.unit)
    query = query.where(CollectionPoint.mode == devices.KIOSK_MODE, CollectionPoint.active)
    return choosing.of_points(query, prefix="point-", group=_("Kiosk"))


def _with_code(device: Device, code: str) -> str:
    """The one page that ever shows the code."""
    address = devices.enrol_url(current_app.config["SETTINGS"].public_url, device, code)
    image = f"data:image/svg+xml;base64,{base64.b64encode(sheets.qr_svg(address)).decode()}"
    return render_template("manage/devices/code.html", device=device, code=code, address=address, image=image)


def find_or_404(code: str) -> Device:
    return devices.find(database.session(), code) or abort(404)


@blueprint.get("/devices/<device>")
def show_device(device: str) -> ResponseReturnValue:
    found, session = find_or_404(device), database.session()
    return render_template(
        "manage/devices/device.html",
        device=found,
        state=overview.state_of(found, clock.now()),
        entries=overview.waiting(session, found),
        breaks=overview.open_breaks(session, found),
        reasons=ENTRY_REASONS,
    )


@blueprint.post("/devices/<device>/code")
def renew_device_code(device: str) -> ResponseReturnValue:
    found, session = find_or_404(device), database.session()
    try:
        code = devices.new_enrol_code(session, _token_key(), found, clock.now())
    except ValueError as why:
        flash(str(why), "error")
        return redirect(url_for("manage.show_device", device=found.code))
    session.commit()
    return _with_code(found, code)


@blueprint.route("/devices/<device>/revoke", methods=["GET", "POST"])
def revoke_device(device: str) -> ResponseReturnValue:
    found, session = find_or_404(device), database.session()
    if request.method == "GET":
        return render_template("manage/devices/revoke.html", device=found)
    devices.revoke(session, found, clock.now())
    session.commit()
    flash(_("The device is revoked. It gets no cases any more; what it still sends waits here."))
    return redirect(url_for("manage.show_device", device=found.code))


@blueprint.post("/devices/several/<work>")
def revoke_devices(work: str) -> ResponseReturnValue:
    ticked = Ticked(sa.select(Device).options(*overview.LOADED), Device.code, _named)
    return several.carry_out(WORKS.get(work), ticked, url_for("manage.list_devices"))


def _named(device: Device) -> str:
    whose = (device.officer.name or device.officer.email) if device.officer else named(device.point, "label")
    return f"{device.label or words.DEVICE_KINDS[device.kind]} {device.code} – {whose}"


@blueprint.post("/devices/file")
def import_device_file() -> ResponseReturnValue:
    form, session = JournalForm(), database.session()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        done = files.import_file(
            session, office(), form.file.data.read(), Arrival(clock.now()), "after_break" in request.form
        )
    except ValueError as why:
        session.rollback()
        return _list(form, str(why)), 422
    session.commit()
    told = {"entries": done.entries, "new": done.new, "waiting": done.waiting}
    if done.new:
        flash(_("In the file: %(entries)d entries; new: %(new)d; waiting: %(waiting)d.", **told))
    else:
        flash(_("Nothing was new: the entries of the file had all come before (%(entries)d).", **told), "nothing")
    return redirect(url_for("manage.show_device", device=done.device.code))


def office() -> Office:
    return Office(office_key.of(current_app.config["SETTINGS"].instance), _token_key())


def _token_key() -> str:
    return str(current_app.config["SETTINGS"].token_key)
