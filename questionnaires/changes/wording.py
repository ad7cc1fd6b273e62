"""How a text changed: in words, in spelling only, or in the other language only."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

Found = tuple[str, Any, Any]  # What changed (a key of RULES), before, after.

# Two schools put the mark of these vowels on different letters; the word is the same.
_MARKS: Final = {"oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa", "oè": "òe", "oé": "óe", "oẻ": "ỏe"}
_MARKS_TOO: Final = {"oẽ": "õe", "oẹ": "ọe", "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy"}
_NO_LETTER: Final = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """What is left of a text when case, punctuation, spaces and the school of its tone marks do not count."""
    plain = unicodedata.normalize("NFC", text).casefold()
    for one, other in (_MARKS | _MARKS_TOO).items():
        plain = plain.replace(one, other)
    return _NO_LETTER.sub(" ", plain).strip()


def text_changes(
    before: Any, after: Any, what: str, spelling: str = "spelling", other_language: str = "other_language"
) -> Iterator[Found]:
    """Of a text in both languages, either of which may be missing."""
    old, new = _languages(before), _languages(after)
    vi, en = (old.get("vi"), new.get("vi")), (old.get("en"), new.get("en"))
    if vi[0] != vi[1]:
        same = vi[0] is not None and vi[1] is not None and letters(str(vi[0])) == letters(str(vi[1]))
        yield (spelling if same else what, *vi)
    if en[0] != en[1]:
        yield (other_language, *en)


def _languages(text: Any) -> dict[str, Any]:
    if isinstance(text, dict):
        return text
    return {} if text is None else {"vi": text}
