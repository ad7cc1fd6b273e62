"""What the pages of one draft share: finding it, its faults and advice beside their places, refusals in words."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from questionnaires import lint, loader, outline
from questionnaires.editing import CannotEdit
from questionnaires.model import AnyInstrument
from questionnaires.outline import NotThere
from survey_app import database
from survey_app.design import blueprint
from survey_app.design.fault_words import in_words
from survey_app.design.listing import Remark, remark_at
from survey_app.instruments import advice_words, drafts
from survey_app.models import Draft
from survey_app.web import errors

Plain = dict[str, Any]
REFUSED = {
    "not_open": _("This draft is published or given up: it cannot be changed any more."),
    "faults": _("The questionnaire still has something to correct."),
    "version_taken": _("There is a version %(version)s already: give the draft another one at its head."),
    "not_submitted": _("This draft does not wait for a second person."),
    "own_work": _("You changed or submitted this draft yourself: a second person has to publish it."),
    "changed": _("The draft was changed since you looked at it. Please look again."),
}
CANNOT = {
    "code_taken": _("The code %(code)s is used already: choose another."),
    "bad_code": _("“%(code)s” is no code: a letter first, then letters, digits, points and low lines, at most 40."),
    "looked_at": _("The conditions of %(by)s look at %(code)s: change them first."),
    "rated_only": _("A factor of the index holds rated items only, and %(code)s is another kind of question."),
    "not_rated": _("%(code)s is a rated item: only a factor of the index can hold it."),
    "has_questions": _("%(code)s has questions of its kind: move them first."),
}


@dataclass(frozen=True)
class Checked:
    """A draft's content with all that is said of it. `instrument` is None while there are faults."""

    data: Plain
    instrument: AnyInstrument | None
    remarks: tuple[Remark, ...]

    @property
    def faults(self) -> tuple[Remark, ...]:
        return tuple(remark for remark in self.remarks if remark.fault)

    def of(self, code: str) -> tuple[Remark, ...]:
        """What is said of one question."""
        for number, part in enumerate(outline.parts(self.data)):
            for position, question in enumerate(outline.questions(part)):
                if question.get("code") == code:
                    return tuple(one for one in self.remarks if (one.part, one.question) == (number, position))
        return ()


def draft_or_404(draft_id: int) -> Draft:
    try:
        return drafts.find(database.session(), draft_id)
    except drafts.NoDraft:
        abort(404)


def checked(data: Plain) -> Checked:
    instrument, faults, advice = _read(json.dumps(data, ensure_ascii=False))
    remarks = [remark_at(one.place, in_words(one.message), True) for one in faults]
    faulty = {one.place for one in faults}
    remarks += [remark_at(one.place, advice_words.in_words(one), False) for one in advice if one.place not in faulty]
    return Checked(data, instrument, tuple(remarks))


@lru_cache(maxsize=16)
def _read(content: str) -> tuple[AnyInstrument | None, tuple[loader.Fault, ...], tuple[lint.Advice, ...]]:
    """The instrument, or its faults, and the advice; once for a content, because many pages show the same draft."""
    data = json.loads(content)
    try:
        return loader.read(data), (), lint.advice(data)
    except loader.InstrumentFaults as found:
        return None, found.faults, lint.advice(data)


def beside(remarks: Iterable[Remark]) -> dict[str, Remark]:
    """By the name of the form's field, as `text.vi` and `options.0.code`; of a condition all is said at one place."""
    named: dict[str, Remark] = {}
    for remark in remarks:
        name = re.sub(r"\[(\d+)\]", r".\1", remark.place)
        named.setdefault("show_if" if name.startswith("show_if") else name, remark)
    return named


def neighbours(data: Plain, code: str) -> tuple[str, str]:
    """The codes of the questions before and after; "" at an end."""
    codes = ["", *(str(found.get("code")) for _, found in outline.walk(data)), ""]
    at = codes.index(code) if code in codes else 0
    return (codes[at - 1], codes[at + 1]) if at else ("", "")


def refusal(error: Exception) -> str:
    """Why something cannot be done, in the person's language."""
    if isinstance(error, drafts.DraftRefused):
        return _said(REFUSED, error.kind, error.details)
    if isinstance(error, CannotEdit):
        return _said(CANNOT, error.kind, error.details)
    return str(gettext("Somebody else changed this meanwhile. Please look again; nothing of theirs was touched."))


def _said(sentences: Mapping[str, Any], kind: str, details: Mapping[str, str]) -> str:
    return str(sentences[kind]) % details if details else str(sentences[kind])


@blueprint.errorhandler(drafts.DraftRefused)
@blueprint.errorhandler(drafts.EditConflict)
@blueprint.errorhandler(CannotEdit)
@blueprint.errorhandler(NotThere)
def refused(error: Exception) -> ResponseReturnValue:
    """Back to the draft, which says why; what needs a page of its own is caught by its view."""
    if request.method == "GET":  # A link to a question that somebody removed or renamed.
        return errors.show(NotFound())
    database.session().rollback()
    flash(refusal(error), "error")
    return redirect(url_for("design.show_draft", draft_id=(request.view_args or {})["draft_id"]))
