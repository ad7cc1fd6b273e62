"""One's own account: who I am here, password, where I am signed in. The password page is Flask-Security's."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import database
from survey_app.accounts import sessions
from survey_app.accounts.signing_in import KEY
from survey_app.clock import utc_now
from survey_app.people import own


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
