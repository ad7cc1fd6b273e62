"""Writing the documents of a release anew: started, watched, cancelled. The work is `analysis_door`'s."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import analysis_door, background, clock, database
from survey_app.publishing import documents, matching, steps
from survey_app.releases import Release
from survey_app.results import blueprint, telling
from survey_app.results.views import end_run, find_or_404, folder


@blueprint.get("/<name>/documents")
def show_documents(name: str) -> ResponseReturnValue:
    release, session = find_or_404(name), database.session()
    run = analysis_door.last(folder(), analysis_door.documents_key(name))
    page = render_template(
        "results/documents.html",
        release=release,
        publication=steps.of_release(session, name),
        match=matching.of_release(session, release),
        changed=release.changed_files(),
        outdated=documents.are_outdated(release.folder),
        run=run,
        share=_share(run.progress) if run else None,
        simulated=release.simulated,
    )
    return page, {"Refresh": "3"} if run and run.state == "running" else {}


@blueprint.post("/<name>/documents")
def write_documents(name: str) -> ResponseReturnValue:
    release, session = find_or_404(name), database.session()
    if publication := steps.of_release(session, name):
        telling.tell(publication)  # The documents print what is known now.
    return start(release)


def start(release: Release) -> ResponseReturnValue:
    """Begins to write them, and shows how far it is; where they are public, the public site follows."""
    survey, name = release.context["survey"]["slug"], release.name
    try:
        analysis_door.start_documents(current_app.config["SETTINGS"], survey, name, clock.now())
    except background.AlreadyRunning:
        flash(_("The documents of this release are already being written."), "error")
    return redirect(url_for("results.show_documents", name=name))


@blueprint.post("/<name>/documents/cancel")
def cancel_documents(name: str) -> ResponseReturnValue:
    release = find_or_404(name)
    end_run(analysis_door.documents_key(release.name), _("The run is cancelled. The documents are those of before."))
    return redirect(url_for("results.show_documents", name=name))


def _share(progress: str) -> tuple[int, int] | None:
    """How many of how many files are ready, where the run says so."""
    done, _slash, whole = progress.partition("/")
    return (int(done), int(whole)) if done.isdecimal() and whole.isdecimal() else None
