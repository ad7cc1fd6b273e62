"""Forms that are opened by a personal code: a slip of the sample (/s/…), a visit code of
a counter (/v/…), or the code on the screen of a kiosk (/k/…).
"""

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app import clock, database, points
from survey_app.answer.places import is_shared
from survey_app.answer.views import blueprint, find_point, marks, open_form, unknown
from survey_app.models import SlipBatch
from survey_app.proofs import presence, slips, visits
from survey_app.proofs.slips import BadSlip, Slip, SlipSpent, SlipVoid
from survey_app.proofs.visits import BadVisit
from survey_app.web import languages


@blueprint.get("/s/<code>")
def open_by_slip(code: str) -> ResponseReturnValue:
    """A used or withdrawn slip is told before the first question, not after the last."""
    key = current_app.config["SETTINGS"].token_key
    try:
        batch, slip = _slip(key, code)
        slips.check(batch, slip)
    except BadSlip:
        return unknown(code)
    except (SlipSpent, SlipVoid) as why:
        void = isinstance(why, SlipVoid)
        return render_template("answer/slip_used.html", void=void, **marks(batch.wave)), 410
    found = find_point(batch.point.code)
    return open_form(found, slip.code(key)) if found else unknown(code)


@blueprint.get("/v/<point>/<code>")
def open_by_visit(point: str, code: str) -> ResponseReturnValue:
    """A code that proves nothing still opens the form: what is said counts as an answer of the open QR."""
    found = find_point(point)
    if found is None or found[0].mode != visits.MODE:
        return redirect(url_for("answer.show", code=point[:40], lang=languages.current()), 303)
    key = visits.point_key(current_app.config["SETTINGS"].token_key, found[0].code)
    try:
        return open_form(found, visits.read(key, code, clock.now()).code)
    except BadVisit:
        return open_form(found)


@blueprint.get("/k/<point>/<code>")
def open_from_the_hall(point: str, code: str) -> ResponseReturnValue:
    """From a kiosk's screen, on one's own phone; a code that is too old opens the form as a sheet on the wall does."""
    found = find_point(point)
    if found is None or not is_shared(found[0]):
        return redirect(url_for("answer.show", code=point[:40], lang=languages.current()), 303)
    key = presence.point_key(current_app.config["SETTINGS"].token_key, found[0].code)
    return open_form(found, presence.MARK if presence.proves(key, code, clock.now()) else presence.AWAY)


def _slip(key: str, code: str) -> tuple[SlipBatch, Slip]:
    slip = slips.read(key, points.normal_code(code))
    return slips.find(database.session(), slip), slip
