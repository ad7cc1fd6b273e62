"""Publishes a demonstration's release as people would: entered, approved by another, every office silent, published.

Nothing is made easier for it: these are the steps of `publishing`, and one that it may not take fails.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.clock import local_day
from survey_app.models import Publication, Survey, User
from survey_app.publishing import replies, steps
from survey_app.releases import Release
from survey_app.wave_life import By

ANALYST, MANAGER = "analyst@example.vn", "manager@example.vn"
NUMBER = "{:02}/BC-MP"  # MP: mô phỏng. No office has such a number.


def publish(session: Session, survey: Survey, release: Release, at: datetime) -> Publication:
    analyst, manager = (_by(session, email, at) for email in (ANALYST, MANAGER))
    made = steps.enter(session, survey, release, analyst, "")
    number = NUMBER.format(made.id - 1)
    steps.name_document(session, made, number, local_day(at), local_day(at))
    steps.approve(session, made, release, manager, knows_it_was_open=True)
    steps.show(session, made, manager, days=steps.SHORTEST_DAYS)
    offices = replies.offices(session, made, release)
    for office in offices:
        replies.keep(session, made, office, "", analyst)
    steps.publish(session, made, manager, [office.code for office in offices])
    return made


def _by(session: Session, email: str, at: datetime) -> By:
    return By(at, session.scalars(sa.select(User.id).where(User.email == email)).one())
