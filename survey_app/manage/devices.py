"""Tablets and kiosks in the console: which there are, a new one, one that is lost, a journal that came as a file."""

import base64

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database, sheets
from survey_app.casework import assignments
from survey_app.enrolment import devices, office_key
from survey_app.journal import files, overview
from survey_app.journal.intake import Arrival
from survey_app.journal.taking import Office
from survey_app.manage import blueprint
from survey_app.manage.device_forms import DeviceForm, JournalForm
from survey_app.models import CollectionPoint, Device, User
from survey_app.web.console import named


@blueprint.get("/devices")
def list_devices() -> ResponseReturnValue:
    return _list(JournalForm())


def _list(form: JournalForm, fault: str = "") -> str:
    found = overview.listed(database.session(), clock.now())
    return render_template("manage/devices/list.html", found=found, form=form, fault=fault)


@blueprint.route("/devices/new", methods=["GET", "POST"])
def new_device() -> ResponseReturnValue:
    form, whom = DeviceForm(), _whom()
    form.whose.choices = [(key, text) for key, (text, _owner) in whom.items()]
    if form.validate_on_submit():
        owner, label = whom[form.whose.data][1], (form.label.data or "").strip()
        add = devices.add_tablet if isinstance(owner, User) else devices.add_kiosk
        device, code = add(database.session(), _token_key(), owner, label, clock.now())  # type: ignore[arg-type]
        database.session().commit()
        return _with_code(device, code)
    page = render_template("manage/devices/new.html", form=form)
    return page, 422 if form.errors else 200


def _whom() -> dict[str, tuple[str, User | CollectionPoint]]:
    """Officers, then the points where a kiosk may stand."""
    session = database.session()
    query = sa.select(CollectionPoint).where(CollectionPoint.mode == devices.KIOSK_MODE, CollectionPoint.active)
    found: dict[str, tuple[str, User | CollectionPoint]] = {}
    for officer in assignments.officers(session):
        found[f"officer-{officer.id}"] = (officer.name or officer.email, officer)
    for point in session.scalars(query):
        found[f"point-{point.id}"] = (f"{_('Kiosk')}: {named(point, 'label')}", point)
    return found


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
    flash(_("In the file: %(entries)d entries; new: %(new)d; waiting: %(waiting)d.", **told))
    return redirect(url_for("manage.show_device", device=done.device.code))


def office() -> Office:
    return Office(office_key.of(current_app.config["SETTINGS"].instance), _token_key())


def _token_key() -> str:
    return str(current_app.config["SETTINGS"].token_key)
