"""Reads the question form into a question's plain data and back, with whatever was typed; knows no draft.

Names in the form are paths: `text.vi`, `options.2.code`. What cannot be a number stays as it was typed, so that the
form shows it again beside the fault and nothing that somebody wrote is lost.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Plain = dict[str, Any]
LANGUAGES = ("vi", "en")
_WHOLE = re.compile(r"[+-]?\d{1,9}")
CHOICES = ("single", "multiple", "ranking")
# What belongs to which kind, besides what every question has.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "rated": ("criterion", "not_used"),
    "general_rating": ("not_used",),
    "three_level": ("levels",),
    "single": ("options",),
    "multiple": ("options", "max_choices"),
    "ranking": ("options", "ranks"),
    "number": ("minimum", "maximum"),
    "percentage": ("minimum", "maximum"),
    "date": ("earliest", "latest"),
    "short_text": ("max_length",),
    "text": ("max_length",),
}
MARKS = ("required", "full_only", "dont_know", "prefer_not")


def nested(pairs: Iterable[tuple[str, str]]) -> Plain:
    """`{"text": {"vi": …}}` of `text.vi`; of several fields with one name the last counts."""
    found: Plain = {}
    for name, value in pairs:
        *steps, last = name.split(".")
        inner = found
        for step in steps:
            below = inner.setdefault(step, {})
            if not isinstance(below, dict):
                below = inner[step] = {}
            inner = below
        inner[last] = value
    return found


def in_order(table: Any) -> list[Any]:
    """What stands under the numbers of a nested form, in their order."""
    numbered = table.items() if isinstance(table, dict) else ()
    return [value for _, value in sorted((int(key), value) for key, value in numbered if key.isdigit())]


def question(typed: Plain, old: Plain) -> Plain:
    """The question that the form holds. What the form does not show (recordings) comes from the old one."""
    kind = str(typed.get("kind") or old.get("kind") or "rated")
    made: Plain = {"kind": kind, "code": _line(typed.get("code")), "text": text(typed.get("text")) or {}}
    made["hint"] = text(typed.get("hint"))
    made["source"] = _source(typed.get("source"), needed=kind == "rated")
    for name in MARKS:
        made[name] = _mark(name, typed, old)
    for name in FIELDS.get(kind, ()):
        made[name] = _READ[name](typed.get(name), old.get(name))
    made["audio"], made["show_if"] = old.get("audio"), old.get("show_if")
    return {name: value for name, value in made.items() if value is not None}


def text(value: Any) -> Plain | None:
    """A text in the languages in which something was written; None where nothing was."""
    written = (
        {language: _line((value or {}).get(language)) for language in LANGUAGES} if isinstance(value, dict) else {}
    )
    return {language: words for language, words in written.items() if words} or None


def _line(value: Any) -> str:
    return " ".join(str(value or "").split())


def _mark(name: str, typed: Plain, old: Plain) -> bool | None:
    if typed.get(name) == "1":
        return True
    # An absent mark and one that says no are the same; the old form of it is kept.
    return False if name in old and name != "full_only" else None


def _source(value: Any, needed: bool) -> Plain | None:
    source = value if isinstance(value, dict) else {}
    decision, certainty = _line(source.get("decision")), _line(source.get("certainty"))
    if not decision and not needed:
        return None
    made = {"decision": decision, "certainty": certainty or "proposed"}
    return {name: words for name, words in made.items() if words}


def whole(value: Any, _old: Any = None) -> int | str | None:
    """A whole number, or what was typed instead."""
    typed = _line(value)
    return (int(typed) if _WHOLE.fullmatch(typed) else typed) if typed else None


def _not_used(value: Any, _old: Any) -> bool | None:
    return {"yes": True, "no": False}.get(str(value or ""))


def _day(value: Any, _old: Any) -> str | None:
    return _line(value) or None


def _needed_text(value: Any, _old: Any) -> Plain:
    return text(value) or {}


def _levels(value: Any, _old: Any) -> list[Plain]:
    return [text(level) or {} for level in in_order(value)]


def _options(value: Any, old: Any) -> list[Plain]:
    """The rows in order. A recording follows its answer by the code that it had when the form was shown."""
    before = {str(one.get("code")): one for one in old or () if isinstance(one, dict)}
    return [_option(row, before.get(str(row.get("was")), {})) for row in in_order(value) if isinstance(row, dict)]


def _option(row: Plain, old: Plain) -> Plain:
    made: Plain = {"code": _line(row.get("code")), "text": text(row.get("text")) or {}}
    if row.get("specify") == "1":
        made["specify"] = True
    elif "specify" in old:
        made["specify"] = False
    return made | ({"audio": old["audio"]} if "audio" in old else {})


_READ: Mapping[str, Callable[[Any, Any], Any]] = {
    "criterion": _needed_text,
    "not_used": _not_used,
    "levels": _levels,
    "options": _options,
    "max_choices": whole,
    "ranks": whole,
    "minimum": whole,
    "maximum": whole,
    "earliest": _day,
    "latest": _day,
    "max_length": whole,
}
