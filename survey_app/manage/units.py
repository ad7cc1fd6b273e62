"""Units in the console: the map of a day, and the CSV in and out."""

from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database, units
from survey_app.manage import blueprint
from survey_app.manage.forms import UnitsForm


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
    flash(
        _(
            "Units: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.",
            added=imported.added,
            changed=imported.changed,
            unchanged=imported.unchanged,
        )
    )
    return redirect(url_for("manage.show_units"))


@blueprint.get("/units.csv")
def export_units() -> ResponseReturnValue:
    text = units.export_csv(database.session())
    headers = {"Content-Disposition": 'attachment; filename="units.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _page(form: UnitsForm, faults: str = "") -> str:
    day = _asked_day()
    found = units.valid_on(database.session(), day)
    return render_template("manage/units.html", units=found, on=day, form=form, faults=faults)


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return clock.local_day(clock.now())
