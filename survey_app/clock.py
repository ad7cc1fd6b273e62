"""Time: instants in UTC, days in Asia/Ho_Chi_Minh. Only views and commands ask for the hour; rules receive it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# An hour before this release was written means a clock that is wrong.
EARLIEST_SANE_YEAR, LATEST_SANE_YEAR = 2026, 2060


def utc_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """The present instant, by the application's clock (tests set their own in `CLOCK`)."""
    clock: Callable[[], datetime] = current_app.config.get("CLOCK", utc_now)
    return clock()


def local_day(at: datetime) -> date:
    """The day that people at the counter would write."""
    return at.astimezone(LOCAL).date()
