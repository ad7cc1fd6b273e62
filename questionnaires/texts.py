"""The smallest pieces of an instrument: texts in both languages, codes, recordings, sources."""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]{0,39}$")]
# Control characters, lone surrogates and the two code points that XML refuses: no document of ours could hold them.
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# They turn the direction of writing, so that a text reads otherwise than it is stored. Neither language needs them.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What a text may hold in braces, to be replaced by the words of the place where the form is filled in.
SUBSTITUTES = ("office", "unit", "survey", "owner", "procedure")
_BRACES = re.compile(r"\{([^{}]*)\}")


def _storable(text: str) -> str:
    if UNSTORABLE.search(text):
        raise ValueError("holds a character that no document can show")
    if TURNING.search(text):
        raise ValueError("holds a character that turns the direction of writing")
    return unicodedata.normalize("NFC", text)


Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_storable)]
Certainty = Literal["found", "recalled_high", "recalled_medium", "recalled_low", "proposed"]
# A recording is named by its content, so that a published version keeps its voice too.
Recording = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\.(mp3|m4a|ogg|wav)$")]


class Frozen(BaseModel):
    """A value that cannot be changed and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Frozen):
    """One text in both languages of the system."""

    vi: Filled
    en: Filled

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.vi


class Audio(Frozen):
    """The text read aloud, where somebody recorded it."""

    vi: Recording | None = None
    en: Recording | None = None

    def __getitem__(self, language: str) -> str | None:
        return self.en if language == "en" else self.vi


class Source(Frozen):
    """Where a criterion comes from, and how sure we are of it."""

    decision: Filled
    certainty: Certainty


def named_in(text: str) -> tuple[str, ...]:
    """What stands in braces in a text, known or not."""
    return tuple(_BRACES.findall(text))


def substituted(text: str, words: dict[str, str]) -> str:
    """The text with the words of the place; what `words` does not name stays as it is."""
    return _BRACES.sub(lambda found: words.get(found[1], found[0]), text)
