"""The kinds of question. Only a `RatedItem` can stand in a factor, and only there: the rule of the index is a type."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from questionnaires.conditions import Condition
from questionnaires.texts import Audio, Code, Frozen, Source, Text

# What a three-level counter stores: words, so that no program can take them for levels of five.
THREE_LEVELS = ("dissatisfied", "satisfied", "very_satisfied")


class Option(Frozen):
    code: Code
    text: Text
    specify: bool = False  # The respondent may write what is meant; kept under "<question>__other".
    audio: Audio | None = None


class Question(Frozen):
    """What every question has; the kinds below add what is theirs."""

    code: Code
    text: Text
    hint: Text | None = None
    required: bool = False
    show_if: Condition | None = None
    source: Source | None = None
    dont_know: bool = False
    prefer_not: bool = False
    audio: Audio | None = None
    full_only: Literal[True] | None = None  # Left out of the short variant.


class RatedItem(Question):
    """A criterion rated on the instrument's five levels. The only kind that enters an index."""

    kind: Literal["rated"] = "rated"
    criterion: Text
    source: Source
    not_used: bool | None = None  # None: as the instrument's scale says.


class GeneralRating(Question):
    """A rating on the same five levels that is reported beside the index and never enters it."""

    kind: Literal["general_rating"] = "general_rating"
    not_used: bool = False


class ThreeLevelRating(Question):
    """A counter's rating on three levels, two of them positive: cannot be turned into five, so has no number."""

    kind: Literal["three_level"] = "three_level"
    levels: tuple[Text, Text, Text]  # In the order of THREE_LEVELS.


class SingleChoice(Question):
    kind: Literal["single"] = "single"
    options: tuple[Option, ...] = Field(min_length=2)


class MultipleChoice(Question):
    kind: Literal["multiple"] = "multiple"
    options: tuple[Option, ...] = Field(min_length=2)
    max_choices: int | None = Field(default=None, ge=1)


class Ranking(Question):
    """The most important options, the first one first."""

    kind: Literal["ranking"] = "ranking"
    options: tuple[Option, ...] = Field(min_length=2)
    ranks: int = Field(default=3, ge=1, le=3)


class Number(Question):
    kind: Literal["number"] = "number"
    minimum: int = 0
    maximum: int = 1_000_000


class Percentage(Question):
    """A share of what was expected; may exceed 100."""

    kind: Literal["percentage"] = "percentage"
    minimum: int = 0
    maximum: int = 200


class Day(Question):
    """A day of the calendar; kept as 2026-11-25."""

    kind: Literal["date"] = "date"
    earliest: date | None = None
    latest: date | None = None


class ShortText(Question):
    kind: Literal["short_text"] = "short_text"
    max_length: int = Field(default=200, ge=1, le=500)


class LongText(Question):
    kind: Literal["text"] = "text"
    max_length: int = Field(default=2000, ge=1, le=10_000)


Choice = SingleChoice | MultipleChoice | Ranking
Written = ShortText | LongText
PlainQuestion = Annotated[
    GeneralRating | SingleChoice | MultipleChoice | Ranking | Number | Percentage | Day | ShortText | LongText,
    Field(discriminator="kind"),
]
AnyQuestion = (
    RatedItem
    | GeneralRating
    | ThreeLevelRating
    | SingleChoice
    | MultipleChoice
    | Ranking
    | Number
    | Percentage
    | Day
    | ShortText
    | LongText
)
