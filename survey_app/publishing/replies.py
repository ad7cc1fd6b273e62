"""What the rated offices say to their results: one reply an office, changed until the last day, printed as it stands.

An empty reply says that the office has nothing to say. Raises ValueError with what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import units
from survey_app.clock import local_day
from survey_app.models import Publication, PublicationReply, Survey, Unit, UnitMove, User
from survey_app.releases import Release
from survey_app.wave_life import By

LONGEST = 10_000


@dataclass(frozen=True)
class Office:
    """A rated office: as the release has it, and as the map of the survey's day has it."""

    code: str
    name: str
    unit: Unit | None


def offices(session: Session, publication: Publication, release: Release) -> list[Office]:
    """Whom the release rates, in the order of its tables."""
    day = publication.survey.units_on
    became = sa.select(Unit).where(Unit.id.in_(sa.select(UnitMove.to_id).where(UnitMove.thing == "unit")))
    on_map = {units.code_in(unit, day): unit for unit in (*session.scalars(became), *units.valid_on(session, day))}
    rated = [place for place, _row in release.by_unit()]
    return [Office(place["code"], release.unit_name(place), on_map.get(place["code"])) for place in rated]


def of_office(publication: Publication, code: str) -> PublicationReply | None:
    day = publication.survey.units_on
    return next((one for one in publication.replies if one.unit and units.code_in(one.unit, day) == code), None)


def all_silent(publication: Publication, codes: Sequence[str]) -> bool:
    """Whether every office has said that it has nothing to say."""
    found = [of_office(publication, code) for code in codes]
    return all(reply is not None and not reply.text for reply in found)


def keep(
    session: Session,
    publication: Publication,
    office: Office,
    text: str,
    by: By,
    erases: bool = False,
    by_link: bool = False,
) -> PublicationReply:
    """The office's word, in place of an earlier one. `by`: who took it in, or who gave out the link it came by
    (`by_link`); `erases`: nothing to say may take the place of something said.
    """
    session.execute(sa.select(Survey.id).where(Survey.id == publication.survey_id).with_for_update())
    session.refresh(publication)
    text = text.replace("\r\n", "\n").strip()
    if not is_open(publication, by):
        raise ValueError(_("The time for replies is over, or has not begun."))
    if office.unit is None:
        raise ValueError(_("This office is not among the units of the survey's day: import it first."))
    if len(text) > LONGEST:
        raise ValueError(_("The reply is too long: at most %(most)d characters.", most=LONGEST))
    reply = of_office(publication, office.code) or PublicationReply(unit=office.unit, office=office.name, text="")
    if reply.text and not text and not erases:
        raise ValueError(_("The reply that was sent stays: to delete it, tick “Delete the reply that was sent” first."))
    account_id = by.account_id or publication.made_by_id
    reply.text, reply.received_on, reply.by_id, reply.by_link = text, local_day(by.at), account_id, by_link
    reply.by_as = session.get_one(User, account_id).role_names
    if reply not in publication.replies:
        publication.replies.append(reply)
    session.flush()
    return reply


def is_open(publication: Publication, by: By) -> bool:
    """Whether offices may reply now."""
    until = publication.reply_until
    return publication.state == "shown" and until is not None and local_day(by.at) <= until
