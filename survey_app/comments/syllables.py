"""Vietnamese words as they are compared: whatever their normal form and the place of the tone mark.

Which words are looked for is left to `themes` and `scrubbing`.
"""

import re
import unicodedata
from collections.abc import Sequence

from survey_app.models.alphabet import plain

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
WORD = re.compile(r"\w+")


def marked(word: str) -> str:
    """In small letters with the tone last, for «hòa» and «hoà» are one word."""
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(sign for sign in apart if sign not in TONES) + "".join(sign for sign in apart if sign in TONES)


def words(text: str) -> list[str]:
    return [marked(found[0]) for found in WORD.finditer(unicodedata.normalize("NFC", text))]


def has_marks(text: str) -> bool:
    """Whether it was typed with a Vietnamese keyboard."""
    return plain(text) != text.casefold()


def contains(sentence: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether the words of the phrase stand in the sentence, one after the other."""
    size = len(phrase)
    return any(sentence[start : start + size] == phrase for start in range(len(sentence) - size + 1))
