"""The shape of an instrument: parts, factors, the scale and the formula of its index; questions are in `kinds`.

Only a `RatedItem` can stand in a `Factor`, and only factors enter an index: that rule is a matter of type, not of care.
Reading files is left to `loader`, advice on wording to `lint`, routing to `routing`, checking answers to `checking`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from questionnaires.conditions import AllOf, AnyOf, AnyRated, Condition, Is, PlaceIs, Within
from questionnaires.kinds import (
    AnyQuestion,
    Choice,
    Day,
    GeneralRating,
    LongText,
    MultipleChoice,
    Number,
    Option,
    Percentage,
    PlainQuestion,
    Question,
    Ranking,
    RatedItem,
    ShortText,
    SingleChoice,
    ThreeLevelRating,
    Written,
)
from questionnaires.texts import LANGUAGES, UNSTORABLE, Audio, Certainty, Code, Filled, Frozen, Language, Source, Text

__all__ = [
    "LANGUAGES",
    "UNSTORABLE",
    "AllOf",
    "AnyInstrument",
    "AnyOf",
    "AnyQuestion",
    "AnyRated",
    "Audio",
    "Block",
    "Certainty",
    "Choice",
    "Code",
    "Condition",
    "CounterInstrument",
    "CounterPart",
    "Day",
    "Factor",
    "Filled",
    "Formula",
    "Frozen",
    "GeneralRating",
    "IndexName",
    "Instrument",
    "Is",
    "Language",
    "LongText",
    "MultipleChoice",
    "Notice",
    "Number",
    "Option",
    "Part",
    "Percentage",
    "PlaceIs",
    "PlainPart",
    "PlainQuestion",
    "Question",
    "Questionnaire",
    "Ranking",
    "RatedItem",
    "Scale",
    "ShortText",
    "SingleChoice",
    "Source",
    "Text",
    "ThreeLevelRating",
    "Within",
    "Written",
]


class Block(Frozen):
    """Factors that are also reported together, such as policy and service in the household forms of SIPAS."""

    code: Code
    title: Text
    weight: float | None = Field(default=None, gt=0)  # In O_block; stated here because it is printed with the figure.


class Factor(Frozen):
    """A factor of the index (yếu tố): its items, in order."""

    kind: Literal["factor"] = "factor"
    code: Code
    title: Text
    intro: Text | None = None
    block: Code | None = None
    rotate: Literal[True] | None = None  # Respondents meet the items in different orders; which, the response keeps.
    items: tuple[RatedItem, ...] = Field(min_length=1)

    @property
    def questions(self) -> tuple[RatedItem, ...]:
        return self.items


class PlainPart(Frozen):
    """A part that is reported and never indexed: profile, assessment, expectation or comment."""

    kind: Literal["profile", "assessment", "expectation", "general", "comment"]
    code: Code
    title: Text
    intro: Text | None = None
    questions: tuple[PlainQuestion, ...] = Field(min_length=1)


class CounterPart(Frozen):
    """The part of a counter's instrument that holds its three-level ratings."""

    kind: Literal["counter"] = "counter"
    code: Code
    title: Text
    intro: Text | None = None
    questions: tuple[ThreeLevelRating, ...] = Field(min_length=1)


Part = Annotated[Factor | PlainPart, Field(discriminator="kind")]


class Scale(Frozen):
    """The labels of the levels 1 to 5 and, where the instrument has it, of 0 (`not used`)."""

    levels: tuple[Text, Text, Text, Text, Text]  # From 1, the lowest, to 5.
    not_used: Text | None = None


class Formula(Frozen):
    """How rated items become one percentage. A changed formula is a new version."""

    name: Literal["O_crit", "O_pool", "O_fac", "H1"]
    version: Filled
    reading: Text  # One sentence, printed wherever the index is.
    positive: tuple[int, ...] = (4, 5)
    base_minimum: int = Field(default=30, ge=0)
    beside: tuple[Literal["O_crit", "O_pool", "O_fac", "O_block", "H2", "H3"], ...] = ()
    source: Source | None = None


class IndexName(Frozen):
    code: Literal["sipas", "health", "education"]
    name: Text
    target: float = Field(default=80.0, ge=0, le=100)  # Strictly above.


class Notice(Frozen):
    """What a respondent reads before the first question, beside who asks and until when."""

    purpose: Text
    respondent: Text  # Who should answer: "you, if you were handed a result this year".


class Questionnaire(Frozen):
    """What is asked, whatever becomes of the answers: `Instrument` ends in an index, `CounterInstrument` never does."""

    code: Code
    version: Filled
    status: Literal["draft", "official"] = "draft"  # Wording: ours until an office puts the annex wording in.
    title: Text
    short_title: Text
    source: Source
    notice: Notice
    respondent_types: tuple[Option, ...] = Field(min_length=1)  # With two or more, a question `respondent_type` asks.
    parts: tuple[Factor | PlainPart | CounterPart, ...]

    def __hash__(self) -> int:
        """Cheap: what is compiled from an instrument is looked up once a response. Equality stays by content."""
        return hash((self.code, self.version))

    def questions(self) -> Iterator[AnyQuestion]:
        """Every question in the order in which it is asked."""
        for part in self.parts:
            yield from part.questions

    @property
    def ratings(self) -> tuple[str, ...]:
        """The codes of which at least one must be answered: a form without a rating says nothing."""
        return tuple(one.code for one in self.questions() if isinstance(one, RatedItem | ThreeLevelRating))

    @property
    def factors(self) -> tuple[Factor, ...]:
        return tuple(part for part in self.parts if isinstance(part, Factor))

    @property
    def items(self) -> tuple[RatedItem, ...]:
        """The items of the index."""
        return tuple(item for factor in self.factors for item in factor.items)

    def question(self, code: str) -> AnyQuestion:
        return next(question for question in self.questions() if question.code == code)


class Instrument(Questionnaire):
    """An instrument whose rated items become an index."""

    index: IndexName
    scale: Scale
    formula: Formula
    blocks: tuple[Block, ...] | None = None
    parts: tuple[Part, ...] = Field(min_length=1)

    def not_used_allowed(self, item: RatedItem | GeneralRating) -> bool:
        if item.not_used is None:
            return self.scale.not_used is not None
        return item.not_used


class CounterInstrument(Questionnaire):
    """A counter's rating on three levels: shares of its own series, with neither scale, formula nor index."""

    kind: Literal["counter_3"]
    parts: tuple[Annotated[CounterPart | PlainPart, Field(discriminator="kind")], ...] = Field(min_length=1)


AnyInstrument = Instrument | CounterInstrument
