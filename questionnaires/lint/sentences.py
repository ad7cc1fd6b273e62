"""A piece of advice, and one table of all kinds of it with their weight and their English sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["fault", "warning", "hint"]

# `fault`: cannot be published so; `warning`: worth a second look; `hint`: often right as it is.
ADVICE: Final[dict[str, tuple[Severity, str]]] = {
    "missing_translation": ("fault", "there is no text in {language}"),
    "markup": ("warning", "markup is shown as it is typed: leave it out"),
    "joined": ("warning", "“{word}” joins two things: ask one in each question"),
    "perhaps_joined": ("hint", "“{word}” may join two things: ask one in each question"),
    "leading": ("warning", "“{word}” leads to an answer: ask without it"),
    "double_negation": ("warning", "says no twice ({words}): say it with none or one"),
    "too_long": ("warning", "{count} {unit}, more than {most}: make it shorter"),
    "hard_sentence": ("hint", "{count} {unit} in a sentence, more than {most}: make two of it"),
    "hard_word": ("hint", "“{word}” is official language: “{plainer}” is plainer"),
    "grade": ("hint", "reads like grade {grade} (Flesch–Kincaid), above {most}: use shorter words and sentences"),
    "one_item": ("warning", "a factor with one item says no more than the item"),
    "no_other": ("hint", "no option is left for those who find none that fits: add “other”"),
    "scale_reversed": ("warning", "level 5 sounds worse than level 1: levels go from the lowest to the highest"),
    "other_direction": ("hint", "its options go from {own}, those of most questions from {most}: keep one direction"),
    "code_pattern": ("hint", "{code} does not follow {pattern}, the pattern of the other codes in this part"),
    "repeated": ("warning", "says the same as {code}"),
    "unreachable": ("warning", "no answers lead to {code}: it is never asked"),
    "index_breaks": ("warning", "{words}: breaks the series of the index; {why}"),
    "index_note": ("hint", "{words}: the index needs a note; {why}"),
    "version_too_small": ("warning", "the index begins a new series: give version {version} or higher"),
}


@dataclass(frozen=True)
class Advice:
    """`place` is the path in the file, as that of a fault; `at` the code of the question or part, "" for the head."""

    place: str
    at: str
    what: str  # A key of ADVICE.
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return ADVICE[self.what][0]

    @property
    def message(self) -> str:
        return ADVICE[self.what][1].format(**self.details)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"
