"""Accounts of staff and their roles: added, given a password, closed. How somebody signs in is left to `signing_in`."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import units, words
from survey_app.accounts import passwords, second_factor, sessions
from survey_app.clock import utc_now
from survey_app.models import Device, Letter, Role, Unit, User, alphabet
from survey_app.models.accounts import ROLES, WHOLE_ONLY
from survey_app.models.letters import LINKS


def add_missing_roles(session: Session) -> None:
    known = set(session.scalars(sa.select(Role.name)))
    session.add_all(Role(name=name) for name in ROLES if name not in known)
    session.flush()


def add_user(
    session: Session, email: str, password: str | None, names: Sequence[str], name: str = "", branch: Unit | None = None
) -> User:
    """A new account with the named roles; without a password until its invitation is used. Raises ValueError when the
    address is taken or the password refused.
    """
    hashed = _hash(password, email, name) if password is not None else None
    if said := address_fault(session, email):
        raise ValueError(said)
    user = User(email=email, name=name, password=hashed, fs_uniquifier=uuid.uuid4().hex)
    session.add(user)
    set_rights(session, user, names, branch)
    return user


def address_fault(session: Session, email: str, user: User | None = None) -> str:
    """Why the account, or a new one, cannot have the address, in a sentence; empty where it can."""
    if "@" not in email or any(sign.isspace() for sign in email):
        return str(_("%(email)s is no e-mail address.", email=email))
    if of_address(session, email) not in (None, user):
        return str(_("There is already an account %(email)s.", email=email))
    return ""


def correct_address(session: Session, user: User, email: str) -> None:
    """Sessions, links and the tie to single sign-on end with the old one: it may have been somebody else's. Raises
    ValueError.
    """
    if said := address_fault(session, email, user):
        raise ValueError(said)
    user.email = email
    user.sso_issuer = user.sso_subject = None
    end_sessions(session, user)


def set_rights(session: Session, user: User, names: Sequence[str], branch: Unit | None) -> int:
    """Which roles the account has, and within which branch of the units; None is the whole district. Returns how many
    tablets were revoked, for only an officer has any.
    """
    if branch is not None and (everywhere := WHOLE_ONLY.intersection(names)):
        raise ValueError(_("%(role)s has no branch: it holds for everybody.", role=words.ROLES[min(everywhere)]))
    add_missing_roles(session)
    user.roles = list(session.scalars(sa.select(Role).where(Role.name.in_(names))))
    user.branch_id = branch.id if branch else None
    session.flush()
    return 0 if "officer" in names else _revoke_tablets(session, user, utc_now())


def branch_of_code(session: Session, code: str, day: date) -> Unit:
    """The unit of that code on the day. Raises ValueError when there is none."""
    found = units.find(session, code, day)
    if found is None:
        raise ValueError(_("There is no unit %(code)s on %(day)s.", code=code, day=day.isoformat()))
    return found


def _hash(password: str, *about: str) -> str:
    if said := passwords.fault(password, *about):
        raise ValueError(said)
    return passwords.hashed(password)


def found(typed: str, role: str = "", state: str = "", today: date | None = None, second: str = "") -> sa.Select[User]:
    """Accounts whose name, address or branch holds the words typed, with that role, in that state, and with a second
    step in that one.
    """
    query = sa.select(User).outerjoin(Unit, User.branch_id == Unit.id)
    query = query.where(alphabet.holds(typed, User.name, User.email, sa.func.coalesce(Unit.name, "")))
    if role:
        query = query.where(User.roles.any(Role.name == role))
    if (stands := second_factor.states().get(second)) is not None:
        query = query.where(stands)
    ended = User.ends_on < today
    states = {
        "closed": ~User.active,
        "ended": User.active & ended,
        "invited": User.active & User.password.is_(None),
        "open": User.active & User.password.is_not(None) & sa.func.coalesce(~ended, sa.true()),
    }
    return query.where(states[state]) if state in states else query


def find_user(session: Session, email: str) -> User:
    """Raises ValueError when there is none."""
    user = of_address(session, email)
    if user is None:
        raise ValueError(_("There is no account %(email)s.", email=email))
    return user


def of_address(session: Session, email: str) -> User | None:
    return session.scalar(sa.select(User).where(sa.func.lower(User.email) == email.lower()))


def set_password(session: Session, user: User, password: str) -> None:
    """A new password ends the sessions that began with the old one. Raises ValueError."""
    user.password = _hash(password, user.email, user.name)
    end_sessions(session, user)


def end_sessions(session: Session, user: User) -> None:
    """All of the account, and what was handed over to choose a password with."""
    user.fs_uniquifier = uuid.uuid4().hex
    sessions.end_others(session, user.id, "")
    forget_links(session, user)
    session.flush()


def forget_links(session: Session, user: User) -> None:
    """Letters that wait to be sent would make a new link for a matter that is over."""
    mine = (Letter.account_id == user.id) & Letter.kind.in_(LINKS) & Letter.done_at.is_(None)
    session.execute(sa.delete(Letter).where(mine))


def deactivate(session: Session, user: User, at: datetime) -> None:
    """Closes an account, ends its sessions, and revokes its tablets: what they still hold waits for a manager."""
    user.active = False
    end_sessions(session, user)
    _revoke_tablets(session, user, at)


def _revoke_tablets(session: Session, user: User, at: datetime) -> int:
    mine = session.scalars(sa.select(Device).where(Device.officer_id == user.id, Device.revoked_at.is_(None))).all()
    for device in mine:
        device.revoked_at = at
    session.flush()
    return len(mine)


def reset_second_factor(session: Session, user: User) -> None:
    """For somebody whose telephone is lost, perhaps stolen: sessions end, and the password alone signs in."""
    second_factor.reset(user)
    end_sessions(session, user)
