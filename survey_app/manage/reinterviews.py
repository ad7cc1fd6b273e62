"""Second interviews in the console: which are due, and how well they agree with the first, by officer."""

import json
import subprocess
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from survey_app import analysis_process, database
from survey_app.casework import reinterviews
from survey_app.manage import blueprint
from survey_app.manage.waves import find_or_404
from survey_app.models import User, Wave


@blueprint.get("/waves/<slug>/reinterviews")
def list_reinterviews(slug: str) -> ResponseReturnValue:
    wave, session = find_or_404(slug), database.session()
    found, fault = _agreement(wave)
    shown = {
        "listed": reinterviews.listed(session, wave),
        "agreement": found,
        "fault": fault,
        "names": {str(user.id): user.name or user.email for user in session.query(User)},
    }
    return render_template("manage/field/reinterviews.html", wave=wave, **shown, simulated=wave.simulated)


def _agreement(wave: Wave) -> tuple[dict[str, Any] | None, bool]:
    """What the analysis says of the pairs, and whether it could not."""
    session = database.session()
    pairs, instrument = reinterviews.by_officer(session, wave), json.loads(wave.instrument_version.content)
    session.rollback()  # Nothing is kept open while the analysis compares.
    if not pairs:
        return None, False
    try:
        return analysis_process.agreement({"instrument": instrument, "pairs": pairs}), False
    except (ValueError, subprocess.TimeoutExpired):
        return None, True
