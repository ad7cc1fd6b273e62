"""Who visits whom, in the console: places of a wave are given to officers, second interviews to somebody else."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import database
from survey_app.casework import assignments
from survey_app.casework.assignments import Place
from survey_app.manage import blueprint
from survey_app.manage.waves import find_or_404
from survey_app.models import alphabet
from survey_app.web import listing
from survey_app.web.addresses import own_path

ORDERS: dict[str, Callable[[Place], Any]] = {
    "place": lambda place: (place.unit.code, place.psu),
    "cases": lambda place: place.cases,
    "open": lambda place: place.open,
    "officer": lambda place: alphabet.order(", ".join(place.officers)),
    "day": lambda place: min(place.days, default=date.max),
}


@blueprint.get("/waves/<slug>/cases")
def list_cases(slug: str) -> ResponseReturnValue:
    wave, session, again = find_or_404(slug), database.session(), request.args.get("again") == "1"
    asked = listing.asked("q", "again", "nobody")
    places = assignments.places(session, wave, again=again)
    return render_template(
        "manage/cases.html",
        wave=wave,
        found=listing.of_rows([place for place in places if _fits(place, asked)], asked, ORDERS),
        any_place=bool(places),
        officers=assignments.officers(session),
        again=again,
        simulated=wave.simulated,
    )


@blueprint.post("/waves/<slug>/cases")
def assign_cases(slug: str) -> ResponseReturnValue:
    wave, session, again = find_or_404(slug), database.session(), request.form.get("again") == "1"
    whole = url_for("manage.list_cases", slug=slug, again="1" if again else None)
    here = own_path(request.form.get("back", ""), whole)
    known = {place.key for place in assignments.places(session, wave, again=again)}
    chosen = [key for key in request.form.getlist("place") if key in known]
    officer = {str(user.id): user.id for user in assignments.officers(session)}.get(request.form.get("officer", ""))
    if not chosen or officer is None:
        flash(_("Tick at least one place, and choose an officer."), "error")
        return redirect(here)
    given, refused = assignments.assign(session, wave, chosen, officer, _day(), again=again)
    session.commit()
    flash(_("Given: %(count)d cases.", count=given))
    if refused:
        flash(_("Not given: %(count)d; nobody asks the same person twice.", count=refused), "error")
    return redirect(here)


def _fits(place: Place, asked: dict[str, str]) -> bool:
    if asked["nobody"] and place.officers:
        return False
    return alphabet.fits(asked["q"], place.unit.code, place.unit.full_name, place.psu, *place.officers)


def _day() -> date | None:
    """May stay empty: then the officer chooses."""
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return None
