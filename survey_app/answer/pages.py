"""Draws the form of one instrument for one place: blank, or with what was typed and what is wrong with it.

Used by the citizen's page and by officers' entry alike; what the form is posted to and its token are the caller's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import render_template

from questionnaires.checking import OTHER, AnswerFault, check
from questionnaires.model import Questionnaire
from questionnaires.reading import Refused, calendar_day
from survey_app.answer import messages
from survey_app.answer.forms import Section, Words, names_places, sections, speaker
from survey_app.answer.paging import Layout, layout
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
    page: int = 1,
    order: int = 0,
) -> str:
    """The whole page. `alert` is a sentence above everything: why the form is shown again though no answer is wrong;
    `hidden` is what the form carries besides its token, as the pages of signed-in people need; `typed` is None for
    a form that nobody has begun; `order` is that in which items rotate.
    """
    laid = layout(instrument, place.setting, order)
    page = min(page, len(laid.pages))
    words: Words = tuple(place.words().items()) if names_places(instrument) else ()
    return render_template(
        "answer/form.html",
        place=place,
        instrument=instrument,
        say=speaker(place.language, words),
        gates=laid.gates.text(laid.codes(page)),
        page=page,
        pages=len(laid.pages),
        token=token,
        begun=typed is not None,
        alert=alert,
        needed=messages.WORDS["required"](None),
        hidden=hidden or {},
        **_filled_in(laid, page, sections(laid, page, place.language, words), typed or {}, faults),
    )


def _filled_in(
    laid: Layout, page: int, found: Sequence[Section], typed: Typed, faults: Sequence[AnswerFault]
) -> dict[str, object]:
    """What the page says of the answers: those on it, those that travel along, and what is wrong with them."""
    problems = messages.problems(laid, faults)
    beside = messages.by_question(problems)
    shown, opened = _asked_here(laid, page, found, typed, beside)
    return {
        "sections": shown,
        "opened": opened,
        "typed": typed,
        "carried": _carried(laid, shown, typed),
        "problems": problems,
        "beside": beside,
        "not_asked": any(fault.kind == "not_asked" for fault in faults),
    }


def _asked_here(
    laid: Layout, page: int, found: Sequence[Section], typed: Typed, beside: Mapping[str, str]
) -> tuple[Sequence[Section], str]:
    """The sections without what the pages before have settled, and the classes of the gates that those open."""
    if page == 1:
        return found, ""
    opened = laid.opened(page, check(laid.instrument, typed, setting=laid.setting).values)
    left = [
        replace(section, fields=fields)
        for section in found
        if (fields := tuple(f for f in section.fields if f.name in beside or laid.gates.may_be_asked(f.name, opened)))
    ]
    return left, laid.gates.classes(opened)


def _carried(laid: Layout, shown: Sequence[Section], typed: Typed) -> list[tuple[str, str]]:
    """The answers to the questions of other pages, which travel along."""
    here = {field.name for section in shown for field in section.fields}
    known = {question.code for question in laid.instrument.questions()} - here
    return [
        (name, value)
        for name, values in typed.items()
        if name.removesuffix(OTHER) in known
        for value in values
        if value
    ]


def iso_day(typed: str) -> str:
    """The day as a field for days takes it; empty for what is none."""
    try:
        return calendar_day(typed.strip()).isoformat()
    except Refused:
        return ""
