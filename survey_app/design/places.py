"""Where a remark leads: the address and the name of the question, part or head that it is about."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from questionnaires import outline
from survey_app.design import names
from survey_app.design.listing import Remark
from survey_app.models import Draft

Plain = dict[str, Any]


def place_url(draft: Draft, data: Plain, remark: Remark) -> str:
    part, question = _found(data, remark)
    if question:
        return url_for("design.show_question", draft_id=draft.id, code=question)
    if part:
        return url_for("design.show_part", draft_id=draft.id, part=part)
    return url_for("design.show_head", draft_id=draft.id)


def place_name(data: Plain, remark: Remark) -> str:
    """«Question A1.2, Question in English»."""
    part, question = _found(data, remark)
    where = _("Question %(code)s", code=question) if question else _("Part %(code)s", code=part) if part else _("Head")
    field = field_name(remark.place)
    return f"{where}, {field}" if field else str(where)


def field_name(place: str) -> str:
    """The field of a place like `options[1].text.vi`, as the form calls it; empty where the form has no name for it."""
    plain = re.sub(r"\[\d+\]", "", place)
    first = plain.partition(".")[0]
    return str(names.FIELDS.get(plain) or names.FIELDS.get(first) or "")


def _found(data: Plain, remark: Remark) -> tuple[str, str]:
    """The codes of the part and of the question; empty where the remark is about neither."""
    if remark.part is None:
        return "", ""
    part = _table_at(data.get("parts"), remark.part)
    question = _table_at(part.get(outline.list_name(part)), remark.question)
    return str(part.get("code", "")), str(question.get("code", ""))


def _table_at(tables: Any, position: int | None) -> Plain:
    """What stands at the place; a file from outside may have anything there."""
    found = tables[position] if isinstance(tables, list) and position is not None and position < len(tables) else {}
    return found if isinstance(found, dict) else {}


def kind_choices(kinds: Sequence[str]) -> list[tuple[str, Any]]:
    return [(kind, names.QUESTION_KINDS[kind][0]) for kind in kinds]


def pairs(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


FOR_TEMPLATES: Mapping[str, Callable[..., Any]] = {
    "place_url": place_url,
    "place_name": place_name,
    "field_name": field_name,
    "kind_choices": kind_choices,
    "pairs": pairs,
}
