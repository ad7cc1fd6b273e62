"""An officer's cases: the list, one case, what became of it. The interview itself is in `interview`."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from survey_app import clock, database, waves
from survey_app.casework import cases, persons
from survey_app.field import blueprint
from survey_app.models import Case, Unit, alphabet
from survey_app.models.cases import DISPOSITIONS
from survey_app.web import listing

ORDERS = {
    "case": (Case.wave_id, Case.number),
    "unit": (alphabet.Order(Unit.name),),
    "place": (Case.psu,),
    "day": (Case.planned_day,),
    "result": (Case.disposition,),
}


def find_or_404(case_id: int) -> Case:
    """The signed-in officer's own case."""
    return cases.find_case(database.session(), current_user.id, case_id) or abort(404)


@blueprint.get("/cases")
def list_cases() -> ResponseReturnValue:
    asked = {"disposition": "open"} | listing.asked("q", *(("disposition",) if "disposition" in request.args else ()))
    chosen = asked["disposition"] if asked["disposition"] in DISPOSITIONS else ""
    query = cases.of_officer(current_user.id, chosen, asked["q"])
    found = listing.of_query(query, ORDERS, asked, (joinedload(Case.wave), joinedload(Case.unit)))
    return render_template(
        "field/cases.html",
        found=found,
        simulated=any(case.wave.simulated for case in found.rows),
        has_any=cases.has_any(database.session(), current_user.id),
    )


@blueprint.get("/cases/<int:case_id>")
def show_case(case_id: int) -> ResponseReturnValue:
    case, session, now = find_or_404(case_id), database.session(), clock.now().astimezone(clock.LOCAL)
    return render_template(
        "field/case.html",
        case=case,
        state=waves.state(case.wave, clock.now()),
        by_hand=cases.BY_HAND,
        attempts=cases.attempts(session, case),
        reserve=cases.next_reserve(session, case),
        replaced=cases.is_replaced(session, case),
        voided=case.disposition != "complete" and cases.is_answered(session, case),
        today=now.date(),
        part=cases.part_of(now.hour),
        household=persons.are_chosen(session, case),
        grown_ups=persons.counted(session, case),
        person=persons.asked(session, case),
        simulated=case.wave.simulated,
    )


@blueprint.post("/cases/<int:case_id>/disposition")
def settle_case(case_id: int) -> ResponseReturnValue:
    session, now = database.session(), clock.now().astimezone(clock.LOCAL)
    case = find_or_404(case_id)
    part = request.form.get("part", cases.part_of(now.hour))
    try:
        day = date.fromisoformat(request.form.get("day", now.date().isoformat()))
        if day > now.date():
            raise ValueError("An attempt lies in the past.")
        channel = request.form.get("channel", "visit")
        cases.settle(session, case, request.form.get("disposition", ""), day, part, channel)
    except ValueError:
        flash(_("Nothing was changed: an answered case stays answered, and a visit lies in the past."), "error")
        return redirect(url_for("field.show_case", case_id=case.id))
    session.commit()
    flash(_("Case %(number)d is noted.", number=case.number))
    if cases.next_reserve(session, case) is not None:
        return redirect(url_for("field.show_case", case_id=case.id))
    following = cases.next_to_visit(session, current_user.id, case)
    if following is None or request.form.get("disposition") == "open":
        return redirect(url_for("field.list_cases"))
    return redirect(url_for("field.show_case", case_id=following.id))


@blueprint.post("/cases/<int:case_id>/person")
def choose_person(case_id: int) -> ResponseReturnValue:
    """Counts the grown-ups of a household, once; the page then says whom to ask."""
    session, case = database.session(), find_or_404(case_id)
    try:
        persons.count(session, case, request.form.get("eligible", 0, type=int))
    except ValueError as why:
        flash(str(why), "error")
    else:
        session.commit()
    return redirect(url_for("field.show_case", case_id=case.id))


@blueprint.post("/cases/<int:case_id>/replace")
def replace_case(case_id: int) -> ResponseReturnValue:
    session, case = database.session(), find_or_404(case_id)
    try:
        reserve = cases.replace(session, case)
    except ValueError:
        flash(_("There is no reserve for this case: note three attempts first, or go on with the next case."), "error")
        return redirect(url_for("field.show_case", case_id=case.id))
    session.commit()
    flash(_("Case %(reserve)d takes the place of case %(number)d.", reserve=reserve.number, number=case.number))
    return redirect(url_for("field.show_case", case_id=reserve.id))
