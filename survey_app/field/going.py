"""Where the officer goes next: the own open cases in the order of their urgency, to read, print or take as a file."""

from datetime import date

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app import clock, database
from survey_app.field import blueprint
from survey_app.fieldwork import outlook, where_next
from survey_app.fieldwork.where_next import Round
from survey_app.models import Wave
from survey_app.planning.bench import PlanFiles
from survey_app.web import csv_files


@blueprint.get("/next")
def show_next() -> ResponseReturnValue:
    day = where_next.day_asked(request.args.get("day", ""), clock.now())
    found = _rounds(day)
    return render_template("field/next.html", day=day, found=found, simulated=any(wave.simulated for wave, _ in found))


@blueprint.get("/next.csv")
def next_file() -> ResponseReturnValue:
    day = where_next.day_asked(request.args.get("day", ""), clock.now())
    rows = ([wave.slug, *row] for wave, rounds in _rounds(day) for row in where_next.rows(rounds))
    return csv_files.download(f"next-{day.isoformat()}.csv", ("wave", *where_next.FILE), rows)


def _rounds(day: date) -> list[tuple[Wave, list[Round]]]:
    session, officer_id, found = database.session(), current_user.id, []
    for wave in where_next.waves_of(session, officer_id):
        files = PlanFiles(current_app.config["SETTINGS"].plans / str(wave.id))
        lagging = outlook.reckoned(session, wave, clock.local_day(clock.now()), files).lagging
        found.append((wave, where_next.rounds(session, wave, day, lagging, [officer_id])))
    return [(wave, rounds) for wave, rounds in found if rounds]
