"""The steps of a release: entered, approved by a second person, shown to the offices, published, replaced or dropped.

All steps of a survey meet at one lock, so each is taken once. What the offices say is left to `replies`, what the
analysis is told to `notes`. Raises ValueError with what to do.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app.clock import local_day
from survey_app.models import AuditEntry, Publication, Survey, User
from survey_app.publishing import document_names, open_waves, replies
from survey_app.reasons import given
from survey_app.releases import Release
from survey_app.wave_life import By

SHORTEST_DAYS, LONGEST_DAYS = 1, 60
LONGEST_NUMBER, LONGEST_CONCLUSIONS = 60, 50_000


def of_release(session: Session, name: str) -> Publication | None:
    """What the folder is entered as; of a dropped one that was not entered again, what it was last."""
    found = sa.select(Publication).where(Publication.release == name)
    return session.scalar(found.order_by(Publication.state == "dropped", Publication.number.desc()).limit(1))


def all_of(session: Session) -> list[Publication]:
    """Dropped ones first: of one folder, the one that holds comes last."""
    return list(session.scalars(sa.select(Publication).order_by(Publication.state != "dropped", Publication.id)))


def of_survey(session: Session, survey: Survey) -> list[Publication]:
    """In the order of their numbers."""
    query = sa.select(Publication).where(Publication.survey_id == survey.id)
    return list(session.scalars(query.order_by(Publication.number)))


def published(session: Session, survey: Survey) -> Publication | None:
    """The one that holds now."""
    query = sa.select(Publication).where(Publication.survey_id == survey.id, Publication.state == "published")
    return session.scalar(query)


def corrected_by(session: Session, publication: Publication) -> Publication | None:
    """The later one that took its place."""
    later = (Publication.corrects_id == publication.id) & Publication.state.in_(("published", "replaced"))
    return session.scalar(sa.select(Publication).where(later))


def corrected(session: Session, publication: Publication) -> Publication | None:
    """The earlier one whose place it takes."""
    return session.get(Publication, publication.corrects_id) if publication.corrects_id else None


def taken(publication: Publication) -> list[tuple[str, int | None, datetime | None]]:
    """The steps so far in their order, who took each and when; older ones do not all know it."""
    found: list[tuple[str, int | None, datetime | None]] = [("entered", publication.made_by_id, publication.made_at)]
    if publication.approved_by_id:
        found.append(("approved", publication.approved_by_id, publication.approved_at))
    if publication.reply_until:
        found.append(("shown", publication.shown_by_id, publication.shown_at))
    if publication.published_at:
        found.append(("published", publication.published_by_id, publication.published_at))
    if publication.state == "dropped":
        found.append(("dropped", publication.dropped_by_id, publication.dropped_at))
    return found


def enter(session: Session, survey: Survey, release: Release, by: By, why: str) -> Publication:
    """The release as the next publication of its survey; where one is published already it corrects that one."""
    account_id = _somebody(by)
    _hold_survey(session, survey.id)
    if (known := of_release(session, release.name)) and known.state != "dropped":
        raise ValueError(_("This release is entered already."))
    _check_intact(release)
    earlier = published(session, survey)
    if earlier and says_the_same(earlier, release):
        raise ValueError(
            _("This release has the figures of publication %(number)d: it corrects nothing.", number=earlier.number)
        )
    numbers = sa.select(sa.func.max(Publication.number)).where(Publication.survey_id == survey.id)
    made = Publication(
        survey_id=survey.id,
        number=(session.scalar(numbers) or 0) + 1,
        release=release.name,
        release_hash=release.manifest["release_hash"],
        extract_hash=release.manifest["extract_hash"],
        frozen_at=release.frozen_at,
        open_until=open_waves.open_until(survey, release.frozen_at),
        made_by_id=account_id,
        made_as=roles_now(session, account_id),
        made_at=by.at,
        corrects_id=earlier.id if earlier else None,
        correction=given(why) if earlier else "",
    )
    session.add(made)
    session.flush()
    return made


def says_the_same(earlier: Publication, release: Release) -> bool:
    """Whether it has the very figures of an earlier publication, so that there is nothing to correct."""
    return bool(earlier.release_hash == release.manifest["release_hash"])


def approve(
    session: Session, publication: Publication, release: Release, by: By, *, knows_it_was_open: bool = False
) -> None:
    """By a person other than the one who entered it; of figures frozen while a wave was open, knowingly."""
    account_id = _somebody(by)
    hold(session, publication)
    if publication.state != "draft":
        raise ValueError(_("This release is no draft any more."))
    if account_id == publication.made_by_id:
        raise ValueError(_("You entered this release: a second person has to approve it."))
    if _has_concluded(session, publication, account_id):
        raise ValueError(_("You wrote the conclusions: somebody else has to approve them with the figures."))
    _check_intact(release)
    if release.manifest["release_hash"] != publication.release_hash:
        raise ValueError(_("The folder holds other figures than those that were entered: make a new release."))
    if publication.open_until and not knows_it_was_open:
        raise ValueError(_("The survey was still open when these responses were frozen: tick the box that says so."))
    publication.state, publication.approved_by_id, publication.approved_at = "approved", account_id, by.at
    publication.approved_as = roles_now(session, account_id)
    session.flush()


def drop(session: Session, publication: Publication, reason: str, by: By) -> None:
    """Given up before it was published; the reason stays with it."""
    reason, account_id = given(reason), _somebody(by)
    hold(session, publication)
    if publication.state not in ("draft", "approved", "shown"):
        raise ValueError(_("What is published stays: make a new release that corrects it."))
    publication.state, publication.drop_reason = "dropped", reason
    publication.dropped_by_id, publication.dropped_at = account_id, by.at
    session.flush()


def show(session: Session, publication: Publication, by: By, days: int) -> None:
    """Opens it to the rated offices, for so many days beside the present one."""
    account_id = _somebody(by)
    hold(session, publication)
    if publication.state != "approved":
        raise ValueError(_("Only an approved release is shown to the offices."))
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise ValueError(_("Give the offices %(least)d to %(most)d days.", least=SHORTEST_DAYS, most=LONGEST_DAYS))
    publication.state, publication.reply_until = "shown", local_day(by.at) + timedelta(days=days)
    publication.shown_by_id, publication.shown_at = account_id, by.at
    publication.shown_as = roles_now(session, account_id)
    session.flush()


def publish(session: Session, publication: Publication, by: By, offices: Sequence[str]) -> None:
    """Makes it public once the time of the offices (their codes) is over; what it corrects is replaced."""
    account_id = _somebody(by)
    hold(session, publication)
    if obstacle := hindrance(session, publication, by.at, offices):
        raise ValueError(obstacle)
    if earlier := corrected(session, publication):
        earlier.state = "replaced"
        session.flush()
    publication.state, publication.published_by_id, publication.published_at = "published", account_id, by.at
    publication.published_as = roles_now(session, account_id)
    session.flush()


def hindrance(session: Session, publication: Publication, at: datetime, offices: Sequence[str]) -> str:
    """Why it cannot be published now; empty when it can."""
    return next(missing(session, publication, at, offices), "")


def missing(session: Session, publication: Publication, at: datetime, offices: Sequence[str]) -> Iterator[str]:
    """All that it still needs to be published."""
    today, number, day = local_day(at), publication.document_number, publication.document_day
    if publication.state != "shown":
        yield str(_("Only a release that was shown to the offices is published."))
    elif not _time_is_over(publication, today, offices):
        yield str(_("The offices still have time to reply, and not all have said that they have nothing to say."))
    if not number or not day:
        yield str(_("Give the number and the day of the document first: until then the report is a draft."))
    elif why := document_names.fault(session, publication, number, day, today):
        yield why
    if (now := published(session, publication.survey)) and now.id != publication.corrects_id:
        yield str(_("Release %(number)d was published meanwhile: make a new one that corrects it.", number=now.number))


def name_document(session: Session, publication: Publication, number: str, day: date | None, today: date) -> None:
    """The number and day that the office's registry gives; both or none."""
    hold(session, publication)
    _check_open(publication)
    if bool(number) != bool(day) or len(number) > LONGEST_NUMBER:
        raise ValueError(_("Give both the number and the day, or leave both empty."))
    if day and (why := document_names.fault(session, publication, number, day, today)):
        raise ValueError(why)
    publication.document_number, publication.document_day = number, day
    session.flush()


