"""Advice on single texts: translation, length, reading grade, words that lead, join or say no twice."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from questionnaires.lint.grade import flesch_kincaid, hard_words, longest_sentence
from questionnaires.lint.sentences import Advice
from questionnaires.lint.words import (
    HIGHEST_GRADE,
    JOINING,
    LANGUAGE_NAMES,
    LEADING,
    LONGEST,
    LONGEST_SENTENCE,
    MARKUP,
    NEGATIONS,
    ONE_THING,
    PERHAPS_JOINING,
    UNITS,
    WORD,
)

Found = tuple[str, Mapping[str, str]]
_RATINGS: Final = frozenset({"rated", "general_rating", "three_level"})


def text_advice(value: Any, place: str, at: str) -> Iterator[Advice]:
    """Of every text in plain data: is it there in both languages, does it hold markup."""
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGE_NAMES) and all(isinstance(one, str) for one in value.values()):
            yield from _one_text(value, place, at)
        else:
            for name, inner in value.items():
                if name not in ("audio", "show_if", "items", "questions"):
                    yield from text_advice(inner, f"{place}.{name}" if place else str(name), at)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from text_advice(inner, f"{place}[{number}]", at)


def _one_text(text: Mapping[str, str], place: str, at: str) -> Iterator[Advice]:
    for language, name in LANGUAGE_NAMES.items():
        words = text.get(language, "")
        if not words.strip():
            yield Advice(f"{place}.{language}", at, "missing_translation", {"language": name})
        elif MARKUP.search(words):
            yield Advice(f"{place}.{language}", at, "markup")


def question_advice(question: Mapping[str, Any], kind: str, place: str, at: str) -> Iterator[Advice]:
    """On the question itself and, for sentences that are too long, on its hint."""
    for language, words in _languages(question.get("text")):
        for what, details in _wording(words, language, kind in _RATINGS):
            yield Advice(f"{place}.text.{language}", at, what, details)
    yield from explanation_advice(question.get("hint"), f"{place}.hint", at)


def explanation_advice(text: Any, place: str, at: str) -> Iterator[Advice]:
    """On words that are read and not answered: what stands before a part, a hint."""
    for language, words in _languages(text):
        count, most = longest_sentence(words), LONGEST_SENTENCE[language]
        if count > most:
            details = {"count": str(count), "unit": UNITS[language], "most": str(most)}
            yield Advice(f"{place}.{language}", at, "hard_sentence", details)


def _languages(text: Any) -> Iterator[tuple[str, str]]:
    for language in LANGUAGE_NAMES:
        words = text.get(language) if isinstance(text, Mapping) else None
        if isinstance(words, str):
            yield language, words


@lru_cache(maxsize=4096)
def _wording(text: str, language: str, rating: bool) -> tuple[Found, ...]:
    """Kept, because an editor asks again after every change of one question."""
    return tuple(_found(text, language, rating))


def _found(text: str, language: str, rating: bool) -> Iterator[Found]:
    count, most = len(text.split()), LONGEST[language]
    if count > most:
        yield "too_long", {"count": str(count), "unit": UNITS[language], "most": str(most)}
    lower = text.lower()
    yield from (("leading", {"word": word}) for word in LEADING[language] if word in lower)
    yield from _joins(lower, language, rating)
    if language == "vi":
        yield from (("hard_word", {"word": word, "plainer": plainer}) for word, plainer in hard_words(text))
    elif (grade := flesch_kincaid(text)) > HIGHEST_GRADE:
        yield "grade", {"grade": f"{grade:.1f}", "most": f"{HIGHEST_GRADE:.0f}"}
    words = _negations(lower, language)
    if len(words) > 1:
        yield "double_negation", {"words": ", ".join(words)}


def _joins(lower: str, language: str, rating: bool) -> Iterator[Found]:
    for phrase in ONE_THING[language]:
        lower = lower.replace(phrase, " ")
    yield from (("joined", {"word": word}) for word in JOINING[language] if _stands_in(word, lower))
    # "A or B?" is a fair choice between options; only of a rating one cannot tell which of the two was rated.
    if rating:
        yield from (("perhaps_joined", {"word": word}) for word in PERHAPS_JOINING[language] if _stands_in(word, lower))


def _stands_in(word: str, lower: str) -> bool:
    return word in lower if word == "/" else f" {word} " in lower


def _negations(lower: str, language: str) -> list[str]:
    words: list[str] = WORD.findall(lower)
    if language == "en":
        return [word for word in words if word in NEGATIONS["en"] or word.endswith(("n't", "n’t"))]
    # At the end, and after "hay", these words make a question and deny nothing.
    asking = re.sub(r"\bhay (không|chưa)\b|\b(không|chưa)\s*[?.…]*$", " ", lower.strip())
    return [word for word in WORD.findall(asking) if word in NEGATIONS["vi"]]
