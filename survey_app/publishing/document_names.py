"""Number and day of the document as the office's registry gives them: what they may be. Kept by `steps`."""

from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app.clock import local_day
from survey_app.models import Publication


def fault(session: Session, publication: Publication, number: str, day: date, today: date) -> str:
    """Why the document cannot have this number and day; empty when it can."""
    if day > today:
        return str(_("The day of the document is still to come: give the day on which it was signed."))
    if publication.approved_at and day < local_day(publication.approved_at):
        return str(_("The day of the document is before the day on which this release was approved: give a later day."))
    if other := _same_number(session, publication, number, day):
        found = {"number": number, "other": other.number, "survey": other.survey.slug}
        said = _("Publication %(other)d of survey %(survey)s has the number %(number)s already: give its own.", **found)
        return str(said)
    return ""


def _same_number(session: Session, publication: Publication, number: str, day: date) -> Publication | None:
    """Registries begin anew each year, so only the same year counts."""
    kept = (Publication.id != publication.id) & (Publication.state != "dropped") & (Publication.document_number != "")
    found = session.scalars(sa.select(Publication).where(kept).order_by(Publication.id))
    wanted = (_plain(number), day.year)
    return next(
        (one for one in found if one.document_day and (_plain(one.document_number), one.document_day.year) == wanted),
        None,
    )


def _plain(number: str) -> str:
    return "".join(number.split()).casefold()
