"""Surveys in the console: the list, one survey with its waves, and the form."""

from collections.abc import Iterable, Mapping

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from survey_app import clock, database, surveys, waves
from survey_app.manage import blueprint
from survey_app.manage.forms import SurveyForm
from survey_app.models import Survey
from survey_app.publishing import steps


def find_or_404(slug: str) -> Survey:
    return surveys.find_survey(database.session(), slug) or abort(404)


@blueprint.get("/surveys")
def list_surveys() -> ResponseReturnValue:
    found = surveys.all_surveys(database.session())
    states = {wave.id: waves.state(wave, clock.now()) for survey in found for wave in survey.waves}
    return render_template("manage/surveys.html", surveys=found, states=states)


@blueprint.get("/surveys/<slug>")
def show_survey(slug: str) -> ResponseReturnValue:
    survey = find_or_404(slug)
    states = {wave.id: waves.state(wave, clock.now()) for wave in survey.waves}
    return render_template(
        "manage/survey.html",
        survey=survey,
        states=states,
        publications=steps.of_survey(database.session(), survey),
        simulated=any(wave.simulated for wave in survey.waves),
    )


@blueprint.route("/surveys/new", methods=["GET", "POST"])
def new_survey() -> ResponseReturnValue:
    return _edit(Survey())


@blueprint.route("/surveys/<slug>/edit", methods=["GET", "POST"])
def edit_survey(slug: str) -> ResponseReturnValue:
    return _edit(find_or_404(slug))


def _edit(survey: Survey) -> ResponseReturnValue:
    today = clock.local_day(clock.now())
    form = SurveyForm(obj=survey if survey.id else None, data=surveys.proposed_survey(today))
    session = database.session()
    fixed = surveys.fixed_of_survey(session, survey)
    need_not_be_sent(form, fixed)
    if form.validate_on_submit():
        faults = surveys.faults_of_survey(session, survey, form.data)
        if not faults:
            form.populate_obj(survey)
            session.add(survey)
            session.commit()
            flash(_("The survey is saved."))
            return redirect(url_for("manage.show_survey", slug=survey.slug))
        add_faults(form, faults)
    simulated = any(wave.simulated for wave in survey.waves)
    page = render_template("manage/survey_form.html", form=form, survey=survey, fixed=fixed, simulated=simulated)
    return page, 422 if form.errors else 200


def need_not_be_sent(form: FlaskForm, fixed: Iterable[str]) -> None:
    """Fields that the page shows as text keep their value when they do not come along."""
    for name in fixed:
        if not form[name].raw_data:
            form[name].validators = ()


def add_faults(form: FlaskForm, faults: Mapping[str, str]) -> None:
    """Puts the rules' faults beside the fields they concern, and what concerns none above the form."""
    for name, text in faults.items():
        if name:
            form[name].errors = [*form[name].errors, text]
        else:
            form.form_errors.append(text)
