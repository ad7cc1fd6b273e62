"""Draws the form of one instrument for one place: blank, or with what was typed and what is wrong with it.

Used by the citizen's page and by officers' entry alike; what the form is posted to and its token are the caller's.
"""

from collections.abc import Mapping, Sequence

from flask import render_template

from questionnaires.checking import AnswerFault
from questionnaires.model import Questionnaire
from survey_app.answer import messages
from survey_app.answer.forms import sections
from survey_app.answer.places import Place

Typed = Mapping[str, Sequence[str]]


def form_page(
    place: Place,
    instrument: Questionnaire,
    token: str,
    typed: Typed | None = None,
    faults: Sequence[AnswerFault] = (),
    alert: str = "",
    hidden: Mapping[str, str] | None = None,
) -> str:
    """The whole page. `alert` is a sentence above everything: why the form is shown again though no answer is wrong;
    `hidden` is what the form carries besides its token, as the pages of signed-in people need.
    """
    problems = messages.problems(instrument, faults)
    return render_template(
        "answer/form.html",
        place=place,
        instrument=instrument,
        sections=sections(instrument, place.language),
        token=token,
        typed=typed or {},
        problems=problems,
        beside=messages.by_question(problems),
        not_asked=any(fault.kind == "not_asked" for fault in faults),
        alert=alert,
        needed=messages.WORDS["required"](None),
        hidden=hidden or {},
    )
