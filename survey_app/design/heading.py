"""The head of a draft (titles, notice, scale, index, formula) and its parts: their forms, new ones, removal."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires import editing, outline
from questionnaires.editing import CannotEdit
from survey_app import clock, database
from survey_app.design import blueprint, head_sheet, sheet
from survey_app.design.comparing import breaks_series
from survey_app.design.drafting import Plain, beside, checked, draft_or_404, refusal
from survey_app.design.meeting import conflict_page, merged
from survey_app.instruments import drafts, instrument_versions
from survey_app.models import Draft


@blueprint.get("/drafts/<int:draft_id>/head")
def show_head(draft_id: int) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    return _head_page(draft, data, outline.head_hash(data))


@blueprint.post("/drafts/<int:draft_id>/head")
def save_head(draft_id: int) -> ResponseReturnValue:
    draft, session, seen = draft_or_404(draft_id), database.session(), request.form.get("seen", "")
    data, do = drafts.content(draft), request.form.get("do", "save")
    fields = head_sheet.head(sheet.nested(request.form.items(multi=True)), data)
    if do == "respondent-add":
        fields["respondent_types"].append({"code": "", "text": {}})
    if do != "save":
        return _head_page(draft, editing.put_head(data, fields), seen)
    try:
        drafts.change(
            session,
            draft_id,
            current_user.id,
            outline.HEAD,
            seen,
            lambda now: editing.put_head(now, fields),
            clock.now(),
        )
    except drafts.EditConflict as conflict:
        session.commit()  # What was typed is kept aside, whatever the person does next.
        return conflict_page(draft, conflict, url_for("design.merge_head", draft_id=draft_id)), 409
    session.commit()
    left = [one for one in checked(drafts.content(draft)).faults if one.part is None]
    flash(_("Saved. There is still something to correct here.") if left else _("The head is saved."))
    return redirect(url_for("design.show_head" if left else "design.show_draft", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/head/merge")
def merge_head(draft_id: int) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    mixed = merged(draft, data, outline.HEAD, request.form)
    return _head_page(draft, {**mixed, "parts": data.get("parts", [])}, outline.head_hash(data))


def _head_page(draft: Draft, data: Plain, seen: str) -> str:
    found = checked(data)
    said = [one for one in found.remarks if one.part is None]
    breaks = breaks_series(draft, data)
    version = instrument_versions.free_version(
        database.session(),
        draft.code,
        draft.base.version if draft.base else str(data.get("version") or "1.0"),
        breaks=breaks,
    )
    shown: dict[str, Any] = {"said": said, "beside": beside(said), "seen": seen, "suggested": version, "breaks": breaks}
    return render_template("design/head.html", draft=draft, data=data, **shown)


@blueprint.get("/drafts/<int:draft_id>/parts/<part>")
def show_part(draft_id: int, part: str) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    return _part_page(draft, part, dict(outline.part(data, part)), outline.part_hash(data, part))


@blueprint.post("/drafts/<int:draft_id>/parts/<part>")
def save_part(draft_id: int, part: str) -> ResponseReturnValue:
    draft, session, seen = draft_or_404(draft_id), database.session(), request.form.get("seen", "")
    fields = head_sheet.part(sheet.nested(request.form.items(multi=True)))
    try:
        drafts.change(
            session, draft_id, current_user.id, part, seen, lambda now: editing.put_part(now, part, fields), clock.now()
        )
    except drafts.EditConflict as conflict:
        session.commit()
        return conflict_page(draft, conflict, url_for("design.merge_part", draft_id=draft_id, part=part)), 409
    except CannotEdit as error:
        return _part_page(draft, part, fields, seen, refusal(error)), 422
    session.commit()
    flash(_("The part is saved."))
    return redirect(url_for("design.show_draft", draft_id=draft_id, _anchor=f"p-{fields['code']}"))


@blueprint.post("/drafts/<int:draft_id>/parts/<part>/merge")
def merge_part(draft_id: int, part: str) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    return _part_page(draft, part, merged(draft, data, part, request.form), outline.part_hash(data, part))


@blueprint.get("/drafts/<int:draft_id>/parts/new")
def new_part(draft_id: int) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    return _part_page(draft, "", {"kind": "profile"}, outline.order_hash(drafts.content(draft)))


@blueprint.post("/drafts/<int:draft_id>/parts/new")
def add_part(draft_id: int) -> ResponseReturnValue:
    draft, session, seen = draft_or_404(draft_id), database.session(), request.form.get("seen", "")
    fields = head_sheet.part(sheet.nested(request.form.items(multi=True)))
    fields["code"] = fields["code"] or editing.suggested_part_code(drafts.content(draft), fields["kind"])
    new = {name: value for name, value in fields.items() if value is not None}

    def apply(now: Plain) -> Plain:
        return editing.add_part(now, new | {outline.list_name(new): []})

    try:
        drafts.change(session, draft_id, current_user.id, outline.ORDER, seen, apply, clock.now())
    except CannotEdit as error:
        return _part_page(draft, "", fields, seen, refusal(error)), 422
    session.commit()
    flash(_("The part is added. Now it needs questions."))
    return redirect(url_for("design.show_draft", draft_id=draft_id, _anchor=f"p-{new['code']}"))


@blueprint.post("/drafts/<int:draft_id>/parts/<part>/remove")
def remove_part(draft_id: int, part: str) -> ResponseReturnValue:
    session, seen = database.session(), request.form.get("seen", "")
    drafts.change(
        session, draft_id, current_user.id, part, seen, lambda now: editing.remove_part(now, part), clock.now()
    )
    session.commit()
    flash(_("The part is removed with its questions. The history of the draft still has them."))
    return redirect(url_for("design.show_draft", draft_id=draft_id))


def _part_page(draft: Draft, code: str, part: Plain, seen: str, alert: str = "") -> str:
    data = drafts.content(draft)
    kinds = _kinds(data, code)
    inside = outline.questions(part) if code else []
    return render_template(
        "design/part.html",
        draft=draft,
        data=data,
        code=code,
        part=part,
        kinds=kinds,
        inside=inside,
        seen=seen,
        alert=alert,
    )


def _kinds(data: Plain, code: str) -> list[str]:
    """What the part may become: a factor with items stays one."""
    counter = data.get("kind") == "counter_3"
    first = ["counter"] if counter else ["factor"]
    plain = ["profile", "assessment", "expectation", "general", "comment"]
    if not code or not outline.questions(outline.part(data, code)):
        return plain + first
    return first if outline.part(data, code).get("kind") in first else plain
