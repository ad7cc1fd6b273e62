"""A question read aloud: recordings of its words and of each answer in each language, to hear, give and remove."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from questionnaires import editing, outline
from questionnaires.model import LANGUAGES
from survey_app import clock, database
from survey_app.design import blueprint
from survey_app.design.drafting import Plain, draft_or_404
from survey_app.instruments import drafts, recordings

REFUSED = {
    "empty": lazy_gettext("Please choose a recording."),
    "too_large": lazy_gettext("A recording has at most 2 MB: shorten it, or save it as MP3."),
    "not_audio": lazy_gettext("This is no MP3, M4A, OGG or WAV recording, whatever its name says."),
}


@dataclass(frozen=True)
class Piece:
    """Words that can be read aloud: those of the question ("") or of one answer, in one language."""

    option: str
    language: str
    words: str
    recording: str


@blueprint.get("/drafts/<int:draft_id>/questions/<code>/recordings")
def show_recordings(draft_id: int, code: str) -> ResponseReturnValue:
    return _page(draft_id, code)


@blueprint.post("/drafts/<int:draft_id>/questions/<code>/recordings")
def change_recording(draft_id: int, code: str) -> ResponseReturnValue:
    session, file = database.session(), request.files.get("file")
    option, language = request.form.get("option", ""), request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    try:
        removed = request.form.get("do") == "remove"
        name = None if removed else recordings.keep(session, file.read() if file else b"")
    except recordings.RecordingRefused as refused:
        return _page(draft_id, code, str(REFUSED[refused.kind])), 422

    def apply(now: Plain) -> Plain:
        return editing.put_question(now, code, _with_recording(outline.question(now, code), option, language, name))

    drafts.change(session, draft_id, current_user.id, code, request.form.get("seen", ""), apply, clock.now())
    session.commit()
    flash(_("The recording is removed.") if removed else _("The recording is kept."))
    return redirect(url_for("design.show_recordings", draft_id=draft_id, code=code))


def _with_recording(question: outline.Data, option: str, language: str, name: str | None) -> Plain:
    if not option:
        return _with_audio(question, language, name)
    options = [
        _with_audio(one, language, name) if one.get("code") == option else one for one in question.get("options") or ()
    ]
    return {**question, "options": options}


def _with_audio(table: outline.Data, language: str, name: str | None) -> Plain:
    audio = {**(table.get("audio") or {}), language: name}
    left = {each: kept for each, kept in audio.items() if kept}
    return {key: value for key, value in {**table, "audio": left or None}.items() if value is not None}


def _page(draft_id: int, code: str, alert: str = "") -> str:
    draft = draft_or_404(draft_id)
    data = drafts.content(draft)
    question = outline.question(data, code)
    return render_template(
        "design/recordings.html",
        draft=draft,
        code=code,
        pieces=_pieces(question),
        seen=outline.question_hash(data, code),
        alert=alert,
    )


def _pieces(question: outline.Data) -> list[Piece]:
    spoken: list[tuple[str, Any]] = [("", question)]
    spoken += [(str(one.get("code")), one) for one in question.get("options") or () if isinstance(one, dict)]
    return [
        Piece(option, language, str((table.get("text") or {}).get(language) or ""), _recording(table, language))
        for option, table in spoken
        for language in LANGUAGES
    ]


def _recording(table: Any, language: str) -> str:
    return str((table.get("audio") or {}).get(language) or "")
