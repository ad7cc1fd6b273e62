"""The field of a wave in the console: how far it is against its plan, for managers. Counts only, never answers."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from survey_app import clock, csv_files, database, dispositions
from survey_app.fieldwork import counting, outlook, tables
from survey_app.fieldwork.counting import Field
from survey_app.fieldwork.outlook import Outlook
from survey_app.manage import blueprint
from survey_app.manage.plan import files_of
from survey_app.manage.waves import find_or_404
from survey_app.models import Wave


@blueprint.get("/waves/<slug>/field")
def show_field(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    field = _field(wave)
    return render_template(
        "manage/field/progress.html",
        wave=wave,
        field=field,
        outlook=outlook_of(wave, field),
        aapor=dispositions.CODES,
        simulated=wave.simulated,
    )


def _field(wave: Wave) -> Field:
    return counting.field_of(database.session(), wave, clock.local_day(clock.now()))


def outlook_of(wave: Wave, field: Field) -> Outlook:
    session = database.session()
    asked, names = (
        outlook.question(session, wave, field, files_of(wave)),
        outlook.names(session, wave.survey.units_on),
    )
    session.rollback()  # Nothing is kept open while the worker reckons.
    return outlook.ask(asked, names)


@blueprint.get("/waves/<slug>/field/<any(units, officers, days, precision):table>.csv")
def field_file(slug: str, table: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    field = _field(wave)
    if not field.total.in_use:
        abort(404)
    name = f"{slug}-{table}-{field.on.isoformat()}.csv"
    if table == "days":
        return csv_files.download(name, tables.DAY, tables.of_days(field.days))
    if table == "precision":
        return csv_files.download(name, tables.OUTLOOK, tables.of_outlook(outlook_of(wave, field)))
    lines = field.units if table == "units" else field.officers
    return csv_files.download(name, tables.LINE, tables.of_lines(lines))
