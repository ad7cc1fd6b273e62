"""Whether the responses in the database are still those that a release froze; `frozen_rows` compares them."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from survey_app import surveys
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
    return Match("same" if is_same else "other", then, now)
