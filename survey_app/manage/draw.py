"""Seal and draw of a Survey Plan in the console, and what may be taken home: folder, own codes, contact list."""

import csv
import io

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import clock, database, plans, units
from survey_app.manage import blueprint
from survey_app.manage.plan import files_of, page_of, plan_or_404
from survey_app.manage.plan_forms import NumberForm, ReasonForm
from survey_app.manage.waves import find_or_404
from survey_app.planning import bench, frames
from survey_app.planning.process import PlanningFault


@blueprint.post("/waves/<slug>/plan/seal")
def seal_plan(slug: str) -> ResponseReturnValue:
    wave, session = find_or_404(slug), database.session()
    plan, files, at, by_id = plan_or_404(wave), files_of(wave), clock.now(), current_user.id
    if plan.state != "drafting" or plans.obstacles(session, wave, plan, files):
        return page_of(wave), 409
    spec = plan.spec
    session.rollback()
    try:
        with files.bench() as folder:
            sealed = bench.seal(files, folder, spec, at)
            database.writing(session)
            plans.seal(session, find_or_404(slug), spec, sealed, at, by_id)
            files.keep(folder / "sealed", files.sealed)
            session.commit()
    except PlanningFault as fault:
        return page_of(find_or_404(slug), fault), 422
    except plans.PlanRefused as refused:
        return _refused(slug, refused)
    flash(_("The plan is sealed. Publish the commitment today."))
    return redirect(url_for("manage.show_plan", slug=slug))


def _refused(slug: str, refused: plans.PlanRefused) -> ResponseReturnValue:
    database.session().rollback()
    flash(str(refused), "error")
    return redirect(url_for("manage.show_plan", slug=slug))


@blueprint.post("/waves/<slug>/plan/reopen")
def reopen_plan(slug: str) -> ResponseReturnValue:
    """Withdraws the seal, before the draw, with a reason that is printed."""
    wave, session, form = find_or_404(slug), database.session(), ReasonForm()
    plan_or_404(wave)
    if not form.validate_on_submit():
        return page_of(wave, reason=form), 422
    try:
        commitment = plans.withdraw(session, wave, form.reason.data, clock.now(), current_user.id)
    except plans.PlanRefused as refused:
        return _refused(slug, refused)
    files_of(wave).set_aside(commitment)
    session.commit()
    flash(_("The plan can be changed again. The former commitment stays in the list of steps."))
    return redirect(url_for("manage.show_plan", slug=slug))


@blueprint.post("/waves/<slug>/plan/draw")
def draw_plan(slug: str) -> ResponseReturnValue:
    wave, session, form = find_or_404(slug), database.session(), NumberForm()
    plan, files, at, by_id = plan_or_404(wave), files_of(wave), clock.now(), current_user.id
    if plan.state != "sealed":
        return page_of(wave), 409
    if not form.validate_on_submit():
        return page_of(wave, number=form), 422
    number = form.number.data.replace(" ", "")
    session.rollback()
    try:
        with files.bench() as folder:
            drawn = bench.draw(files, folder, number, at)
            database.writing(session)
            rows, strata = frames.rows(drawn / "cases.csv"), (drawn / "strata.json").read_text(encoding="utf-8")
            count = plans.draw(session, find_or_404(slug), number, rows, strata, at, by_id)
            files.keep(drawn, files.sealed)
            session.commit()
    except PlanningFault as fault:
        return page_of(find_or_404(slug), fault, number=form), 422
    except plans.PlanRefused as refused:
        return _refused(slug, refused)
    flash(_("Drawn: %(count)d cases. Anybody can check the list with the script in the folder.", count=count))
    return redirect(url_for("manage.show_plan", slug=slug))


@blueprint.get("/waves/<slug>/plan/folder.zip")
def plan_folder(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    if plan_or_404(wave).state == "drafting":
        abort(404)
    content = bench.folder_zip(files_of(wave), f"plan-{slug}")
    return _file(content, f"plan-{slug}.zip", "application/zip")


@blueprint.get("/waves/<slug>/plan/contacts.csv")
def contact_list(slug: str) -> ResponseReturnValue:
    """Which dossier or household each case is: the office makes its contact file of it, apart from the answers."""
    wave = find_or_404(slug)
    if plan_or_404(wave).state != "drawn":
        abort(404)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("case", "hidden_code", "own_code"))
    found = plans.contacts(database.session(), wave, files_of(wave))
    writer.writerows((number, hidden, units.plain_cell(own)) for number, hidden, own in found)
    return _file(("\ufeff" + out.getvalue()).encode(), f"contacts-{slug}.csv", "text/csv")


@blueprint.post("/waves/<slug>/plan/codes/destroy")
def destroy_codes(slug: str) -> ResponseReturnValue:
    """From then on nobody can say which dossier a hidden code was."""
    wave = find_or_404(slug)
    plan_or_404(wave)
    if request.form.get("sure") == "1":
        files_of(wave).codes.unlink(missing_ok=True)
        current_app.logger.info("codes destroyed: wave %s", slug)
        flash(_("The list of the office's own codes is destroyed."))
    return redirect(url_for("manage.show_plan", slug=slug))


def _file(content: bytes, name: str, mimetype: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
