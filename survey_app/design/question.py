"""One question of a draft: its form, saved or shown again, a new one, its removal. Conflicts are `meeting`'s pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires import editing, outline
from questionnaires.editing import CannotEdit
from survey_app import clock, database, units
from survey_app.design import blueprint, condition_sheet, question_form
from survey_app.design.condition_words import ConditionWords
from survey_app.design.drafting import Plain, beside, checked, draft_or_404, neighbours, refusal
from survey_app.design.meeting import conflict_page, merged
from survey_app.design.question_form import QuestionForm
from survey_app.instruments import drafts
from survey_app.models import Draft
from survey_app.web import languages


@blueprint.get("/drafts/<int:draft_id>/questions/<code>")
def show_question(draft_id: int, code: str) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    form = question_form.stored(dict(outline.question(data, code)))
    return _page(draft, data, code, form, outline.question_hash(data, code), quiet="new" in request.args)


@blueprint.post("/drafts/<int:draft_id>/questions/<code>")
def save_question(draft_id: int, code: str) -> ResponseReturnValue:
    draft, session = draft_or_404(draft_id), database.session()
    data, seen, do = drafts.content(draft), request.form.get("seen", ""), request.form.get("do", "save")
    form = question_form.typed(request.form.items(multi=True), outline.at_place(data, code) or {}, data)
    if do != "save":
        return _page(draft, data, code, question_form.pressed(form, do), seen)
    question = form.finished
    try:
        drafts.change(
            session,
            draft_id,
            current_user.id,
            code,
            seen,
            lambda now: editing.put_question(now, code, question),
            clock.now(),
        )
    except drafts.EditConflict as conflict:
        session.commit()  # What was typed is kept aside, whatever the person does next.
        return conflict_page(draft, conflict, url_for("design.merge_question", draft_id=draft_id, code=code)), 409
    except CannotEdit as error:
        return _page(draft, data, code, form, seen, alert=refusal(error)), 422
    session.commit()
    return _after_saving(draft, str(question["code"]))


def _after_saving(draft: Draft, code: str) -> ResponseReturnValue:
    """Back to the list; where something is to correct, back to the question."""
    data = drafts.content(draft)
    if any(remark.fault for remark in checked(data).of(code)):
        flash(_("Saved. There is still something to correct here."))
        return redirect(url_for("design.show_question", draft_id=draft.id, code=code))
    flash(_("Question %(code)s is saved.", code=code))
    return redirect(url_for("design.show_draft", draft_id=draft.id, _anchor=f"q-{code}"))


@blueprint.get("/drafts/<int:draft_id>/parts/<part>/add")
def choose_kind(draft_id: int, part: str) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    asked = outline.questions(outline.part(data, part))
    return render_template(
        "design/add_question.html",
        draft=draft,
        data=data,
        part=outline.part(data, part),
        places=_places(asked),
        kinds=question_form.kinds_for(data, part),
        code=editing.suggested_code(data, part),
        seen=outline.part_hash(data, part),
    )


def _places(asked: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Where a new question can stand in its part."""
    first = [("*", _("As the first of the part"))] if asked else []
    behind = [(str(one.get("code")), _("After %(code)s", code=one.get("code"))) for one in asked[:-1]]
    return [("", _("At the end of the part")), *first, *behind]


@blueprint.post("/drafts/<int:draft_id>/parts/<part>/add")
def add_question(draft_id: int, part: str) -> ResponseReturnValue:
    draft, session = draft_or_404(draft_id), database.session()
    data, kind = drafts.content(draft), request.form.get("kind", "")
    if kind not in question_form.kinds_for(data, part):
        abort(400)
    code = request.form.get("code", "").strip() or editing.suggested_code(data, part)
    after = request.form.get("after", "")
    new = question_form.new_question(data, part, kind, code, _("Proposed by the office"))

    def apply(now: Plain) -> Plain:
        asked = [str(found.get("code")) for found in outline.questions(outline.part(now, part))]
        position = asked.index(after) + 1 if after in asked else 0 if after == "*" else None
        return editing.add_question(now, part, new, position)

    drafts.change(session, draft_id, current_user.id, part, request.form.get("seen", ""), apply, clock.now())
    session.commit()
    return redirect(url_for("design.show_question", draft_id=draft_id, code=code, new=1))


@blueprint.get("/drafts/<int:draft_id>/questions/<code>/remove")
def ask_to_remove(draft_id: int, code: str) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    shown: dict[str, Any] = {"question": outline.question(data, code), "looking": outline.looking_at(data, code)}
    return render_template(
        "design/remove_question.html", draft=draft, data=data, seen=outline.question_hash(data, code), **shown
    )


@blueprint.post("/drafts/<int:draft_id>/questions/<code>/remove")
def remove_question(draft_id: int, code: str) -> ResponseReturnValue:
    session, seen = database.session(), request.form.get("seen", "")

    def apply(now: Plain) -> Plain:
        return editing.remove_question(now, code, anyway=request.form.get("anyway") == "1")

    drafts.change(session, draft_id, current_user.id, code, seen, apply, clock.now())
    session.commit()
    flash(_("Question %(code)s is removed. The history of the draft still has it.", code=code))
    return redirect(url_for("design.show_draft", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/questions/<code>/merge")
def merge_question(draft_id: int, code: str) -> ResponseReturnValue:
    """The form with what the person chose of both versions; it is saved like any other form."""
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    mixed = merged(draft, data, code, request.form)
    return _page(draft, data, code, question_form.stored(mixed), outline.question_hash(data, code))


def _page(
    draft: Draft, data: Plain, code: str, form: QuestionForm, seen: str, *, alert: str = "", quiet: bool = False
) -> str:
    language, question = languages.current(), question_form.fewest(form.question)
    # A question that somebody removed meanwhile is shown as it was typed; saving says what happened.
    around = _with(data, code, form.finished)
    said = () if quiet else checked(around).of(str(form.question.get("code")))
    types = units.types(database.session())
    looks = condition_sheet.looks(data, code, language) if outline.at_place(data, code) else []
    return render_template(
        "design/question.html",
        draft=draft,
        data=data,
        code=code,
        question=question,
        was=[*form.was, *[""] * 2],
        lines=None if form.lines is None else condition_sheet.shown(form.lines, data, language, types),
        looks=looks,
        known_looks={value for _group, choices in looks for value, _text in choices},
        sentences={each: ConditionWords(around, each).sentence(form.finished.get("show_if")) for each in ("vi", "en")},
        kinds=question_form.kinds_for(data, str(outline.part_of(data, code).get("code"))),
        neighbours=neighbours(data, code),
        said=said,
        beside=beside(said),
        seen=seen,
        alert=alert,
    )


def _with(data: Plain, code: str, question: Plain) -> Plain:
    try:
        return editing.put_question(data, code, question)
    except (CannotEdit, outline.NotThere):
        return data
