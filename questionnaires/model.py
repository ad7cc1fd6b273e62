"""The shape of an instrument: parts, factors, questions, conditions and the formula of its index.

Only a `RatedItem` can stand in a `Factor`, and only factors enter an index: that rule is a matter of type, not of care.
Reading files is left to `loader`, advice on wording to `lint`, routing to `routing`, checking answers to `checking`.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]{0,39}$")]
# Control characters, lone surrogates and the two code points that XML refuses: no document of ours could hold them.
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _storable(text: str) -> str:
    if UNSTORABLE.search(text):
        raise ValueError("holds a character that no document can show")
    return unicodedata.normalize("NFC", text)


Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_storable)]
Certainty = Literal["found", "recalled_high", "recalled_medium", "recalled_low", "proposed"]


class Frozen(BaseModel):
    """A value that cannot be changed and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Frozen):
    """One text in both languages of the system."""

    vi: Filled
    en: Filled

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.vi


class Source(Frozen):
    """Where a criterion comes from, and how sure we are of it (domain.md §0)."""

    decision: Filled
    certainty: Certainty


class Is(Frozen):
    """The answer to `question` is one of `any_of`."""

    question: Code
    any_of: tuple[str | int, ...] = Field(min_length=1)


class AnyRated(Frozen):
    """At least one item of the index was rated with one of `any_rated`."""

    any_rated: tuple[int, ...] = Field(min_length=1)


class AllOf(Frozen):
    all_of: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(Frozen):
    any_of: tuple["Condition", ...] = Field(min_length=1)


def _condition_kind(value: Any) -> str | None:
    """Which condition is meant, by the name that only it has; so a fault names one kind and not four."""
    names = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return next((name for name in ("question", "any_rated", "all_of", "any_of") if name in names), None)


Condition = Annotated[
    Union[  # noqa: UP007  (the name is recursive)
        Annotated[Is, Tag("question")],
        Annotated[AnyRated, Tag("any_rated")],
        Annotated[AllOf, Tag("all_of")],
        Annotated[AnyOf, Tag("any_of")],
    ],
    Discriminator(_condition_kind),
]


class Option(Frozen):
    code: Code
    text: Text
    specify: bool = False  # The respondent may write what is meant; kept under "<question>__other".


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


class SingleChoice(Question):
    kind: Literal["single"] = "single"
    options: tuple[Option, ...] = Field(min_length=2)


class MultipleChoice(Question):
    kind: Literal["multiple"] = "multiple"
    options: tuple[Option, ...] = Field(min_length=2)
    max_choices: int | None = Field(default=None, ge=1)


class Number(Question):
    kind: Literal["number"] = "number"
    minimum: int = 0
    maximum: int = 1_000_000


class Percentage(Question):
    """A share of what was expected; may exceed 100."""

    kind: Literal["percentage"] = "percentage"
    minimum: int = 0
    maximum: int = 200


class LongText(Question):
    kind: Literal["text"] = "text"
    max_length: int = Field(default=2000, ge=1, le=10_000)


PlainQuestion = Annotated[
    GeneralRating | SingleChoice | MultipleChoice | Number | Percentage | LongText, Field(discriminator="kind")
]
AnyQuestion = RatedItem | GeneralRating | SingleChoice | MultipleChoice | Number | Percentage | LongText


class Factor(Frozen):
    """A factor of the index (yếu tố): its items, in order."""

    kind: Literal["factor"] = "factor"
    code: Code
    title: Text
    intro: Text | None = None
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


Part = Annotated[Factor | PlainPart, Field(discriminator="kind")]


class Scale(Frozen):
    """The labels of the levels 1 to 5 and, where the instrument has it, of 0 (`not used`)."""

    levels: tuple[Text, Text, Text, Text, Text]  # From 1, the lowest, to 5.
    not_used: Text | None = None


class Formula(Frozen):
    """How rated items become one percentage (domain.md §6). A changed formula is a new version."""

    name: Literal["O_crit", "O_pool", "O_fac", "H1"]
    version: Filled
    reading: Text  # One sentence, printed wherever the index is.
    positive: tuple[int, ...] = (4, 5)
    base_minimum: int = Field(default=30, ge=0)
    beside: tuple[Literal["O_crit", "O_pool", "O_fac", "H2", "H3"], ...] = ()
    source: Source | None = None


class IndexName(Frozen):
    code: Literal["sipas", "health", "education"]
    name: Text
    target: float = Field(default=80.0, ge=0, le=100)  # Strictly above.


class Notice(Frozen):
    """What a respondent reads before the first question, beside who asks and until when."""

    purpose: Text
    respondent: Text  # Who should answer: "you, if you were handed a result this year".


class Instrument(Frozen):
    code: Code
    version: Filled
    status: Literal["draft", "official"] = "draft"  # Wording: ours until an office puts the annex wording in.
    title: Text
    short_title: Text
    index: IndexName
    source: Source
    notice: Notice
    scale: Scale
    formula: Formula
    respondent_types: tuple[Option, ...] = Field(min_length=1)  # With two or more, a question `respondent_type` asks.
    parts: tuple[Part, ...] = Field(min_length=1)

    def __hash__(self) -> int:
        """Cheap: what is compiled from an instrument is looked up once a response. Equality stays by content."""
        return hash((self.code, self.version))

    def questions(self) -> Iterator[AnyQuestion]:
        """Every question in the order in which it is asked."""
        for part in self.parts:
            yield from part.questions

    @property
    def factors(self) -> tuple[Factor, ...]:
        return tuple(part for part in self.parts if isinstance(part, Factor))

    @property
    def items(self) -> tuple[RatedItem, ...]:
        """The items of the index."""
        return tuple(item for factor in self.factors for item in factor.items)

    def question(self, code: str) -> AnyQuestion:
        return next(question for question in self.questions() if question.code == code)

    def not_used_allowed(self, item: RatedItem | GeneralRating) -> bool:
        if item.not_used is None:
            return self.scale.not_used is not None
        return item.not_used
