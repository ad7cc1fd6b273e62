"""How often the results of a survey were there to be looked at: its releases, and the snapshots of its interim results.

Counted by the folders that lie there when the end of a wave is moved, and kept with that step (`wave_life.record`).
"""

from pathlib import Path

from survey_app import releases
from survey_app.config import Settings
from survey_app.models import Survey
from survey_app.wave_life import Looks


def by_now(settings: Settings, survey: Survey) -> Looks:
    made = sum(_is_of(survey, release) for release in releases.all_releases(settings.releases))
    return Looks(made, len(_snapshots(settings.dashboards / survey.slug)))


def _is_of(survey: Survey, release: releases.Release) -> bool:
    """A folder that lost what it is about was perhaps one, and was seen before it did."""
    try:
        return bool(release.context["survey"]["slug"] == survey.slug)
    except (OSError, ValueError, KeyError):
        return release.name.startswith(survey.slug)


def _snapshots(folder: Path) -> list[Path]:
    return list(folder.glob("[0-9]*.json"))
