"""A value of a questionnaire as a person reads it, and two texts word by word."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _

from survey_app.design.condition_words import ConditionWords
from survey_app.web import languages

Plain = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    words: str
    changed: bool


def readable(data: Plain, name: str, value: Any) -> str:
    """`name` is that of the field: a condition becomes a sentence."""
    if value is None or value == "":
        return str(_("nothing"))
    if name == "show_if":
        return ConditionWords(data, languages.current()).sentence(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return " · ".join(readable(data, "", one) for one in value)
    if isinstance(value, Mapping):
        if set(value) <= {"vi", "en"}:
            return str(value.get(languages.current()) or next(iter(value.values()), ""))
        return " – ".join(readable(data, "", one) for one in value.values() if one not in (None, False))
    return str(value)


def word_by_word(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """The two texts in pieces, with what only one of them has marked."""
    old, new = before.split(), after.split()
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, words in enumerate((old[a:b], new[c:d])):
            if words:
                pieces[side].append(Piece(" ".join(words), tag != "equal"))
    return pieces
