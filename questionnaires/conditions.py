"""When a question is asked: conditions on earlier answers and on the place, and what the place alone settles.

Whether one holds for given answers is left to `routing`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union

from pydantic import Discriminator, Field, Tag

from questionnaires.texts import Code, Frozen

Variant = Literal["full", "short"]
PLACE_ATTRIBUTES = ("kind", "mode", "unit_type")


@dataclass(frozen=True)
class Setting:
    """Where a form is filled in, as far as conditions may ask: the point's kind, the mode, the unit's type, the
    variant of the form that is used there. Empty: not known.
    """

    kind: str = ""
    mode: str = ""
    unit_type: str = ""
    variant: Variant = "full"


ANYWHERE = Setting()


class Is(Frozen):
    """The answer to `question` is one of `any_of`."""

    question: Code
    any_of: tuple[str | int, ...] = Field(min_length=1)


class Within(Frozen):
    """The number given to `number` lies between the bounds, both included; an absent bound is none."""

    number: Code
    at_least: int | None = None
    at_most: int | None = None


class AnyRated(Frozen):
    """At least one item of the index was rated with one of `any_rated`."""

    any_rated: tuple[int, ...] = Field(min_length=1)


class PlaceIs(Frozen):
    """An attribute of the place where the form is filled in is one of `any_of`."""

    place: Literal["kind", "mode", "unit_type"]
    any_of: tuple[str, ...] = Field(min_length=1)

    def holds(self, setting: Setting) -> bool:
        return getattr(setting, self.place) in self.any_of


class AllOf(Frozen):
    all_of: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(Frozen):
    any_of: tuple["Condition", ...] = Field(min_length=1)


KINDS = ("question", "number", "any_rated", "place", "all_of", "any_of")


def _condition_kind(value: Any) -> str | None:
    """Which condition is meant, by the name that only it has; so a fault names one kind and not all."""
    names = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return next((name for name in KINDS if name in names), None)


Condition = Annotated[
    Union[  # noqa: UP007  (the name is recursive)
        Annotated[Is, Tag("question")],
        Annotated[Within, Tag("number")],
        Annotated[AnyRated, Tag("any_rated")],
        Annotated[PlaceIs, Tag("place")],
        Annotated[AllOf, Tag("all_of")],
        Annotated[AnyOf, Tag("any_of")],
    ],
    Discriminator(_condition_kind),
]


def looked_at(raw: Any) -> Iterator[str]:
    """The questions that a condition names, in plain data."""
    if isinstance(raw, Mapping):
        yield from (str(raw[name]) for name in ("question", "number") if name in raw)
        yield from (code for inner in raw.values() for code in looked_at(inner))
    elif isinstance(raw, list | tuple):
        yield from (code for inner in raw for code in looked_at(inner))


def renamed(raw: Any, names: Mapping[str, str]) -> Any:
    """The condition with other codes of the questions that it names, in plain data; named answers stay."""
    if isinstance(raw, Mapping):
        return {
            name: names.get(value, value)
            if name in ("question", "number") and isinstance(value, str)
            else renamed(value, names)
            for name, value in raw.items()
        }
    return [renamed(inner, names) for inner in raw] if isinstance(raw, list | tuple) else raw


def settled(condition: Condition | None, setting: Setting, never: Collection[str]) -> Condition | bool:
    """What is left of a condition in a setting, where the questions in `never` are asked of nobody.

    True: it holds whatever is answered; False: it never does.
    """
    if condition is None:
        return True
    if isinstance(condition, PlaceIs):
        return condition.holds(setting)
    if isinstance(condition, Is | Within):
        looked_at = condition.question if isinstance(condition, Is) else condition.number
        return False if looked_at in never else condition
    if isinstance(condition, AnyRated):
        return condition
    return _joined(condition, setting, never)


def _joined(condition: AllOf | AnyOf, setting: Setting, never: Collection[str]) -> Condition | bool:
    decides = isinstance(condition, AnyOf)  # One True settles "any of"; one False settles "all of".
    members = condition.any_of if isinstance(condition, AnyOf) else condition.all_of
    left = []
    for member in members:
        found = settled(member, setting, never)
        if found is decides:
            return decides
        if not isinstance(found, bool):
            left.append(found)
    if not left:
        return not decides
    if len(left) == 1:
        return left[0]
    return AnyOf(any_of=tuple(left)) if decides else AllOf(all_of=tuple(left))
