"""What the plan's document says beside the sampling: from a form, and from what the survey knows already.

The document's shape is `analysis.planning.document.about`; texts left empty there have a default in official words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from questionnaires.model import Questionnaire
from survey_app.models import Unit, Wave

TEXTS = ("superior", "issuer", "place", "number", "signer", "signer_name", "subjects", "budget_source", "contact")
PLAIN = ("legal_bases", "purposes", "scope", "channels", "supervision", "recipients")  # A text for each line.
# What the parts of a line are, with semicolons between.
PARTS: Mapping[str, tuple[str, ...]] = {
    "people": ("who", "what"),
    "calendar": ("what", "who", "first_day", "last_day"),
    "budget": ("what", "unit", "quantity", "price"),
    "organisation": ("who", "what"),
    "publications": ("what", "where", "day"),
}
DAYS, NUMBERS = ("first_day", "last_day", "day"), ("quantity", "price")


class BadLine(ValueError):
    """A line of the form that is not what it should be."""


def parsed(name: str, lines: Sequence[Sequence[str]]) -> list[Any]:
    """Lines of the form as the document reads them. Raises BadLine with the line."""
    if name in PLAIN:
        return ["; ".join(parts) for parts in lines]
    return [_entry(PARTS[name], parts) for parts in lines]


def _entry(names: tuple[str, ...], parts: Sequence[str]) -> dict[str, Any]:
    if len(parts) != len(names) or not all(parts):
        raise BadLine("; ".join(parts))
    try:
        return {name: _value(name, text) for name, text in zip(names, parts, strict=True)}
    except ValueError as error:
        raise BadLine("; ".join(parts)) from error


def _value(name: str, text: str) -> str | int:
    if name in DAYS:
        day, month, year = (int(part) for part in text.split("/"))
        return date(year, month, day).isoformat()
    return int(text.replace(".", "")) if name in NUMBERS else text


def lines(name: str, kept: Sequence[Any]) -> list[list[str]]:
    """The other way: what is kept, to be edited."""
    if name in PLAIN:
        return [[text] for text in kept]
    return [[_shown(part, entry[part]) for part in PARTS[name]] for entry in kept]


def _shown(name: str, value: Any) -> str:
    return date.fromisoformat(value).strftime("%d/%m/%Y") if name in DAYS else str(value)


def document(wave: Wave, kept: Mapping[str, Any], instrument: Questionnaire, units: Sequence[Unit]) -> dict[str, Any]:
    """All that the document is made of."""
    survey, version = wave.survey, wave.instrument_version
    return {
        "title": survey.name_vi,
        "issuer": survey.owner_vi,
        "first_day": survey.period_from.isoformat(),
        "last_day": survey.period_to.isoformat(),
        "field_first_day": wave.opens_on.isoformat(),
        "field_last_day": wave.closes_on.isoformat(),
        "method": survey.method_vi,
        "forms": [
            {
                "title": instrument.title.vi,
                "version": version.version,
                "content_hash": version.content_hash[:16],
                "questions": len(list(instrument.questions())),
            }
        ],
        "units": {unit.code: unit.full_name for unit in units},
        **{name: value for name, value in kept.items() if value},
    }
