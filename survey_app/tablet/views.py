"""The shell in two languages, its manifest and icon, and the worker that keeps them on the device."""

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from questionnaires.model import LANGUAGES
from survey_app.tablet import blueprint, held

# A browser asks each time, so that a repair arrives at the next start.
FRESH = {"Cache-Control": "no-cache"}


@blueprint.get("/")
def show_shell() -> ResponseReturnValue:
    return held.shell(), FRESH


@blueprint.get("/worker.js")
def show_worker() -> ResponseReturnValue:
    found = held.digests()
    start = held.shell_address(LANGUAGES[0])
    script = render_template("tablet/worker.js", program="tablet", held=found, version=held.version(found), start=start)
    return Response(script, mimetype="text/javascript", headers=FRESH)


@blueprint.get("/manifest.webmanifest")
def show_manifest() -> ResponseReturnValue:
    content = current_app.json.dumps(held.manifest())
    return Response(content, mimetype="application/manifest+json", headers=FRESH)


@blueprint.get("/icon.svg")
def show_icon() -> ResponseReturnValue:
    return Response(held.icon(), mimetype="image/svg+xml", headers=FRESH)
