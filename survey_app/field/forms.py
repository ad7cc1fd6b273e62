"""A form as a device takes it along: its questions as the citizen's page draws them, and the rules that decide on it.

Drawn blank, in one piece; what the names in braces stand for, the device fills in as text, case by case.
"""

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext

from questionnaires.conditions import Setting
from questionnaires.model import Questionnaire
from questionnaires.portable import rules
from survey_app.answer import messages
from survey_app.answer.forms import Choice, Field, Section, sections, speaker
from survey_app.answer.paging import layout
from survey_app.answer.rotation import ORDERS
from survey_app.instruments.read_once import instrument_of
from survey_app.models import CollectionPoint, InstrumentVersion

Form = dict[str, Any]


def device_form(
    version: InstrumentVersion, language: str, mode: str, unit_type: str, *, point: CollectionPoint | None = None
) -> Form:
    """Plain JSON, the same for the same arguments; `hash` is over all the rest. To be read and not to be changed."""
    kind, variant = (point.kind, "short" if point.variant == "short" else "full") if point else ("", "full")
    setting = Setting(kind, mode, unit_type, "short" if variant == "short" else "full")
    return _drawn(instrument_of(version), version.content_hash, language, setting)


@lru_cache(maxsize=256)
def _drawn(instrument: Questionnaire, version: str, language: str, setting: Setting) -> Form:
    with force_locale(language):
        found = _whole(instrument, language, setting)
        form = {
            "version": version,
            "language": language,
            "mode": setting.mode,
            "unit_type": setting.unit_type,
            "variant": setting.variant,
            "title": instrument.title[language],
            "html": _html(instrument, language, setting.mode, found),
            "rules": rules(instrument, setting),
            "orders": ORDERS if any(factor.rotate for factor in instrument.factors) else 0,
            "rotating": [factor.code for factor in instrument.factors if factor.rotate],
            "audio": sorted({name for section in found for field in section.fields for name in _recordings(field)}),
            "faults": {kind: say("{limit}") for kind, say in messages.WORDS.items()},
            "texts": _texts(),
        }
    content = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"hash": hashlib.sha256(content.encode()).hexdigest()} | form


def _whole(instrument: Questionnaire, language: str, setting: Setting) -> tuple[Section, ...]:
    """The parts with all that can be asked in this setting, however many pages a server would make of them."""
    laid = layout(instrument, setting)
    found: dict[str, Section] = {}
    for page in range(1, len(laid.pages) + 1):
        for section in sections(laid, page, language, ()):
            begun = found.setdefault(section.code, replace(section, fields=()))
            found[section.code] = replace(begun, fields=(*begun.fields, *map(_for_device, section.fields)))
    return tuple(found.values())


def _for_device(field: Field) -> Field:
    """The device follows conditions by the rules: no gate for a stylesheet, no condition in words."""
    return replace(field, gates="", condition="", choices=tuple(map(_without_gates, field.choices)))


def _without_gates(choice: Choice) -> Choice:
    return replace(choice, classes="specify" if "specify" in choice.classes.split() else "")


def _recordings(field: Field) -> list[str]:
    return [name for name in (field.audio, *(choice.audio for choice in field.choices)) if name]


def _html(instrument: Questionnaire, language: str, mode: str, found: tuple[Section, ...]) -> str:
    shown = {"instrument": instrument, "say": speaker(language, ()), "mode": mode, "sections": found}
    return render_template("field/device_form.html", **shown, typed={}, beside={}).strip()


def _texts() -> dict[str, str]:
    return {
        "back": gettext("Back"),
        "next": gettext("Next"),
        "leave": gettext("Pause"),
        "done": gettext("Finish"),
        "undo": gettext("Clear this answer"),
        "part": gettext("Part {number} of {all}"),
        "question": gettext("Question {number}"),
        "not_done": gettext("Not finished yet"),
        "look": gettext("Nothing you filled in is lost. Please look at this:"),
        "not_asked": gettext(
            "You can change the answers on which these questions depend, or finish without the answers that do not "
            "apply."
        ),
        "drop": gettext("Finish without the answers that do not apply"),
    }
