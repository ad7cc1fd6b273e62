"""The second factor of one's own account: turned on and off, recovery codes, passkeys. Rules: `second_factor`.

That whoever comes here proved just now who they are, `access` has seen to.
"""

from flask import Flask, abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import wan_registered

from survey_app import database
from survey_app.accounts import second_factor
from survey_app.accounts.second_factor import OFFERED
from survey_app.models import Passkey
from survey_app.people import factor, mailed
from survey_app.people.forms import CodeForm


@factor.get("/")
def show() -> ResponseReturnValue:
    return render_template(
        "people/second_factor.html",
        missing=second_factor.is_missing(current_user),
        exists=second_factor.exists(current_user),
        added="added" in request.args,
    )


@factor.route("/app", methods=["GET", "POST"])
def turn_on() -> ResponseReturnValue:
    """The same key until a code of it was right, or another one is wanted: an app may have scanned it already."""
    form = CodeForm()
    if current_user.tf_primary_method:
        return redirect(url_for("factor.show"))  # Another telephone only after the first one is turned off.
    if OFFERED not in cookie or "anew" in request.form:
        cookie[OFFERED] = second_factor.new_secret()
    elif form.validate_on_submit():
        session = database.session()
        if second_factor.turn_on_app(current_user, cookie[OFFERED], form.code.data):
            codes = [] if current_user.mf_recovery_codes else second_factor.make_codes(current_user)
            tell_of_change()
            session.commit()
            del cookie[OFFERED]
            return render_template("people/recovery_codes.html", codes=codes, turned_on=True)
        session.rollback()
        form.code.errors = [_("This is not the code of this moment. Wait for the next one and type that.")]
    shown = second_factor.shown(current_user, cookie[OFFERED])
    return render_template("people/app.html", form=form, shown=shown), 422 if form.errors else 200


@factor.post("/off")
def turn_off() -> ResponseReturnValue:
    session = database.session()
    second_factor.turn_off_app(current_user)
    tell_of_change()
    session.commit()
    flash(_("The app is turned off."))
    return redirect(url_for("factor.show"))


@factor.post("/codes")
def make_codes() -> ResponseReturnValue:
    session = database.session()
    if not second_factor.exists(current_user):
        abort(404)
    codes = second_factor.make_codes(current_user)
    tell_of_change()
    session.commit()
    return render_template("people/recovery_codes.html", codes=codes, turned_on=False)


@factor.post("/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    session = database.session()
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey not in current_user.webauthn:
        abort(404)
    second_factor.remove_passkey(current_user, passkey)
    tell_of_change()
    session.commit()
    flash(_("The passkey is removed."))
    return redirect(url_for("factor.show"))


def tell_of_change(_app: Flask | None = None, **_more: object) -> None:
    """By mail, for it may have been somebody else. Flask-Security commits after a new passkey."""
    mailed.write(current_user.id, "second_step")


wan_registered.connect(tell_of_change)
