"""What changed within one question, field by field; what it means is left to `rules`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from questionnaires import conditions_form
from questionnaires.changes.matching import moved
from questionnaires.changes.wording import Found, letters, text_changes

_TEXTS: Final = {"text": "reworded", "hint": "hint", "criterion": "criterion"}
_FIELDS: Final = {
    "kind": "kind",
    "source": "source",
    "audio": "recording",
    "required": "required",
    "dont_know": "states",
    "prefer_not": "states",
    "full_only": "short_form",
    "max_choices": "limit",
    "ranks": "limit",
    "minimum": "range",
    "maximum": "range",
    "earliest": "range",
    "latest": "range",
    "max_length": "length",
}
_OWN: Final = frozenset({"code", "options", "levels", "not_used"})  # Compared by functions of their own.
Question = Mapping[str, Any]


def question_changes(old: Question, new: Question, not_used: tuple[bool, bool]) -> Iterator[Found]:
    """`not_used`: whether the scale of the old and the new instrument has words for it."""
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if name in _TEXTS:
            yield from text_changes(before, after, _TEXTS[name])
        elif name == "show_if" and before != after:
            same = conditions_form.meaning(before) == conditions_form.meaning(after)
            yield ("spelled_out" if same else "condition"), before, after
        elif name not in _OWN and before != after:
            yield _FIELDS.get(name, "other"), before, after
    yield from _not_used_changes(old, new, not_used)
    yield from _level_changes(old.get("levels"), new.get("levels"))
    yield from _option_changes(old, new)


def _not_used_changes(old: Question, new: Question, not_used: tuple[bool, bool]) -> Iterator[Found]:
    before, after = old.get("not_used"), new.get("not_used")
    if before != after:
        offered = (not_used[0] if before is None else before, not_used[1] if after is None else after)
        yield ("states" if offered[0] != offered[1] else "spelled_out"), before, after


def _level_changes(old: Any, new: Any) -> Iterator[Found]:
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            yield from text_changes(before, after, "level_label", other_language="level_label_other_language")
    elif old != new:
        yield "level_label", old, new


def _option_changes(old: Question, new: Question) -> Iterator[Found]:
    before, after = _by_code(old), _by_code(new)
    recoded = dict(_recoded(before, after))
    several = "one_" if old.get("kind") == new.get("kind") == "multiple" else ""
    for code in before:
        if code in after:
            yield from _one_option_changes(before[code], after[code])
        elif code in recoded:
            yield "option_recoded", code, recoded[code]
            yield from _one_option_changes(before[code], after[recoded[code]])
        else:
            yield f"{several}option_removed", _words(before[code]), None
    for code in after:
        if code not in before and code not in recoded.values():
            yield f"{several}option_added", None, _words(after[code])
    if moved([recoded.get(code, code) for code in before], list(after)):
        yield "option_moved", list(before), list(after)


def _by_code(question: Question) -> dict[str, dict[str, Any]]:
    options = question.get("options")
    return {str(option.get("code", "")): option for option in options} if isinstance(options, list) else {}


def _recoded(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Options that are gone, with the new ones of the same words."""
    new = {letters(_words(option)): code for code, option in after.items() if code not in before}
    for code, option in before.items():
        if code not in after and (found := new.pop(letters(_words(option)), None)) is not None:
            yield code, found


def _one_option_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    yield from text_changes(old.get("text"), new.get("text"), "option_reworded")
    if old.get("specify") != new.get("specify"):
        yield "option_specify", old.get("specify"), new.get("specify")
    if old.get("audio") != new.get("audio"):
        yield "recording", old.get("audio"), new.get("audio")
    for name in {*old, *new} - {"code", "text", "specify", "audio"}:
        if old.get(name) != new.get(name):
            yield "other", old.get(name), new.get(name)


def _words(option: Mapping[str, Any]) -> str:
    text = option.get("text")
    return str((text.get("vi") or text.get("en") or "") if isinstance(text, dict) else text or "")
