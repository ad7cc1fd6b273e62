"""What letters say: plain text in the language of the account. No answer, no comment, no name but the reader's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app.accounts import invitations
from survey_app.config import Settings
from survey_app.models import Letter, User
from survey_app.models.letters import DEEDS, LINKS, NOTICES
from survey_app.notices import waiting
from survey_app.notices.waiting import Thing


@dataclass(frozen=True)
class Written:
    """`ids`: the letters of the outbox that it stands for; `name` stays the same when it is sent again; `to`: another
    address than the account's.
    """

    ids: list[int]
    name: str
    subject: str
    text: str
    to: str = ""


def address(settings: Settings, endpoint: str, values: dict[str, Any]) -> str:
    """Where a letter leads: from outside of a request, so by the address that citizens' phones know too."""
    return f"{settings.public_url}{current_app.url_map.bind('').build(endpoint, values)}"


def written(
    session: Session, settings: Settings, user: User, letters: Sequence[Letter], at: datetime
) -> Iterator[Written]:
    """Each link on its own, all that waits in one letter; of what is over nothing is said."""
    with force_locale(user.language):
        for letter in letters:
            if letter.kind in LINKS:
                subject, paragraphs = _link(settings, user, letter.kind)
                yield Written([letter.id], _name(letter), subject, _text(user, paragraphs))
            elif letter.kind in DEEDS:
                yield _deed(user, letter)
        notices = [letter for letter in letters if letter.kind in NOTICES]
        if notices and user.notices and (things := _still(session, settings, user, notices, at)):
            ids, count = [letter.id for letter in notices], len(things)
            subject = ngettext("%(num)d thing waits for you", "%(num)d things wait for you", count)
            yield Written(
                ids, _name(notices[0]), subject, _text(user, [*_lines(settings, things), _ways_out(settings)])
            )


def _still(session: Session, settings: Settings, user: User, letters: Sequence[Letter], at: datetime) -> list[Thing]:
    said = {(letter.kind, letter.about) for letter in letters}
    return [thing for thing in everything(session, settings, user, at) if (thing.kind, thing.about) in said]


def everything(session: Session, settings: Settings, user: User, at: datetime) -> list[Thing]:
    """All that waits for the person, also what is every manager's."""
    shared = waiting.of_managers(session, settings, at) if waiting.is_told_all(user) else []
    return waiting.of(session, settings, user, at) + shared


def _link(settings: Settings, user: User, kind: str) -> tuple[str, list[str]]:
    valid = invitations.VALID if kind == "invitation" else invitations.VALID_BY_REQUEST
    token = invitations.make(settings.secret_key, user, valid)
    link = address(settings, "invitation.choose_password", {"token": token})
    if kind == "invitation":
        subject = _("Your account in Hài Lòng")
        said = _("You have an account in the survey system Hài Lòng: %(email)s. Choose a password with this link:",
                 email=user.email)  # fmt: skip
    else:
        subject = _("Choose a new password")
        said = _("Somebody asked for a new password for your account %(email)s. Choose one with this link:",
                 email=user.email)  # fmt: skip
    once = _("It works once, within %(span)s. Give it to nobody else.", span=_span(valid))
    stranger = _("If you know nothing of this, you need do nothing: nobody enters without the link.")
    return subject, [said, link, f"{once} {stranger}"]


def _deed(user: User, letter: Letter) -> Written:
    """What was done to the account. At an address that it had before somebody else may read: no name, no new one."""
    kept = ([letter.id], _name(letter))
    if letter.kind == "moved_from":
        said = _("An account in the survey system Hài Lòng had this e-mail address; it has another one now. "
                 "Nothing more is sent here. If you expected no change, tell the administrator.")  # fmt: skip
        return Written(*kept, _("The e-mail address of an account"), _text(None, [said]), letter.about)
    if letter.kind == "moved_to":
        subject = _("The e-mail address of your account")
        said = _("The e-mail address of your account in Hài Lòng was changed to %(email)s by an administrator. "
                 "From now on you sign in with it.", email=user.email)  # fmt: skip
    elif letter.kind == "second_step":
        subject = _("The second step of your account")
        said = _("The second step at signing in of your account %(email)s in Hài Lòng was changed: an app, a passkey "
                 "or the recovery codes.", email=user.email)  # fmt: skip
    else:
        subject = _("Your account has a new password")
        said = _("The password of your account %(email)s in Hài Lòng was chosen anew.", email=user.email)
    stranger = _("If you expected no change, tell the administrator at once.")
    return Written(*kept, subject, _text(user, [f"{said} {stranger}"]))


def _span(span: timedelta) -> str:
    if span >= timedelta(days=1):
        return str(ngettext("%(num)d day", "%(num)d days", span.days))
    return str(ngettext("%(num)d hour", "%(num)d hours", int(span.total_seconds() // 3600)))


def _lines(settings: Settings, things: Sequence[Thing]) -> Iterator[str]:
    yield str(_("This waits for you in Hài Lòng:"))
    for thing in things:
        yield f"- {thing.text}\n  {address(settings, thing.endpoint, thing.values)}"


def _ways_out(settings: Settings) -> str:
    own = address(settings, "own.show_own", {})
    return str(_("You can turn these letters off under “My account”: %(link)s", link=own))


def _text(user: User | None, paragraphs: Sequence[str]) -> str:
    greeting = _("Dear %(name)s,", name=user.name or user.email) if user else _("Dear Sir or Madam,")
    return "\n\n".join([greeting, *paragraphs, _("This letter was written by the system; nobody reads replies to it.")])


def _name(letter: Letter) -> str:
    return f"hailong-{letter.id}-{int(letter.made_at.timestamp())}"
