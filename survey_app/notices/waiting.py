"""What waits for somebody of the staff: tasks of the register, approvals; for managers what a wave should not miss,
for administrators what the installation lacks.

Found from how things stand, so nothing that changes hands or rights is forgotten, and nothing is said that is over.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from survey_app import guide, waves
from survey_app.backup import alarms
from survey_app.clock import local_day
from survey_app.config import Settings
from survey_app.fieldwork import counting
from survey_app.instruments import draft_review
from survey_app.models import Draft, Publication, RegisterEntry, User, Wave
from survey_app.privacy import retention
from survey_app.web.console import named, show_day

SOON = timedelta(days=3)
APPROVERS = frozenset({"manager", "approver"})
REGISTER = frozenset({"analyst", "manager", "officer"})


@dataclass(frozen=True)
class Thing:
    """`about` tells it from others of its kind, `endpoint` and `values` say where it is done."""

    kind: str
    about: str
    text: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    own: bool = False  # The person made it: no letter need say so.


def of(session: Session, settings: Settings, user: User, at: datetime) -> list[Thing]:
    """What only this person, or one of few, can do; three short queries. The session holds the person's branch."""
    roles = {role.name for role in user.roles}
    found = list(_alarms(settings, at)) if "administrator" in roles else []
    found += _tasks(session, user, at) if roles & REGISTER else []
    if roles & APPROVERS and user.branch_id is None:
        found += [*_releases(session, user), *_drafts(session, user)]
    return found


def _alarms(settings: Settings, at: datetime) -> Iterator[Thing]:
    """Where to look is said in the guide. About little room again each week, for it is filled anew."""
    where = ("guide.show_page", {"page": guide.OF_ROLES["administrator"]})
    if alarms.is_backup_missing(settings, at):
        last, text = alarms.last_backup(settings), _("No backup was ever taken")
        if last:
            text = _("The last backup was taken on %(day)s", day=show_day(local_day(last)))
        yield Thing("backup", last.isoformat() if last else "", text, *where)
    with suppress(OSError):
        if (free := alarms.free_disk(settings)) < alarms.LITTLE_DISK:
            year, week, _day = local_day(at).isocalendar()
            text = _("Only %(size)s MB are left where the data lie: make room", size=free // 1_000_000)
            yield Thing("disk", f"{year}-{week}", text, *where)


def _tasks(session: Session, user: User, at: datetime) -> Iterator[Thing]:
    today = local_day(at)
    mine = (RegisterEntry.owner_id == user.id) & (RegisterEntry.state == "open")
    query = sa.select(RegisterEntry).where(mine).options(joinedload(RegisterEntry.unit))
    for entry in session.scalars(query.order_by(RegisterEntry.due_on, RegisterEntry.id)):
        said = {"number": entry.id, "unit": entry.unit.full_name, "day": show_day(entry.due_on)}
        if entry.due_on < today:
            kind, text = "late", _("Entry %(number)d of the register, %(unit)s: overdue since %(day)s", **said)
        elif entry.due_on - today <= SOON:
            kind, text = "due", _("Entry %(number)d of the register, %(unit)s: to be done by %(day)s, soon", **said)
        else:
            kind, text = "task", _("Entry %(number)d of the register, %(unit)s: to be done by %(day)s", **said)
        about = f"{entry.id} {entry.due_on}"
        own = kind == "task" and entry.made_by_id == user.id
        yield Thing(kind, about, text, "register.show_entry", {"entry_id": entry.id}, own)


def _releases(session: Session, user: User) -> Iterator[Thing]:
    query = sa.select(Publication).where(Publication.state == "draft", Publication.made_by_id != user.id)
    for one in session.scalars(query.options(joinedload(Publication.survey)).order_by(Publication.id)):
        text = _("Results of %(survey)s wait for your approval", survey=named(one.survey))
        yield Thing("release", str(one.id), text, "results.show_publication", {"name": one.release})


def _drafts(session: Session, user: User) -> Iterator[Thing]:
    query = sa.select(Draft).where(Draft.state == "submitted").order_by(Draft.id)
    for draft in session.scalars(query):
        if draft_review.may_approve(session, draft, user.id):
            text = _("Questionnaire %(code)s waits for your approval", code=draft.code)
            yield Thing("draft", f"{draft.id} {draft.revision}", text, "design.review", {"draft_id": draft.id})


def of_managers(session: Session, settings: Settings, at: datetime) -> list[Thing]:
    """What any manager of the whole district should see to; dearer, so only where it is asked for."""
    found = [
        Thing(
            "retention",
            f"{wave.slug} {max(one.on for one in late)}",
            _("Wave %(wave)s: data are due for deletion", wave=wave.slug),
            "manage.show_retention",
            {"slug": wave.slug},
        )
        for wave, late in retention.overdue(session, settings, at)
    ]
    return found + list(_behind(session, at))


def is_told_all(user: User) -> bool:
    """Whether `of_managers` is for this person."""
    return user.branch_id is None and any(role.name == "manager" for role in user.roles)


def _behind(session: Session, at: datetime) -> Iterator[Thing]:
    today = local_day(at)
    ends_soon = Wave.closes_on.between(today, today + SOON) & ~Wave.practice
    for wave in session.scalars(sa.select(Wave).where(ends_soon).order_by(Wave.closes_on, Wave.slug)):
        if waves.state(wave, at) == "open" and (missing := counting.field_of(session, wave, today).total.behind):
            said = {"wave": wave.slug, "day": show_day(wave.closes_on), "count": missing}
            text = _("Wave %(wave)s ends on %(day)s and is %(count)d cases behind its plan", **said)
            yield Thing("behind", f"{wave.slug} {wave.closes_on}", text, "manage.show_field", {"slug": wave.slug})
