"""Leaves out of a text from outside the characters that no document can show or that hide what it says."""

import re
from typing import Final

from questionnaires.texts import TURNING, UNSTORABLE

_MARKUP: Final = re.compile(r"</?[a-z][^>]{0,500}>", re.IGNORECASE)


def cleaned(text: str) -> tuple[str, str]:
    """The text, and the codes of what was left out."""
    odd = sorted(set(UNSTORABLE.findall(text)) | set(TURNING.findall(text)))
    if not odd:
        return text, ""
    return TURNING.sub("", UNSTORABLE.sub("", text)), ", ".join(f"U+{ord(letter):04X}" for letter in odd[:5])


def has_markup(text: str) -> bool:
    return _MARKUP.search(text) is not None
