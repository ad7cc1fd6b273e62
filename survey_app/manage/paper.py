"""Paper forms in the console: what to print, and the PDF. What stands on a form is left to `survey_app.paper`."""

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import database, points
from survey_app.casework import persons
from survey_app.manage import blueprint
from survey_app.manage.forms import PaperForm
from survey_app.manage.waves import find_or_404
from survey_app.models import CollectionPoint, Wave
from survey_app.paper import form_maps, waves
from survey_app.web import console


@blueprint.get("/waves/<slug>/paper")
def choose_paper(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    return _page(wave, _form(_points(wave)))


@blueprint.get("/waves/<slug>/paper.pdf")
def print_paper(slug: str) -> ResponseReturnValue:
    """A GET: whoever asks again is given other serials, and what is kept is the same for all who print this form."""
    wave = find_or_404(slug)
    found = _points(wave)
    form = _form(found)
    if not form.validate():
        return _page(wave, form), 422
    chosen = dict(form.data)
    households = bool(persons.plans_of(database.session(), {wave.id}))
    made = waves.print_run(wave, found.get(chosen.pop("point")), **chosen, households=households)
    form_maps.keep(current_app.config["SETTINGS"].form_maps, made.form)
    headers = {"Content-Disposition": f'inline; filename="paper-{slug}-{form.language.data}.pdf"'}
    return Response(made.pdf, mimetype="application/pdf", headers=headers)


def _points(wave: Wave) -> dict[str, CollectionPoint]:
    return {point.code: point for point in points.of_waves(database.session(), wave=wave.slug)}


def _form(found: dict[str, CollectionPoint]) -> PaperForm:
    form = PaperForm(request.args, meta={"csrf": False})
    form.point.choices += [(code, console.named(point, "label")) for code, point in found.items()]
    return form


def _page(wave: Wave, form: PaperForm) -> str:
    return render_template("manage/paper.html", wave=wave, form=form, simulated=wave.simulated)
