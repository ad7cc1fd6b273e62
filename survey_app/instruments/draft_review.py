"""From a draft to a published version: one person submits it, another approves it or sends it back.

As in `drafts`, sessions must be `database.writing` and the caller commits.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app.instruments import drafts, instrument_versions
from survey_app.models import Draft, DraftRevision, InstrumentVersion


def submit(session: Session, draft_id: int, editor_id: int, seen_revision: int) -> Draft:
    """Gives the draft to a second person, as it was seen; only without faults."""
    draft = drafts.open_for_change(session, draft_id)
    if draft.revision != seen_revision:
        raise drafts.DraftRefused("changed")
    if drafts.faults(draft):
        raise drafts.DraftRefused("faults")
    _require_free_version(session, draft)
    draft.state, draft.submitted_by_id, draft.remark, draft.remark_by_id = "submitted", editor_id, "", None
    session.flush()
    return draft


def may_approve(session: Session, draft: Draft, account_id: int) -> bool:
    """Two people publish: nobody who changed the draft, also in vain, or submitted it approves it."""
    edited = sa.select(DraftRevision.id).where(
        DraftRevision.draft_id == draft.id, DraftRevision.editor_id == account_id
    )
    return account_id != draft.submitted_by_id and session.scalar(edited.limit(1)) is None


def approve(session: Session, draft_id: int, approver_id: int, seen_revision: int, at: datetime) -> InstrumentVersion:
    """Publishes the draft as the approver saw it. Raises DraftRefused."""
    _wait_for_others(session, draft_id)
    draft = _submitted(session, draft_id)
    if draft.revision != seen_revision:
        raise drafts.DraftRefused("changed")
    if not may_approve(session, draft, approver_id):
        raise drafts.DraftRefused("own_work")
    _require_free_version(session, draft)
    instrument, author = loader.read(drafts.content(draft)), draft.submitted_by_id
    try:
        with session.begin_nested():
            published = instrument_versions.publish(session, instrument, at, author_id=author, approver_id=approver_id)
    except sa.exc.IntegrityError as error:  # Somebody published this version in the same moment.
        raise drafts.DraftRefused("version_taken", version=instrument.version) from error
    draft.state = "published"
    session.flush()
    return published


def send_back(session: Session, draft_id: int, approver_id: int, reason: str) -> Draft:
    """Back to its editors, with what the second person wants to be changed."""
    draft = _submitted(session, draft_id)
    draft.state, draft.submitted_by_id, draft.remark, draft.remark_by_id = "editing", None, reason, approver_id
    session.flush()
    return draft


def _wait_for_others(session: Session, draft_id: int) -> None:
    """Of one questionnaire one draft is approved at a time: the next sees the version that the one before took, also
    where both say the same.
    """
    code = sa.select(Draft.code).where(Draft.id == draft_id).scalar_subquery()
    session.execute(sa.select(Draft.id).where(Draft.code == code).order_by(Draft.id).with_for_update())


def _submitted(session: Session, draft_id: int) -> Draft:
    draft = drafts.locked(session, draft_id)
    if draft.state != "submitted":
        raise drafts.DraftRefused("not_submitted")
    return draft


def _require_free_version(session: Session, draft: Draft) -> None:
    version = str(drafts.content(draft)["version"])
    if instrument_versions.find(session, draft.code, version) is not None:
        raise drafts.DraftRefused("version_taken", version=version)
