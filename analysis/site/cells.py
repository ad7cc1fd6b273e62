"""Cells: figures that are shown or kept back together, and those that are too small to be shown.

What else must be kept back, so that no small cell can be had by subtraction, is left to `disclosure`.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # Documents are made by the rules below, so these load nothing of the documents.
    from analysis.report.source import Figure, Release

UNIT_MINIMUM = 30
MINIMUM = 5
WHOLES = ("overall", "block", "factor")
UNITS = ("unit", "unit_end")  # Of the day of the answer, and what they became by the last day.
OPEN_DOMAINS = ("all", "wave", "respondent_type")
LEVELS_OF_ANSWERS = ("1", "2", "3", "4", "5")
# A count of answers that is exact only in theory: 4.5 rounds to 5.
LEAST_COUNT = MINIMUM - 0.5


class Key(NamedTuple):
    """A cell's place. `question` is a code, or one level of a rated item; "" stands for the domain's respondents."""

    series: str
    level: str
    question: str
    domain_type: str
    domain: str

    @property
    def place(self) -> tuple[str, str, str]:
        return self.series, self.domain_type, self.domain

    def of_all(self) -> "Key":
        return self._replace(domain_type="all", domain="all")


@dataclass(frozen=True)
class Cell:
    key: Key
    figures: "tuple[Figure, ...]"

    @property
    def base(self) -> int:
        """People or answers in it; of one level of an item, those who chose it."""
        first = self.figures[0]
        return first.n if is_level(self.key) else first.base

    @property
    def respondents(self) -> int:
        return self.figures[0].n


def weighted_series(release: "Release") -> frozenset[str]:
    """Series whose rates cannot be turned back into numbers of people, for the weights are not published."""
    planned = any(wave.get("has_plan") for wave in release.context["waves"])
    return frozenset(("combined", "probability", "modelled") if planned else ())


def is_published_at_all(figure: "Figure", weighted: Set[str]) -> bool:
    """A rule of what is asked and never of what was found, so that its silence says nothing.

    Of fields, procedures, outcomes and channels the index and the factors are told. Who answered is told of the whole
    and never of one unit: sex, age and work would find people there. Where every answer counts the same a rate gives
    away how many were dissatisfied, so units have their index and factors only. Collection points are told to nobody
    outside: taken from their unit, one point leaves the few who answered elsewhere. Of what units became under way the
    index and factors are told, for with its criteria it could be taken apart into what it was.
    """
    if figure.domain_type == "point":
        return False
    if figure.level in WHOLES or figure.domain_type in OPEN_DOMAINS:
        return True
    return figure.domain_type == "unit" and figure.level != "profile" and figure.series in weighted


def cells_of(release: "Release") -> Mapping[Key, Cell]:
    """By their keys; a place where nobody answered has none."""
    weighted, found = weighted_series(release), dict[Key, "list[Figure]"]()
    for figure in release.figures.values():
        key = key_of(figure)
        if is_published_at_all(figure, weighted) and (figure.n or is_level(key)):  # Nobody is no cover for others.
            found.setdefault(key, []).append(figure)
    return {key: Cell(key, tuple(rows)) for key, rows in found.items()}


def key_of(figure: "Figure") -> Key:
    question = figure.code if figure.level == "item" else figure.code.partition("=")[0]
    return Key(figure.series, figure.level, question, figure.domain_type, figure.domain)


def is_level(key: Key) -> bool:
    """Whether it is one state of a rated item among those who were asked."""
    return key.level == "item" and "=" in key.question


def is_small(cell: Cell) -> bool:
    """Too few people behind it; of what people are or went through, also too few who said it, or who did not."""
    if is_level(cell.key):  # How many did not answer says nothing of anybody: no other cell is kept back for it.
        is_answer = cell.key.question.rpartition("=")[2] in LEVELS_OF_ANSWERS
        return cell.base < MINIMUM and (is_answer or cell.base > 0)
    least = UNIT_MINIMUM if cell.key.domain_type in UNITS else MINIMUM
    if any(min(one.n, one.base) < least for one in cell.figures):
        return True
    is_rate = cell.key.level in (*WHOLES, "item")
    return not is_rate and any(map(_tells_of_few, cell.figures))


def _tells_of_few(figure: "Figure") -> bool:
    """Whether fewer than five said it, or fewer than five did not: the reader can multiply share and base."""
    if figure.estimate is None or is_mean(figure):
        return False
    return min(figure.estimate, 100.0 - figure.estimate) * figure.base / 100.0 < LEAST_COUNT


def is_mean(figure: "Figure") -> bool:
    return figure.code.endswith("~mean") or figure.code == "H3"
