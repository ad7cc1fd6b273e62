"""Collection points in the console: the list of a wave, new ones for one unit or many, their sheets as PDF."""

from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from survey_app import clock, database, points, sheets, units, wave_life, words
from survey_app.manage import blueprint
from survey_app.manage.forms import PointForm, PointsForm, PointWordsForm
from survey_app.manage.life_forms import SwitchForm
from survey_app.manage.waves import by, find_or_404
from survey_app.models import CollectionPoint, Unit, Wave, alphabet
from survey_app.models.points import STAFF_MODES, WITHOUT_SHEET
from survey_app.unit_changes import days
from survey_app.wave_life import Switching
from survey_app.web import choosing, listing, several
from survey_app.web.addresses import own_path
from survey_app.web.console import named
from survey_app.web.several import Ticked, Work

MOST_SHEETS = 500  # Of one PDF: half a minute of work.
ORDERS = {
    "unit": (Unit.code, CollectionPoint.label_vi, CollectionPoint.id),
    "place": (alphabet.Order(CollectionPoint.label_vi),),
    "code": (CollectionPoint.code,),
    "mode": (CollectionPoint.mode,),
    "active": (CollectionPoint.active,),
}


TEXTS = {
    "off": (
        _l("Switch off"),
        _l("Switch points off"),
        _l(
            "Whoever scans there reads that nothing can be filled in; slips that were given out stay good. They can be "
            "switched on again in the same way."
        ),
    ),
    "on": (
        _l("Switch on"),
        _l("Switch points on"),
        _l("People can answer there again while the wave is open. They can be switched off in the same way."),
    ),
}


def _works(wave: Wave) -> dict[str, Work]:
    session = database.session()
    field = "reason" if wave_life.asks_why_switched(session, wave) else ""
    return {name: Work(*texts, Switching(session, name == "on", by()).switch, field) for name, texts in TEXTS.items()}


@blueprint.get("/waves/<slug>/points")
def list_points(slug: str) -> ResponseReturnValue:
    return _page(find_or_404(slug))


@blueprint.post("/waves/<slug>/points")
def add_points(slug: str) -> ResponseReturnValue:
    """One point for each unit of the chosen types that has none yet."""
    wave, session = find_or_404(slug), database.session()
    form = PointsForm()
    form.types.choices = _types(wave)
    form.offer(points.modes_offered(wave))
    if not form.validate_on_submit():
        return _page(wave, many=form), 422
    chosen = [unit for unit in _map(wave) if unit.type in form.types.data]
    added = points.add_missing(session, wave, chosen, **_fields(form))
    session.commit()
    if added:
        flash(_("New points: %(count)d.", count=len(added)))
    else:
        mode = words.MODES[form.mode.data]
        flash(
            _("No new point: every unit of these types has one of the mode “%(mode)s” already.", mode=mode), "nothing"
        )
    return redirect(url_for("manage.list_points", slug=slug))


@blueprint.route("/waves/<slug>/points/new", methods=["GET", "POST"])
def new_point(slug: str) -> ResponseReturnValue:
    wave, session, form = find_or_404(slug), database.session(), PointForm()
    form.offer(points.modes_offered(wave))
    today = days.today_s(units.is_valid(wave.survey.units_on), clock.local_day(clock.now()))
    form.unit_id.offer(choosing.of_units(sa.select(Unit).where(today)))
    if form.validate_on_submit():
        unit = session.get_one(Unit, form.unit_id.data)
        points.add(session, wave, unit, form.label_vi.data, form.in_english("label"), **_fields(form))
        session.commit()
        flash(_("The point is saved."))
        return redirect(url_for("manage.list_points", slug=slug))
    page = render_template("manage/point_form.html", form=form, wave=wave, simulated=wave.simulated)
    return page, 422 if form.errors else 200


@blueprint.route("/points/<code>/edit", methods=["GET", "POST"])
def edit_point(code: str) -> ResponseReturnValue:
    """Its words only: code and unit stay, for answers refer to them and sheets hang on walls."""
    point = points.find_point(database.session(), code) or abort(404)
    wave, form = point.wave, PointWordsForm(obj=point)
    if form.validate_on_submit():
        form.populate_obj(point)
        listed = url_for("manage.list_points", slug=wave.slug, q=point.code)
        database.session().commit()
        flash(_("The words are corrected. Sheets printed before still say the old ones: print them again."))
        return redirect(listed)
    page = render_template("manage/point_words.html", form=form, point=point, wave=wave, simulated=wave.simulated)
    return page, 422 if form.errors else 200


