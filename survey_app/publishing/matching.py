"""Whether a release still holds: the responses are those that it froze (`frozen_rows` compares them), and so are the
weights by which the survey combines its waves.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from survey_app import surveys
from survey_app.models import Survey
from survey_app.privacy import deletion
from survey_app.publishing import frozen_rows, quiet
from survey_app.releases import Release
from survey_app.responses import counted


@dataclass(frozen=True)
class Match:
    """`unknown`: the release was made before extracts said what they hold, or its survey is not in this database."""

    state: Literal["same", "other", "unknown"]
    then: int = 0  # How many responses entered the figures, and how many would now.
    now: int = 0
    same_rows: bool = False
    reweighed: bool = False  # Waves would be combined by other weights now.

    @property
    def told(self) -> bool | None:
        return None if self.state == "unknown" else self.state == "same"


def of_release(session: Session, release: Release) -> Match:
    frozen = str(release.manifest.get("rows", ""))
    survey = surveys.find_survey(session, release.context["survey"]["slug"])
    if not frozen or survey is None:
        return Match("unknown")
    found = quiet.once(session, survey.id, lambda fresh: frozen_rows.rows_now(fresh, survey, counted()))
    then, now = (int(text.split()[0]) for text in (frozen, found))
    is_same = found in (frozen, deletion.rows_after(session, survey.id, frozen))
    reweighed = _is_reweighed(release, survey)
    return Match("same" if is_same and not reweighed else "other", then, now, is_same, reweighed)


def _is_reweighed(release: Release, survey: Survey) -> bool:
    """A wave that came later is none of the release's; its first answer shows."""
    frozen = release.context["survey"].get("combination") or {}
    now = {wave.slug: wave.combining_weight for wave in survey.counted_waves}
    return any(weight != now.get(slug) for slug, weight in (frozen.get("weights") or {}).items())
