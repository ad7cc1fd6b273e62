"""New drafts: from a version, from a questionnaire that the system brings along, from a file of somebody else's."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires import exchange, loader
from survey_app import clock, database
from survey_app.design import blueprint
from survey_app.design.versions import find_or_404
from survey_app.instruments import drafts
from survey_app.models import Draft
from survey_app.web import languages


@blueprint.get("/new")
def new_draft() -> ResponseReturnValue:
    return _page()


@blueprint.post("/new")
def draft_from_builtin() -> ResponseReturnValue:
    code = request.form.get("builtin", "")
    if code not in loader.builtin_codes():
        abort(400)
    session = database.session()
    draft = drafts.start_from_builtin(session, current_user.id, code, clock.now())
    session.commit()
    return _begun(draft)


@blueprint.post("/versions/<int:version_id>/draft")
def draft_from_version(version_id: int) -> ResponseReturnValue:
    session, version = database.session(), find_or_404(version_id)
    draft = drafts.start_from_version(session, current_user.id, version, clock.now())
    session.commit()
    return _begun(draft)


@blueprint.post("/new/file")
def draft_from_file() -> ResponseReturnValue:
    """The notes of what could not be taken as it was written are shown once, with the new draft."""
    file, session = request.files.get("file"), database.session()
    if file is None or not file.filename:
        return _page(_("Please choose a file.")), 422
    try:
        found = exchange.read_any(file.filename, file.read())
    except exchange.Refused as refused:
        return _page(f"{_place(refused.note)}{refused.note.text(_)}"), 422
    if not str(found.data.get("code") or ""):
        return _page(_("The file gives the questionnaire no code: it needs one, for example sipas_xa.")), 422
    draft = drafts.start(session, current_user.id, found.data, clock.now())
    session.commit()
    return _imported(draft, found.notes) if found.notes else _begun(draft)


def _imported(draft: Draft, notes: Sequence[exchange.Note]) -> ResponseReturnValue:
    lines = [(_place(note), note.text(_), note.needs_person) for note in notes]
    return render_template("design/imported.html", draft=draft, lines=lines)


def _place(note: exchange.Note) -> str:
    """«Sheet survey, row 4, column label: »; nothing for the whole file."""
    sheet, row, column = note.place.sheet, note.place.row, note.place.column
    parts = [
        _("sheet %(sheet)s", sheet=sheet) if sheet else "",
        _("row %(row)s", row=row) if row else "",
        _("column %(column)s", column=column) if column else "",
    ]
    return f"{', '.join(filter(None, parts))}: " if any(parts) else ""


def _begun(draft: Draft) -> ResponseReturnValue:
    flash(_("Here is your draft. Nothing that is published changes by it."))
    return redirect(url_for("design.show_draft", draft_id=draft.id))


def _page(refused: str = "") -> str:
    language = languages.current()
    builtin = [(code, loader.load_builtin(code).title[language]) for code in loader.builtin_codes()]
    return render_template("design/new.html", builtin=builtin, refused=refused)
