"""The results pages' requests. What stands in a release `releases` reads; how one is made `analysis_door` knows."""

from collections.abc import Callable
from pathlib import Path

from flask import Response, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import analysis_door, background, clock, database, releases, surveys
from survey_app.models import Publication, Survey
from survey_app.publishing import earlier, matching, open_waves, steps
from survey_app.releases import Release, Row
from survey_app.results import analysis_words, blueprint
from survey_app.web import access, headers, languages

REPORT_PAGES = ("report.html", "report.en.html")


def folder() -> Path:
    found: Path = current_app.config["SETTINGS"].releases
    return found


def find_or_404(name: str) -> Release:
    """The release, for whoever may look at it already."""
    release, session = releases.find(folder(), name) or abort(404), database.session()
    survey = surveys.find_survey(session, release.context["survey"]["slug"])
    if _is_hidden(release, survey, steps.of_release(session, name)):
        abort(
            403,
            _(
                "This release was made while its wave was open. Until the wave is closed only analysts see it, so that "
                "nobody chooses the end of a survey by its result. Interim results show what has come in."
            ),
        )
    return release


def _is_hidden(release: Release, survey: Survey | None, publication: Publication | None) -> bool:
    now = clock.now()
    return not access.has_role("analyst") and open_waves.is_for_analysts(survey, publication, release.frozen_at, now)


@blueprint.get("/")
def list_releases() -> ResponseReturnValue:
    found = [(survey, analysis_door.last(folder(), survey.slug)) for survey in surveys.all_surveys(database.session())]
    made, entered = releases.all_releases(folder()), steps.all_of(database.session())
    publications = {each.release: each for each in entered}
    by_slug = {survey.slug: survey for survey, _last in found}
    page = render_template(
        "results/releases.html",
        releases=made,
        hidden={
            release.name
            for release in made
            if _is_hidden(release, by_slug.get(release.context["survey"]["slug"]), publications.get(release.name))
        },
        newest=releases.newest(made),
        surveys=found,
        step=analysis_words.step,
        publications=publications,
        earlier={survey.slug: _earlier(survey, entered, made) for survey, _last in found},
    )
    is_running = any(run is not None and run.state == "running" for _survey, run in found)
    return page, {"Refresh": "10"} if is_running else {}


def _earlier(survey: Survey, entered: list[Publication], made: list[Release]) -> list[earlier.Choice]:
    return earlier.choices(survey, entered, {release.name for release in made})


@blueprint.post("/make/<slug>")
def make_release(slug: str) -> ResponseReturnValue:
    survey = surveys.find_survey(database.session(), slug) or abort(404)
    try:
        offered = _earlier(survey, steps.all_of(database.session()), releases.all_releases(folder()))
        chosen = earlier.chosen(request.form.getlist("earlier"), offered)
        analysis_door.start(current_app.config["SETTINGS"], survey.slug, clock.now(), chosen)
        flash(_("The release is being made. This page shows by itself when it is ready."))
    except background.AlreadyRunning:
        flash(_("A release of this survey is already being made."), "error")
    except ValueError as why:
        flash(str(why), "error")
    return redirect(url_for("results.list_releases"))


@blueprint.post("/make/<slug>/cancel")
def cancel_release(slug: str) -> ResponseReturnValue:
    end_run(slug, _("The run is cancelled. Nothing is left of it."))
    return redirect(url_for("results.list_releases"))


def end_run(key: str, said: str) -> None:
    """Cancels it, and says what came of that."""
    try:
        if analysis_door.cancel(current_app.config["SETTINGS"], key, clock.now()):
            flash(said)
        else:
            flash(_("There is nothing left to cancel: the run has ended."))
    except analysis_door.Elsewhere:
        flash(_("The timers began this run, elsewhere. It ends by itself and cannot be cancelled here."), "error")


@blueprint.get("/<name>")
def show_release(name: str) -> ResponseReturnValue:
    release, session = find_or_404(name), database.session()
    return render_template(
        "results/release.html",
        release=release,
        index=release.figure("overall", "index"),
        open_index=release.figure("overall", "index", series="open"),
        shown=shown_of(release),
        changed=release.changed_files(),
        simulated=release.simulated,
        sees_rows=_sees_rows(),
        field=release.context.get("field", []) if access.has_role("analyst") else [],
        signs=analysis_words.FIELD_SIGNS,
        unit_names={place["code"]: release.unit_name(place) for place in release.context["units"]},
        publication=steps.of_release(session, name),
        match=matching.of_release(session, release),
    )


def _sees_rows() -> bool:
    """Whether files with one row a response are for this person: others read figures."""
    return access.has_role("analyst", "manager") and current_user.branch_id is None


def shown_of(release: Release) -> Callable[..., str]:
    """The text of a figure's number, in the language of the page."""
    language = languages.current()

    def shown(row: Row | None, part: str = "estimate") -> str:
        return release.shown(row, part, language)

    return shown


@blueprint.get("/<name>/chart/<chart>.svg")
def show_chart(name: str, chart: str) -> ResponseReturnValue:
    release = find_or_404(name)
    if chart not in release.charts():
        abort(404)
    file, _alt, _language = release.chart(chart, languages.current())
    return send_file(file, mimetype="image/svg+xml", max_age=0)


@blueprint.get("/<name>/file/<path:file>")
def download(name: str, file: str) -> Response:
    release = find_or_404(name)
    if file not in dict(release.downloads()):
        abort(404)
    if file in dict(release.analysts_files()) and not _sees_rows():
        abort(403)
    path = release.folder / file
    if file in REPORT_PAGES:
        page = send_file(path, mimetype="text/html", max_age=0)
        page.headers["Content-Security-Policy"] = headers.policy_of_document(path.read_text("utf-8"))
        return page
    return send_file(
        path, mimetype=releases.DOWNLOADS[file], as_attachment=True, download_name=f"{name}-{path.name}", max_age=0
    )
