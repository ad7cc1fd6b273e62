"""One's own account: who I am, that it is really me, where I am signed in. The password page is Flask-Security's."""

from flask import Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import password_changed

from survey_app import clock, database
from survey_app.accounts import confirming, sessions
from survey_app.accounts.signing_in import KEY
from survey_app.clock import utc_now
from survey_app.models import User
from survey_app.notices import waiting
from survey_app.people import mailed, own
from survey_app.people.forms import OwnPasswordForm
from survey_app.web.addresses import own_path


@own.get("/")
def show_own() -> ResponseReturnValue:
    idle, key = current_app.permanent_session_lifetime, flask_session[KEY]
    found = sessions.of_account(database.session(), current_user.id, utc_now(), idle)
    return render_template(
        "people/own.html",
        sessions=found,
        here=next((one.id for one in found if sessions.is_of(one, key)), None),
        changed="changed" in request.args,
    )


@own.route("/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """For whoever is about to change what guards the account, a while after signing in."""
    form, address = OwnPasswordForm(), own_path(request.args.get("next", ""), url_for("own.show_own"))
    if form.validate_on_submit():
        database.session().commit()
        confirming.note()
        return redirect(address)
    return render_template("people/confirm.html", form=form, address=address), 422 if form.errors else 200


def tell_of_new_password(_app: Flask, user: User, **_more: object) -> None:
    """By mail, for it may have been somebody else. The password itself is committed by now."""
    account_id = user.id
    database.writing_anew(database.session())
    mailed.write(account_id, "password_set")


password_changed.connect(tell_of_new_password)


@own.get("/waiting")
def show_waiting() -> ResponseReturnValue:
    session, at = database.session(), clock.now()
    user = session.get_one(User, current_user.id)
    told, settings = waiting.is_told_all(user), current_app.config["SETTINGS"]
    return render_template(
        "people/waiting.html",
        mine=waiting.of(session, settings, user, at),
        shared=waiting.of_managers(session, settings, at) if told else [],
    )


@own.app_template_global("count_waiting")
def count_waiting() -> int:
    """How many things wait for whoever is signed in, beside the way to them on every page of the console."""
    return len(waiting.of(database.session(), current_app.config["SETTINGS"], current_user, clock.now()))


@own.post("/notices")
def switch_notices() -> ResponseReturnValue:
    session, wanted = database.session(), request.form.get("wanted") == "1"
    session.get_one(User, current_user.id).notices = wanted
    session.commit()
    flash(
        _("Mail tells you from now on what waits for you.") if wanted else _("No more mail about what waits for you.")
    )
    return redirect(url_for("own.show_own"))


@own.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    session = database.session()
    if not sessions.end_one(session, current_user.id, session_id):
        abort(404)
    session.commit()
    flash(_("This session has ended."))
    return redirect(url_for("own.show_own"))


@own.post("/sessions/end")
def end_other_sessions() -> ResponseReturnValue:
    session = database.session()
    sessions.end_others(session, current_user.id, flask_session[KEY])
    session.commit()
    flash(_("All other sessions have ended."))
    return redirect(url_for("own.show_own"))
