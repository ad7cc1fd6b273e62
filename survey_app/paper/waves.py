"""The paper forms of a wave, for one of its points or for a place that is written in by hand."""

from dataclasses import replace

from flask_babel import force_locale

from questionnaires.conditions import Setting, Variant
from questionnaires.model import Language
from survey_app import paper
from survey_app.answer.places import place_in, place_of
from survey_app.instruments.read_once import instrument_of
from survey_app.models import CollectionPoint, Wave
from survey_app.paper.content import Printing

MODES = ("paper_self", "paper_officer")


def print_run(
    wave: Wave,
    point: CollectionPoint | None,
    *,
    mode: str,
    variant: Variant,
    language: Language,
    large: bool,
    copies: int,
    two_sided: bool,
    households: bool,
) -> paper.Run:
    with force_locale(language):
        place = place_of(point, language) if point else place_in(wave, language, action="", office="")
        words = place.words()
    setting = replace(place.setting, mode=mode, variant=variant) if point else Setting(mode=mode, variant=variant)
    stamp: paper.Stamp = "practice" if wave.practice else "simulated" if wave.simulated else ""
    printing = Printing(instrument_of(wave.instrument_version), words, language, large, setting, households)
    return paper.run(printing, copies, stamp, two_sided=two_sided)
