"""A questionnaire as respondents will meet it: in a frame as wide as a phone or a tablet, in each language and setting.

The frame shows the citizen's own page and takes answers like it; nothing is stored, and nothing left on the device.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from questionnaires.answers import Answers, Value
from questionnaires.checking import as_submitted, check
from questionnaires.conditions import Setting
from questionnaires.model import LANGUAGES, AnyInstrument
from questionnaires.paths import Path, paths
from survey_app import clock, database, units
from survey_app.answer import submission
from survey_app.answer.pages import form_page
from survey_app.answer.paging import layout
from survey_app.answer.places import Place
from survey_app.answer.turning import Turn, turn
from survey_app.design import blueprint
from survey_app.design.condition_words import ConditionWords
from survey_app.design.drafting import Checked, Plain, checked, draft_or_404
from survey_app.design.versions import find_or_404
from survey_app.instruments import drafts
from survey_app.web import headers, languages

WIDTHS = {"phone": 360, "tablet": 800}


@dataclass(frozen=True)
class Asked:
    """What the person wants to see; the same words stand in the address of the page and of its frame."""

    device: str
    form_lang: str
    mode: str
    kind: str
    unit_type: str
    variant: str
    path: int  # From 1; 0 is the blank form.
    large: str

    @property
    def setting(self) -> Setting:
        return Setting(self.kind, self.mode, self.unit_type, "short" if self.variant == "short" else "full")

    def words(self, **changed: Any) -> dict[str, Any]:
        return {name: value for name, value in (vars(self) | changed).items() if value}


def _asked() -> Asked:
    args = request.args
    language, device = args.get("form_lang", ""), args.get("device", "")
    return Asked(
        device=device if device in WIDTHS else "phone",
        form_lang=language if language in LANGUAGES else languages.current(),
        mode=args.get("mode", ""),
        kind=args.get("kind", ""),
        unit_type=args.get("unit_type", ""),
        variant=args.get("variant", ""),
        path=args.get("path", 0, type=int),
        large="1" if args.get("large") == "1" else "",
    )


@blueprint.get("/drafts/<int:draft_id>/preview")
def preview(draft_id: int) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    title = _("Draft %(number)s", number=draft.id)
    back = url_for("design.show_draft", draft_id=draft.id)
    return _preview(drafts.content(draft), title, back, "design.preview_form", {"draft_id": draft_id})


@blueprint.get("/versions/<int:version_id>/preview")
def preview_version(version_id: int) -> ResponseReturnValue:
    version = find_or_404(version_id)
    title = _("Version %(version)s", version=version.version)
    back = url_for("design.show_version", version_id=version.id)
    return _preview(json.loads(version.content), title, back, "design.preview_version_form", {"version_id": version_id})


@blueprint.route("/drafts/<int:draft_id>/preview/form", methods=["GET", "POST"])
def preview_form(draft_id: int) -> ResponseReturnValue:
    return _form(drafts.content(draft_or_404(draft_id)))


@blueprint.route("/versions/<int:version_id>/preview/form", methods=["GET", "POST"])
def preview_version_form(version_id: int) -> ResponseReturnValue:
    return _form(json.loads(find_or_404(version_id).content))


def _preview(data: Plain, title: str, back: str, frame: str, names_it: dict[str, Any]) -> Response:
    asked, found = _asked(), _readable(data)
    ways = paths(found.instrument, asked.setting) if found.instrument else None
    response = make_response(
        render_template(
            "design/preview.html",
            data=data,
            title=title,
            back=back,
            asked=asked,
            checked=found,
            ways=ways,
            answered=_answered(data, ways.found if ways else (), asked.form_lang),
            unit_types=units.types(database.session()),
            width=WIDTHS[asked.device],
            frame=url_for(frame, **names_it, **asked.words(lang=asked.form_lang)),
        )
    )
    response.headers["Content-Security-Policy"] = headers.policy(frame_src="'self'")
    return response


def _form(data: Plain) -> Response:
    """What stands in the frame; it may be framed by our own pages and by nobody else."""
    asked, found = _asked(), _readable(data)
    with force_locale(asked.form_lang):
        content = _filled(found.instrument, asked) if found.instrument else _not_yet(found)
    response = make_response(content)
    response.headers["Content-Security-Policy"] = headers.policy(frame_ancestors="'self'")
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _filled(instrument: AnyInstrument, asked: Asked) -> str:
    if request.method != "POST":
        return _page(instrument, asked, None if not asked.path else _on_path(instrument, asked), Turn(1))
    sent = submission.read(request)
    answers = {name: values for name, values in sent.answers.items() if name != "csrf_token"}
    typed = {name: [submission.showable(value) for value in values] for name, values in answers.items()}
    if sent.stays:
        language = sent.switch_to if sent.switch_to in LANGUAGES else asked.form_lang
        with force_locale(language):
            return _page(instrument, _with(asked, language, sent.large), typed, Turn(sent.page))
    checked_answers = check(instrument, answers, sent.drop_not_asked, asked.setting)
    if sent.go is None and checked_answers.answers is not None:
        return render_template("design/preview_done.html", again=request.full_path)
    return _page(instrument, asked, typed, turn(layout(instrument, asked.setting), sent, checked_answers))


def _page(instrument: AnyInstrument, asked: Asked, typed: dict[str, list[str]] | None, turned: Turn) -> str:
    place = Place(
        action=url_for(
            request.endpoint or "", **(request.view_args or {}), **asked.words(lang=asked.form_lang, path=0)
        ),
        language=asked.form_lang,
        office=_("Preview: nothing is stored"),
        survey=instrument.title[asked.form_lang],
        owner=_("The office that asks"),
        last_day=clock.local_day(clock.now()),
        simulated=False,
        shared=True,  # As on a kiosk: what is typed here stays on no device.
        unit=_("the unit"),
        setting=asked.setting,
        large=asked.large == "1",
    )
    hidden = {"csrf_token": generate_csrf()}
    return form_page(place, instrument, "preview", typed, turned.faults, hidden=hidden, page=turned.page)


def _with(asked: Asked, language: str, large: bool | None) -> Asked:
    size = asked.large if large is None else "1" if large else ""
    return Asked(**(vars(asked) | {"form_lang": language, "large": size}))


def _on_path(instrument: AnyInstrument, asked: Asked) -> dict[str, list[str]]:
    """The answers that lead along the path; a number that no path has leads to the blank form."""
    found = paths(instrument, asked.setting).found
    way = found[asked.path - 1] if 0 < asked.path <= len(found) else Path({}, ())
    return as_submitted(Answers(way.answers, {}))


def _answered(data: Plain, ways: Sequence[Path], language: str) -> list[list[tuple[str, str]]]:
    """What is answered on each path: questions by number, and the answers."""
    words = ConditionWords(data, language)
    return [[_in_words(words, code, value) for code, value in way.answers.items()] for way in ways]


def _in_words(words: ConditionWords, code: str, value: Value) -> tuple[str, str]:
    labels = words.labels(code)
    values = value if isinstance(value, tuple) else (value,)
    return str(words.numbers[code]), ", ".join(labels.get(str(one), str(one)) for one in values)


def _not_yet(found: Checked) -> str:
    return render_template("design/preview_not_yet.html", faults=found.faults)


def _readable(data: Plain) -> Checked:
    """A draft can be looked at before everything is translated: the other language stands in, in square brackets."""
    found = checked(data)
    return found if found.instrument else checked(_lent(data))


def _lent(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and set(value) <= set(LANGUAGES):
            (words,) = value.values()
            return {language: value.get(language, f"[{words}]") for language in LANGUAGES}
        return {name: _lent(inner) for name, inner in value.items()}
    return [_lent(inner) for inner in value] if isinstance(value, list) else value
