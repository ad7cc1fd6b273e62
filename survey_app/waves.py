"""Waves: whether one is open at an instant, and what becomes of a response that was begun then and sent now."""

from datetime import date, datetime, timedelta
from typing import Literal

from survey_app.clock import local_day
from survey_app.models import Wave

WaveState = Literal["not_yet", "open", "closed", "retired"]
# A form begun in time may be sent this long after the close and still count without a decision.
GRACE = timedelta(hours=24)


def state(wave: Wave, at: datetime) -> WaveState:
    """What a person who comes at the instant `at` finds."""
    day = local_day(at)
    if day < wave.opens_on:
        return "not_yet"
    if day > wave.closes_on or (wave.closed_at is not None and at >= wave.closed_at):
        return "closed"
    if wave.instrument_version.state == "retired":
        return "retired"
    return "open"


def state_of_response(wave: Wave, begun: datetime, sent: datetime) -> Literal["accepted", "late"]:
    """`accepted` while the wave is open or within the grace of a form begun in time; else `late`, for a manager."""
    if state(wave, sent) == "open" or sent - begun <= GRACE:
        return "accepted"
    return "late"


def state_of_offline_response(wave: Wave, begun: datetime, came: datetime) -> Literal["accepted", "late"]:
    """As above for a form that no server let in: it must have been begun while the wave was open, too."""
    in_time = wave.opens_on <= local_day(begun) <= wave.closes_on and (wave.closed_at is None or begun < wave.closed_at)
    return state_of_response(wave, begun, came) if in_time else "late"


def last_day(wave: Wave) -> date:
    return wave.closes_on if wave.closed_at is None else min(wave.closes_on, local_day(wave.closed_at))


def close(wave: Wave, at: datetime) -> None:
    """Ends the wave before its last day; one that has ended keeps its end."""
    if wave.closed_at is None and local_day(at) <= wave.closes_on:
        wave.closed_at = at
