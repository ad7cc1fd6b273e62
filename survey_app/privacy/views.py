"""What anybody may open, without account or cookie: the notice, taking answers back. Managers' pages: `manage`."""

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import database, surveys
from survey_app.answer import compression
from survey_app.privacy import notices, withdrawals
from survey_app.web import languages

citizens = Blueprint("privacy", __name__, template_folder="templates")
citizens.after_request(compression.compress)
LONGEST = 40  # Of what is typed as a receipt, with spaces and dashes.


@citizens.get("/withdraw")
def ask_for_receipt() -> ResponseReturnValue:
    return render_template("privacy/withdraw.html", step="ask")


@citizens.get("/notice/<slug>")
def show_notice(slug: str) -> ResponseReturnValue:
    """Of a wave, open or not: whoever answered may read it later."""
    session = database.session()
    wave = surveys.find_wave(session, slug) or abort(404)
    told = notices.of_wave(session, wave, languages.current())
    return render_template("privacy/notice.html", told=told, simulated=wave.simulated, practice=wave.practice)


@citizens.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """First the receipt, then the word that it is meant; the receipt is in no address, so no log has it."""
    typed, sure = request.form.get("receipt", "")[:LONGEST], request.form.get("sure") == "yes"
    session, key = database.session(), current_app.config["SETTINGS"].token_key
    if sure:
        found = withdrawals.withdraw(database.writing(session), key, typed)
        session.commit()
    else:
        found = withdrawals.standing(session, withdrawals.find(session, key, typed))
    step = "done" if sure and found == "free" else found
    page = render_template("privacy/withdraw.html", step=step, typed=typed)
    status = 404 if step == "unknown" else 409 if step in ("frozen", "by_staff") else 200
    return page, status, {"Cache-Control": "no-store"}  # The page carries the receipt on.
