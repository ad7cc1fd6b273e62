"""Writes an instrument as an XLSForm for KoboToolbox and ODK; `xlsform_in` reads the same instrument back from it.

What XLSForm has no word for stands in columns of our own and on the sheet `hailong`. Other programs leave those alone.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from questionnaires.exchange import xlsform_columns as columns
from questionnaires.exchange.choices_out import choice_rows, texts
from questionnaires.exchange.conditions_out import PLACE, VARIANT, relevants
from questionnaires.exchange.sheets_out import Cells, workbook
from questionnaires.exchange.survey_out import group_end, group_start, question_rows
from questionnaires.exchange.toml import lean
from questionnaires.model import Questionnaire
from questionnaires.texts import SUBSTITUTES, named_in

# What a form says where the office has not yet put its own word in.
WORDS: Final = {
    "office": "cơ quan",
    "unit": "đơn vị",
    "survey": "cuộc khảo sát",
    "owner": "cơ quan khảo sát",
    "procedure": "thủ tục",
}


def written(instrument: Questionnaire) -> bytes:
    sheets: dict[str, tuple[Sequence[str], list[Cells]]] = {
        "survey": (columns.SURVEY, list(survey_rows(instrument))),
        "choices": (columns.CHOICES, list(choice_rows(instrument))),
        "settings": (columns.SETTINGS, [_settings(instrument)]),
        columns.OWN_SHEET: (("path", "text"), list(_own_rows(instrument))),
    }
    return workbook(sheets)


def survey_rows(instrument: Questionnaire) -> Iterator[Cells]:
    yield from _hidden_rows(instrument)
    for name, text in (("purpose", instrument.notice.purpose), ("respondent", instrument.notice.respondent)):
        yield {"type": "note", "name": columns.NOTICE + name, columns.ROLE: "notice"} | texts("label", text)
    shown = relevants(instrument)
    for part in instrument.parts:
        yield from group_start(part)
        for question in part.questions:
            yield from question_rows(instrument, question, shown[question.code])
        yield group_end(part)


def _hidden_rows(instrument: Questionnaire) -> Iterator[Cells]:
    """What the one who puts the form on a server fills in: words of the place, and what conditions ask of it."""
    found = str(lean(instrument))
    used = {word: WORDS[word] for word in SUBSTITUTES if word in named_in(found)}
    for word, default in used.items():
        yield {"type": "hidden", "name": columns.WORD + word, "default": default, columns.ROLE: "place"}
    written = " ".join(relevants(instrument).values())
    for name in (name for name in PLACE.values() if f"${{{name}}}" in written):
        yield {"type": "hidden", "name": name, columns.ROLE: "place"}
    if f"${{{VARIANT}}}" in written:
        yield {"type": "hidden", "name": VARIANT, "default": "full", columns.ROLE: "place"}


def _settings(instrument: Questionnaire) -> Cells:
    language = columns.LANGUAGES["vi"]
    titles = {"form_title": instrument.title.vi, "form_id": instrument.code, "version": instrument.version}
    return titles | {"default_language": language}


def _own_rows(instrument: Questionnaire) -> Iterator[Cells]:
    data = lean(instrument)
    left = {name: value for name, value in data.items() if name not in ("parts", "notice", "code", "version")}
    left["title"] = {"en": instrument.title.en}
    for path, value in _flat("", left):
        yield {"path": path, "text": value}


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every value with the way to it; the members of a list are counted from 1."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _flat(f"{path}.{number}", inner)
        if not value:
            yield f"{path}[]", ""
    else:
        yield path, str(value)
