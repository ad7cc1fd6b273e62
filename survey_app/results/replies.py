"""The page of the rated offices: whom the release was shown to, their links, and replies that staff take down."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import database
from survey_app.models import Publication
from survey_app.publishing import links, replies
from survey_app.publishing.replies import Office
from survey_app.results import blueprint, telling
from survey_app.results.publication import by, publication_or_404, settings_key
from survey_app.results.views import find_or_404


@blueprint.get("/<name>/offices")
def list_offices(name: str) -> ResponseReturnValue:
    release, publication = find_or_404(name), publication_or_404(name)
    found = replies.offices(database.session(), publication, release)
    return render_template(
        "results/offices.html",
        release=release,
        publication=publication,
        offices=[(office, _link(publication, office), replies.of_office(publication, office.code)) for office in found],
        open=replies.is_open(publication, by()),
        simulated=release.simulated,
    )


@blueprint.post("/<name>/offices")
def keep_reply(name: str) -> ResponseReturnValue:
    release, publication, session = find_or_404(name), publication_or_404(name), database.session()
    code, text = request.form.get("office", ""), request.form.get("text", "")
    found = replies.offices(session, publication, release)
    office = next((office for office in found if office.code == code), None) or abort(404)
    erases = "erase" in request.form
    if telling.taken(publication, lambda: replies.keep(session, publication, office, text, by(), erases)):
        said = _("The reply of %(office)s is kept.") if text.strip() else _("Recorded: %(office)s has nothing to say.")
        flash(said % {"office": office.name})
    return redirect(url_for("results.list_offices", name=name))


def _link(publication: Publication, office: Office) -> str:
    """Only while it leads somewhere."""
    if publication.state not in ("shown", "published", "replaced"):
        return ""
    link = links.Link(publication.id, current_user.id, office.code)
    return url_for("office.show_figures", code=links.make(settings_key(), link), _external=True)
