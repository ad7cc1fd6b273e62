"""Comments of a wave, a page at a time: analysts read them as written and give them themes, managers scrubbed ones."""

from dataclasses import asdict, replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import clock, database, surveys
from survey_app.action import blueprint
from survey_app.comments import coding, reading, themes
from survey_app.comments.coding import Key
from survey_app.comments.reading import Wanted
from survey_app.models import Wave
from survey_app.web.access import reads_comments

A_PAGE = 20
STATES = ("open", "coded", "all")
UNDO = "coded_before"  # In the session: the wave, and what the last step changed.


def find_or_404(slug: str) -> Wave:
    return surveys.find_wave(database.session(), slug) or abort(404)


@blueprint.get("/")
def list_waves() -> ResponseReturnValue:
    session, today = database.session(), clock.local_day(clock.now())
    answered = reading.waves_with_answers(session)
    all_waves = (wave for survey in surveys.all_surveys(session) for wave in reversed(survey.counted_waves))
    waves = [wave for wave in all_waves if wave.id in answered]
    found = [(wave, reading.progress(session, wave, today)) for wave in waves]
    return render_template("action/waves.html", waves=[each for each in found if each[1].comments])


@blueprint.get("/waves/<slug>")
def show_comments(slug: str) -> ResponseReturnValue:
    wave, session, wanted = find_or_404(slug), database.session(), _wanted_or_404()
    today = clock.local_day(clock.now())
    found, more = reading.page(session, wave, wanted, today, A_PAGE)
    undo = flask_session.get(UNDO, {})
    return render_template(
        "action/comments.html",
        wave=wave,
        wanted=wanted,
        comments=found,
        more=more,
        progress=reading.progress(session, wave, today),
        themes=themes.offered(),
        names=themes.all_themes(),
        raw=reads_comments(),
        undo=len(undo.get("before", ())) if undo.get("wave") == slug and reads_comments() else 0,
        simulated=wave.simulated,
    )


@blueprint.post("/waves/<slug>")
def code_comments(slug: str) -> ResponseReturnValue:
    """Every comment of the page gets what is ticked; one without a tick stays, or becomes, open."""
    _only_analysts()
    wave, session, wanted = find_or_404(slug), database.session(), _wanted_or_404()
    keys = _keys_or_404(request.form.getlist("comment"))
    ticked = {key: request.form.getlist(f"themes.{coding.text_of(key)}") for key in keys}
    changed = coding.code(session, wave, ticked, current_user.id, clock.local_day(clock.now()))
    session.commit()
    flask_session[UNDO] = {"wave": slug, "before": [_packed(key, had) for key, had in changed.items()]}
    flash(_("Kept: themes of %(count)d comments.", count=len(changed)))
    if wanted.state == "open" and keys:  # Those that were left open come again after the last page.
        wanted = replace(wanted, after=coding.text_of(keys[-1]))
    return redirect(_address(slug, wanted))


@blueprint.post("/waves/<slug>/undo")
def undo_coding(slug: str) -> ResponseReturnValue:
    _only_analysts()
    wave, session, undo = find_or_404(slug), database.session(), flask_session.pop(UNDO, {})
    if undo.get("wave") != slug:
        flash(_("There is nothing to undo."), "error")
        return redirect(_address(slug, _wanted_or_404()))
    before = dict(map(_unpacked, undo["before"]))
    coding.code(session, wave, before, current_user.id, clock.local_day(clock.now()))
    session.commit()
    flash(_("Undone: %(count)d comments are as they were.", count=len(before)))
    return redirect(_address(slug, replace(_wanted_or_404(), after="")))


def _only_analysts() -> None:
    if not reads_comments():
        abort(403)


def _wanted_or_404() -> Wanted:
    names = ("state", "theme", "unit", "after")
    wanted = Wanted(**{name: request.args[name] for name in names if request.args.get(name)})
    if wanted.state not in STATES:
        abort(404)
    if wanted.after:
        _keys_or_404([wanted.after])
    return wanted


def _keys_or_404(texts: list[str]) -> list[Key]:
    try:
        return [coding.key_of(text) for text in texts]
    except ValueError:
        abort(404)


def _address(slug: str, wanted: Wanted) -> str:
    asked = {name: value for name, value in asdict(wanted).items() if value}
    return url_for("action.show_comments", slug=slug, **asked)


def _packed(key: Key, had: list[str]) -> str:
    return " ".join((coding.text_of(key), *had))


def _unpacked(text: str) -> tuple[Key, list[str]]:
    key, *had = text.split()
    return coding.key_of(key), had
