"""What changed in the head of an instrument: who is asked, the scale, the formula, the blocks."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from questionnaires.changes.wording import Found, text_changes

Head = Mapping[str, Any]
_FIELDS: Final = {"code": "code", "version": "version", "status": "status", "source": "source"}
_TITLES: Final = ("title", "short_title")
_KNOWN: Final = frozenset(
    {*_FIELDS, *_TITLES, "kind", "notice", "respondent_types", "index", "scale", "formula", "blocks"}
)
_FORMULA: Final = {
    "name": "formula",
    "version": "formula",
    "positive": "positive",
    "base_minimum": "base_minimum",
    "beside": "beside",
    "source": "source",
}


def head_changes(old: Head, new: Head) -> Iterator[Found]:
    for name in dict.fromkeys((*old, *new)):
        if name in _TITLES:
            yield from text_changes(old.get(name), new.get(name), "title")
        elif (name in _FIELDS or name not in _KNOWN) and old.get(name) != new.get(name):
            yield _FIELDS.get(name, "other"), old.get(name), new.get(name)
    if old.get("kind") != new.get("kind"):
        yield "kind_of_instrument", old.get("kind"), new.get("kind")
    yield from _notice_changes(_table(old, "notice"), _table(new, "notice"))
    yield from _type_changes(old.get("respondent_types"), new.get("respondent_types"))
    yield from _index_changes(_table(old, "index"), _table(new, "index"))
    yield from _scale_changes(_table(old, "scale"), _table(new, "scale"))
    yield from _formula_changes(_table(old, "formula"), _table(new, "formula"))


def _notice_changes(old: Head, new: Head) -> Iterator[Found]:
    yield from text_changes(old.get("purpose"), new.get("purpose"), "title")
    yield from text_changes(old.get("respondent"), new.get("respondent"), "respondent")
    yield from _others(old, new, {"purpose", "respondent"})


def _type_changes(old: Any, new: Any) -> Iterator[Found]:
    before, after = _coded(old), _coded(new)
    if set(before) != set(after):
        yield "respondent_types", sorted(before), sorted(after)
    elif list(before) != list(after):
        yield "option_moved", list(before), list(after)
    for code in before:
        if code in after:
            yield from text_changes(before[code].get("text"), after[code].get("text"), "respondent")
            rest = ({name: value for name, value in one[code].items() if name != "text"} for one in (before, after))
            first, second = rest
            if first != second:
                yield "spelled_out", first, second


def _index_changes(old: Head, new: Head) -> Iterator[Found]:
    yield from text_changes(old.get("name"), new.get("name"), "index_name")
    for name, what in (("code", "index_code"), ("target", "target")):
        if old.get(name) != new.get(name):
            yield what, old.get(name), new.get(name)
    yield from _others(old, new, {"code", "name", "target"})


def _scale_changes(old: Head, new: Head) -> Iterator[Found]:
    before, after = (one["levels"] if isinstance(one.get("levels"), list) else [] for one in (old, new))
    if len(before) != len(after) or (old.get("levels") != new.get("levels") and not before):
        yield "level_label", old.get("levels"), new.get("levels")
    for one, other in zip(before, after, strict=False):
        yield from text_changes(one, other, "level_label", other_language="level_label_other_language")
    labels = (old.get("not_used"), new.get("not_used"))
    if (labels[0] is None) != (labels[1] is None):
        yield ("not_used_offered", *labels)
    else:
        yield from text_changes(*labels, "not_used_label")
    yield from _others(old, new, {"levels", "not_used"})


def _formula_changes(old: Head, new: Head) -> Iterator[Found]:
    yield from text_changes(old.get("reading"), new.get("reading"), "reading")
    for name in dict.fromkeys((*old, *new)):
        if name != "reading" and old.get(name) != new.get(name):
            yield _FORMULA.get(name, "other"), old.get(name), new.get(name)


def block_changes(old: Head, new: Head) -> Iterator[tuple[str, Found]]:
    """With the code of the block."""
    before, after = _coded(old.get("blocks")), _coded(new.get("blocks"))
    for code in dict.fromkeys((*before, *after)):
        one, other = before.get(code), after.get(code)
        if one is None or other is None or one.get("weight") != other.get("weight"):
            yield code, ("block", one, other)
        else:
            yield from ((code, found) for found in text_changes(one.get("title"), other.get("title"), "part_title"))
    if list(before) != list(after) and set(before) == set(after):
        yield "", ("spelled_out", list(before), list(after))


def _others(old: Head, new: Head, known: set[str]) -> Iterator[Found]:
    for name in sorted({*old, *new} - known):
        if old.get(name) != new.get(name):
            yield "other", old.get(name), new.get(name)


def _table(head: Head, name: str) -> Head:
    value = head.get(name)
    return value if isinstance(value, dict) else {}


def _coded(value: Any) -> dict[str, dict[str, Any]]:
    tables = value if isinstance(value, list) else []
    return {str(table.get("code", "")): table for table in tables if isinstance(table, dict)}
