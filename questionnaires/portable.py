"""What `checking` and `routing` decide by, as plain data for a program in another language (survey_app/static/tablet).

That both decide alike is proven by tests on made-up instruments and answers.
"""

from typing import Any

from questionnaires.checking import OTHER, STATE_WORDS
from questionnaires.conditions import ANYWHERE, Condition, Setting
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Choice,
    Day,
    GeneralRating,
    Instrument,
    LongText,
    MultipleChoice,
    Percentage,
    Questionnaire,
    Ranking,
    RatedItem,
    ShortText,
    SingleChoice,
    ThreeLevelRating,
)
from questionnaires.routing import left_to_ask

Data = dict[str, Any]


def rules(instrument: Questionnaire, setting: Setting = ANYWHERE) -> Data:
    """The steps in order; `shown` is null for what everybody is asked, false for what nobody is asked here."""
    left = left_to_ask(instrument, setting)
    return {
        "steps": [_step(instrument, question, left[question.code]) for question in instrument.questions()],
        "items": [item.code for item in instrument.items],
        "ratings": list(instrument.ratings),
    }


def _step(instrument: Questionnaire, question: AnyQuestion, left: Condition | bool) -> Data:
    words = {word: state for state, word in STATE_WORDS.items()}
    offered = {"dk": question.dont_know, "pn": question.prefer_not}
    options = question.options if isinstance(question, Choice) else ()
    specify = [option.code for option in options if option.specify]
    return {
        "code": question.code,
        "shown": _shown(left),
        "required": question.required,
        "states": {word: words[word] for word, is_offered in offered.items() if is_offered},
        "value": _value(instrument, question),
        "other": question.code + OTHER if specify else "",
        "specify": specify,
    }


def _shown(left: Condition | bool) -> Data | bool | None:
    if isinstance(left, bool):
        return None if left else False
    found: Data = left.model_dump(mode="json", exclude_none=True)
    return found


def _value(instrument: Questionnaire, question: AnyQuestion) -> Data:
    """What `reading.reader` takes, by the same kinds."""
    if isinstance(question, RatedItem | GeneralRating):
        lowest = 0 if isinstance(instrument, Instrument) and instrument.not_used_allowed(question) else 1
        return {"kind": "one", "of": {str(level): level for level in range(lowest, 6)}}
    if isinstance(question, ThreeLevelRating):
        return {"kind": "one", "of": {level: level for level in THREE_LEVELS}}
    if isinstance(question, SingleChoice):
        return {"kind": "one", "of": {option.code: option.code for option in question.options}}
    if isinstance(question, MultipleChoice | Ranking):
        codes = [option.code for option in question.options]
        if isinstance(question, Ranking):
            return {"kind": "ranking", "of": codes, "most": question.ranks}
        return {"kind": "some", "of": codes, "most": question.max_choices}
    if isinstance(question, ShortText | LongText):
        return {"kind": "text", "longest": question.max_length}
    if isinstance(question, Day):
        low, high = (bound and bound.isoformat() for bound in (question.earliest, question.latest))
        return {"kind": "day", "earliest": low, "latest": high}
    bounds = {"minimum": question.minimum, "maximum": question.maximum}
    return {"kind": "number", "percent": isinstance(question, Percentage)} | bounds
