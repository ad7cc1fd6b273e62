"""Writes an instrument, or a draft of one, as TOML that a person can read and complete; comments are not kept.

An own small writer: the kept library for TOML gives every text in two languages a table of its own, which makes a form
of thirty questions a thousand lines long.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires.model import Questionnaire

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LINE = 120
# Lists of tables that get a heading for each; all others are written in place.
_HEADED = ("parts", "items", "questions", "respondent_types")


def written(instrument: Questionnaire) -> bytes:
    return from_data(lean(instrument)).encode()


def lean(instrument: Questionnaire) -> dict[str, Any]:
    """The instrument's plain data without what is only absent: no False or empty list that the model gives anyway."""
    whole = instrument.model_dump(mode="json", exclude_none=True)
    said = instrument.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    trimmed: dict[str, Any] = _trimmed(whole, said)
    return trimmed


def _trimmed(whole: Any, said: Any) -> Any:
    if isinstance(whole, dict):
        first = {key: whole[key] for key in ("kind", "code") if key in whole and whole[key] != "rated"}
        rest = {key: value for key, value in whole.items() if key in said or (value is not False and value != [])}
        return first | {key: _trimmed(value, said.get(key)) for key, value in rest.items() if key != "kind"}
    if isinstance(whole, list):
        return [_trimmed(*pair) for pair in zip(whole, said or whole, strict=True)]
    return whole


def from_data(data: Mapping[str, Any]) -> str:
    return "\n".join(_table(data, "")).strip("\n") + "\n"


def _table(table: Mapping[str, Any], path: str) -> Iterator[str]:
    """The lines of one table: first what belongs to it, then the tables below it."""
    below = {key: value for key, value in table.items() if _is_headed(key, value, path)}
    for key, value in table.items():
        if key not in below and value is not None:
            yield from _pairs(_key(key), value)
    for key, value in below.items():
        name = f"{path}.{_key(key)}" if path else _key(key)
        for one in value if isinstance(value, list | tuple) else [value]:
            yield ""
            yield f"[{name}]" if one is value else f"[[{name}]]"
            yield from _table(one, name)


def _is_headed(key: str, value: Any, path: str) -> bool:
    if isinstance(value, list | tuple):
        return key in _HEADED and bool(value) and all(isinstance(one, Mapping) for one in value)
    return not path and isinstance(value, Mapping) and not _is_text(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= {"vi", "en"}


def _pairs(key: str, value: Any) -> Iterator[str]:
    if _is_text(value):
        yield from (f"{key}.{language} = {_value(text)}" for language, text in value.items())
        return
    line = f"{key} = {_value(value)}"
    if isinstance(value, list | tuple) and len(line) > _LINE:
        yield from (f"{key} = [", *(f"  {_value(one)}," for one in value), "]")
    else:
        yield line


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None)
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    # What JSON escapes in a text, TOML reads the same way; numbers and truth values look alike too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
