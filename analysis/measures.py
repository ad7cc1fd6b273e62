"""What is counted for an instrument: every question as measures of the tally, with the level it is reported at.

Only items of factors reach the indices; all else is reported beside them. Days and written texts are not counted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.series import name, text
from analysis.tally import Measure
from questionnaires import answers
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    CounterInstrument,
    Day,
    Factor,
    GeneralRating,
    Instrument,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    Questionnaire,
    Ranking,
    RatedItem,
    ShortText,
    SingleChoice,
    ThreeLevelRating,
)

LEVEL_OF_PART = {
    "profile": "profile",
    "assessment": "assessment",
    "expectation": "expectation",
    "general": "assessment",
    "comment": "assessment",
    "counter": "assessment",
}
# The states of a rated item in its distribution, in the order in which they are shown.
STATES = {
    "5": 5,
    "4": 4,
    "3": 3,
    "2": 2,
    "1": 1,
    "0": answers.NOT_USED,
    "skipped": answers.SKIPPED,
    "dont_know": answers.DONT_KNOW,
    "prefer_not": answers.PREFER_NOT,
}
ALL_SATISFIED = "H2"
# Questions whose answers part the respondents into domains, where an instrument asks them: what the dossier was about.
FIELDS = ("service_field", "procedure", "outcome")


@dataclass(frozen=True)
class Topic:
    """A measure that becomes a figure of its own, at its level of the report."""

    level: str
    measure: Measure


def topics(instrument: Instrument) -> tuple[Topic, ...]:
    """Items first, then every other question, in the order of the instrument. Free text is never counted."""
    positive = instrument.formula.positive
    items = [Topic("item", _rating(item, positive)) for item in instrument.items]
    return (*items, *_plain_topics(instrument, positive))


def counter_topics(instrument: CounterInstrument) -> tuple[Topic, ...]:
    """Shares of the three levels, and of every other question of the counter."""
    return tuple(_plain_topics(instrument, ()))


def _plain_topics(instrument: Questionnaire, positive: Sequence[int]) -> Iterator[Topic]:
    for part in instrument.parts:
        if not isinstance(part, Factor):
            for question in part.questions:
                for measure in _plain(question, positive):
                    yield Topic(LEVEL_OF_PART[part.kind], measure)


def fields(instrument: Questionnaire) -> tuple[SingleChoice, ...]:
    """Those of FIELDS that the instrument asks."""
    return tuple(one for one in instrument.questions() if isinstance(one, SingleChoice) and one.code in FIELDS)


def index_measures(instrument: Instrument) -> tuple[Measure, ...]:
    """What the formulas need beyond the items: who rated anything, in the whole, each block and each factor, and the
    scores.
    """
    positive = instrument.formula.positive
    whole = _all_satisfied(ALL_SATISFIED, instrument.items, positive)
    factors = [_all_satisfied(rated_in(factor.code), factor.items, positive) for factor in instrument.factors]
    blocks = [
        _all_satisfied(in_block(block.code), _items_of(instrument, block.code), positive)
        for block in instrument.blocks or ()
    ]
    scores = [Measure(score_of(item.code), _rated(item), name(item.code), "score") for item in instrument.items]
    return (whole, *blocks, *factors, *(scores if "H3" in instrument.formula.beside else ()))


def combined(instrument: Instrument) -> tuple[tuple[str, ...], ...]:
    """Codes of measures that one formula adds up: the items, and where a formula asks for them their scores."""
    items = tuple(item.code for item in instrument.items)
    scores = tuple(map(score_of, items)) if "H3" in instrument.formula.beside else ()
    return items, scores


def rated_in(factor: str) -> str:
    return f"{ALL_SATISFIED}:{factor}"


def in_block(block: str) -> str:
    return f"{ALL_SATISFIED}::{block}"


def _items_of(instrument: Instrument, block: str) -> tuple[RatedItem, ...]:
    return tuple(item for factor in instrument.factors if factor.block == block for item in factor.items)


def score_of(item: str) -> str:
    return f"{item}~score"


def distribution(instrument: Instrument) -> tuple[Measure, ...]:
    """For every item and state: who is in it, and (`asked`) who was asked at all."""
    return tuple(measure for item in instrument.items for measure in _states(instrument, item))


def asked(item: str) -> str:
    return f"{item}=asked"


def _states(instrument: Instrument, item: RatedItem) -> Iterator[Measure]:
    column = name(item.code)
    known = f"{column} <> {answers.NOT_ASKED}"
    yield Measure(asked(item.code), known, known)
    offered = {"0": instrument.not_used_allowed(item), "dont_know": item.dont_know, "prefer_not": item.prefer_not}
    for state, value in STATES.items():
        if offered.get(state, True):
            yield Measure(f"{item.code}={state}", f"{column} = {value}", f"{column} = {value}")


def _rated(question: RatedItem | GeneralRating) -> str:
    return f"{name(question.code)} >= 1"


def _satisfied(question: RatedItem | GeneralRating, positive: Sequence[int]) -> str:
    return f"{name(question.code)} IN ({', '.join(map(str, positive))})"


def _rating(question: RatedItem | GeneralRating, positive: Sequence[int]) -> Measure:
    return Measure(question.code, _rated(question), _satisfied(question, positive))


def _all_satisfied(code: str, items: Sequence[RatedItem], positive: Sequence[int]) -> Measure:
    """Every rated item is satisfied, among those who rated at least one (“hài lòng toàn diện”)."""
    any_rated = " OR ".join(_rated(item) for item in items)
    content = " AND ".join(f"({name(item.code)} < 1 OR {_satisfied(item, positive)})" for item in items)
    return Measure(code, any_rated, f"({any_rated}) AND {content}")


def _answered(question: AnyQuestion) -> str:
    return f"{name(question.code + '__state')} = 0"


def _choices(question: SingleChoice) -> list[Measure]:
    return [
        Measure(
            f"{question.code}={option.code}",
            _answered(question),
            f"{_answered(question)} AND {name(question.code)} = {text(option.code)}",
        )
        for option in question.options
    ]


def _several(question: MultipleChoice) -> list[Measure]:
    return [
        Measure(
            f"{question.code}={option.code}",
            _answered(question),
            f"{_answered(question)} AND coalesce(array_contains({name(question.code)}, {text(option.code)}), FALSE)",
        )
        for option in question.options
    ]


def _ranked(question: Ranking) -> list[Measure]:
    """Who named the option at all, and who put it first."""
    column, answered = name(question.code), _answered(question)
    return [
        Measure(code, answered, f"{answered} AND coalesce(array_position({column}, {text(option.code)}), 0) {place}")
        for option in question.options
        for code, place in (
            (f"{question.code}={option.code}", ">= 1"),
            (f"{question.code}~first={option.code}", "= 1"),
        )
    ]


def _three_levels(question: ThreeLevelRating) -> list[Measure]:
    answered = _answered(question)
    return [
        Measure(f"{question.code}={level}", answered, f"{answered} AND {name(question.code)} = {text(level)}")
        for level in THREE_LEVELS
    ]


def _number(question: Number | Percentage) -> list[Measure]:
    return [Measure(f"{question.code}~mean", _answered(question), name(question.code), "number")]


_BY_KIND: Mapping[type, Callable[[Any], list[Measure]]] = {
    SingleChoice: _choices,
    MultipleChoice: _several,
    Number: _number,
    Percentage: _number,
    Ranking: _ranked,
    ThreeLevelRating: _three_levels,
    Day: lambda _: [],
    ShortText: lambda _: [],
    LongText: lambda _: [],
}


def _plain(question: AnyQuestion, positive: Sequence[int]) -> list[Measure]:
    if isinstance(question, GeneralRating):
        return [_rating(question, positive)]
    return _BY_KIND[type(question)](question)
