"""Paper forms in the console: what to print, and the PDF. What stands on a form is left to `survey_app.paper`."""

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import database, points
from survey_app.casework import persons
from survey_app.manage import blueprint
from survey_app.manage.forms import PaperForm
from survey_app.manage.waves import find_or_404
from survey_app.models import CollectionPoint, Wave
from survey_app.paper import form_maps, waves
from survey_app.web import choosing


@blueprint.get("/waves/<slug>/paper")
def choose_paper(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    return _page(wave, _form(wave))


@blueprint.get("/waves/<slug>/paper.pdf")
def print_paper(slug: str) -> ResponseReturnValue:
    """A GET: whoever asks again is given other serials, and what is kept is the same for all who print this form."""
    wave = find_or_404(slug)
    form = _form(wave)
    if not form.validate():
        return _page(wave, form), 422 if form.errors else 200
    chosen = dict(form.data)
    households = bool(persons.plans_of(database.session(), {wave.id}))
    made = waves.print_run(
        wave, points.find_point(database.session(), chosen.pop("point")), **chosen, households=households
    )
    form_maps.keep(current_app.config["SETTINGS"].form_maps, made.form)
    headers = {"Content-Disposition": f'inline; filename="paper-{slug}-{form.language.data}.pdf"'}
    return Response(made.pdf, mimetype="application/pdf", headers=headers)


def _form(wave: Wave) -> PaperForm:
    form = PaperForm(request.args, meta={"csrf": False})
    of_wave = choosing.of_points(points.listed(wave), CollectionPoint.code)
    form.point.offer(of_wave, first=[("", _("A line to write the place on"))])
    return form


def _page(wave: Wave, form: PaperForm) -> str:
    return render_template("manage/paper.html", wave=wave, form=form, simulated=wave.simulated)
