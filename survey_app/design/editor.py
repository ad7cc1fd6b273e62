"""A draft as a list: its parts and questions, their order, what is to correct, what the changes mean for the series."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires import outline
from survey_app import clock, database
from survey_app.design import blueprint, moving
from survey_app.design.comparing import since_base
from survey_app.design.drafting import checked, draft_or_404
from survey_app.design.listing import rows
from survey_app.instruments import drafts, shelves
from survey_app.web import access


@blueprint.get("/drafts/<int:draft_id>")
def show_draft(draft_id: int) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    found = checked(drafts.content(draft))
    changes = since_base(draft, found.data)
    return render_template(
        "design/draft.html",
        draft=draft,
        data=found.data,
        checked=found,
        changes=changes,
        parts=rows(found.data, found.remarks, changes.marks),
        seen={
            str(part.get("code")): outline.part_hash(found.data, str(part.get("code")))
            for part in outline.parts(found.data)
        },
        order=outline.order_hash(found.data),
        tools=_tools(),
        under_way=draft.state in shelves.UNDER_WAY,
        open=draft.state in shelves.UNDER_WAY and access.may("design.change_order"),
        people=shelves.people(database.session(), [draft.remark_by_id]),
    )


def _tools() -> dict[str, str]:
    """The words of the buttons beside a question; those with a gap are filled in by the page."""
    return {
        "edit": _("Edit"),
        "edit_code": _("Edit question %(code)s"),
        "up": _("Question %(code)s up"),
        "down": _("Question %(code)s down"),
        "duplicate": _("Copy"),
        "duplicate_code": _("Copy question %(code)s"),
        "remove": _("Remove"),
        "remove_code": _("Remove question %(code)s"),
    }


@blueprint.post("/drafts/<int:draft_id>/order")
def change_order(draft_id: int) -> ResponseReturnValue:
    """One step of a question or a part up or down, a copy of a question, or a question dragged to its new place."""
    step = moving.asked(request.form)
    session = database.session()
    draft = drafts.change(session, draft_id, current_user.id, step.place, step.seen, step.apply, clock.now())
    session.commit()
    return redirect(url_for("design.show_draft", draft_id=draft.id, _anchor=step.anchor))
