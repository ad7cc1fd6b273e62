"""What the tests of publications begin with: a survey with its release, an analyst, a manager, the rated offices."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from survey_app import releases
from survey_app.models import Publication, Survey
from survey_app.publishing import replies, steps
from survey_app.publishing.replies import Office
from survey_app.releases import Release
from survey_app.wave_life import By
from tests import factories
from tests.analysis.release_fixture import units
from tests.survey_app.results.folders import make_release_folder

NOON = factories.NOON
OFFICES = 3


@dataclass(frozen=True)
class Story:
    survey: Survey
    analyst: int
    manager: int
    folder: Path

    def release(self, name: str, **made: Any) -> Release:
        if not (self.folder / name).exists():
            make_release_folder(self.folder / name, datetime(2026, 11, 1, tzinfo=UTC), number_of_units=OFFICES, **made)
        found = releases.find(self.folder, name)
        assert found is not None
        return found

    def entered(self, session: Session, name: str = "release-1", why: str = "", **made: Any) -> Publication:
        return steps.enter(session, self.survey, self.release(name, **made), By(NOON, self.analyst), why)

    def shown(self, session: Session, name: str = "release-1", why: str = "", **made: Any) -> Publication:
        publication = self.entered(session, name, why, **made)
        release = releases.find(self.folder, name)
        assert release is not None
        steps.approve(session, publication, release, By(NOON, self.manager), knows_it_was_open=True)
        steps.show(session, publication, By(NOON, self.manager), 10)
        steps.name_document(session, publication, f"{11 + publication.number}/BC-PNV", NOON.date(), NOON.date())
        return publication

    def published(self, session: Session, name: str = "release-1", why: str = "", **made: Any) -> Publication:
        publication = self.shown(session, name, why, **made)
        steps.publish(
            session, publication, By(NOON + timedelta(days=11), self.manager), self.codes(session, publication)
        )
        return publication

    def offices(self, session: Session, publication: Publication) -> list[Office]:
        release = releases.find(self.folder, publication.release)
        assert release is not None
        return replies.offices(session, publication, release)

    def codes(self, session: Session, publication: Publication) -> list[str]:
        return [office.code for office in self.offices(session, publication)]


def make_story(app: Flask, session: Session) -> Story:
    """Its survey is the one of the release folders."""
    for unit in units(OFFICES):
        factories.make_unit(session, unit["code"], name=unit["name"], type=unit["type"])
    survey = factories.make_survey(session, "sipas-2017")
    analyst, manager = factories.make_user(session), factories.make_user(session, "binh@example.vn", name="Trần Bình")
    session.commit()
    return Story(survey, analyst.id, manager.id, app.config["SETTINGS"].releases)
