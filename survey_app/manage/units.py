"""Units in the console: the map of a day, and the CSV in and out."""

from dataclasses import asdict
from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database, units
from survey_app.manage import blueprint
from survey_app.manage.forms import UnitsForm
from survey_app.models import Unit, alphabet
from survey_app.web import listing

ORDERS = {
    "code": (Unit.code,),
    "name": (alphabet.Order(Unit.name),),
    "type": (alphabet.Order(Unit.type),),
    "until": (Unit.valid_to,),
}


@blueprint.get("/units")
def show_units() -> ResponseReturnValue:
    return _page(UnitsForm())


@blueprint.post("/units")
def import_units() -> ResponseReturnValue:
    form, session = UnitsForm(), database.session()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        imported = units.import_csv(session, form.file.data.read())
    except units.UnitFaults as faults:
        return _page(form, str(faults)), 422
    session.commit()
    if imported.added or imported.changed:
        flash(_("Units: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.", **asdict(imported)))
    elif imported.unchanged:
        flash(_("Nothing was new: all %(count)d units stand here as in the file.", count=imported.unchanged), "nothing")
    else:
        flash(_("Nothing was new: the file has no unit below its first line."), "nothing")
    return redirect(url_for("manage.show_units"))


@blueprint.get("/units.csv")
def export_units() -> ResponseReturnValue:
    text = units.export_csv(database.session())
    headers = {"Content-Disposition": 'attachment; filename="units.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _page(form: UnitsForm, faults: str = "") -> str:
    day, asked = _asked_day(), listing.asked("q", "type", "on")
    query = units.on_day(day).where(alphabet.holds(asked["q"], Unit.code, Unit.type, Unit.name))
    if asked["type"]:
        query = query.where(Unit.type == asked["type"])
    found = listing.of_query(query, ORDERS, asked)
    types = [(one, one) for one in units.types(database.session())]
    return render_template("manage/units.html", found=found, types=types, on=day, form=form, faults=faults)


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return clock.local_day(clock.now())
