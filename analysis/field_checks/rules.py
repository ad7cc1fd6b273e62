"""The signs that call for a second look at a group of interviews: simple rules against all the others, each stated.

A sign accuses nobody: an easy village, a short route or a friendly day can make one. What to do is a visit, or second
interviews (phúc tra). Whoever invents answers at an honest pace, with honest variety and the usual refusals shows none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.field_checks.measures import TOGETHER, Measures

LEAST = 10  # Interviews of a group before anything is said of it.
MANY_QUICK = 1 / 3  # Of the interviews.
MANY_SAME, SAME_BEYOND = 1 / 2, 25.0  # Of the forms; and points above the others.
ALIKE, SHARE_ALIKE = 3, 1 / 10  # Forms with the very same answers; and of the forms.
HIGH = 25.0  # Points above the others.
EXPECTED_FAILURES = 6.0  # Cases that would have ended otherwise, had they been like those of the others.


@dataclass(frozen=True)
class Cases:
    """What became of the cases of a group, by our word for each outcome, and reserves that took somebody's place."""

    outcomes: Mapping[str, int] = field(default_factory=dict)
    reserves: int = 0

    @property
    def closed(self) -> int:
        """Cases that came to an end, with or without an answer."""
        return sum(count for outcome, count in self.outcomes.items() if outcome not in UNFINISHED)

    @property
    def failed(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome in FAILED)


UNFINISHED = ("being_tried", "not_attempted")
FAILED = ("refused", "broken_off", "not_contacted", "moved", "wrong_data", "not_eligible", "other")


@dataclass(frozen=True)
class Group:
    own: Measures
    cases: Cases


def share(count: float, of: float) -> float:
    """In percent; 0 of nobody."""
    return 100 * count / of if of else 0.0


def is_quick(one: Group, _others: Sequence[Group]) -> bool:
    """At least a third of the interviews took less than half of the usual time."""
    return one.own.timed >= LEAST and one.own.quick >= MANY_QUICK * one.own.timed


def is_same(one: Group, others: Sequence[Group]) -> bool:
    """In at least half of the forms all ratings are one value, 25 points more than elsewhere."""
    beyond = share(one.own.same, one.own.long) - _share(others, "same", "long")
    return one.own.long >= LEAST and one.own.same >= MANY_SAME * one.own.long and beyond >= SAME_BEYOND


def is_alike(one: Group, _others: Sequence[Group]) -> bool:
    """At least three forms, and a tenth of all, have the very same answers, which are not one value throughout."""
    return one.own.alike >= max(ALIKE, SHARE_ALIKE * one.own.long)


def is_high(one: Group, others: Sequence[Group]) -> bool:
    """The share of the best value is 25 points above that of the others."""
    return share(one.own.fives, one.own.rated) - _share(others, "fives", "rated") >= HIGH


def is_smooth(one: Group, others: Sequence[Group]) -> bool:
    """Not one case ended without an answer, where six would have, had they been like those of the others."""
    closed, failed = (sum(getattr(other.cases, name) for other in others) for name in ("closed", "failed"))
    expected = one.cases.closed * failed / closed if closed else 0.0
    return one.cases.failed == 0 and expected >= EXPECTED_FAILURES


RULES: Mapping[str, Callable[[Group, Sequence[Group]], bool]] = {
    "quick": is_quick,
    "same": is_same,
    "alike": is_alike,
    "high": is_high,
    "smooth": is_smooth,
}


def _share(groups: Sequence[Group], count: str, of: str) -> float:
    return share(sum(getattr(one.own, count) for one in groups), sum(getattr(one.own, of) for one in groups))


def signs(groups: Sequence[Group]) -> dict[str, tuple[str, ...]]:
    """By group the rules that fit it, of groups that are large enough and have others beside them."""
    found = {}
    for one in groups:
        others = [other for other in groups if other is not one]
        large = one.own.group != TOGETHER and one.own.interviews >= LEAST
        found[one.own.group] = tuple(code for code, fits in RULES.items() if large and others and fits(one, others))
    return found
