"""Names and labels as SPSS and Stata take them: shorter, and without some characters, but never two the same."""

import re
from collections.abc import Iterable, Mapping

# Words that a program's language has for itself.
SPSS_WORDS = frozenset(("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"))
STATA_WORDS = frozenset(
    (
        *("_all", "_b", "_coef", "_cons", "_n", "_pi", "_pred", "_rc", "_skip", "byte", "double", "float", "if", "in"),
        *("int", "long", "strl", "using", "with"),
    )
)
SPSS_LONGEST, STATA_LONGEST = 64, 32


def spss_names(names: Iterable[str]) -> Mapping[str, str]:
    """Ours → SPSS's, which knows no difference of case."""
    return _names(names, r"[^A-Za-z0-9_.]", SPSS_LONGEST, SPSS_WORDS)


def stata_names(names: Iterable[str]) -> Mapping[str, str]:
    return _names(names, r"[^A-Za-z0-9_]", STATA_LONGEST, STATA_WORDS)


def _names(names: Iterable[str], forbidden: str, longest: int, words: frozenset[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    taken = set(words)
    for name in names:
        plain = re.sub(forbidden, "_", name)[:longest].rstrip(".")
        chosen, number = plain, 1
        while chosen.lower() in taken:
            number += 1
            chosen = f"{plain[: longest - len(str(number)) - 1]}_{number}"
        taken.add(chosen.lower())
        found[name] = chosen
    return found


def cut(label: str, *, characters: int = 10_000, size: int = 100_000) -> str:
    """The label, or as much of it as fits in so many characters and bytes of UTF-8, with a sign that it was cut."""
    if len(label) <= characters and len(label.encode()) <= size:
        return label
    kept = label[: characters - 1]
    while len(kept.encode()) > size - len("…".encode()):
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
