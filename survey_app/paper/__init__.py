"""A printable A4 form of any instrument version, as PDF. What stands in it, `content` says; the page codes, `codes`.

How it looks, the Typst templates `paper….typ` say: one copy is set, and a run adds the codes of each copy to its pages.
Where each box stands, the same templates tell `form_maps`, so that a scanned form can be read.
Items that other respondents meet in changing order are printed in the instrument's own order, which is the order 0.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst
from flask_babel import force_locale, gettext

from questionnaires.conditions import ANYWHERE, Setting
from questionnaires.model import Language, Questionnaire
from survey_app import words as names
from survey_app.paper import codes, content, form_maps
from survey_app.paper.content import Printing
from survey_app.paper.form_maps import FormMap

MOST_COPIES = 500
TEMPLATES = Path(__file__).parent.parent / "templates" / "sheets"
FORM, RUN = TEMPLATES / "paper.typ", TEMPLATES / "paper_run.typ"
Stamp = Literal["", "practice", "simulated", "preview"]


@dataclass(frozen=True)
class Run:
    """A print run, and what a reader of its sheets has to know."""

    pdf: bytes
    form: FormMap


def pdf(
    instrument: Questionnaire,
    words: Mapping[str, str],
    language: Language = "vi",
    large: bool = False,
    copies: int = 1,
    setting: Setting = ANYWHERE,
    stamp: Stamp = "",
    two_sided: bool = False,
) -> bytes:
    """`copies` forms, each with a serial of its own; needs an application context, for its translations.

    `words` are those of the place, by the names of `texts.SUBSTITUTES`; a line to write on stands for a missing one.
    """
    return run(Printing(instrument, words, language, large, setting), copies, stamp, two_sided).pdf


def run(printing: Printing, copies: int = 1, stamp: Stamp = "", two_sided: bool = False) -> Run:
    if not 1 <= copies <= MOST_COPIES:
        raise ValueError(f"Between 1 and {MOST_COPIES} copies can be printed at once.")
    form = form_map(printing, stamp)
    coded = [codes.pages_of_copy(form.head, form.pages, codes.new_serial()) for _ in range(copies)]
    title = printing.instrument.title[printing.language]
    data = _inputs({"title": title, "copies": coded, "two_sided": two_sided and copies > 1})
    with TemporaryDirectory() as folder:
        (Path(folder) / "form.pdf").write_bytes(form.blank)
        return Run(typst.compile(RUN.read_bytes(), root=folder, **data), form)


def form_map(printing: Printing, stamp: Stamp = "") -> FormMap:
    """The form without the codes of a copy, and where its boxes are."""
    with force_locale(printing.language):
        form = _inputs(_form(printing, stamp))
    placed = json.loads(typst.query(str(FORM), "<map>", field="value", one=True, **form))
    blank = typst.compile(str(FORM), **form)
    return form_maps.from_template(printing, form["sys_inputs"]["data"], placed, blank)


def _inputs(data: Mapping[str, Any]) -> dict[str, Any]:
    # Only the fonts that Typst brings along: the form looks the same from every machine.
    return {"sys_inputs": {"data": json.dumps(data, ensure_ascii=False)}, "ignore_system_fonts": True}


def _form(printing: Printing, stamp: Stamp) -> dict[str, Any]:
    instrument, language, words = printing.instrument, printing.language, printing.words
    return {
        "language": language,
        "large": printing.large,
        "title": instrument.title[language],
        "short_title": instrument.short_title[language],
        "version": f"{instrument.code} {instrument.version}",
        "owner": words.get("owner", ""),
        "survey": words.get("survey", ""),
        "office": words.get("office", ""),
        "stamp": _stamp(stamp),
        "labels": _labels(),
        "notice": _notice(printing),
        "blocks": content.blocks(printing),
        "officer": _officer(printing.households) if printing.setting.mode == "paper_officer" else None,
    }


def _stamp(stamp: Stamp) -> str:
    if stamp == "practice":
        return str(gettext("REHEARSAL – does not count"))
    if stamp == "simulated":
        return str(gettext("SIMULATED – not for a real survey"))
    return str(gettext("PREVIEW – not for a real survey")) if stamp else ""


def _labels() -> dict[str, str]:
    return {
        "page": gettext("Page"),
        "office": gettext("Office rated:"),
        "specify": gettext("please say what:"),
        "tick": gettext("Mark one box with X for each question, or in each row."),
        "mend": gettext("Wrong box? Blacken it and mark the right one."),
        "thanks": gettext("Thank you for your answers."),
    }


def _notice(printing: Printing) -> dict[str, Any]:
    notice, owner = printing.instrument.notice, printing.words.get("owner") or content.BLANK
    with_officer = printing.setting.mode == "paper_officer"
    return {
        "about": [printing.say(notice.purpose), printing.say(notice.respondent)],
        "points": [
            gettext(
                "You decide: answer or not, skip any question, stop at any time. "
                "It changes nothing in how you are served."
            ),
            gettext(
                "Write no name, telephone number or address anywhere. The code in the corner only tells sheets apart, "
                "so that none is counted twice; it does not say who filled one in."
            ),
            gettext("Asked by %(owner)s, who also answers questions about the survey.", owner=owner),
            gettext("When you have finished, give the sheets to the survey officer.")
            if with_officer
            else gettext("When you have finished, fold the sheets and put them into the box for survey forms."),
        ],
    }


def _officer(households: bool) -> dict[str, Any]:
    results = [str(text) for code, text in names.DISPOSITIONS.items() if code != "open"]
    return {
        "title": gettext("For the survey officer – please leave empty"),
        "date": gettext("Date"),
        "code": gettext("Officer's code"),
        "batch": gettext("Batch"),
        "case": gettext("Case (stratum, PSU, number)"),
        "grown_ups": gettext("Grown-ups who live in the household") if households else "",
        "result": gettext("Result"),
        "results": [text[:1].upper() + text[1:] for text in results],
    }
