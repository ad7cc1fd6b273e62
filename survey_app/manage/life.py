"""The steps of a wave in the console: extend, close, open again, rehearse, weigh, copy; each asks for its reason."""

from collections.abc import Callable

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from survey_app import database, surveys, wave_life
from survey_app.instruments import instrument_versions
from survey_app.manage import blueprint
from survey_app.manage.life_forms import CloseForm, CopyForm, RehearsalForm, StepForm, WeighForm
from survey_app.manage.surveys import add_faults
from survey_app.manage.waves import by, find_or_404
from survey_app.models import Survey, Wave
from survey_app.publishing import looks
from survey_app.wave_life import Looks
from survey_app.web import languages
from survey_app.web.console import named

FORMS: dict[str, type[FlaskForm]] = {
    "extend": StepForm,
    "close": CloseForm,
    "reopen": StepForm,
    "rehearse": RehearsalForm,
    "weigh": WeighForm,
}


@blueprint.route("/waves/<slug>/<any(extend, close, reopen, rehearse, weigh):step>", methods=["GET", "POST"])
def take_step(slug: str, step: str) -> ResponseReturnValue:
    wave, form = find_or_404(slug), FORMS[step]()
    if form.validate_on_submit():
        try:
            shown = STEPS[step](wave, form)
        except ValueError as why:
            form.form_errors.append(str(why))
        else:
            database.session().commit()
            flash(_done(step))
            return redirect(url_for("manage.show_wave", slug=shown.slug))
    page = render_template("manage/step.html", step=step, wave=wave, form=form, simulated=wave.simulated)
    return page, 422 if form.errors else 200


def _extend(wave: Wave, form: StepForm) -> Wave:
    wave_life.extend(database.session(), wave, form.closes_on.data, by(), form.reason.data, _seen(wave))
    return wave


def _close(wave: Wave, form: CloseForm) -> Wave:
    wave_life.close(database.session(), wave, by(), form.reason.data, _seen(wave))
    return wave


def _reopen(wave: Wave, form: StepForm) -> Wave:
    wave_life.reopen(database.session(), wave, form.closes_on.data, by(), form.reason.data, _seen(wave))
    return wave


def _rehearse(wave: Wave, form: RehearsalForm) -> Wave:
    return wave_life.rehearse(database.session(), wave, form.closes_on.data, by(), form.reason.data or "")


def _weigh(wave: Wave, form: WeighForm) -> Wave:
    wave_life.weigh(database.session(), wave, float(form.combining_weight.data), by(), form.reason.data)
    return wave


STEPS: dict[str, Callable[[Wave, FlaskForm], Wave]] = {
    "extend": _extend,
    "close": _close,
    "reopen": _reopen,
    "rehearse": _rehearse,
    "weigh": _weigh,
}


def _done(step: str) -> str:
    if step == "close":
        return str(_("The wave is closed. Forms begun before may still be sent for 24 hours."))
    if step == "rehearse":
        return str(_("The practice wave is made. Its points are open from now on."))
    if step == "weigh":
        return str(_("The weight is changed. Releases made before say that they no longer match."))
    return str(_("The wave is open until its new last day."))


def _seen(wave: Wave) -> Looks:
    return looks.by_now(current_app.config["SETTINGS"], wave.survey)


@blueprint.route("/waves/<slug>/copy", methods=["GET", "POST"])
def copy_wave(slug: str) -> ResponseReturnValue:
    wave, session = find_or_404(slug), database.session()
    form = CopyForm(data=wave_life.suggested(wave) | {"survey": wave.survey.slug})
    found = {survey.slug: survey for survey in surveys.all_surveys(session)}
    form.survey.choices = [(slug, named(survey)) for slug, survey in found.items()]
    form.instrument_version_id.choices = instrument_versions.choices(session, languages.current(), None)
    if form.validate_on_submit():
        survey = found.get(form.survey.data) or abort(400)
        faults = surveys.faults_of_wave(session, survey, None, form.data)
        if not faults:
            return _copied(wave, survey, form)
        add_faults(form, faults)
    page = render_template("manage/copy.html", wave=wave, form=form, simulated=wave.simulated)
    return page, 422 if form.errors else 200


def _copied(wave: Wave, survey: Survey, form: CopyForm) -> ResponseReturnValue:
    names = ("name_vi", "name_en", "slug", "instrument_version_id", "opens_on", "closes_on", "combining_weight")
    fields = {name: form[name].data for name in names} | {"name_en": form.in_english("name")}
    made = wave_life.copy(database.session(), wave, survey, fields, by(), form.reason.data or "")
    database.session().commit()
    flash(_("The copy is made."))
    if made.left_out:
        flash(
            _("Left out, for their units are not on the map of the survey: %(names)s", names="; ".join(made.left_out))
        )
    return redirect(url_for("manage.show_wave", slug=made.wave.slug))
