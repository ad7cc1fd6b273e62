"""An officer's cases: the list, one case, what became of it. The interview itself is in `interview`."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import cases, clock, database, waves
from survey_app.field import blueprint
from survey_app.models import Case
from survey_app.models.cases import DISPOSITIONS


def find_or_404(case_id: int) -> Case:
    """The signed-in officer's own case."""
    return cases.find_case(database.session(), current_user.id, case_id) or abort(404)


@blueprint.get("/cases")
def list_cases() -> ResponseReturnValue:
    session, chosen = database.session(), request.args.get("disposition", "open")
    disposition = chosen if chosen in DISPOSITIONS else ""
    unit, number = request.args.get("unit", ""), request.args.get("page", 1, type=int)
    page = cases.of_officer(session, current_user.id, number, disposition, unit)
    return render_template(
        "field/cases.html",
        page=page,
        simulated=any(case.wave.simulated for case in page.cases),
        units=cases.units_of_officer(session, current_user.id),
        disposition=disposition,
        unit=unit,
    )


@blueprint.get("/cases/<int:case_id>")
def show_case(case_id: int) -> ResponseReturnValue:
    case = find_or_404(case_id)
    return render_template(
        "field/case.html",
        case=case,
        state=waves.state(case.wave, clock.now()),
        by_hand=cases.BY_HAND,
        simulated=case.wave.simulated,
    )


@blueprint.post("/cases/<int:case_id>/disposition")
def settle_case(case_id: int) -> ResponseReturnValue:
    session = database.session()
    case = find_or_404(case_id)
    try:
        cases.settle(case, request.form.get("disposition", ""))
    except ValueError:
        flash(_("Nothing was changed: an answered case stays answered."), "error")
        return redirect(url_for("field.show_case", case_id=case.id))
    session.commit()
    flash(_("Case %(number)d is noted.", number=case.number))
    following = cases.next_to_visit(session, current_user.id, case)
    if following is None or case.disposition == "open":
        return redirect(url_for("field.list_cases"))
    return redirect(url_for("field.show_case", case_id=following.id))
