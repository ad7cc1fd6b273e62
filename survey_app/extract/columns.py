"""Which column of the extract a question becomes, and how its cells are read from stored answers."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from questionnaires.model import (
    AnyQuestion,
    Choice,
    Day,
    GeneralRating,
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

# A rated question tells its answer and its state in one number; the other kinds need a second column.
TYPES: dict[type, pa.DataType] = {
    RatedItem: pa.int8(),
    GeneralRating: pa.int8(),
    SingleChoice: pa.string(),
    MultipleChoice: pa.list_(pa.string()),
    Number: pa.int32(),
    Percentage: pa.int32(),
    ThreeLevelRating: pa.string(),
    Ranking: pa.list_(pa.string()),
    Day: pa.date32(),
    ShortText: pa.string(),
    LongText: pa.string(),
}
RATED = (RatedItem, GeneralRating)


@dataclass(frozen=True)
class Column:
    """One question of a survey, in all its waves."""

    code: str
    type: pa.DataType
    rated: bool
    other: bool  # An option lets the respondent write what is meant.


def columns(instruments: Sequence[Questionnaire]) -> list[Column]:
    """One column for each question of any instrument, in the order asked. Raises ValueError when kinds differ."""
    found: dict[str, Column] = {}
    for instrument in instruments:
        for question in instrument.questions():
            column = _column(question)
            known = found.setdefault(question.code, column)
            if (known.type, known.rated) != (column.type, column.rated):
                raise ValueError(
                    f"The question {question.code} is of different kinds in the waves of this survey: "
                    "give it another code in a new version, or keep the waves in separate surveys."
                )
            found[question.code] = Column(known.code, known.type, known.rated, known.other or column.other)
    return list(found.values())


def _column(question: AnyQuestion) -> Column:
    options = question.options if isinstance(question, Choice) else ()
    other = any(option.specify for option in options)
    return Column(question.code, TYPES[type(question)], isinstance(question, RATED), other)


def fields(column: Column) -> Iterator[tuple[str, pa.DataType]]:
    yield column.code, column.type
    if not column.rated:
        yield f"{column.code}__state", pa.int8()
    if column.other:
        yield f"{column.code}__other", pa.string()


@dataclass(frozen=True)
class Batch:
    """Stored answers of many responses, taken apart once for all columns."""

    values: Sequence[Mapping[str, Any]]
    states: Sequence[Mapping[str, int]]
    both: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, answers: Iterable[str]) -> "Batch":
        read = [json.loads(text) for text in answers]
        values, states = [each["values"] for each in read], [each["states"] for each in read]
        return cls(values, states, [state | value for state, value in zip(states, values, strict=True)])


def cells(column: Column, batch: Batch) -> Iterator[list[Any]]:
    """The cells of `fields(column)`. A question that the wave's instrument does not have is NULL throughout."""
    code = column.code
    if column.rated:
        yield [answer.get(code) for answer in batch.both]
        return
    yield [values.get(code) for values in batch.values]
    pairs = zip(batch.values, batch.states, strict=True)
    yield [0 if code in values else states.get(code) for values, states in pairs]
    if column.other:
        yield [values.get(f"{code}__other") for values in batch.values]
