"""Waves in the console: the form, one wave with its progress, deciding about late responses. Its steps: `life`."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import clock, database, late, points, surveys, wave_life, waves
from survey_app.casework import dispositions, progress
from survey_app.casework.progress import Counts, Place
from survey_app.instruments import instrument_versions
from survey_app.manage import blueprint
from survey_app.manage.forms import WaveForm
from survey_app.manage.life_forms import LateForm
from survey_app.manage.surveys import add_faults, need_not_be_sent
from survey_app.manage.surveys import find_or_404 as survey_or_404
from survey_app.models import Survey, Wave, alphabet
from survey_app.wave_life import By
from survey_app.web import languages, listing
from survey_app.web.console import show_day

ORDERS: dict[str, Callable[[tuple[Place, Counts]], Any]] = {
    "code": lambda one: one[0].code,
    "name": lambda one: alphabet.order(one[0].name),
    "answered": lambda one: one[1].complete,
    "to_visit": lambda one: one[1].to_visit,
    "without": lambda one: one[1].unreachable,
    "probability": lambda one: one[1].series["probability"],
    "open": lambda one: one[1].series["open"],
}


def find_or_404(slug: str) -> Wave:
    return surveys.find_wave(database.session(), slug) or abort(404)


def by() -> By:
    """Who is signed in, now."""
    return By(clock.now(), current_user.id)


@blueprint.get("/waves/<slug>")
def show_wave(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    waiting = late.waiting(database.session(), wave)
    return _page(wave, waiting, late_form(waiting))


def _page(wave: Wave, waiting: Sequence[tuple[date, str, int]], deciding: LateForm) -> str:
    session, asked = database.session(), listing.asked("q")
    so_far = progress.of_wave(session, wave)
    units = [one for one in so_far.by_unit if alphabet.fits(asked["q"], one[0].code, one[0].type, one[0].name)]
    return render_template(
        "manage/wave.html",
        wave=wave,
        title=instrument_versions.title(wave.instrument_version, languages.current()),
        state=waves.state(wave, clock.now()),
        progress=so_far,
        found=listing.of_rows(units, asked, ORDERS),
        outcomes=dispositions.of_wave(session, wave),
        aapor=dispositions.CODES,
        points=points.count(session, wave),
        late=waiting,
        deciding=deciding,
        weighed=not wave.practice and surveys.has_fixed_weights(session, wave.survey),
        conflicts=late.conflicts(session, wave),
        steps=wave_life.steps(session, wave),
        simulated=wave.simulated,
    )


@blueprint.route("/surveys/<slug>/waves/new", methods=["GET", "POST"])
def new_wave(slug: str) -> ResponseReturnValue:
    return _edit(survey_or_404(slug), None)


@blueprint.route("/waves/<slug>/edit", methods=["GET", "POST"])
def edit_wave(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    return _edit(wave.survey, wave)


def _edit(survey: Survey, wave: Wave | None) -> ResponseReturnValue:
    proposed = surveys.proposed_wave(survey, clock.local_day(clock.now()))
    session = database.session()
    proposed["instrument_version_id"] = instrument_versions.fitting(session, survey.index_code)
    form = WaveForm(obj=wave, data=proposed)
    fixed = surveys.fixed_of_wave(session, wave)
    need_not_be_sent(form, fixed)
    form.instrument_version_id.choices = instrument_versions.choices(session, languages.current(), wave)
    if form.validate_on_submit():
        faults = surveys.faults_of_wave(session, survey, wave, form.data)
        if not faults:
            saved = wave or Wave(survey=survey)
            form.populate_obj(saved)
            session.add(saved)
            if wave is None:
                wave_life.state_weight(session, saved, by(), form.reason.data or "")
            session.commit()
            flash(_("The wave is saved."))
            return redirect(url_for("manage.show_wave", slug=saved.slug))
        add_faults(form, faults)
    status = 422 if form.errors else 200
    asks_why = wave is None and surveys.has_fixed_weights(session, survey)
    shown = {"form": form, "survey": survey, "wave": wave, "fixed": fixed, "asks_why": asks_why}
    return render_template("manage/wave_form.html", **shown, simulated=wave is not None and wave.simulated), status


def late_form(waiting: Sequence[tuple[date, str, int]]) -> LateForm:
    """About the late responses of one day, or of all."""
    form, days = LateForm(), sorted({day for day, _unit, _count in waiting})
    form.day.choices = [("", _("all days")), *((day.isoformat(), show_day(day)) for day in days)]
    return form


@blueprint.post("/waves/<slug>/late")
def decide_late(slug: str) -> ResponseReturnValue:
    """Accepts or refuses late responses by day; which answers they hold is not shown to who decides."""
    session, wave = database.session(), find_or_404(slug)
    waiting = late.waiting(session, wave)
    form = late_form(waiting)
    accept = {"accept": True, "refuse": False}.get(request.form.get("decision", ""))
    if accept is None:
        abort(400)
    if form.validate_on_submit():
        day = date.fromisoformat(form.day.data) if form.day.data else None
        try:
            count = late.decide(session, wave, accept, by(), form.reason.data, day)
        except ValueError as why:
            form.form_errors.append(str(why))
        else:
            session.commit()
            flash(_("Decided: %(count)d late responses.", count=count))
            return redirect(url_for("manage.show_wave", slug=slug))
    return _page(wave, waiting, form), 422
