"""Every deed of staff gets its entry in the transaction of the deed itself, from one place: no view writes one.

Whoever is signed in and posts is watched: when the session of the request commits, the entry is in it. Deeds that are
kept in files alone, and reading what is about single people, are written down when the answer is ready.
"""

import getpass
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask, Response, g, request
from flask import session as cookie
from flask_login import current_user
from flask_security import uia_email_mapper
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.audit import chain, changes, words
from survey_app.audit.chain import Deed
from survey_app.clock import utc_now
from survey_app.models import AuditEntry, StaffSession, User
from survey_app.models import Response as Answer

READING = ("GET", "HEAD", "OPTIONS")
# Their deeds are files or processes; the database may not change.
IN_FILES = {
    *("results.make_release", "results.cancel_release", "results.take_snapshot"),
    *("results.write_documents", "results.cancel_documents", "results.keep_template", "results.remove_template"),
    *("entry.read_scans", "entry.cancel_scans", "people.invite_again"),
}
# What is read of single people, or taken home by the row.
READS = {
    *("manage.contact_list", "manage.plan_folder", "manage.read_device_entry", "manage.show_correction"),
    "audit.export_deeds",
}
# The second step of a sign-in, and how the audit calls what was tried there in vain.
GUESSED = {
    "security.two_factor_token_validation": "wrong_code",
    "security.mf_recovery": "wrong_code",
    "security.wan_signin_response": "wrong_passkey",
}
HALF_IN = "tf_user_id"  # Of the session: as Flask-Security names who owes the second step.
ROWS = "files/"  # Of a release's downloads those with one row a response.
# No entry. A preview keeps nothing; of an interview, and the count of the household before it, no clock time is kept
# anywhere (they name officer and case themselves).
LEFT_OUT = {"design.preview_form", "design.preview_version_form", "field.choose_person", "field.keep"}


@dataclass
class Watched:
    """One request of somebody who is signed in, or one command of the administrator."""

    deed: str
    account_id: int | None
    who: str
    thing: str = ""
    address: str = ""
    changes: list[str] = field(default_factory=list)
    is_kept: bool = False


def watch() -> None:
    """From now on the request is watched, if it may be a deed. Called once it is known who asks and that they may."""
    endpoint = request.endpoint or ""
    rows = endpoint == "results.download" and str((request.view_args or {}).get("file", "")).startswith(ROWS)
    if endpoint in LEFT_OUT or (request.method in READING and endpoint not in READS and not rows):
        return
    thing = " ".join(str(value) for name, value in (request.view_args or {}).items() if name != "token")
    address = request.remote_addr or ""
    g.watched = Watched(endpoint, current_user.id, current_user.email, thing, address)
    _listen(g.watched)


def watch_command(path: str, things: Iterable[str]) -> None:
    """The same for a command, as in `user add`, with its arguments; of its options nothing is written."""
    deed = f"command.{path.replace(' ', '.')}"
    if deed in words.DEEDS:
        _listen(Watched(deed, None, f"{getpass.getuser()} (command)", " ".join(things)))


def _listen(watched: Watched) -> None:
    session = database.session()
    sa.event.listen(session, "after_flush", lambda session, _context: _note_changes(watched, session))
    sa.event.listen(session, "before_commit", lambda session: _keep(watched, session))


def _keep(watched: Watched, session: Session) -> None:
    """One entry a request, in its first transaction; not in a savepoint, which may still be undone."""
    if watched.is_kept or session.in_nested_transaction():
        return
    session.flush()
    if not watched.changes and not session.connection().get_execution_options().get("writes"):
        return  # Only read, as whoever asks for an account does before a deed.
    watched.is_kept = True
    chain.append(session, _deed(watched))


def _deed(watched: Watched) -> Deed:
    detail = ", ".join(dict.fromkeys(watched.changes))
    return Deed(utc_now(), watched.account_id, watched.who, watched.address, watched.deed, watched.thing, detail)


def _note_changes(watched: Watched, session: Session) -> None:
    for sign, rows in (("+", session.new), ("~", session.dirty), ("-", session.deleted)):
        for row in rows:
            if isinstance(row, AuditEntry | StaffSession) or (sign == "~" and not session.is_modified(row)):
                continue
            watched.changes.append(f"{sign}{_named(row)}" + (f" {changes.written(row)}" if sign == "~" else ""))


def _named(row: object) -> str:
    """The table and the key. Which answer it is stands nowhere: its time would stand beside it."""
    mapper = sa.inspect(row).mapper
    key = "" if isinstance(row, Answer) else " " + ".".join(map(str, mapper.primary_key_from_instance(row)))
    return f"{mapper.local_table.name}{key}"


def record(session: Session, user: User, deed: str, thing: str = "") -> None:
    """A deed outside of the watch: signing in and out."""
    address = request.remote_addr or "" if request else ""
    chain.append(session, Deed(utc_now(), user.id, user.email, address, deed, thing))


def note_after(response: Response) -> Response:
    """What was done, or read, without a commit; and that somebody tried in vain to prove that they are one of us."""
    watched: Watched | None = g.get("watched")
    if watched is not None and not watched.is_kept and response.status_code < 400:
        if watched.deed in IN_FILES or request.method in READING:
            _apart(lambda session: chain.append(session, _deed(watched)))
    elif request.method == "POST" and (note := _in_vain(response.status_code)) is not None:
        _apart(note)
    return response


def _in_vain(status: int) -> Callable[[Session], None] | None:
    """What writes down that this try was refused; None where it was none, or was taken."""
    if request.endpoint == "security.login" and status == 200:
        return _note_failure
    if request.endpoint == "own.confirm" and status == 422:
        return _note_wrong_password
    # A refused passkey leads back; whoever comes in is no longer half in.
    if request.endpoint in GUESSED and status in (200, 302) and HALF_IN in cookie:
        return _note_second_step
    return None


def _note_failure(session: Session) -> None:
    typed = (uia_email_mapper(request.form.get("email", "").strip()) or "").lower()
    user = session.scalar(sa.select(User).where(sa.func.lower(User.email) == typed))
    if user is not None:  # What is no address of ours may be a password in the wrong field.
        record(session, user, "sign_in_failed")


def _note_second_step(session: Session) -> None:
    """Whoever tries has the password, or came by single sign-on."""
    user = session.scalar(sa.select(User).where(User.fs_uniquifier == cookie[HALF_IN]))
    if user is not None:
        record(session, user, GUESSED[request.endpoint or ""])


def _note_wrong_password(session: Session) -> None:
    record(session, session.get_one(User, int(g.watched.account_id)), "wrong_password")


def _apart(add: Callable[[Session], None]) -> None:
    """In a transaction of its own; what the request had begun and did not commit stands in nobody's way."""
    database.session().rollback()
    with Session(database.engine()) as session:
        add(database.writing(session))
        session.commit()


def init_app(app: Flask) -> None:
    app.after_request(note_after)
