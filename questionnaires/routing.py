"""Which questions are asked, given the answers before them; leaves what an answer may be to `checking`."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from questionnaires.answers import Value
from questionnaires.model import AllOf, AnyOf, AnyRated, Condition, Instrument

Shown = Callable[[Mapping[str, Value]], bool]  # Looks only at the values of questions that were asked before.


def questions_asked(instrument: Instrument, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The codes in order. A value of a question that is itself not asked opens nothing."""
    seen: dict[str, Value] = {}
    asked = []
    for code, shown in route(instrument):
        if shown is None or shown(seen):
            asked.append(code)
            if code in values:
                seen[code] = values[code]
    return tuple(asked)


@lru_cache(maxsize=64)
def route(instrument: Instrument) -> tuple[tuple[str, Shown | None], ...]:
    """Every question with its condition made ready to run; None: asked of everybody."""
    items = tuple(item.code for item in instrument.items)
    return tuple(
        (question.code, None if question.show_if is None else _compiled(question.show_if, items))
        for question in instrument.questions()
    )


def _compiled(condition: Condition, items: tuple[str, ...]) -> Shown:
    if isinstance(condition, AllOf):
        parts = [_compiled(part, items) for part in condition.all_of]
        return lambda seen: all(part(seen) for part in parts)
    if isinstance(condition, AnyOf):
        parts = [_compiled(part, items) for part in condition.any_of]
        return lambda seen: any(part(seen) for part in parts)
    if isinstance(condition, AnyRated):
        levels = frozenset(condition.any_rated)
        return lambda seen: any(seen.get(code) in levels for code in items)
    question, wanted = condition.question, frozenset(condition.any_of)
    return lambda seen: _is_one_of(seen.get(question), wanted)


def _is_one_of(value: Value | None, wanted: frozenset[str | int]) -> bool:
    return not wanted.isdisjoint(value) if isinstance(value, tuple) else value in wanted
