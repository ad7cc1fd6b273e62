"""The history of a draft: who changed what and when, one earlier state to look at, and back to it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires import outline
from survey_app import clock, database
from survey_app.design import blueprint
from survey_app.design.comparing import between
from survey_app.design.drafting import draft_or_404
from survey_app.instruments import drafts, shelves


@blueprint.get("/drafts/<int:draft_id>/history")
def history(draft_id: int) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    entries = drafts.history(database.session(), draft_id)
    shown = [(entry, _what(entry)) for entry in entries]
    return render_template("design/history.html", draft=draft, entries=shown, open=draft.state in shelves.UNDER_WAY)


@blueprint.get("/drafts/<int:draft_id>/history/<int:number>")
def show_revision(draft_id: int, number: int) -> ResponseReturnValue:
    """What would change if the draft went back to this state."""
    draft, session = draft_or_404(draft_id), database.session()
    try:
        then = drafts.content(drafts.revision(session, draft_id, number))
    except drafts.NoDraft:
        abort(404)
    changes = between(drafts.content(draft), then)
    is_open = draft.state in shelves.UNDER_WAY
    return render_template("design/revision.html", draft=draft, number=number, data=then, changes=changes, open=is_open)


@blueprint.post("/drafts/<int:draft_id>/history/<int:number>")
def restore(draft_id: int, number: int) -> ResponseReturnValue:
    session, seen = database.session(), request.form.get("revision", 0, type=int)
    drafts.restore(session, draft_id, current_user.id, number, seen, clock.now())
    session.commit()
    flash(
        _(
            "The draft is again as it was at change %(number)s. What it was just now stays in the history.",
            number=number,
        )
    )
    return redirect(url_for("design.show_draft", draft_id=draft_id))


def _what(entry: drafts.Entry) -> str:
    """What a line of the history is about."""
    if entry.kind == "start":
        return str(_("Begun"))
    if entry.kind == "restore":
        return str(_("Back to change %(number)s", number=entry.place))
    places = {outline.HEAD: _("Title, scale, index"), outline.ORDER: _("Order of the parts")}
    what = str(places.get(entry.place) or entry.place)
    return (
        str(_("Kept aside, because somebody else was faster: %(what)s", what=what)) if entry.kind == "aside" else what
    )
