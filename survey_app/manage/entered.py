"""Responses that staff entered, in the console: found, voided, restored, corrected. The rules are `corrections`.

Whoever voids one sees what it is recognised by; what was answered, only whoever corrects it, and the audit keeps that.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires.answers import Answers
from questionnaires.checking import AnswerFault, as_submitted, check
from questionnaires.model import Questionnaire
from survey_app import clock, corrections, database
from survey_app.answer.places import place_in
from survey_app.answer.submission import read as read_submission
from survey_app.casework import interviews
from survey_app.comments import reading
from survey_app.entry.column import Typed, column, keys
from survey_app.instruments.read_once import instrument_of
from survey_app.manage import blueprint
from survey_app.manage.waves import find_or_404
from survey_app.models import Response, ResponseChange, User, Wave
from survey_app.wave_life import By
from survey_app.web import languages, listing
from survey_app.web.access import reads_comments

ORDERS = {"first": (ResponseChange.at, ResponseChange.id), "kind": (ResponseChange.kind,), "who": (User.email,)}
STEPS = {"void": corrections.void, "restore": corrections.restore}


@blueprint.get("/waves/<slug>/entered")
def list_entered(slug: str) -> ResponseReturnValue:
    wave, session, typed = find_or_404(slug), database.session(), request.args.get("find", "").strip()
    if typed:
        one = corrections.find(session, current_app.config["SETTINGS"].token_key, wave, typed)
        if one is not None:
            return redirect(url_for("manage.show_entered", response_id=one.id))
        flash(
            _("No response that staff entered has this number. Citizens' own answers are changed by nobody."), "error"
        )
    found = listing.of_query(corrections.changes_of(wave), ORDERS, {})
    return render_template(
        "manage/entered.html",
        wave=wave,
        typed=typed,
        found=found,
        changes=[(change, user.name or user.email) for change, user in found.rows],
        frozen=corrections.frozen(session, wave),
        simulated=wave.simulated,
    )


@blueprint.get("/entered/<uuid:response_id>")
def show_entered(response_id: UUID) -> ResponseReturnValue:
    return _page(_response_or_404(response_id))


@blueprint.post("/entered/<uuid:response_id>/<any(void, restore):step>")
def change_entered(response_id: UUID, step: str) -> ResponseReturnValue:
    response = _response_or_404(response_id)
    try:
        STEPS[step](database.session(), response, _by(), request.form.get("reason", ""))
    except ValueError as why:
        flash(str(why), "error")
    else:
        database.session().commit()
        flash(_("The response is void: it enters no figure.") if step == "void" else _("The response counts again."))
    return redirect(url_for("manage.show_entered", response_id=response_id))


@blueprint.get("/entered/<uuid:response_id>/correct")
def show_correction(response_id: UUID) -> ResponseReturnValue:
    response = _response_or_404(response_id)
    try:
        corrections.check_correctable(database.session(), response)
    except ValueError as why:
        return _page(response, str(why)), 409
    return _form(response, _typed(response))


@blueprint.post("/entered/<uuid:response_id>/correct")
def correct_entered(response_id: UUID) -> ResponseReturnValue:
    response, session = _response_or_404(response_id), database.session()
    sent = read_submission(request)
    own = ("csrf_token", "reason")
    typed = {name: values for name, values in sent.answers.items() if name not in own}
    wave = session.get_one(Wave, response.wave_id)
    instrument = instrument_of(wave.instrument_version)
    asked = corrections.setting(session, response, instrument)
    checked = check(instrument, _left_alone(response, typed), sent.drop_not_asked, asked)
    if checked.answers is None:
        return _form(response, typed, checked.faults), 422
    try:
        corrections.correct(session, response, checked.answers, _by(), request.form.get("reason", ""))
    except ValueError as why:
        return _form(response, typed, alert=str(why)), 422
    session.commit()
    flash(_("The correction is kept; what was entered first is kept beside it."))
    return redirect(url_for("manage.show_entered", response_id=response_id))


def _response_or_404(response_id: UUID) -> Response:
    return corrections.entered(database.session(), response_id) or abort(404)


def _by() -> By:
    return By(clock.now(), current_user.id)


def _typed(response: Response) -> Typed:
    """As the person may read it: who is no analyst reads scrubbed words."""
    kept = as_submitted(Answers.from_json(response.answers))
    return kept if reads_comments() else reading.scrubbed(database.session(), _instrument(response), kept)


def _left_alone(response: Response, typed: Typed) -> Typed:
    """What was shown scrubbed and comes back unchanged stays as it was written."""
    kept, shown = as_submitted(Answers.from_json(response.answers)), _typed(response)
    same = {name for name in kept if _words(typed.get(name, ())) == _words(shown[name])}
    return {name: kept[name] if name in same else values for name, values in typed.items()}


def _words(values: Sequence[str]) -> list[str]:
    # A browser sends line breaks of its own.
    return [" ".join(value.split()) for value in values]


def _instrument(response: Response) -> Questionnaire:
    return instrument_of(database.session().get_one(Wave, response.wave_id).instrument_version)


def _page(response: Response, alert: str = "") -> str:
    """Without the answers: what they say is no reason to void them."""
    session = database.session()
    wave = session.get_one(Wave, response.wave_id)
    return render_template(
        "manage/entered_one.html",
        response=response,
        wave=wave,
        interview=interviews.of_response(session, response),
        changes=corrections.changes(session, response),
        frozen=corrections.frozen(session, wave),
        alert=alert,
        simulated=wave.simulated,
    )


def _form(response: Response, typed: Typed, faults: tuple[AnswerFault, ...] = (), alert: str = "") -> str:
    session = database.session()
    wave = session.get_one(Wave, response.wave_id)
    instrument = instrument_of(wave.instrument_version)
    asked = corrections.setting(session, response, instrument)
    where = replace(place_in(wave, languages.current(), "", ""), setting=asked)
    return render_template(
        "manage/entered_correct.html",
        response=response,
        wave=wave,
        interview=interviews.of_response(session, response),
        column=column(instrument, where, typed, faults),
        keys=keys,
        alert=alert,
        not_asked=any(fault.kind == "not_asked" for fault in faults),
        simulated=wave.simulated,
    )
