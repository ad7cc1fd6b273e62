"""Where everything stands on the public site: permanent addresses in both languages, and the words for them."""

from collections.abc import Mapping

from questionnaires.model import Language

ROOTS: Mapping[Language, str] = {"vi": "/ket-qua", "en": "/en/results"}
SECTIONS: Mapping[str, Mapping[Language, str]] = {
    "units": {"vi": "don-vi", "en": "units"},
    "method": {"vi": "cach-do", "en": "method"},
    "replies": {"vi": "tra-loi", "en": "replies"},
    "data": {"vi": "du-lieu", "en": "data"},
    "embed": {"vi": "nhung", "en": "embed"},
    "years": {"vi": "cac-nam", "en": "years"},
    "corrections": {"vi": "dinh-chinh", "en": "corrections"},
}
RESERVED = frozenset(SECTIONS[name][language] for name in ("years", "corrections") for language in ROOTS) | {"files"}
# Written once, whatever the language: data, pictures, the stylesheet.
FILES = f"{ROOTS['vi']}/files"


def page(language: Language, *parts: str | int) -> str:
    """The address of a page; names of sections are put into the language."""
    named = (SECTIONS[name][language] if name in SECTIONS else name for name in map(str, parts))
    return "/".join((ROOTS[language], *named, ""))


def file(survey: str, number: int, name: str) -> str:
    return f"{FILES}/{survey}/{number}/{name}"
