"""The Survey Plan in the console: its page, the frame, the design. Sizes are in `sizes`, seal and draw in `draw`."""

import json
from datetime import date
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from survey_app import database, plans, units, wave_life
from survey_app.manage import blueprint
from survey_app.manage.plan_forms import FrameForm, NumberForm, ReasonForm, SpecForm
from survey_app.manage.waves import find_or_404
from survey_app.models import Plan, Wave
from survey_app.planning import bench, kinds
from survey_app.planning.bench import PlanFiles
from survey_app.planning.process import PlanningFault
from survey_app.planning.words import in_words


def files_of(wave: Wave) -> PlanFiles:
    # By its id: a short name may still be changed.
    return PlanFiles(current_app.config["SETTINGS"].plans / str(wave.id))


def plan_or_404(wave: Wave) -> Plan:
    return plans.of_wave(database.session(), wave) or abort(404)


@blueprint.get("/waves/<slug>/plan")
def show_plan(slug: str) -> ResponseReturnValue:
    return page_of(find_or_404(slug))


def page_of(wave: Wave, faults: PlanningFault | None = None, **forms: FlaskForm) -> str:
    """The page of a plan, with what was wrong with the last step."""
    session, files = database.session(), files_of(wave)
    plan = plans.of_wave(session, wave)
    drafting = plan is not None and plan.state == "drafting"
    checked = files.checked() if plan else {"findings": []}
    names = {unit.code: unit.full_name for unit in units.valid_on(session, wave.survey.units_on)}
    shown = {
        "findings": [finding for finding in checked["findings"] if finding["code"] != "unit_missing"],
        "missing": [
            names.get(one["unit"], one["unit"]) for one in checked["findings"] if one["code"] == "unit_missing"
        ],
        "frame_form": forms.get("frame") or FrameForm(kind=plan.frame_kind if plan else "dossiers"),
        "number_form": forms.get("number") or NumberForm(),
        "reason_form": forms.get("reason") or ReasonForm(),
        "obstacles": plans.obstacles(session, wave, plan, files) if plan and drafting else [],
        "checked": checked,
        "spec": json.loads(plan.spec) if plan else {},
        "promise": files.promise() if plan and not drafting else None,
        "has_codes": files.codes.exists(),
        "steps": wave_life.steps(session, wave),
        "kinds": kinds.KINDS,
        **_told(faults),
    }
    return render_template("manage/plan/plan.html", wave=wave, plan=plan, simulated=wave.simulated, **shown)


def _told(faults: PlanningFault | None) -> dict[str, Any]:
    """Faults of a file are told one by one, in both languages; of the rest there is one sentence."""
    one_by_one = faults.faults if faults else ()
    return {"frame_faults": one_by_one, "fault": in_words(str(faults)) if faults and not one_by_one else ""}


@blueprint.get("/waves/<slug>/plan/sample/<kind>.csv")
def sample_frame(slug: str, kind: str) -> ResponseReturnValue:
    find_or_404(slug)
    if kind not in kinds.KINDS:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response(kinds.sample_csv(kind), mimetype="text/csv", headers=headers)


@blueprint.post("/waves/<slug>/plan/frame")
def import_frame(slug: str) -> ResponseReturnValue:
    wave, session, form = find_or_404(slug), database.session(), FrameForm()
    if not form.validate_on_submit():
        return page_of(wave, frame=form), 422
    files, kind = files_of(wave), form.kind.data
    known = plans.known(session, wave, kind, lambda earlier: files_of(earlier).frame)
    session.rollback()  # Nothing is kept open while the analysis reads.
    try:
        with files.bench() as folder:
            found = bench.check_frame(folder, kind, form.file.data.stream, known)
            wave = _wave_to_write(slug)
            plans.keep_frame(session, wave, kind)
            bench.keep_frame(files, folder)
            session.commit()
    except PlanningFault as fault:
        return page_of(find_or_404(slug), fault, frame=form), 422
    except plans.PlanRefused as refused:
        session.rollback()
        flash(str(refused), "error")
        return redirect(url_for("manage.show_plan", slug=slug))
    flash(_("The frame is kept: %(rows)d rows, codes hidden.", rows=found["rows"]))
    return redirect(url_for("manage.show_plan", slug=slug))


def _wave_to_write(slug: str) -> Wave:
    database.writing(database.session())
    return find_or_404(slug)


@blueprint.route("/waves/<slug>/plan/design", methods=["GET", "POST"])
def design_plan(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    plan = plan_or_404(wave)
    kept = {} if plan.spec == "{}" else _typed(json.loads(plan.spec))
    form = SpecForm(data=kept or {"minimum": 0, **_asked_sizes()})
    form.for_kind(plan.frame_kind)
    if form.validate_on_submit():
        spec = kinds.spec(plan.frame_kind, form.values(), _area(wave), wave.simulated)
        try:
            plans.keep_spec(plan, spec)
        except plans.PlanRefused as refused:
            flash(str(refused), "error")
            return redirect(url_for("manage.show_plan", slug=slug))
        database.session().commit()
        flash(_("The design is saved. It is fixed when you seal the plan."))
        return redirect(url_for("manage.show_plan", slug=slug))
    shown = {"form": form, "plan": plan, "wave": wave, "kind": kinds.KINDS[plan.frame_kind]}
    return render_template("manage/plan/design.html", **shown, simulated=wave.simulated), 422 if form.errors else 200


def _typed(spec: dict[str, Any]) -> dict[str, Any]:
    """The form of a kept plan."""
    found = kinds.fields_of(spec)
    spread = [[stratum, value] for stratum, value in found.pop("spread", {}).items()]
    return found | {"day": date.fromisoformat(found["day"]), "spread": spread}


def _asked_sizes() -> dict[str, Any]:
    """What was chosen on the page of sizes comes along to a new design."""
    total = request.args.get("total", type=int)
    return {"total": total} if total else {}


def _area(wave: Wave) -> str:
    """The code of the unit that all others belong to, where there is one."""
    parents = {unit.parent_code for unit in units.valid_on(database.session(), wave.survey.units_on)} - {None}
    return str(parents.pop()) if len(parents) == 1 else ""
