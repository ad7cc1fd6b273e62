"""The variables of the analysts' files: one layout for all formats, with labels, codes and the SQL of each.

Ratings keep the codes of the extract; choices become numbers in the order of their options. What is fixed is said in
`fixed`, how rows are read in `rows`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from analysis.files import words
from analysis.files.words import both
from analysis.series import name, text
from questionnaires import answers
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Day,
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
from questionnaires.texts import Text

Kind = Literal["code", "number", "real", "text", "day"]


@dataclass(frozen=True)
class Value:
    """One valid code: `key` is what the extract has in its place."""

    key: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class Variable:
    """`sql` is an expression over a row of `rows`. `missing` are codes that are no answer; without them a missing value
    is an empty cell. `question` is the code in the instrument, empty where the variable is no answer; `ordered` says
    that a higher code means more.
    """

    name: str
    label: Text
    kind: Kind
    sql: str
    values: Mapping[int, Value] = field(default_factory=dict)
    missing: Mapping[int, Text] = field(default_factory=dict)
    question: str = ""
    asks: Text | None = None
    ordered: bool = False


# A question with every instrument that asks it; the first one gives the wording.
Asked = Sequence[tuple[Questionnaire, Any]]


def of_questions(instruments: Sequence[Questionnaire], *, texts: bool) -> Iterator[Variable]:
    """In the order asked. Written texts only where they are asked for: they may name people."""
    asked: dict[str, list[tuple[Questionnaire, AnyQuestion]]] = {}
    for instrument in dict.fromkeys(instruments):
        for question in instrument.questions():
            asked.setdefault(question.code, []).append((instrument, question))
    for found in asked.values():
        yield from _BY_KIND[type(found[0][1])](found)
        if texts:
            yield from _written(found)


def chosen_name(question: str, option: str) -> str:
    return f"{question}__{option}"


def answer_name(question: str) -> str:
    """Who the respondent is, the file says by itself; what was answered to that question has another name."""
    return "respondent_type_answer" if question == "respondent_type" else question


def _state(code: str) -> str:
    """A question that the wave did not have was not asked."""
    return f"coalesce({name(code + '__state')}, {answers.NOT_ASKED})"


def _common(asked: Asked) -> dict[str, Any]:
    question = asked[0][1]
    return {"name": answer_name(question.code), "label": words.general(question.text), "question": question.code}


def _reasons(asked: Asked) -> dict[int, Text]:
    """Codes that are no answer, as far as a form can give them."""
    offered = {
        answers.DONT_KNOW: any(question.dont_know for _, question in asked),
        answers.PREFER_NOT: any(question.prefer_not for _, question in asked),
    }
    return {code: label for code, label in words.MISSING.items() if offered.get(code, True)}


def _rating(asked: Asked) -> Iterator[Variable]:
    instrument, question = next((i, q) for i, q in asked if isinstance(i, Instrument))
    reasons = _reasons(asked)
    if any(isinstance(one, Instrument) and one.not_used_allowed(q) for one, q in asked):
        reasons[answers.NOT_USED] = instrument.scale.not_used or words.NOT_USED
    levels = {level: Value(str(level), label) for level, label in enumerate(instrument.scale.levels, 1)}
    named = {"label": words.general(question.criterion)} if isinstance(question, RatedItem) else {}
    yield Variable(
        **(_common(asked) | named),
        kind="code",
        sql=f"coalesce({name(question.code)}, {answers.NOT_ASKED})",
        values=levels,
        missing=reasons,
        asks=words.general(question.text),
        ordered=True,
    )


def _options(asked: Asked) -> Mapping[str, Text]:
    """Of all instruments, in the order in which they first appear."""
    found: dict[str, Text] = {}
    for _, question in asked:
        for option in question.options:
            found.setdefault(option.code, words.general(option.text))
    return found


def coded(column: str, keys: Sequence[str]) -> str:
    """The number of the key, from 1, as SQL."""
    return f"CASE {column} {' '.join(f'WHEN {text(key)} THEN {i}' for i, key in enumerate(keys, 1))} END"


def _answered(code: str, value: str) -> str:
    return f"CASE WHEN {_state(code)} <> 0 THEN {_state(code)} ELSE {value} END"


def _single(asked: Asked) -> Iterator[Variable]:
    code, options = asked[0][1].code, _options(asked)
    values = {i: Value(key, label) for i, (key, label) in enumerate(options.items(), 1)}
    sql = _answered(code, coded(name(code), list(options)))
    yield Variable(**_common(asked), kind="code", sql=sql, values=values, missing=_reasons(asked))


def _three_levels(asked: Asked) -> Iterator[Variable]:
    question = asked[0][1]
    values = {i: Value(key, question.levels[i - 1]) for i, key in enumerate(THREE_LEVELS, 1)}
    sql = _answered(question.code, coded(name(question.code), THREE_LEVELS))
    yield Variable(**_common(asked), kind="code", sql=sql, values=values, missing=_reasons(asked), ordered=True)


def _several(asked: Asked) -> Iterator[Variable]:
    """A variable an option: chosen or not; of a ranking, its place."""
    question = asked[0][1]
    ranks = max((q.ranks for _, q in asked if isinstance(q, Ranking)), default=0)
    labels = {rank: words.RANKS[rank] for rank in range(ranks + 1)} if ranks else words.CHOSEN
    values = {code: Value(str(code), label) for code, label in labels.items()}
    for option, label in _options(asked).items():
        column = name(question.code)
        place = f"coalesce(array_position({column}, {text(option)}), 0)"
        value = place if ranks else f"CAST({place} > 0 AS TINYINT)"
        asks = words.general(question.text)
        yield Variable(
            name=chosen_name(question.code, option),
            label=both(f"{asks.vi} – {label.vi}", f"{asks.en} – {label.en}"),
            kind="code",
            sql=_answered(question.code, value),
            values=values,
            missing=_reasons(asked),
            question=question.code,
            asks=asks,
        )


def _number(asked: Asked) -> Iterator[Variable]:
    """Codes below 0 are reasons, so a number that may itself be below 0 has its reasons in a variable of their own."""
    code = asked[0][1].code
    if all(question.minimum >= 0 for _, question in asked):
        yield Variable(
            **_common(asked), kind="number", sql=_answered(code, name(code)), missing=_reasons(asked), ordered=True
        )
    else:
        yield Variable(**_common(asked), kind="number", sql=name(code), ordered=True)
        yield _reason(asked)


def _day(asked: Asked) -> Iterator[Variable]:
    yield Variable(**_common(asked), kind="day", sql=name(asked[0][1].code))
    yield _reason(asked)


def _reason(asked: Asked) -> Variable:
    question = asked[0][1]
    label = words.general(question.text)
    return Variable(
        name=f"{question.code}__state",
        label=both(f"{label.vi} – lý do trống", f"{label.en} – why empty"),
        kind="code",
        sql=_state(question.code),
        values={0: Value("0", words.ANSWERED)},
        missing=_reasons(asked),
        question=question.code,
    )


def _none(_asked: Asked) -> Iterator[Variable]:
    yield from ()


def _written(asked: Asked) -> Iterator[Variable]:
    """What people wrote: answers in their own words, and what they meant by "other"."""
    question = asked[0][1]
    if isinstance(question, ShortText | LongText):
        yield Variable(**_common(asked), kind="text", sql=name(question.code))
    options = [option for _, one in asked for option in getattr(one, "options", ())]
    if any(option.specify for option in options):
        label = words.general(question.text)
        yield Variable(
            name=f"{question.code}__specified",
            label=both(f"{label.vi} – ghi rõ", f"{label.en} – in their words"),
            kind="text",
            sql=name(f"{question.code}__other"),
            question=question.code,
        )


_BY_KIND: Mapping[type, Callable[[Asked], Iterator[Variable]]] = {
    RatedItem: _rating,
    GeneralRating: _rating,
    SingleChoice: _single,
    MultipleChoice: _several,
    Ranking: _several,
    ThreeLevelRating: _three_levels,
    Number: _number,
    Percentage: _number,
    Day: _day,
    ShortText: _none,
    LongText: _none,
}
