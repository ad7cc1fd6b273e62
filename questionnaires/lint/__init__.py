"""Advice on an instrument or on a draft that still has faults, each with its place; faults are left to `loader`."""

from collections.abc import Iterator

from questionnaires import outline
from questionnaires.lint.history import history_advice
from questionnaires.lint.reach import reach_advice
from questionnaires.lint.sentences import ADVICE, Advice, Severity
from questionnaires.lint.structure import (
    direction_advice,
    option_advice,
    part_advice,
    placed,
    repeated_advice,
)
from questionnaires.lint.wording import explanation_advice, question_advice, text_advice
from questionnaires.model import Questionnaire

__all__ = ["ADVICE", "Advice", "Severity", "advice"]


def advice(
    instrument: Questionnaire | outline.Data, base: Questionnaire | outline.Data | None = None
) -> tuple[Advice, ...]:
    """Everything worth a second look, also what changed for the index since the `base` version."""
    data = _data(instrument)
    found = [*_advice(data)]
    if base is not None:
        found += history_advice(_data(base), data, _paths(data))
    return tuple(found)


def _data(instrument: Questionnaire | outline.Data) -> outline.Data:
    if isinstance(instrument, Questionnaire):
        return instrument.model_dump(mode="json", exclude_none=True)
    return instrument


def _advice(data: outline.Data) -> Iterator[Advice]:
    questions = placed(data)
    yield from text_advice(outline.head(data), "", outline.HEAD)
    for number, part in enumerate(outline.parts(data)):
        yield from text_advice(part, f"parts[{number}]", str(part.get("code", "")))
        yield from explanation_advice(part.get("intro"), f"parts[{number}].intro", str(part.get("code", "")))
    yield from part_advice(data)
    for one in questions:
        yield from text_advice(one.question, one.place, one.code)
        yield from question_advice(one.question, one.kind, one.place, one.code)
    yield from repeated_advice(questions)
    yield from option_advice(questions)
    yield from direction_advice(data, questions)
    yield from reach_advice(questions)


def _paths(data: outline.Data) -> dict[str, str]:
    parts = {str(part.get("code", "")): f"parts[{number}]" for number, part in enumerate(outline.parts(data))}
    return {outline.HEAD: "version"} | parts | {one.code: one.place for one in placed(data)}
