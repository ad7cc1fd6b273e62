"""The page behind an invitation: whoever has the link chooses a password, once, and can sign in."""

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import accounts, audit, database
from survey_app.accounts import invitations
from survey_app.models import User
from survey_app.people import invitation, mailed
from survey_app.people.forms import PasswordForm


@invitation.route("/invitation/<token>", methods=["GET", "POST"])
def choose_password(token: str) -> ResponseReturnValue:
    session, form = database.session(), PasswordForm()
    user = invitations.read(session, current_app.config["SETTINGS"].secret_key, token)
    if user is None:
        return _page("people/invitation_over.html", 410)
    form.account = user
    if form.validate_on_submit():
        had_one = user.password is not None
        accounts.set_password(session, user, form.password.data)
        if had_one:  # It may be somebody else who has the link.
            mailed.write(user.id, "password_set")
        audit.record(session, user, "password_chosen")
        session.commit()
        flash(_("The password is kept. Sign in with it."))
        return redirect(url_for("security.login", lang=request.args.get("lang")))
    return _page("people/invitation.html", 422 if form.errors else 200, user, form)


def _page(
    template: str, status: int, user: User | None = None, form: PasswordForm | None = None
) -> ResponseReturnValue:
    response = make_response(render_template(template, user=user, form=form), status)
    response.headers["Cache-Control"] = "no-store"  # The address opens an account.
    return response
