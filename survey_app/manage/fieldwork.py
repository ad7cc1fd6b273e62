"""The field of a wave in the console: how far it is against its plan, for managers. Counts only, never answers."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from survey_app import clock, csv_files, database, dispositions
from survey_app.fieldwork import counting, tables
from survey_app.manage import blueprint
from survey_app.manage.waves import find_or_404


@blueprint.get("/waves/<slug>/field")
def show_field(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    return render_template(
        "manage/field/progress.html",
        wave=wave,
        field=counting.field_of(database.session(), wave, clock.local_day(clock.now())),
        aapor=dispositions.CODES,
        simulated=wave.simulated,
    )


@blueprint.get("/waves/<slug>/field/<any(units, officers, days):table>.csv")
def field_file(slug: str, table: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    found = counting.field_of(database.session(), wave, clock.local_day(clock.now()))
    if not found.total.in_use:
        abort(404)
    name = f"{slug}-{table}-{found.on.isoformat()}.csv"
    if table == "days":
        return csv_files.download(name, tables.DAY, tables.of_days(found.days))
    lines = found.units if table == "units" else found.officers
    return csv_files.download(name, tables.LINE, tables.of_lines(lines))
