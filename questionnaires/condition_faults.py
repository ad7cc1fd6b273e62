"""What can be wrong with a condition: it looks back only, at questions and values that there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from questionnaires.conditions import AllOf, AnyOf, AnyRated, Condition, Is, PlaceIs, Within
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import AnyQuestion, Choice, Day, Number, Percentage, ThreeLevelRating, Written


@dataclass(frozen=True)
class Fault:
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def condition_faults(
    place: str, condition: Condition, earlier: Mapping[str, AnyQuestion | None], known: set[str]
) -> Iterator[Fault]:
    if isinstance(condition, AllOf | AnyOf):
        name = "all_of" if isinstance(condition, AllOf) else "any_of"
        for number, part in enumerate(getattr(condition, name)):
            yield from condition_faults(f"{place}.{name}[{number}]", part, earlier, known)
    elif isinstance(condition, AnyRated):
        if not set(condition.any_rated) <= {1, 2, 3, 4, 5}:
            yield Fault(f"{place}.any_rated", "levels are 1 to 5")
    elif not isinstance(condition, PlaceIs):
        yield from _looked_at_faults(place, condition, earlier, known)


def _looked_at_faults(
    place: str, condition: Is | Within, earlier: Mapping[str, AnyQuestion | None], known: set[str]
) -> Iterator[Fault]:
    name, code = ("question", condition.question) if isinstance(condition, Is) else ("number", condition.number)
    if code not in earlier:
        why = "comes later: a condition looks back only" if code in known else "no such question"
        yield Fault(f"{place}.{name}", f"{code}: {why}")
    elif (asked := earlier[code]) is not None:
        yield from (
            _value_faults(place, condition, asked)
            if isinstance(condition, Is)
            else _bound_faults(place, condition, asked)
        )


def _bound_faults(place: str, condition: Within, asked: AnyQuestion) -> Iterator[Fault]:
    if not isinstance(asked, Number | Percentage):
        yield Fault(f"{place}.number", f"{asked.code} is no number")
    if condition.at_least is None and condition.at_most is None:
        yield Fault(place, "give at_least, at_most or both")
    elif condition.at_least is not None and condition.at_most is not None and condition.at_least > condition.at_most:
        yield Fault(f"{place}.at_least", "above at_most")


def _value_faults(place: str, condition: Is, asked: AnyQuestion) -> Iterator[Fault]:
    if isinstance(asked, Written | Day):
        what = "a day" if isinstance(asked, Day) else "a text"
        yield Fault(f"{place}.question", f"{asked.code} is {what}: no condition can look at it")
        return
    possible: Sequence[str | int]
    if isinstance(asked, Choice):
        possible = option_codes(asked)
    elif isinstance(asked, ThreeLevelRating):
        possible = THREE_LEVELS
    elif isinstance(asked, Number | Percentage):
        possible = range(asked.minimum, asked.maximum + 1)
    else:
        possible = range(0 if asked.not_used is not False else 1, 6)
    for value in condition.any_of:
        if value not in possible:
            yield Fault(f"{place}.any_of", f"{value} is no answer of {asked.code}")


def option_codes(question: Choice) -> tuple[str, ...]:
    return tuple(option.code for option in question.options)
