"""How hard a text is to read.

English: the Flesch–Kincaid grade (Kincaid and others 1975). For Vietnamese no formula is widely held, so its measures
are plain counts: syllables in the longest sentence, and words of official language that have a plainer one.
"""

import re
from collections.abc import Iterator

from questionnaires.lint.words import HARD_WORDS, SENTENCE_END, WORD

_VOWELS = re.compile(r"[aeiouy]+")


def longest_sentence(text: str) -> int:
    """In syllables, which Vietnamese writes apart, or in English words."""
    return max((len(sentence.split()) for sentence in SENTENCE_END.split(text)), default=0)


def flesch_kincaid(text: str) -> float:
    words = WORD.findall(text)
    sentences = sum(1 for sentence in SENTENCE_END.split(text) if WORD.search(sentence))
    if not words:
        return 0.0
    syllables = sum(english_syllables(word) for word in words)
    return 0.39 * len(words) / max(sentences, 1) + 11.8 * syllables / len(words) - 15.59


def english_syllables(word: str) -> int:
    """Groups of vowels, without a silent final e: right for nine words in ten, which is enough for a mean."""
    plain = word.lower().replace("'", "").replace("’", "")
    groups = len(_VOWELS.findall(plain))
    silent_e = plain.endswith("e") and not plain.endswith(("le", "ee"))
    silent_ed = plain.endswith("ed") and plain[-3:-2] not in "aeiouytd"
    return max(groups - (silent_e or silent_ed), 1)


def hard_words(text: str) -> Iterator[tuple[str, str]]:
    """With what is plainer."""
    lower = text.lower()
    return ((word, plainer) for word, plainer in HARD_WORDS.items() if word in lower)
