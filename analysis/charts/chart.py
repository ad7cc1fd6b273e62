"""What every chart is: a canvas with its words for those who cannot see it; and what those words have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Canvas

from analysis.report.cells import confidence
from analysis.report.source import Figure, Release
from analysis.report.words import UNDRAWN, UNDRAWN_SAID, VERDICTS, count
from analysis.site.words import setting, unit_name
from questionnaires.texts import Language


@dataclass(frozen=True)
class Chart:
    """`alt` and `english` say the same."""

    canvas: Canvas
    alt: str
    english: str


LANGUAGES: tuple[Language, ...] = ("vi", "en")
VERDICTS_SAID: Mapping[Language, Mapping[str, str]] = {
    "vi": VERDICTS,
    "en": {"met": "met", "not_met": "not met", "undecided": "not enough evidence", "": "too few data"},
}
WITHHELD: Mapping[Language, str] = {"vi": UNDRAWN_SAID, "en": "not judged: no sealed plan"}
VALUE: Mapping[Language, str] = {
    "vi": "{estimate}%, khoảng tin cậy {level}% từ {low}% đến {high}%",
    "en": "{estimate}%, {level}% confidence interval from {low}% to {high}%",
}


def value_said(release: Release, figure: Figure, language: Language) -> str:
    """Estimate and interval, by the release's own texts."""
    texts = {part: found[language] for part, found in release.display.get(figure.id, {}).items()}
    if "low" not in texts:
        return f"{texts.get('estimate', '–')}%"
    return VALUE[language].format(level=setting(confidence(release), language), **texts)


def verdict_said(kind: str, language: Language) -> str:
    return WITHHELD[language] if kind == UNDRAWN else VERDICTS_SAID[language][kind]


def counts_said(kinds: Sequence[str], before: str, language: Language) -> str:
    """How many have each verdict; `before` parts the number from the word."""
    said = {**VERDICTS_SAID[language], **({UNDRAWN: WITHHELD[language]} if UNDRAWN in kinds else {})}
    return ", ".join(f"{count(kinds.count(kind))}{before}{words}" for kind, words in said.items())


def unit_said(release: Release, code: str, language: Language) -> str:
    unit = next((one for one in release.context["units"] if one["code"] == code), None)
    return unit_name(unit, language) if unit else code
