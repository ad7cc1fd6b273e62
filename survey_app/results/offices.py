"""What a rated office sees by its signed link, without an account: its own figures, and the place for its reply.

No answers, no comments, no figure that the public may not see; nothing of any other office.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import current_app as app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import clock, database, releases
from survey_app.models import Publication
from survey_app.publishing import links, replies, tracing
from survey_app.publishing.links import Link
from survey_app.publishing.replies import Office
from survey_app.releases import Release
from survey_app.results import telling
from survey_app.results.views import shown_of
from survey_app.wave_life import By
from survey_app.web import console

blueprint = Blueprint("office", __name__, template_folder="templates")
OPEN = ("shown", "published", "replaced")


@dataclass(frozen=True)
class Opened:
    publication: Publication
    release: Release
    office: Office
    link: Link

    @property
    def by(self) -> By:
        return By(clock.now(), self.link.by_id)


def _opened_or_404(code: str) -> Opened:
    """What the code opens; a forged one, and one of a release that was dropped, open nothing."""
    settings, session = app.config["SETTINGS"], database.session()
    link = links.read(settings.token_key, code) or abort(404)
    publication = session.get(Publication, link.publication_id)
    if publication is None or publication.state not in OPEN:
        abort(404)
    release = releases.find(settings.releases, publication.release) or abort(404)
    found = replies.offices(session, publication, release)
    office = next((office for office in found if office.code == link.unit_code), None) or abort(404)
    return Opened(publication, release, office, link)


@blueprint.get("/office/<code>")
def show_figures(code: str) -> ResponseReturnValue:
    return _page(code, _opened_or_404(code))


def _page(code: str, opened: Opened, typed: str | None = None, status: int = 200) -> ResponseReturnValue:
    """`typed`: what was refused, so that it is not lost."""
    release, reply = opened.release, replies.of_office(opened.publication, opened.office.code)
    sent = reply.text if reply else ""
    places = ("all/all", f"unit/{opened.office.code}")
    whole, index = (release.figure("overall", "index", place) for place in places)
    page = render_template(
        "results/office.html",
        code=code,
        opened=opened,
        release=release,
        index=index if index and release.may_be_seen(index) else None,
        whole=whole if whole and release.may_be_seen(whole) else None,
        figures=tracing.of_unit(release, opened.office.code),
        reply=reply,
        typed=sent if typed is None else typed,
        open=replies.is_open(opened.publication, opened.by),
        shown=shown_of(release),
        simulated=release.simulated,
    )
    return page, status, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@blueprint.post("/office/<code>")
def send_reply(code: str) -> ResponseReturnValue:
    console.begin()  # Only here: the brake before it counts in a transaction of its own, and SQLite has one writer.
    opened, session = _opened_or_404(code), database.session()
    nothing, typed = "nothing" in request.form, request.form.get("text", "")

    def keep() -> None:
        if not nothing and not typed.strip():
            raise ValueError(_("Write the reply first, or say that there is nothing to say."))
        text = "" if nothing else typed
        erases = "erase" in request.form
        replies.keep(session, opened.publication, opened.office, text, opened.by, erases, by_link=True)

    if not telling.taken(opened.publication, keep):
        return _page(code, opened, typed, 422)
    if nothing:
        flash(_("Recorded: the office has nothing to say. Until the last day it can be changed here."))
    else:
        flash(_("Thank you: your reply is kept. Until the last day it can be changed here."))
    return redirect(url_for("office.show_figures", code=code))
