"""Whether responses were frozen while a wave was still open, as for a report between: it is said, not forbidden."""

from datetime import date, datetime

from survey_app import waves
from survey_app.models import Survey, Wave


def open_until(survey: Survey, frozen_at: datetime) -> date | None:
    """The last day of the waves that were open then; None when none was."""
    return max((waves.last_day(wave) for wave in survey.counted_waves if _was_open(wave, frozen_at)), default=None)


def _was_open(wave: Wave, at: datetime) -> bool:
    return waves.state(wave, at) not in ("not_yet", "closed")