def conclude(session: Session, publication: Publication, text: str) -> None:
    """The conclusions in the words of a person; empty: the draft from the figures. Approved ones stay."""
    hold(session, publication)
    if publication.state != "draft":
        raise ValueError(_("The conclusions are approved with the figures: they stay as they are."))
    if len(text) > LONGEST_CONCLUSIONS:
        raise ValueError(_("The conclusions are too long."))
    publication.conclusions = text.replace("\r\n", "\n").strip()
    session.flush()


def _has_concluded(session: Session, publication: Publication, account_id: int) -> bool:
    """Whether the account edited the conclusions, also where somebody else did so later: the audit knows."""
    edited = (AuditEntry.deed == "results.keep_conclusions") & (AuditEntry.thing == publication.release)
    since = AuditEntry.at >= publication.made_at
    found = sa.select(AuditEntry.number).where(edited, since, AuditEntry.account_id == account_id)
    return session.scalar(found.limit(1)) is not None


def hold(session: Session, publication: Publication) -> None:
    """Held until the end of the transaction, and as it stands now."""
    _hold_survey(session, publication.survey_id)
    session.refresh(publication)


def _hold_survey(session: Session, survey_id: int) -> None:
    session.execute(sa.select(Survey.id).where(Survey.id == survey_id).with_for_update())


def _somebody(by: By) -> int:
    if by.account_id is None:
        raise ValueError(_("A release needs a person who answers for it."))
    return by.account_id


def roles_now(session: Session, account_id: int) -> str:
    """The roles in which a step is taken: kept with it, for roles change."""
    return session.get_one(User, account_id).role_names


def _check_intact(release: Release) -> None:
    if release.changed_files():
        raise ValueError(_("Files of this release were changed after it was made: make a new release."))


def _check_open(publication: Publication) -> None:
    if publication.state not in ("draft", "approved", "shown"):
        raise ValueError(_("This release can no longer be changed."))


def _time_is_over(publication: Publication, today: date, offices: Sequence[str]) -> bool:
    until = publication.reply_until
    return (until is not None and today > until) or (bool(offices) and replies.all_silent(publication, offices))
