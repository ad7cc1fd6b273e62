"""One run of the post: looks for what waits for people, and sends the letters that are due. No request knows of it.

No transaction is open while the server is spoken to: whatever it does, nobody waits for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from smtplib import SMTP

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey_app import database
from survey_app.accounts import branches
from survey_app.config import Settings
from survey_app.models import Letter, User
from survey_app.notices import letters, outbox, post, waiting
from survey_app.notices.letters import Written

Now = Callable[[], datetime]


@dataclass
class Report:
    """`refused`: why, by kind and number, never by address; `away`: why the server could not be used."""

    sent: int = 0
    refused: list[str] = field(default_factory=list)
    away: str = ""
    waiting: int = 0


def look(engine: sa.Engine, settings: Settings, at: datetime) -> None:
    """Notes for everybody who wants it what waits for them; each account in a transaction of its own."""
    with Session(engine) as session:
        shared = waiting.of_managers(session, settings, at)
        accounts = list(session.scalars(sa.select(User.id).order_by(User.id)))
    for account_id in accounts:
        with Session(engine) as session:
            user = _with_branch(session, account_id)
            wanted = user is not None and user.is_active and user.notices
            things = waiting.of(session, settings, user, at) if user and wanted else []
            things += shared if user and wanted and waiting.is_told_all(user) else []
            outbox.note(database.writing_anew(session), account_id, things, at)
            session.commit()


def send_due(engine: sa.Engine, settings: Settings, now: Now) -> Report:
    """Sends what is due, an account after the other, until the server fails; what is left waits for the next run."""
    report = Report()
    with Session(engine) as session:
        outbox.forget(database.writing(session), now())
        session.commit()
        accounts = outbox.due(session, now())
    try:
        if accounts:
            with post.connection(settings.mail_server) as server:
                for account_id in accounts:
                    _send_to(engine, settings, server, account_id, now, report)
    except post.Away as fault:
        report.away = str(fault)
    with Session(engine) as session:
        report.waiting, _since = outbox.waiting(session)
    return report


def _send_to(engine: sa.Engine, settings: Settings, server: SMTP, account_id: int, now: Now, report: Report) -> None:
    with Session(engine) as session:
        taken = outbox.take(database.writing(session), account_id, now())
        ids = {letter.id for letter in taken}
        session.commit()
        user = _with_branch(session, account_id)
        if user is None or not user.is_active:
            _drop(session, ids)
            return
        found, to = list(letters.written(session, settings, user, taken, now())), user.email
        session.rollback()
        _drop(session, ids - {one for written in found for one in written.ids})
        for written in found:
            _send(session, settings, server, written.to or to, written, now, report)


def _send(
    session: Session, settings: Settings, server: SMTP, to: str, written: Written, now: Now, report: Report
) -> None:
    try:
        post.send(server, post.letter(settings.mail_from, to, written.subject, written.text, written.name))
        report.sent += 1
    except post.Refused as fault:
        report.refused.append(f"letter {written.ids[0]}: {fault}")
        if not fault.for_good:
            return
    outbox.settle(database.writing(session), written.ids, now())
    session.commit()


def _drop(session: Session, ids: set[int]) -> None:
    """What nobody needs to be told any more."""
    if ids:
        database.writing(session).execute(sa.delete(Letter).where(Letter.id.in_(ids)))
        session.commit()


def _with_branch(session: Session, account_id: int) -> User | None:
    """The account; from now on the session finds only what the person may see."""
    user = session.get(User, account_id, options=[selectinload(User.roles)])
    if user is not None and user.branch_id is not None:
        branches.limit(session, user.branch_id)
    return user
