"""From a draft to a version: one person submits, a second one sees what changed and publishes or sends it back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import clock, database
from survey_app.design import blueprint
from survey_app.design.comparing import since_base
from survey_app.design.drafting import checked, draft_or_404
from survey_app.instruments import draft_review, drafts, shelves


@blueprint.get("/drafts/<int:draft_id>/review")
def review(draft_id: int) -> ResponseReturnValue:
    draft, session = draft_or_404(draft_id), database.session()
    found = checked(drafts.content(draft))
    return render_template(
        "design/review.html",
        draft=draft,
        data=found.data,
        checked=found,
        changes=since_base(draft, found.data),
        may_approve=draft_review.may_approve(session, draft, current_user.id),
        people=shelves.people(session, [draft.submitted_by_id, draft.remark_by_id]),
    )


@blueprint.post("/drafts/<int:draft_id>/submit")
def submit(draft_id: int) -> ResponseReturnValue:
    session = database.session()
    draft_review.submit(session, draft_id, current_user.id, request.form.get("revision", 0, type=int))
    session.commit()
    flash(_("The draft is submitted. Now a second manager or an approver looks at it and publishes it."))
    return redirect(url_for("design.review", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/approve")
def approve(draft_id: int) -> ResponseReturnValue:
    session, seen = database.session(), request.form.get("revision", 0, type=int)
    version = draft_review.approve(session, draft_id, current_user.id, seen, clock.now())
    session.commit()
    flash(_("Version %(version)s is published. New waves can choose it now.", version=version.version))
    return redirect(url_for("design.show_version", version_id=version.id))


@blueprint.post("/drafts/<int:draft_id>/send-back")
def send_back(draft_id: int) -> ResponseReturnValue:
    session, reason = database.session(), request.form.get("reason", "").strip()[:2000]
    draft_review.send_back(session, draft_id, current_user.id, reason)
    session.commit()
    flash(_("The draft is sent back to be changed."))
    return redirect(url_for("design.show_draft", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/drop")
def drop(draft_id: int) -> ResponseReturnValue:
    session = database.session()
    drafts.drop(session, draft_id)
    session.commit()
    flash(_("The draft is given up. It can still be read."))
    return redirect(url_for("design.list_instruments"))
