"""Where a form is filled in, and for whom: what stands on its page beside the questions, and why it may be closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from questionnaires import loader
from questionnaires.model import Questionnaire
from survey_app import waves
from survey_app.clock import local_day
from survey_app.models import CollectionPoint, InstrumentVersion, Wave

Closed = Literal["inactive", "draft", "not_yet", "closed", "retired"]
_instruments: dict[str, Questionnaire] = {}


@dataclass(frozen=True)
class Place:
    """All in which two pages of one instrument differ, in one language; so a page can be kept by it."""

    action: str  # The address the form is posted to.
    language: str
    office: str
    survey: str
    owner: str
    last_day: date
    simulated: bool
    shared: bool  # A device that strangers use one after the other: nothing of one may be left for the next.


def address(code: str, language: str) -> str:
    return f"/p/{code}?lang={language}"


def place_of(point: CollectionPoint, language: str) -> Place:
    office = point.label_en if language == "en" else point.label_vi
    return place_in(point.wave, language, address(point.code, language), office, is_shared(point))


def is_shared(point: CollectionPoint) -> bool:
    return point.mode == "kiosk"


def place_in(wave: Wave, language: str, action: str, office: str, shared: bool = False) -> Place:
    """A place of the wave that is no point: officers' pages name a case as the office."""
    survey, english = wave.survey, language == "en"
    return Place(
        action=action,
        language=language,
        office=office,
        survey=survey.name_en if english else survey.name_vi,
        owner=survey.owner_en if english else survey.owner_vi,
        last_day=_last_day(wave),
        simulated=wave.simulated,
        shared=shared,
    )


def _last_day(wave: Wave) -> date:
    return wave.closes_on if wave.closed_at is None else min(wave.closes_on, local_day(wave.closed_at))


def instrument_of(version: InstrumentVersion) -> Questionnaire:
    """The instrument of a version, read once per process: a version never changes."""
    return read_once(version.content_hash, lambda: version.content)


def read_once(content_hash: str, content: Callable[[], str]) -> Questionnaire:
    found = _instruments.get(content_hash)
    # Of two threads that read it at once, both use the first: much else is kept by this very object.
    return found or _instruments.setdefault(content_hash, loader.from_json(content()))


def why_closed(point: CollectionPoint, at: datetime) -> Closed | None:
    """Why nobody can begin here at the instant `at`; None when the form is open."""
    if point.wave.instrument_version.state == "draft":
        return "draft"
    state = waves.state(point.wave, at)
    if state != "open":
        return state
    return None if point.active else "inactive"
