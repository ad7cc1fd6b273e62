"""Plain data in one form, so that what is said by default and what is spelled out are equal."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, get_args

from pydantic import BaseModel

from questionnaires.model import AnyQuestion, Formula, IndexName, Questionnaire


def normal(value: Any) -> Any:
    """As JSON would hold it, texts as the model stores them, without what is absent."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, Mapping):
        return {str(name): normal(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [normal(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    fields = model.model_fields.items()
    return {
        name: normal(field.default) for name, field in fields if not field.is_required() and field.default is not None
    }


_OF_QUESTION: Final = {kind.model_fields["kind"].default: _defaults(kind) for kind in get_args(AnyQuestion)}
_OF_OPTION: Final = {"specify": False}
_OF_HEAD: Final = {name: value for name, value in _defaults(Questionnaire).items() if name != "parts"}
_OF_HEAD_TABLES: Final = {"formula": _defaults(Formula), "index": _defaults(IndexName)}


def normal_question(question: Mapping[str, Any], kind: str) -> dict[str, Any]:
    full = {**_OF_QUESTION.get(kind, {}), **normal(question), "kind": kind}
    return _with_full_options(full, "options")


def normal_head(head: Mapping[str, Any]) -> dict[str, Any]:
    full = {**_OF_HEAD, **normal(head)}
    tables = {name: {**defaults, **full[name]} for name, defaults in _OF_HEAD_TABLES.items() if _is_table(full, name)}
    return _with_full_options({**full, **tables}, "respondent_types")


def _with_full_options(table: dict[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(table.get(name), list):
        return table
    return {**table, name: [{**_OF_OPTION, **option} for option in table[name] if isinstance(option, dict)]}


def _is_table(data: Mapping[str, Any], name: str) -> bool:
    return isinstance(data.get(name), dict)
