"""Whether responses were frozen while a wave was still open: it is said, and until the wave ends analysts alone look.

Whoever extends or closes a wave must not choose the day by the result (`wave_life`), so they see none before.
"""

from datetime import date, datetime

from survey_app import waves
from survey_app.models import Publication, Survey, Wave

OUTSIDE = ("shown", "published", "replaced")  # Rated offices, or everybody, may have seen it.


def open_until(survey: Survey, frozen_at: datetime) -> date | None:
    """The last day of the waves that were open then; None when none was."""
    return max((waves.last_day(wave) for wave in survey.counted_waves if _was_open(wave, frozen_at)), default=None)


def is_for_analysts(survey: Survey | None, publication: Publication | None, frozen_at: datetime, at: datetime) -> bool:
    """Whether nobody else may look yet: its figures are of a wave that was open then and still is. What people outside
    have seen stays in sight, and simulated answers are no results.
    """
    if survey is None or (publication and publication.state in OUTSIDE):
        return False
    real = [wave for wave in survey.counted_waves if not wave.simulated]
    return any(_was_open(wave, frozen_at) and _was_open(wave, at) for wave in real)


def _was_open(wave: Wave, at: datetime) -> bool:
    return waves.state(wave, at) not in ("not_yet", "closed")
