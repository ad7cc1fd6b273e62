"""The page of sample sizes: what so many cases promise. The analysis' warm worker reckons, nothing here does."""

import json
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey_app import database, plans, units, words
from survey_app.manage import blueprint
from survey_app.manage.plan import files_of
from survey_app.manage.plan_forms import SizesForm
from survey_app.manage.waves import find_or_404
from survey_app.models import Plan, Unit, Wave
from survey_app.planning import frames, kinds, sizes
from survey_app.planning.process import PlanningFault, worker
from survey_app.planning.words import in_words

COMMUNES = ("xã", "thị trấn", "phường")


@blueprint.get("/waves/<slug>/plan/sizes")
def show_sizes(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    plan = plans.of_wave(database.session(), wave)
    spec = json.loads(plan.spec) if plan else {}
    form, on_map = _form(spec), units.valid_on(database.session(), wave.survey.units_on)
    cells = _cells(wave, plan, spec, form, on_map)
    shown: dict[str, Any] = {"wave": wave, "plan": plan, "form": form, "answer": None, "fault": ""}
    if form.validate() and cells:
        database.session().rollback()  # Nothing is kept open while the worker reckons.
        try:
            shown["answer"] = worker.ask(sizes.question(cells, form.data, finite=_finite(spec)))
        except PlanningFault as fault:
            shown["fault"] = in_words(str(fault))
    names = {unit.code: unit.full_name for unit in on_map}
    shown |= {"names": names, "framed": plan is not None, "levels": words.LEVELS}
    part = request.args.get("part") == "1"
    page = render_template(
        "manage/plan/size_answer.html" if part else "manage/plan/sizes.html",
        **shown,
        simulated=find_or_404(slug).simulated,
    )
    return page, 422 if form.errors or shown["fault"] else 200


def _form(spec: Mapping[str, Any]) -> SizesForm:
    """What was asked; at first the plan's own design, or what is usual."""
    kept = kinds.fields_of(spec) | {"take": kinds.take(spec)} if spec else {}
    asked, defaults = MultiDict(request.args), SizesForm(formdata=None, data=kept)
    for field in defaults:
        if field.name not in asked and field.data is not None:
            asked[field.name] = field._value() if hasattr(field, "_value") else field.data
    return SizesForm(formdata=asked)


def _cells(
    wave: Wave, plan: Plan | None, spec: Mapping[str, Any], form: SizesForm, on_map: list[Unit]
) -> list[dict[str, Any]]:
    """The strata of the frame where there is one, else what was typed, else the same number in every commune."""
    if plan is not None:
        strata = spec.get("strata") or kinds.first_strata(plan.frame_kind)
        return frames.cells(files_of(wave).frame, plan.frame_kind, tuple(strata))
    if not form.validate():
        return []
    if form.cells.data:
        return [sizes.cell(*parts) for parts in form.cells.data]
    communes = [unit for unit in on_map if unit.type in COMMUNES] or on_map
    return sizes.even(form.population.data or 0, form.psus.data or 0, [unit.code for unit in communes])


def _finite(spec: Mapping[str, Any]) -> bool:
    return not spec or spec["stages"][0]["method"] in ("random", "all")
