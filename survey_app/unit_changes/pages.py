"""Changes of units in the console: entered in one form, seen in words and counts before it is confirmed, the record."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from survey_app import clock, database
from survey_app.clock import local_day
from survey_app.models import UnitChange
from survey_app.models.unit_changes import CHANGE_KINDS
from survey_app.unit_changes import asked as asking
from survey_app.unit_changes import carrying, record, undoing
from survey_app.unit_changes.asked import Asked
from survey_app.unit_changes.carrying import Preview
from survey_app.unit_changes.forms import ChangeForm, MergerForm
from survey_app.web import console

blueprint = Blueprint("unit_changes", __name__, template_folder="templates")
blueprint.before_request(console.begin)
PART = "part:"  # Before the key of what a split divides.
FORMS = {"merge": MergerForm}


@blueprint.get("/changes")
def list_changes() -> ResponseReturnValue:
    changes = record.every(database.session())
    told = {change.id: record.mapping(asking.of_change(change)) for change in changes}
    return render_template("unit_changes/list.html", changes=changes, told=told, record=record)


@blueprint.get("/changes.csv")
def export_changes() -> ResponseReturnValue:
    headers = {"Content-Disposition": 'attachment; filename="unit-changes.csv"'}
    return Response(record.as_csv(database.session()), mimetype="text/csv", headers=headers)


@blueprint.route("/changes/new/<kind>", methods=["GET", "POST"])
def new_change(kind: str) -> ResponseReturnValue:
    form = FORMS.get(kind, ChangeForm)(kind) if kind in CHANGE_KINDS else abort(404)
    asked = _asked(kind, form) if form.validate_on_submit() else None
    if asked is None:
        page = render_template("unit_changes/new.html", form=form, kind=kind, kinds=record.KINDS)
        return page, 422 if form.errors else 200
    seen = carrying.preview(database.session(), asked)
    if not request.form.get("step"):
        return _preview(form, asked, seen)
    if request.form.get("sure") != "1":
        return _preview(form, asked, seen, _("Nothing was changed: tick the box first.")), 422
    if request.form.get("seen") != _said(seen):
        return _preview(form, asked, seen, _("The counts have changed since you saw them: look again.")), 422
    return _enter(form, asked, seen)


def _asked(kind: str, form: ChangeForm) -> Asked | None:
    """None where something is wrong: the form then says so."""
    session, chosen = database.session(), _chosen()
    try:
        said = (form.effective_on.data, form.basis.data, form.listed())
        asked = replace(asking.read(session, kind, *said, form.parts()), divided=chosen)
        wrong = asking.faults(session, asked)
    except ValueError as why:
        wrong = [str(why)]
    form.form_errors += wrong
    return None if wrong else asked


def _chosen() -> dict[str, int]:
    typed = {name.removeprefix(PART): text for name, text in request.form.items() if name.startswith(PART)}
    return {key: int(text) for key, text in typed.items() if text.isascii() and text.isdigit() and len(text) < 4}


def _said(seen: Preview) -> str:
    return " ".join(f"{name}={count}" for name, count in sorted(seen.counts.items()))


def _preview(form: ChangeForm, asked: Asked, seen: Preview, problem: str = "") -> str:
    return render_template(
        "unit_changes/preview.html",
        **{"form": form, "asked": asked, "seen": seen, "said": _said(seen), "problem": problem},
        **{"record": record, "mapping": record.mapping(asked), "prefix": PART},
        waits=asked.effective_on > local_day(clock.now()),
    )


def _enter(form: ChangeForm, asked: Asked, seen: Preview) -> ResponseReturnValue:
    session = database.session()
    try:
        change = carrying.enter(session, asked, current_user.id, clock.now())
    except ValueError as why:
        database.writing_anew(session)
        return _preview(form, asked, seen, str(why)), 422
    address, done = url_for("unit_changes.show_change", number=change.id), change.state == "done"
    session.commit()
    flash(_done(record.counts(change)) if done else _("The change is kept and waits for its day."))
    return redirect(address)


def _done(counts: dict[str, int]) -> str:
    """Whoever enters a change after its first day hears what became of the answers since."""
    if since := counts["answers_since"]:
        return str(
            ngettext(
                "The change has been carried out. %(num)d answer given since its first day has the new unit now.",
                "The change has been carried out. %(num)d answers given since its first day have the new unit now.",
                since,
            )
        )
    return str(_("The change has been carried out."))


@blueprint.get("/changes/<int:number>")
def show_change(number: int) -> ResponseReturnValue:
    return _page(_find_or_404(number))


@blueprint.post("/changes/<int:number>/undo")
def undo_change(number: int) -> ResponseReturnValue:
    session, change = database.session(), _find_or_404(number)
    try:
        undoing.undo(session, change, current_user.id, request.form.get("reason", ""), clock.now())
    except ValueError as why:
        database.writing_anew(session)
        return _page(_find_or_404(number), str(why)), 422
    session.commit()
    flash(_("The change has been undone."))
    return redirect(url_for("unit_changes.show_change", number=number))


def _find_or_404(number: int) -> UnitChange:
    return database.session().get(UnitChange, number) or abort(404)


def _page(change: UnitChange, problem: str = "") -> str:
    hindrance = undoing.hindrance(database.session(), change) if change.state == "done" else ""
    due = change.state == "waiting" and change.effective_on <= local_day(clock.now())
    asked = asking.of_change(change)
    fault = _fault(asked) if due else ""
    return render_template(
        "unit_changes/show.html",
        **{"change": change, "counts": record.counts(change), "mapping": record.mapping(asked), "record": record},
        **{"hindrance": hindrance, "due": due, "fault": fault, "problem": problem},
    )


def _fault(asked: Asked) -> str:
    """Why the timer cannot carry it out; empty where it can."""
    try:
        carrying.checked(database.session(), asked)
    except ValueError as why:
        return str(why)
    return ""
