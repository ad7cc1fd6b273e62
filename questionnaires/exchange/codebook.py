"""The variables of an extract in words: what each column of a version holds, its values, and who was asked.

The columns are those of `responses.parquet`. How they are filled is left to the extract, their forms as files to
`codebook_out`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from questionnaires.answers import DONT_KNOW, NOT_ASKED, NOT_USED, PREFER_NOT, SKIPPED
from questionnaires.exchange.bases import base
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Choice,
    Day,
    GeneralRating,
    Instrument,
    MultipleChoice,
    Number,
    Percentage,
    Questionnaire,
    Ranking,
    RatedItem,
    Text,
    ThreeLevelRating,
)

Type = Literal["integer", "number", "text", "date", "list"]
TYPE_QUESTION: Final = "respondent_type"
EVERYBODY: Final = Text(vi="Mọi phiếu trả lời", en="All responses")
RATED: Final = (RatedItem, GeneralRating)


@dataclass(frozen=True)
class Value:
    value: int | str
    label: Text
    missing: bool = False  # A state in place of an answer.


@dataclass(frozen=True)
class Variable:
    """`question`: the literal question; None for what describes the response or the answer."""

    name: str
    label: Text
    type: Type
    values: tuple[Value, ...] = ()
    base: Text = EVERYBODY
    question: Text | None = None
    part: str = ""
    bounds: tuple[int, int] | None = None


def variables(instrument: Questionnaire) -> tuple[Variable, ...]:
    return (*_fixed(instrument), *_asked(instrument))


_FIXED: Final[tuple[tuple[str, Type, str, str], ...]] = (
    ("id", "text", "Mã phiếu trả lời", "Identifier of the response"),
    ("wave", "text", "Đợt khảo sát", "Wave"),
    ("unit", "text", "Mã đơn vị", "Code of the unit"),
    ("point", "text", "Mã điểm khảo sát", "Code of the collection point"),
    ("mode", "text", "Kênh trả lời", "Mode"),
    ("language", "text", "Ngôn ngữ của phiếu", "Language of the form"),
    ("local_day", "date", "Ngày trả lời (giờ Việt Nam)", "Day of the response in Viet Nam"),
    ("respondent_type", "text", "Loại người trả lời", "Type of respondent"),
    ("stratum", "text", "Tầng mẫu", "Stratum"),
    ("psu", "text", "Đơn vị mẫu cấp một", "Primary sampling unit"),
    ("case", "integer", "Số thứ tự trong mẫu", "Number of the case"),
    ("weight", "number", "Quyền số", "Weight"),
)


def _fixed(instrument: Questionnaire) -> Iterator[Variable]:
    types = tuple(Value(one.code, one.text) for one in instrument.respondent_types)
    for name, kind, vi, en in _FIXED:
        yield Variable(name, Text(vi=vi, en=en), kind, types if name == TYPE_QUESTION else ())


def _asked(instrument: Questionnaire) -> Iterator[Variable]:
    for part in instrument.parts:
        for question in part.questions:
            yield from _columns(instrument, question, part.code)


def _columns(instrument: Questionnaire, question: AnyQuestion, part: str) -> Iterator[Variable]:
    who, label = base(instrument, question), _label(question)
    states = tuple(_states(question))
    if isinstance(question, RATED):
        levels = tuple(_levels(instrument, question))
        yield Variable(question.code, label, "integer", levels + states, who, question.text, part)
        return
    if question.code != TYPE_QUESTION:  # It stands in the column of that name above.
        bounds = (question.minimum, question.maximum) if isinstance(question, Number | Percentage) else None
        values = tuple(_values(question))
        yield Variable(question.code, label, _type(question), values, who, question.text, part, bounds)
    state = Text(vi=f"{label.vi}: có trả lời không", en=f"{label.en}: whether answered")
    answered = Value(0, Text(vi="Có trả lời", en="Answered"))
    yield Variable(f"{question.code}__state", state, "integer", (answered, *states), who, None, part)
    if isinstance(question, Choice) and any(option.specify for option in question.options):
        other = Text(vi=f"{label.vi}: ghi rõ", en=f"{label.en}: as specified")
        yield Variable(f"{question.code}__other", other, "text", (), who, None, part)


def _label(question: AnyQuestion) -> Text:
    return question.criterion if isinstance(question, RatedItem) else question.text


def _type(question: AnyQuestion) -> Type:
    if isinstance(question, Number | Percentage):
        return "integer"
    if isinstance(question, MultipleChoice | Ranking):
        return "list"
    return "date" if isinstance(question, Day) else "text"


def _values(question: AnyQuestion) -> Iterator[Value]:
    if isinstance(question, Choice):
        yield from (Value(option.code, option.text) for option in question.options)
    elif isinstance(question, ThreeLevelRating):
        yield from (Value(*pair) for pair in zip(THREE_LEVELS, question.levels, strict=True))


def _levels(instrument: Questionnaire, question: RatedItem | GeneralRating) -> Iterator[Value]:
    if isinstance(instrument, Instrument):
        yield from (Value(*pair) for pair in enumerate(instrument.scale.levels, start=1))
        if instrument.not_used_allowed(question) and instrument.scale.not_used is not None:
            yield Value(NOT_USED, instrument.scale.not_used, missing=True)


def _states(question: AnyQuestion) -> Iterator[Value]:
    yield Value(SKIPPED, Text(vi="Bỏ qua", en="Skipped"), missing=True)
    if question.show_if is not None or question.full_only:
        yield Value(NOT_ASKED, Text(vi="Không được hỏi", en="Not asked"), missing=True)
    if question.dont_know:
        yield Value(DONT_KNOW, Text(vi="Không biết", en="Don't know"), missing=True)
    if question.prefer_not:
        yield Value(PREFER_NOT, Text(vi="Không muốn trả lời", en="Prefers not to say"), missing=True)
