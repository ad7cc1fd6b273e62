"""The citizen's page of an instrument as one file to look at: nothing beside it is needed, and nothing can be sent."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

from flask import current_app
from flask_babel import gettext

from questionnaires.conditions import Setting
from questionnaires.model import Language, Questionnaire
from survey_app import clock
from survey_app.answer.assets import asset
from survey_app.answer.pages import form_page
from survey_app.answer.paging import layout
from survey_app.answer.places import Place

_STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SCRIPTS = re.compile(r'<script type="module" src="([^"]+)"></script>')


def words() -> dict[str, str]:
    """What stands for the words of a place while there is none; call it within the language."""
    return {
        "office": gettext("[the office rated]"),
        "unit": gettext("[the unit]"),
        "survey": gettext("[the survey]"),
        "owner": gettext("[the owner of the survey]"),
    }


def html_pages(instrument: Questionnaire, language: Language, large: bool, setting: Setting) -> list[str]:
    """One file a page: long forms are cut into several."""
    address = f"/?lang={language}{'&large=1' if large else ''}"
    with current_app.test_request_context(address):
        place = _place(language, large, setting)
        count = len(layout(instrument, setting).pages)
        return [_whole(form_page(place, instrument, token="", page=page)) for page in range(1, count + 1)]


def _place(language: Language, large: bool, setting: Setting) -> Place:
    known = words()
    place = Place(
        action="#",
        language=language,
        office=known["office"],
        survey=known["survey"],
        owner=known["owner"],
        last_day=clock.local_day(clock.now()),
        simulated=False,
        shared=True,  # Nothing that was tried out is left in the browser.
    )
    return replace(place, unit=known["unit"], setting=setting, large=large)


def _whole(page: str) -> str:
    """The page with its stylesheet and its script inside."""
    page = _STYLES.sub(lambda found: f"<style>\n{_content(found[1])}</style>", page)
    return _SCRIPTS.sub(lambda found: f'<script type="module">\n{_content(found[1])}</script>', page)


def _content(address: str) -> str:
    parts = urlsplit(unescape(address))
    gates = parse_qs(parts.query).get("if", [""])[0]
    return asset(parts.path.rpartition("/")[2], gates).content.decode()
