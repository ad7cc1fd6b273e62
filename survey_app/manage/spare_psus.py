"""A place that cannot be worked, in the console: it gives way to the reserve place of the draw, with a reason."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from survey_app import clock, database, plans
from survey_app.casework import spare_psus
from survey_app.casework.spare_psus import REASONS, Place
from survey_app.manage import blueprint
from survey_app.manage.forms import REQUIRED
from survey_app.manage.plan import files_of
from survey_app.manage.waves import find_or_404
from survey_app.models import Wave, alphabet
from survey_app.planning import frames
from survey_app.wave_life import By
from survey_app.web import listing

ORDERS: dict[str, Callable[[Place], Any]] = {
    "stratum": lambda place: (place.stratum, place.psu),
    "place": lambda place: (alphabet.order(place.unit.name), place.psu),
    "cases": lambda place: place.cases,
    "answered": lambda place: place.answered,
}


class SwapForm(FlaskForm):
    reason = SelectField(_l("Reason"), [REQUIRED], choices=lambda: [("", "–"), *REASONS.items()])
    remark = StringField(
        _l("In a few words (the report prints it)"), [Length(max=300, message=_l("At most %(max)d characters."))]
    )


@blueprint.get("/waves/<slug>/places")
def list_spares(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    places, asked = spare_psus.places(database.session(), wave), listing.asked("q")
    fitting = [one for one in places if alphabet.fits(asked["q"], one.unit.code, one.unit.full_name, one.psu)]
    found = listing.of_rows(fitting, asked, ORDERS)
    shown = {"found": found, "any_place": bool(places), "simulated": wave.simulated}
    return render_template("manage/field/spares.html", wave=wave, **shown)


@blueprint.route("/waves/<slug>/places/swap", methods=["GET", "POST"])
def swap_place(slug: str) -> ResponseReturnValue:
    wave, session, form = find_or_404(slug), database.session(), SwapForm()
    place = _place_or_404(wave)
    if form.validate_on_submit():
        by = By(clock.now(), current_user.id)
        try:
            told = spare_psus.swap(
                session, wave, place, form.reason.data, form.remark.data or "", by, _about(wave, place)
            )
        except ValueError as why:
            form.form_errors.append(str(why))
        else:
            session.commit()
            flash(
                _(
                    "%(spare)s takes the place of %(place)s. Its cases have the same officer and day.",
                    spare=told,
                    place=place.psu,
                )
            )
            return redirect(url_for("manage.list_spares", slug=slug))
    page = render_template("manage/field/swap.html", wave=wave, place=place, form=form, simulated=wave.simulated)
    return page, 422 if form.errors else 200


@blueprint.post("/waves/<slug>/places/back")
def swap_back(slug: str) -> ResponseReturnValue:
    wave, session = find_or_404(slug), database.session()
    try:
        told = spare_psus.undo(session, wave, _place_or_404(wave), By(clock.now(), current_user.id))
    except ValueError as why:
        flash(str(why), "error")
    else:
        session.commit()
        flash(_("%(place)s is worked again.", place=told))
    return redirect(url_for("manage.list_spares", slug=slug))


def _place_or_404(wave: Wave) -> Place:
    stratum, _bar, psu = request.values.get("place", "").partition("|")
    return spare_psus.find(database.session(), wave, stratum, psu) or abort(404)


def _about(wave: Wave, place: Place) -> dict[str, object]:
    plan = plans.of_wave(database.session(), wave)
    return frames.psu(files_of(wave).frame, plan.frame_kind, place.spare) if plan else {}