@blueprint.post("/points/<code>/active")
def switch_point(code: str) -> ResponseReturnValue:
    """At once while nobody has answered; afterwards the list leads to `switch_points`, which asks why."""
    session = database.session()
    point = points.find_point(session, code) or abort(404)
    listed = url_for("manage.list_points", slug=point.wave.slug, q=point.code)
    try:
        Switching(session, request.form.get("active") == "1", by()).switch(point)
    except ValueError as why:
        flash(str(why), "error")
    else:
        session.commit()
    return redirect(f"{own_path(request.form.get('back', ''), listed)}#{point.code}")


@blueprint.post("/waves/<slug>/points/several/<work>")
def switch_points(slug: str, work: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    query = points.listed(wave).options(joinedload(CollectionPoint.unit))
    ticked = Ticked(
        query, CollectionPoint.code, lambda one: f"{named(one, 'label')} – {one.unit.full_name} ({one.code})"
    )
    return several.carry_out(_works(wave).get(work), ticked, url_for("manage.list_points", slug=slug), SwitchForm())


@blueprint.get("/waves/<slug>/sheets.pdf")
def wave_sheets(slug: str) -> ResponseReturnValue:
    wave = find_or_404(slug)
    asked, query = _asked_points(wave)
    query = query.where(CollectionPoint.active, CollectionPoint.mode.not_in(WITHOUT_SHEET)).order_by(*ORDERS["unit"])
    found = list(database.session().scalars(query.options(*points.LOADED).limit(MOST_SHEETS + 1)))
    if len(found) > MOST_SHEETS:
        flash(_("More than %(most)d sheets at once: search for a part of them first.", most=MOST_SHEETS), "error")
        return redirect(f"{url_for('manage.list_points', slug=slug)}?{urlencode(asked)}")
    return _pdf(found or abort(404), f"qr-{slug}")


@blueprint.get("/points/<code>/sheet.pdf")
def point_sheet(code: str) -> ResponseReturnValue:
    point = points.find_point(database.session(), code) or abort(404)
    return _pdf([point], f"qr-{point.code}") if point.mode not in WITHOUT_SHEET else abort(404)


def _fields(form: PointForm | PointsForm) -> dict[str, str]:
    """What both forms say of a point."""
    return {name: form[name].data or "" for name in ("kind", "mode", "variant", "procedure_vi", "procedure_en")}


def _pdf(found: list[CollectionPoint], name: str) -> Response:
    size = request.args.get("size", "a4")
    if size not in sheets.SIZES:
        abort(404)
    content = sheets.pdf(found, current_app.config["SETTINGS"].public_url, size)
    headers = {"Content-Disposition": f'inline; filename="{name}-{size}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _types(wave: Wave) -> list[tuple[str, str]]:
    return [(name, f"{name} ({count})") for name, count in units.types_on(database.session(), wave.survey.units_on)]


def _map(wave: Wave) -> list[Unit]:
    """The map of the survey's day, where a unit has changed since then as what it is today."""
    session = database.session()
    return days.today(session, units.valid_on(session, wave.survey.units_on), clock.local_day(clock.now()))


def _asked_points(wave: Wave) -> tuple[dict[str, str], sa.Select[CollectionPoint]]:
    asked = listing.asked("q", "mode", "active")
    return asked, points.listed(wave, asked["q"], asked["mode"], asked["active"])


def _page(wave: Wave, many: PointsForm | None = None) -> str:
    if many is None:
        many = PointsForm(types=["xã", "thị trấn", "phường"])
        many.types.choices = _types(wave)
        many.offer(points.modes_offered(wave))
    asked, query = _asked_points(wave)
    found = listing.of_query(query, ORDERS, asked, (joinedload(CollectionPoint.unit),))
    public_url = current_app.config["SETTINGS"].public_url
    return render_template(
        "manage/points.html",
        wave=wave,
        found=found,
        modes=points.modes_of(database.session(), wave),
        urls={point.code: points.url(public_url, point.code) for point in found.rows},
        staff_modes=STAFF_MODES,
        without_sheet=WITHOUT_SHEET,
        many=many,
        works=_works(wave),
        asks_why=wave_life.asks_why_switched(database.session(), wave),
        simulated=wave.simulated,
    )
