"""Accounts in the console, for administrators: found, invited, given roles and a branch, closed. Rules: `accounts`."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from survey_app import accounts, clock, database, words
from survey_app.accounts import invitations, keeping, second_factor, sessions, single_sign_on, two_people
from survey_app.clock import utc_now
from survey_app.models import Role, Unit, User, alphabet
from survey_app.models.accounts import is_open
from survey_app.people import blueprint, mailed
from survey_app.people.forms import EmailForm, InviteForm, RequiredForm, RightsForm
from survey_app.people.several import WORKS, close, reopen
from survey_app.web import listing

ORDERS = {
    "email": (sa.func.lower(User.email),),
    "name": (alphabet.Order(User.name),),
    "branch": (alphabet.Order(sa.func.coalesce(Unit.name, "")),),
    "ends": (User.ends_on,),
}


def find_or_404(account_id: int) -> User:
    return database.session().get(User, account_id) or abort(404)


@blueprint.get("/")
def list_accounts() -> ResponseReturnValue:
    asked = listing.asked("q", "role", "state", "second")
    query = keeping.found(asked["q"], asked["role"], asked["state"], _today(), asked["second"])
    beside = (selectinload(User.roles), selectinload(User.webauthn), joinedload(User.branch))
    return render_template(
        "people/list.html",
        **{"found": listing.of_query(query, ORDERS, asked, beside), "works": WORKS},
        both_sides=two_people.both_sides(database.session(), _today()),
        **{"roles": words.ROLES.items(), "states": words.ACCOUNT_STATES.items(), "seconds": words.SECOND_STEPS.items()},
    )


@blueprint.route("/new", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    form, session = InviteForm(), database.session()
    form.offer(_today())
    if form.validate_on_submit():
        user = accounts.add_user(session, form.email.data, None, form.roles.data, form.name.data, _branch(form))
        user.ends_on = form.ends_on.data
        return _with_link(user)
    page = render_template("people/new.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:account_id>", methods=["GET", "POST"])
def show_account(account_id: int) -> ResponseReturnValue:
    user, session = find_or_404(account_id), database.session()
    form = _rights_of(user)
    if form.validate_on_submit():
        own = user.id == current_user.id
        if own and "administrator" not in form.roles.data:
            form.roles.errors = [_("You would shut yourself out: another administrator takes this role from you.")]
        elif own and not is_open(True, form.ends_on.data):
            form.ends_on.errors = [_("You would shut yourself out: another administrator closes your account.")]
        else:
            revoked = accounts.set_rights(session, user, form.roles.data, _branch(form))
            user.name, user.ends_on = form.name.data, form.ends_on.data
            session.commit()
            flash(_("The account is saved."))
            if revoked:
                flash(_("It is no officer's any more: its tablets are revoked. What they hold waits for a manager."))
            return redirect(url_for("people.show_account", account_id=user.id))
    return _page(user, form, EmailForm(formdata=None, obj=user)), 422 if form.errors else 200


@blueprint.post("/<int:account_id>/email")
def correct_address(account_id: int) -> ResponseReturnValue:
    """Of a person whose address was mistyped, or has changed; both addresses are told."""
    user, session, form = find_or_404(account_id), database.session(), EmailForm()
    form.account = user
    if not form.validate_on_submit():
        return _page(user, _rights_of(user, formdata=None), form), 422
    if (before := user.email) == form.email.data:
        flash(_("Nothing was changed: the account has this address."), "nothing")
        return redirect(url_for("people.show_account", account_id=user.id))
    keeping.correct_address(session, user, form.email.data)
    mailed.write(user.id, "moved_from", about=before)
    mailed.write(user.id, "moved_to")
    session.commit()
    flash(_("The address is corrected. Sessions, open links and the tie to single sign-on have ended."))
    flash(_("If somebody else may have read the old address, make a new link, and take the second step away."))
    return redirect(url_for("people.show_account", account_id=user.id))


@blueprint.post("/<int:account_id>/invite")
def invite_again(account_id: int) -> ResponseReturnValue:
    """A link to choose a password, for whoever lost theirs or the link. The old password holds until it is used."""
    user = find_or_404(account_id)
    if not user.is_active:
        flash(_("This account is closed: open it first."), "error")
        return redirect(url_for("people.show_account", account_id=user.id))
    return _with_link(user)


@blueprint.post("/<int:account_id>/active")
def switch_account(account_id: int) -> ResponseReturnValue:
    user, session = find_or_404(account_id), database.session()
    to_open = request.form.get("active") == "1"
    try:
        reopen(user) if to_open else close(user)
    except ValueError as why:
        flash(str(why), "error")
    else:
        told = _("The account is open again. Its old password holds; devices stay revoked.")
        flash(told if to_open else _("The account is closed, its sessions have ended, and its tablets are revoked."))
    session.commit()
    return redirect(url_for("people.show_account", account_id=user.id))


@blueprint.post("/<int:account_id>/sessions/end")
def end_sessions(account_id: int) -> ResponseReturnValue:
    user, session = find_or_404(account_id), database.session()
    keeping.end_sessions(session, user)
    session.commit()
    flash(_("All sessions of the account have ended."))
    return redirect(url_for("people.show_account", account_id=user.id))


@blueprint.post("/<int:account_id>/single-sign-on/loosen")
def loosen(account_id: int) -> ResponseReturnValue:
    """For a person whom the provider knows anew, or an address that passed to somebody else."""
    user, session = find_or_404(account_id), database.session()
    single_sign_on.loosen(user)
    keeping.end_sessions(session, user)
    session.commit()
    flash(_("The next sign-in by single sign-on with this address binds the account anew. Its sessions have ended."))
    return redirect(url_for("people.show_account", account_id=user.id))


@blueprint.post("/<int:account_id>/second-factor/reset")
def reset_second_factor(account_id: int) -> ResponseReturnValue:
    user, session = find_or_404(account_id), database.session()
    if user.id == current_user.id:
        flash(_("Change your own second step under My account."), "error")
    else:
        accounts.reset_second_factor(session, user)
        mailed.write(user.id, "second_step")
        session.commit()
        flash(_("The second step of the account is taken away, and its sessions have ended."))
    return redirect(url_for("people.show_account", account_id=user.id))


@blueprint.route("/second-factor", methods=["GET", "POST"])
def require_second_factor() -> ResponseReturnValue:
    """Which roles must have a second factor."""
    session = database.session()
    must = session.scalars(sa.select(Role.name).where(Role.second_factor)).all()
    form = RequiredForm(data={"roles": must})
    if form.validate_on_submit():
        second_factor.require(session, form.roles.data)
        session.commit()
        flash(_("Saved. Whoever has such a role and no second step is led to set it up before anything else."))
        return redirect(url_for("people.list_accounts"))
    return render_template("people/required.html", form=form)


def _today() -> date:
    return clock.local_day(clock.now())


def _branch(form: RightsForm) -> Unit | None:
    return database.session().get(Unit, form.branch.data) if form.branch.data else None


def _with_link(user: User) -> str:
    """The one page that shows the link; where there is mail, the link goes by mail too."""
    settings, session = current_app.config["SETTINGS"], database.session()
    mailed.write(user.id, "invitation")
    session.commit()
    path = url_for("invitation.choose_password", token=invitations.make(settings.secret_key, user))
    return render_template(
        "people/link.html",
        user=user,
        link=f"{settings.public_url}{path}",
        valid=invitations.VALID,
    )


def _rights_of(user: User, **more: Any) -> RightsForm:
    shown = {"roles": [role.name for role in user.roles], "branch": user.branch_id or 0}
    form = RightsForm(data={**shown, "name": user.name, "ends_on": user.ends_on}, **more)
    form.offer(_today(), user)
    return form


def _page(user: User, form: RightsForm, email_form: EmailForm) -> str:
    idle = current_app.permanent_session_lifetime
    found = sessions.of_account(database.session(), user.id, utc_now(), idle)
    is_both = two_people.are_one([role.name for role in user.roles])
    shown = {"user": user, "form": form, "email_form": email_form, "sessions": found, "is_both": is_both}
    return render_template("people/account.html", **shown)
