"""The kiosk's page, its manifest and the worker that keeps all of it on the device."""

from collections.abc import Iterator

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from questionnaires.model import LANGUAGES
from survey_app.kiosk import blueprint
from survey_app.tablet import held
from survey_app.tablet.views import FRESH


@blueprint.get("/")
def show_shell() -> ResponseReturnValue:
    return _shell(), FRESH


@blueprint.get("/worker.js")
def show_worker() -> ResponseReturnValue:
    found, start = held.digests(_parts()), url_for("kiosk.show_shell")
    script = render_template("tablet/worker.js", program="kiosk", held=found, version=held.version(found), start=start)
    return Response(script, mimetype="text/javascript", headers=FRESH)


@blueprint.get("/manifest.webmanifest")
def show_manifest() -> ResponseReturnValue:
    return Response(_manifest(), mimetype="application/manifest+json", headers=FRESH)


def _parts() -> Iterator[held.Part]:
    yield url_for("kiosk.show_shell"), lambda: _shell().encode()
    yield url_for("kiosk.show_manifest"), lambda: _manifest().encode()
    yield url_for("tablet.show_icon"), lambda: held.icon().encode()
    yield from held.files("tablet", "kiosk")


def _shell() -> str:
    """The screens in both languages at once: the next person changes the language without a line."""
    with force_locale("vi"):
        return render_template("kiosk/shell.html", screens={language: _screens(language) for language in LANGUAGES})


def _screens(language: str) -> Markup:
    with force_locale(language):
        # Drawn by the same autoescaping templates: not one text of it comes from outside.
        return Markup(render_template("kiosk/screens.html"))  # noqa: S704


def _manifest() -> str:
    start = url_for("kiosk.show_shell")
    own = {"id": start, "start_url": start, "scope": start, "display": "fullscreen", "name": "Hài Lòng – Kiosk"}
    return current_app.json.dumps(held.manifest() | own)
