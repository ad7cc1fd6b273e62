"""Questionnaires in the console: the list of instruments, one version to read, to take away and to retire."""

import json

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires import exchange, loader
from survey_app import clock, database, waves
from survey_app.design import blueprint
from survey_app.design.listing import rows
from survey_app.instruments import instrument_versions, shelves
from survey_app.models import InstrumentVersion


def find_or_404(version_id: int) -> InstrumentVersion:
    return database.session().get(InstrumentVersion, version_id) or abort(404)


@blueprint.get("/")
def list_instruments() -> ResponseReturnValue:
    return render_template("design/instruments.html", shelves=shelves.shelves(database.session()))


@blueprint.get("/versions/<int:version_id>")
def show_version(version_id: int) -> ResponseReturnValue:
    version, session = find_or_404(version_id), database.session()
    data, listed = json.loads(version.content), shelves.listed(session, version)
    return render_template(
        "design/version.html",
        version=version,
        listed=listed,
        data=data,
        parts=rows(data),
        states={wave.id: waves.state(wave, clock.now()) for wave in listed.waves},
        before=shelves.before(session, version),
        formats=exchange.FORMATS,
    )


@blueprint.get("/versions/<int:version_id>/file/<format>")
def download(version_id: int, format: str) -> ResponseReturnValue:
    version = find_or_404(version_id)
    if format not in exchange.FORMATS:
        abort(404)
    written = exchange.write(loader.from_json(version.content), format)
    headers = {"Content-Disposition": f'attachment; filename="{written.file_name}"'}
    return Response(written.content, mimetype=written.media_type, headers=headers)


@blueprint.get("/versions/<int:version_id>/retire")
def ask_to_retire(version_id: int) -> ResponseReturnValue:
    version = find_or_404(version_id)
    used_by = shelves.listed(database.session(), version).waves
    open_waves = [wave for wave in used_by if waves.state(wave, clock.now()) == "open"]
    return render_template("design/retire.html", version=version, data=json.loads(version.content), waves=open_waves)


@blueprint.post("/versions/<int:version_id>/retire")
def retire_version(version_id: int) -> ResponseReturnValue:
    session, version = database.session(), find_or_404(version_id)
    instrument_versions.retire(session, version)
    session.commit()
    flash(_("The version is retired. What was answered with it stays."))
    return redirect(url_for("design.show_version", version_id=version_id))
