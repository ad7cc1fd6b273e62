"""The field of a wave in the console: how far it is, where officers go next. Counts only, never answers."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import clock, database
from survey_app.casework import assignments, dispositions
from survey_app.fieldwork import counting, outlook, tables, where_next
from survey_app.fieldwork.counting import Field, Line
from survey_app.fieldwork.where_next import Round
from survey_app.manage import blueprint
from survey_app.manage.plan import files_of
from survey_app.manage.waves import find_or_404
from survey_app.models import Wave, alphabet
from survey_app.proofs import slip_totals
from survey_app.web import csv_files, listing

ROUNDS = 10  # Of officers on a page; each has up to sixty visits.
ORDERS: dict[str, Callable[[Line], Any]] = {
    "code": lambda line: line.code,
    "name": lambda line: alphabet.order(line.name),
    "behind": lambda line: line.behind,
    "answered": lambda line: line.answered,
    "to_visit": lambda line: line.to_visit,
    "attempts": lambda line: line.attempts,
    "reserves": lambda line: line.reserves,
}


@blueprint.get("/waves/<slug>/field")
def show_field(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    field, asked = _field(wave), listing.asked("q")
    units = [line for line in field.units if alphabet.fits(asked["q"], line.code, line.name)]
    return render_template(
        "manage/field/progress.html",
        wave=wave,
        field=field,
        found=listing.of_rows(units, asked, ORDERS),
        outlook=outlook.reckoned(database.session(), wave, field.on, files_of(wave)),
        aapor=dispositions.CODES,
        exceeding=slip_totals.exceeding(database.session(), wave, field.answers.by_stratum),
        simulated=wave.simulated,
    )


def _field(wave: Wave) -> Field:
    return counting.field_of(database.session(), wave, clock.local_day(clock.now()))


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
        found = outlook.reckoned(database.session(), wave, field.on, files_of(wave))
        return csv_files.download(name, tables.OUTLOOK, tables.of_outlook(found))
    lines = field.units if table == "units" else field.officers
    return csv_files.download(name, tables.LINE, tables.of_lines(lines))


@blueprint.get("/waves/<slug>/next")
def show_next(slug: str) -> ResponseReturnValue:
    wave, day = find_or_404(slug), where_next.day_asked(request.args.get("day", ""), clock.now())
    officer = request.args.get("officer", type=int)
    asked = {"day": str(day), "officer": str(officer or "")}
    found = listing.of_query(where_next.officers(wave, officer), where_next.BY_NAME, asked, size=ROUNDS)
    rounds = _rounds(wave, day, [row.officer_id for row in found.rows])
    people = assignments.officers(database.session())
    shown = {"day": day, "found": found, "rounds": rounds, "officers": people, "officer": officer}
    return render_template("manage/field/next.html", wave=wave, **shown, simulated=wave.simulated)


@blueprint.get("/waves/<slug>/next.csv")
def next_file(slug: str) -> ResponseReturnValue:
    wave, day = find_or_404(slug), where_next.day_asked(request.args.get("day", ""), clock.now())
    officer = request.args.get("officer", type=int)
    found = _rounds(wave, day, None if officer is None else [officer])
    return csv_files.download(f"{slug}-next-{day.isoformat()}.csv", where_next.FILE, where_next.rows(found))


def _rounds(wave: Wave, day: date, of: Collection[int | None] | None) -> list[Round]:
    session, today = database.session(), clock.local_day(clock.now())
    lagging = outlook.reckoned(session, wave, today, files_of(wave)).lagging
    return where_next.rounds(session, wave, day, lagging, of)
