"""Where a form is filled in, and for whom: what stands on its page beside the questions, and why it may be closed."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from flask_babel import gettext

from questionnaires.conditions import ANYWHERE, Setting, Variant
from survey_app import waves
from survey_app.models import Case, CollectionPoint, Wave
from survey_app.proofs import slips

Closed = Literal["inactive", "draft", "not_yet", "closed", "retired"]


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
    named: str = ""  # What texts call the office where `office` says something else, as it does for a case.
    unit: str = ""
    procedure: str = ""  # Empty where many procedures are rated.
    setting: Setting = ANYWHERE
    large: bool = False  # In large print.
    practice: bool = False
    wave: str = ""

    def words(self) -> dict[str, str]:
        """What stands in the texts of an instrument in place of the names in braces."""
        return {
            "office": self.named or self.office,
            "unit": self.unit,
            "survey": self.survey,
            "owner": self.owner,
            "procedure": self.procedure or str(gettext("the procedure")),
        }


def address(code: str, language: str, large: bool = False) -> str:
    return f"/p/{code}?lang={language}{'&large=1' if large else ''}"


def setting_of(point: CollectionPoint) -> Setting:
    """Whoever sets a point's kind, mode and variant decides what is asked there."""
    variant: Variant = "short" if point.variant == "short" else "full"
    return Setting(point.kind, point.mode, point.unit.type, variant)


def setting_of_case(case: Case, mode: str) -> Setting:
    return Setting("", mode, case.unit.type)


def place_of(point: CollectionPoint, language: str, large: bool = False) -> Place:
    english = language == "en"
    return replace(
        place_in(
            point.wave,
            language,
            address(point.code, language, large),
            point.label_en if english else point.label_vi,
            is_shared(point),
        ),
        unit=point.unit.full_name,
        procedure=point.procedure_en if english else point.procedure_vi,
        setting=setting_of(point),
        large=large,
    )


def is_shared(point: CollectionPoint) -> bool:
    return point.mode == "kiosk"


def place_of_case(case: Case, language: str, action: str, mode: str, large: bool = False) -> Place:
    """Officers' pages name a case as the office."""
    unit = case.unit.full_name
    office = str(gettext("Case %(number)d, %(unit)s, %(psu)s", number=case.number, unit=unit, psu=case.psu))
    place, setting = place_in(case.wave, language, action, office), setting_of_case(case, mode)
    return replace(place, named=unit, unit=unit, setting=setting, large=large)


def place_in(wave: Wave, language: str, action: str, office: str, shared: bool = False) -> Place:
    """A place of the wave of which no more is known."""
    survey, english = wave.survey, language == "en"
    return Place(
        action=action,
        language=language,
        office=office,
        survey=survey.name_en if english else survey.name_vi,
        owner=survey.owner_en if english else survey.owner_vi,
        last_day=waves.last_day(wave),
        simulated=wave.simulated,
        practice=wave.practice,
        wave=wave.slug or "",
        shared=shared,
    )


def why_closed(point: CollectionPoint, at: datetime) -> Closed | None:
    """Why nobody can begin here at the instant `at`; None when the form is open.

    Whoever holds a slip was drawn: a point that is switched off gets no new slips, but those given out stay good, or
    the rated office could shut out a part of the sample.
    """
    if point.wave.instrument_version.state == "draft":
        return "draft"
    state = waves.state(point.wave, at)
    if state != "open":
        return state
    return None if point.active or point.mode == slips.MODE else "inactive"
