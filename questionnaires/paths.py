"""The ways through an instrument: every set of questions that somebody is asked, each with answers that lead to it.

Of all answers only those are tried that a condition can tell apart. What is asked for given answers is `routing`'s.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from questionnaires.answers import Value
from questionnaires.conditions import ANYWHERE, AllOf, AnyOf, AnyRated, Condition, Is, Setting, Within
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import AnyQuestion, Choice, MultipleChoice, Number, Percentage, Questionnaire, Ranking
from questionnaires.routing import Shown, is_within, left_to_ask, route

MOST_TRIED: Final = 4000  # Ways that are walked before the search gives up; nobody reads as many.
Atom = Is | Within
Steps = tuple[tuple[str, Shown | None], ...]


@dataclass(frozen=True)
class Path:
    answers: Mapping[str, Value]  # What to answer on this way; what it does not name makes no difference.
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Paths:
    found: tuple[Path, ...]
    all: bool  # False: there are more.


def paths(instrument: Questionnaire, setting: Setting = ANYWHERE, most: int = 40) -> Paths:
    """The ways in the order of the answers in the file, the way of who answers nothing last."""
    steps, tried = route(instrument, setting), _answers_to_try(instrument, setting)
    found: dict[tuple[str, ...], Path] = {}
    walked = 0
    for path in islice(_walk(steps, tried, 0, {}, ()), MOST_TRIED):
        walked += 1
        found.setdefault(path.asked, path)
        if len(found) > most:
            break
    return Paths(tuple(found.values())[:most], len(found) <= most and walked < MOST_TRIED)


def _walk(
    steps: Steps, tried: Mapping[str, tuple[Value, ...]], at: int, values: dict[str, Value], asked: tuple[str, ...]
) -> Iterator[Path]:
    # Straight on while nothing branches, so that the depth is that of the branches.
    while at < len(steps):
        code, shown = steps[at]
        at += 1
        if shown is not None and not shown(values):
            continue
        asked = (*asked, code)
        if code in tried:
            for value in tried[code]:
                yield from _walk(steps, tried, at, values | {code: value}, asked)
    yield Path(values, asked)


def _answers_to_try(instrument: Questionnaire, setting: Setting) -> dict[str, tuple[Value, ...]]:
    """By question one answer for each way in which the conditions can take it; no answer at all comes by itself."""
    atoms: dict[str, list[Atom]] = {}
    for left in left_to_ask(instrument, setting).values():
        for atom in () if isinstance(left, bool) else _atoms(left, instrument):
            atoms.setdefault(atom.question if isinstance(atom, Is) else atom.number, []).append(atom)
    questions = {question.code: question for question in instrument.questions()}
    return {code: _distinct(_possible(questions[code], found), found) for code, found in atoms.items()}


def _atoms(condition: Condition, instrument: Questionnaire) -> Iterator[Atom]:
    if isinstance(condition, Is | Within):
        yield condition
    elif isinstance(condition, AllOf | AnyOf):
        for member in condition.all_of if isinstance(condition, AllOf) else condition.any_of:
            yield from _atoms(member, instrument)
    elif isinstance(condition, AnyRated):
        # One item is enough to make it hold; the others make no other way.
        first = next((item for item in instrument.items if item.show_if is None), None)
        if first is not None:
            yield Is(question=first.code, any_of=condition.any_rated)


def _possible(question: AnyQuestion, atoms: list[Atom]) -> list[Value]:
    if isinstance(question, Number | Percentage):
        bounds = {bound for atom in atoms if isinstance(atom, Within) for bound in _edges(atom)}
        named = {value for atom in atoms if isinstance(atom, Is) for value in atom.any_of if isinstance(value, int)}
        wanted = sorted({question.minimum, *bounds, *named})
        return [value for value in wanted if question.minimum <= value <= question.maximum]
    if isinstance(question, MultipleChoice | Ranking):
        codes = [option.code for option in question.options]
        most = question.ranks if isinstance(question, Ranking) else question.max_choices or len(codes)
        return [*((code,) for code in codes), *((one, two) for one in codes for two in codes if one < two and most > 1)]
    if isinstance(question, Choice):
        return [option.code for option in question.options]
    return [*THREE_LEVELS] if question.kind == "three_level" else [5, 4, 3, 2, 1, 0]


def _edges(atom: Within) -> Iterator[int]:
    if atom.at_least is not None:
        yield from (atom.at_least - 1, atom.at_least)
    if atom.at_most is not None:
        yield from (atom.at_most, atom.at_most + 1)


def _distinct(possible: list[Value], atoms: list[Atom]) -> tuple[Value, ...]:
    """The first of the answers that no condition can tell apart; those that open nothing are left to no answer."""
    kept: dict[tuple[bool, ...], Value] = {}
    for value in possible:
        kept.setdefault(tuple(_holds(atom, value) for atom in atoms), value)
    return tuple(kept.values())


def _holds(atom: Atom, value: Value) -> bool:
    if isinstance(atom, Within):
        return is_within(atom, value)
    return not set(atom.any_of).isdisjoint(value if isinstance(value, tuple) else (value,))
