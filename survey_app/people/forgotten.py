"""The page for whoever forgot the password: a link by mail. It says the same, and does as much, for any address."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import database
from survey_app.accounts import keeping
from survey_app.people import mailed

# Without `console.begin`: the brake counts in a transaction of its own before this one writes.
blueprint = Blueprint("forgotten", __name__, template_folder="templates")
blueprint.add_app_template_global(mailed.is_there, "mail_is_on")


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def ask_for_link() -> ResponseReturnValue:
    if not mailed.is_there():
        abort(404)
    if request.method == "GET":
        response = make_response(render_template("people/forgotten.html"))
        response.headers["Cache-Control"] = "no-store"
        return response
    session = database.writing(database.session())
    user = keeping.of_address(session, request.form.get("email", "").strip())
    open_account = user if user is not None and user.is_active else None
    mailed.write(open_account.id if open_account else None, "password")
    session.commit()
    flash(_("If there is an account of this address, a link to choose a new password arrives by mail within minutes."))
    return redirect(url_for("security.login"))
