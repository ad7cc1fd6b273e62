"""How a day is written for citizens."""

from datetime import date

from survey_app import languages


def day(value: date) -> str:
    """30/11/2026 in Vietnamese, as on every official paper; 30 November 2026 in English, where 3/4 is two days."""
    return f"{value.day} {value:%B %Y}" if languages.current() == "en" else f"{value:%d/%m/%Y}"
