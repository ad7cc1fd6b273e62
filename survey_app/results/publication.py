"""A release's way to the public. The steps are `publishing.steps`; analysts prepare, a manager or approver approves."""

from collections.abc import Callable
from datetime import date

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from survey_app import clock, database, surveys
from survey_app.instruments import shelves
from survey_app.models import Publication, Survey
from survey_app.publishing import matching, notes, open_waves, replies, steps
from survey_app.releases import Release
from survey_app.results import blueprint, documents, telling
from survey_app.results.views import find_or_404
from survey_app.wave_life import By
from survey_app.web import access

Step = Callable[[Publication, Release], None]


def by() -> By:
    return By(clock.now(), current_user.id)


def survey_or_404(release: Release) -> Survey:
    return surveys.find_survey(database.session(), release.context["survey"]["slug"]) or abort(404)


def publication_or_404(name: str) -> Publication:
    return steps.of_release(database.session(), name) or abort(404)


@blueprint.get("/<name>/publication")
def show_publication(name: str) -> ResponseReturnValue:
    release, session = find_or_404(name), database.session()
    publication, survey = (
        steps.of_release(session, name),
        surveys.find_survey(session, release.context["survey"]["slug"]),
    )
    public_now = survey and steps.published(session, survey)
    offices = replies.offices(session, publication, release) if publication else []
    taken = steps.taken(publication) if publication else []
    return render_template(
        "results/publication.html",
        release=release,
        publication=publication,
        takes=takes,
        survey=survey,
        corrected=steps.corrected(session, publication) if publication else None,
        public_now=public_now,
        same=bool(public_now and steps.says_the_same(public_now, release)),
        frozen_on=clock.local_day(release.frozen_at),
        open_until=publication.open_until
        if publication and publication.state != "dropped"
        else survey and open_waves.open_until(survey, release.frozen_at),
        later=steps.corrected_by(session, publication) if publication else None,
        taken=taken,
        people=shelves.people(session, [account_id for _step, account_id, _at in taken]),
        match=matching.of_release(session, release),
        rated=len(offices),
        replied=[reply for reply in publication.replies if reply.text] if publication else [],
        silent=sum(not reply.text for reply in publication.replies) if publication else 0,
        hindrance=publication
        and steps.hindrance(session, publication, clock.now(), [office.code for office in offices]),
        changes=notes.read(release.folder).get("corrects"),
        simulated=release.simulated,
    )


@blueprint.post("/<name>/publication/enter")
def enter(name: str) -> ResponseReturnValue:
    release, session = find_or_404(name), database.session()
    survey = survey_or_404(release)
    try:
        made = steps.enter(session, survey, release, by(), request.form.get("reason", ""))
        changes = telling.changes_of(session, made, release)
    except ValueError as why:
        session.rollback()
        flash(str(why), "error")
    else:
        session.commit()
        telling.tell(made, changes)
        flash(
            _("Entered as publication %(number)d of this survey. Now a second person approves it.", number=made.number)
        )
    return redirect(url_for("results.show_publication", name=name))


def _approve(publication: Publication, release: Release) -> None:
    knows = "knows_it_was_open" in request.form
    steps.approve(database.session(), publication, release, by(), knows_it_was_open=knows)


def _drop(publication: Publication, _release: Release) -> None:
    steps.drop(database.session(), publication, request.form.get("reason", ""), by())


def _show(publication: Publication, release: Release) -> None:
    if release.kept_back is None:
        raise ValueError(_("Write the documents of this release anew first: that decides what the offices may see."))
    steps.show(database.session(), publication, by(), request.form.get("days", 0, type=int))


def _publish(publication: Publication, release: Release) -> None:
    session = database.session()
    rated = [office.code for office in replies.offices(session, publication, release)]
    steps.publish(session, publication, by(), rated)


def _name_document(publication: Publication, _release: Release) -> None:
    text = request.form.get("day", "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError(_("This is not a day.")) from error
    number, today = request.form.get("number", "").strip(), clock.local_day(clock.now())
    steps.name_document(database.session(), publication, number, day, today)


APPROVERS = ("manager", "approver")
# Each with who may take it and what is said afterwards.
STEPS: dict[str, tuple[Step, tuple[str, ...], object]] = {
    "approve": (_approve, APPROVERS, lazy_gettext("Approved. Now show it to the rated offices.")),
    "drop": (_drop, ("analyst", *APPROVERS), lazy_gettext("Dropped. It can still be read, with the reason.")),
    "show": (_show, APPROVERS, lazy_gettext("The rated offices may read their figures and reply now.")),
    "publish": (
        _publish,
        APPROVERS,
        lazy_gettext("Published. Documents and public site are being written."),
    ),
    "document": (
        _name_document,
        ("analyst", *APPROVERS),
        lazy_gettext("The number and the day of the document are kept."),
    ),
}


def takes(step: str) -> bool:
    """Whether the step is for the person who is signed in."""
    return access.has_role(*STEPS[step][1])


@blueprint.post("/<name>/publication/<any(approve, drop, show, publish, document):step>")
def take_publication_step(name: str, step: str) -> ResponseReturnValue:
    take, _roles, said = STEPS[step]
    if not takes(step):
        abort(403)
    release, publication = find_or_404(name), publication_or_404(name)
    if telling.taken(publication, lambda: take(publication, release)):
        flash(str(said))
        if step == "publish":
            return documents.start(release)
    return redirect(url_for("results.show_publication", name=name))


@blueprint.get("/<name>/conclusions")
def edit_conclusions(name: str) -> ResponseReturnValue:
    release, publication = find_or_404(name), publication_or_404(name)
    drafted = telling.drafted(release)
    return render_template(
        "results/conclusions.html",
        release=release,
        publication=publication,
        drafted=drafted,
        text=publication.conclusions or "\n\n".join(drafted),
        simulated=release.simulated,
    )


@blueprint.post("/<name>/conclusions")
def keep_conclusions(name: str) -> ResponseReturnValue:
    publication, session = publication_or_404(name), database.session()
    text = "" if "reset" in request.form else request.form.get("text", "")
    if telling.taken(publication, lambda: steps.conclude(session, publication, text)):
        kept, drafted = _("The conclusions are kept."), _("The conclusions are the draft from the figures again.")
        flash(kept if text.strip() else drafted)
    return redirect(url_for("results.edit_conclusions", name=name))


def settings_key() -> str:
    found: str = current_app.config["SETTINGS"].token_key
    return found
