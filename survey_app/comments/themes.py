"""Themes of comments, and which of them the words of a comment suggest. A person decides; the rules are themes.toml."""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from survey_app.comments.syllables import contains, has_marks, words
from survey_app.models.alphabet import plain

FILE = Path(__file__).with_name("themes.toml")
OTHER, NOTHING = "other", "nothing"
Phrases = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Theme:
    """`alone`: suggested only where the comment says nothing else, and given beside no other theme."""

    code: str
    name_vi: str
    name_en: str
    said: Phrases
    unsaid: Phrases
    alone: bool
    retired: bool

    @property
    def name(self) -> Mapping[str, str]:
        return {"vi": self.name_vi, "en": self.name_en}


@cache
def all_themes() -> Mapping[str, Theme]:
    """By code, in the order of the file."""
    found = tomllib.loads(FILE.read_text("utf-8"))["themes"]
    return {one["code"]: _theme(one) for one in found}


def offered() -> list[Theme]:
    return [theme for theme in all_themes().values() if not theme.retired]


def _theme(one: Mapping[str, Any]) -> Theme:
    return Theme(
        code=one["code"],
        name_vi=one["name"]["vi"],
        name_en=one["name"]["en"],
        said=_phrases(one["words"]),
        unsaid=_phrases(one.get("unless", ())),
        alone=one.get("alone", False),
        retired=one.get("retired", False),
    )


def _phrases(found: Sequence[str]) -> Phrases:
    return tuple(tuple(words(phrase)) for phrase in found)


def suggested(text: str) -> list[str]:
    """Codes in the order of the file; what is not recognised is left to the person."""
    typed_plainly = not has_marks(unicodedata.normalize("NFC", text))
    sentence = tuple(words(text))
    found = [theme.code for theme in offered() if _speaks_of(theme, sentence, typed_plainly)]
    return [code for code in found if not all_themes()[code].alone or len(found) == 1]


def _speaks_of(theme: Theme, sentence: Sequence[str], typed_plainly: bool) -> bool:
    said, unsaid = map(_plainly, (theme.said, theme.unsaid)) if typed_plainly else (theme.said, theme.unsaid)
    if theme.alone:
        return tuple(sentence) in said
    for phrase in unsaid:
        sentence = _without(sentence, phrase)
    return any(contains(sentence, phrase) for phrase in said)


@cache
def _plainly(phrases: Phrases) -> Phrases:
    """Without marks. A single word that the marks made is left out: «cò» would be every «có»."""
    found = [tuple(map(plain, phrase)) for phrase in phrases]
    return tuple(new for old, new in zip(phrases, found, strict=True) if len(new) > 1 or new == old)


def _without(sentence: Sequence[str], phrase: Sequence[str]) -> Sequence[str]:
    size, start = len(phrase), 0
    left: list[str] = []
    while start < len(sentence):
        if tuple(sentence[start : start + size]) == tuple(phrase):
            start += size
            left.append("…")
        else:
            left.append(sentence[start])
            start += 1
    return tuple(left)


def checked(codes: Sequence[str]) -> list[str]:
    """What a person chose, in the order of the file, without what there is not.

    Nothing is said beside something: the something stays.
    """
    known = [code for code in all_themes() if code in set(codes)]
    beside = [code for code in known if not all_themes()[code].alone]
    return beside or known
