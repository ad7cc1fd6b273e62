"""The document of a Survey Plan in the console: what it says beside the numbers, and the files the analysis writes."""

import json

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires import loader
from survey_app import database, units
from survey_app.manage import blueprint
from survey_app.manage.plan import files_of, page_of, plan_or_404
from survey_app.manage.plan_forms import AboutForm
from survey_app.manage.waves import find_or_404
from survey_app.models import Wave
from survey_app.planning import about, bench
from survey_app.planning.process import PlanningFault

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@blueprint.route("/waves/<slug>/plan/document", methods=["GET", "POST"])
def edit_document(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    plan = plan_or_404(wave)
    kept = json.loads(plan.about)
    shown = kept | {name: about.lines(name, kept.get(name, ())) for name in (*about.PLAIN, *about.PARTS)}
    form = AboutForm(data=shown if kept else {"issuer": wave.survey.owner_vi})
    if form.validate_on_submit():
        plan.about = json.dumps(form.values(), ensure_ascii=False)
        database.session().commit()
        flash(_("The text of the document is saved."))
        return redirect(url_for("manage.edit_document", slug=slug))
    page = render_template(
        "manage/plan/document.html", form=form, wave=wave, plan=plan, kept=kept, simulated=wave.simulated
    )
    return page, 422 if form.errors else 200


@blueprint.get("/waves/<slug>/plan/ke-hoach-khao-sat.<format>")
def plan_document(slug: str, format: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    plan = plan_or_404(wave)
    if format not in TYPES or plan.state == "drafting" or plan.about == "{}":
        abort(404)
    files, said = files_of(wave), said_of(wave, plan.about)
    database.session().rollback()  # Nothing is kept open while the analysis writes.
    try:
        with files.bench() as folder:
            made = {file.suffix: file.read_bytes() for file in bench.document(files, folder, said)}
    except PlanningFault as fault:
        return page_of(find_or_404(slug), fault), 422
    headers = {"Content-Disposition": f'attachment; filename="ke-hoach-khao-sat-{slug}.{format}"'}
    return Response(made[f".{format}"], mimetype=TYPES[format], headers=headers)


def said_of(wave: Wave, kept: str) -> str:
    instrument = loader.from_json(wave.instrument_version.content)
    on_map = units.valid_on(database.session(), wave.survey.units_on)
    return json.dumps(about.document(wave, json.loads(kept), instrument, on_map), ensure_ascii=False)
