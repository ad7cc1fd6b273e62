"""Data protection of a wave in the console: how long what may be kept, what is due, its deletion, the protocols."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from survey_app import clock, database
from survey_app.manage import blueprint
from survey_app.manage.waves import find_or_404
from survey_app.models import Deletion, Wave
from survey_app.privacy import deletion, notices, retention
from survey_app.wave_life import By
from survey_app.web import languages

WITHIN = [
    InputRequired(_l("Please fill this in.")),
    NumberRange(0, retention.MOST_DAYS, _l("Give from 0 to %(max)d days.")),
]


def _line(most: int) -> list[Any]:
    return [Length(max=most, message=_l("At most %(max)d characters."))]


class RetentionForm(FlaskForm):
    purpose_vi = StringField(_l("Purpose, in Vietnamese"), _line(500))
    purpose_en = StringField(_l("Purpose, in English"), _line(500))
    contact_vi = StringField(_l("Whom to ask, in Vietnamese"), _line(300))
    contact_en = StringField(_l("Whom to ask, in English"), _line(300))
    contacts_days = IntegerField(_l("The office's own codes"), WITHIN)
    paradata_days = IntegerField(_l("How forms were filled in"), WITHIN)
    devices_days = IntegerField(_l("Dropped entries of devices"), WITHIN)
    comments_days = IntegerField(_l("Comments in people's own words"), WITHIN)


FIELDS = tuple(name for name in vars(RetentionForm) if name.endswith(("_vi", "_en", "_days")))


@blueprint.route("/waves/<slug>/retention", methods=["GET", "POST"])
def show_retention(slug: str) -> ResponseReturnValue:
    session, wave = database.session(), find_or_404(slug)
    form = RetentionForm(obj=retention.of_wave(session, wave))
    if form.validate_on_submit():
        retention.keep(session, wave, {name: form[name].data for name in FIELDS})
        session.commit()
        flash(_("The days are kept."))
        return redirect(url_for("manage.show_retention", slug=slug))
    return _page(wave, form), 422 if form.errors else 200


@blueprint.get("/register")
def show_register() -> ResponseReturnValue:
    entries = notices.register(database.session(), languages.current())
    return render_template("manage/retention/register.html", entries=entries)


@blueprint.post("/waves/<slug>/retention/delete")
def delete_due(slug: str) -> ResponseReturnValue:
    """For good; the word that it is meant comes with the form."""
    session, wave = database.session(), find_or_404(slug)
    if request.form.get("sure") != "1":
        flash(_("Nothing was deleted: tick the box first."), "error")
        return redirect(url_for("manage.show_retention", slug=slug))
    try:
        made = deletion.delete(session, current_app.config["SETTINGS"], wave, By(clock.now(), current_user.id))
    except ValueError as why:
        flash(str(why), "error")
        return redirect(url_for("manage.show_retention", slug=slug))
    address = url_for("manage.show_protocol", slug=slug, number=made.id)
    session.commit()
    _overwrite()
    return redirect(address)


def _overwrite() -> None:
    try:
        database.overwrite(database.engine())
        flash(_("Deleted. The protocol stays."))
    except database.NotRewritten:
        said = _("Deleted, but the files of the database are not rewritten yet: others were using it. Please have the "
                 "administrator run “hailong retention --delete” at night.")  # fmt: skip
        flash(said, "error")


@blueprint.get("/waves/<slug>/retention/<int:number>")
def show_protocol(slug: str, number: int) -> ResponseReturnValue:
    wave, made = find_or_404(slug), _protocol_or_404(slug, number)
    genuine = deletion.is_genuine(current_app.config["SETTINGS"], made)
    told = deletion.read(made)
    return render_template(
        "manage/retention/protocol.html", wave=wave, made=made, told=told, genuine=genuine, simulated=wave.simulated
    )


@blueprint.get("/waves/<slug>/retention/<int:number>.json")
def protocol_file(slug: str, number: int) -> ResponseReturnValue:
    """Exactly the bytes that were signed; the signature is beside them on the page."""
    made = _protocol_or_404(slug, number)
    name = f'attachment; filename="deletion-{slug}-{number}.json"'
    return Response(made.content, mimetype="application/json", headers={"Content-Disposition": name})


def _protocol_or_404(slug: str, number: int) -> Deletion:
    found = database.session().get(Deletion, number)
    return found if found and found.wave.slug == slug else abort(404)


def _page(wave: Wave, form: RetentionForm) -> str:
    session, settings = database.session(), current_app.config["SETTINGS"]
    return render_template(
        "manage/retention/wave.html",
        wave=wave,
        form=form,
        due=retention.overview(session, settings, wave, clock.now()),
        made=deletion.of_wave(session, wave),
        simulated=wave.simulated,
    )
