"""Many accounts at once: closed, opened, given a last day, moved to another unit. `web.several` asks first."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from datetime import date

import sqlalchemy as sa
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from survey_app import accounts, clock, database
from survey_app.manage.forms import REQUIRED, Day
from survey_app.models import Unit, User
from survey_app.models.accounts import is_open
from survey_app.people import blueprint
from survey_app.web import choosing, console, several
from survey_app.web.choosing import Chooser, ChoosingForm
from survey_app.web.several import Ticked, Work


class SeveralForm(ChoosingForm):
    branch = Chooser(_("Branch of the units"))
    ends_on = Day(_("Last day"), [REQUIRED])


def close(user: User, _typed: object = None) -> None:
    """Raises ValueError for the own account."""
    _not_oneself(user)
    accounts.deactivate(database.session(), user, clock.now())


def _not_oneself(user: User) -> None:
    if user.id == current_user.id:
        raise ValueError(gettext("You would shut yourself out: another administrator closes your account."))


def reopen(user: User, _typed: object = None) -> None:
    """Raises ValueError where it would stay shut."""
    if user.ends_on is not None and not is_open(True, user.ends_on):
        raise ValueError(
            gettext("Its last day was %(day)s: set another one first.", day=console.show_day(user.ends_on))
        )
    user.active = True


def _end(user: User, day: date | None) -> None:
    _not_oneself(user)
    user.ends_on = day


def _move(user: User, unit_id: int) -> None:
    session = database.session()
    branch = session.get(Unit, unit_id) if unit_id else None
    accounts.set_rights(session, user, [role.name for role in user.roles], branch)


WORKS = {
    "close": Work(
        _("Close it"),
        _("Close accounts"),
        _(
            "Their sessions end and their tablets are revoked at once; what those still hold waits for a manager. The "
            "accounts can be opened again in the same way; the tablets stay revoked."
        ),
        close,
    ),
    "open": Work(
        _("Open it"),
        _("Open accounts again"),
        _("These people can sign in again with their old passwords; their tablets stay revoked."),
        reopen,
    ),
    "end": Work(
        _("Last day"),
        _("Set the last day of accounts"),
        _("After this day these people no longer come in. It can be changed in the same way at any time."),
        _end,
        "ends_on",
    ),
    "move": Work(
        _("Another unit"),
        _("Move accounts to another unit"),
        _(
            "From then on these people see what lies in that unit and nothing else. Where each of them is now stands "
            "below, should they have to go back: that is done in the same way."
        ),
        _move,
        "branch",
    ),
}


@blueprint.post("/several/<work>")
def change_several(work: str) -> ResponseReturnValue:
    query = sa.select(User).options(selectinload(User.roles), joinedload(User.branch))
    form = SeveralForm()
    form.branch.offer(
        choosing.of_map(clock.local_day(clock.now())), first=[("", "–"), (0, gettext("the whole district"))]
    )
    return several.carry_out(WORKS.get(work), Ticked(query, User.id, _named), url_for("people.list_accounts"), form)


def _named(user: User) -> str:
    branch = user.branch.full_name if user.branch else gettext("the whole district")
    called = f"{user.name} ({user.email})" if user.name else user.email
    until = gettext("; last day: %(day)s", day=console.show_day(user.ends_on)) if user.ends_on else ""
    return f"{called} – {branch}{until}"
