"""Which questions are asked, given the place and the answers before them; leaves what they may be to `checking`."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from questionnaires.answers import Value
from questionnaires.conditions import ANYWHERE, AllOf, AnyOf, AnyRated, Condition, Is, PlaceIs, Setting, Within, settled
from questionnaires.model import Questionnaire

Shown = Callable[[Mapping[str, Value]], bool]  # Looks only at the values of questions that were asked before.


def questions_asked(
    instrument: Questionnaire, values: Mapping[str, Value], setting: Setting = ANYWHERE
) -> tuple[str, ...]:
    """The codes in order. A value of a question that is itself not asked opens nothing."""
    seen: dict[str, Value] = {}
    asked = []
    for code, shown in route(instrument, setting):
        if shown is None or shown(seen):
            asked.append(code)
            if code in values:
                seen[code] = values[code]
    return tuple(asked)


@lru_cache(maxsize=256)
def left_to_ask(instrument: Questionnaire, setting: Setting) -> Mapping[str, Condition | bool]:
    """By question what the place leaves of its condition; False: nobody is asked it here."""
    left: dict[str, Condition | bool] = {}
    never: set[str] = set()
    for question in instrument.questions():
        omitted = question.full_only is not None and setting.variant == "short"
        found = False if omitted else settled(question.show_if, setting, never)
        if found is False:
            never.add(question.code)
        left[question.code] = found
    return left


@lru_cache(maxsize=256)
def route(instrument: Questionnaire, setting: Setting = ANYWHERE) -> tuple[tuple[str, Shown | None], ...]:
    """Every question with its condition made ready to run; None: asked of everybody."""
    items = tuple(item.code for item in instrument.items)
    return tuple((code, _ready(left, items)) for code, left in left_to_ask(instrument, setting).items())


def _ready(left: Condition | bool, items: tuple[str, ...]) -> Shown | None:
    if isinstance(left, bool):
        return None if left else _never
    return compiled(left, items)


def _never(_seen: Mapping[str, Value]) -> bool:
    return False


def compiled(condition: Condition, items: tuple[str, ...]) -> Shown:
    """What `condition` says of the values of the questions before; `items` are those of the index."""
    if isinstance(condition, AllOf):
        parts = [compiled(part, items) for part in condition.all_of]
        return lambda seen: all(part(seen) for part in parts)
    if isinstance(condition, AnyOf):
        parts = [compiled(part, items) for part in condition.any_of]
        return lambda seen: any(part(seen) for part in parts)
    if isinstance(condition, AnyRated):
        levels = frozenset(condition.any_rated)
        return lambda seen: any(seen.get(code) in levels for code in items)
    if isinstance(condition, Is):
        question, wanted = condition.question, frozenset(condition.any_of)
        return lambda seen: _is_one_of(seen.get(question), wanted)
    assert not isinstance(condition, PlaceIs)  # noqa: S101  (the place has been settled)
    return lambda seen: is_within(condition, seen.get(condition.number))


def _is_one_of(value: Value | None, wanted: frozenset[str | int]) -> bool:
    return not wanted.isdisjoint(value) if isinstance(value, tuple) else value in wanted


def is_within(condition: Within, value: Value | None) -> bool:
    """Whether a number was given and lies between the bounds."""
    if not isinstance(value, int):
        return False
    above = condition.at_least is None or value >= condition.at_least
    return above and (condition.at_most is None or value <= condition.at_most)
