"""The register in the console: entries listed, made, changed, answered, published. The rules are `comments.entries`.

Officers see the entries that they take care of, and answer them; the rest is for analysts and managers.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app import clock, database, surveys, units
from survey_app.accounts.branches import of_accounts
from survey_app.action.register_forms import EntryForm, SeveralForm
from survey_app.comments import coding, entries, reading, scrubbing, themes
from survey_app.comments.coding import Key
from survey_app.comments.entries import Asked
from survey_app.models import RegisterEntry, Unit, User, alphabet
from survey_app.web import access, choosing, console, csv_files, listing, several
from survey_app.web.choosing import Offer
from survey_app.web.several import Ticked, Work

# An officer answers what is theirs; `_entry_or_404` says which that is.
OF_OFFICERS = frozenset({"list_entries", "entries_file", "show_entry", "take_entry_step"})
ROLES: access.Roles = {"analyst": None, "manager": None, "officer": OF_OFFICERS}
blueprint = Blueprint("register", __name__, template_folder="templates")
blueprint.before_request(console.begin)
NUMBER = re.compile(r"[0-9]{1,9}")
ORDERS = {
    "waiting": entries.WAITING_FIRST,
    "number": (RegisterEntry.id,),
    "unit": (alphabet.Order(Unit.name),),
    "due": (RegisterEntry.due_on,),
    "state": (RegisterEntry.state,),
}
USUAL_DAYS = 15  # What the rules give an office for an answer to a reflection or petition.
WORKS = {
    "give": Work(
        _l("Another person"),
        _l("Give to another person"),
        _l("That person finds them among their tasks. They can be given back in the same way."),
        entries.give,
        "owner_id",
    ),
    "put_off": Work(
        _l("Another day"),
        _l("Set another day"),
        _l("Until this day they are to be answered. It can be changed in the same way."),
        entries.put_off,
        "due_on",
    ),
}


def today() -> date:
    return clock.local_day(clock.now())


def _leads() -> bool:
    """Whether the person sees and changes every entry."""
    return access.has_role("analyst", "manager")


def _asked() -> Asked:
    names = ("q", "state", "kind", "unit", "owner", "late")
    asked = {name: request.args[name] for name in names if request.args.get(name)}
    if _own() or not NUMBER.fullmatch(asked.get("owner", "0")):
        asked["owner"] = str(current_user.id)
    return Asked(**asked)


def _own() -> str:
    """Whose entries alone the person sees; empty: all."""
    return "" if _leads() else str(current_user.id)


@blueprint.get("/")
def list_entries() -> ResponseReturnValue:
    session, asked = database.session(), _asked()
    told = asdict(asked) | {"owner": asked.owner if _leads() else ""}
    found = listing.of_query(entries.found(asked, today()), ORDERS, told, entries.loaded())
    return render_template(
        "action/register.html",
        found=found,
        late={entry.id for entry in found.rows if entries.is_late(entry, today())},
        leads=_leads(),
        people=[(user.id, user.name or user.email) for user in entries.owners(session)] if _leads() else [],
        names=themes.all_themes(),
        works=WORKS,
    )


@blueprint.post("/several/<work>")
def change_several(work: str) -> ResponseReturnValue:
    form, query = SeveralForm(), entries.found(Asked(), today()).options(*entries.loaded())
    form.owner_id.offer(_people())
    return several.carry_out(
        WORKS.get(work), Ticked(query, RegisterEntry.id, _named), url_for("register.list_entries"), form
    )


def _named(entry: RegisterEntry) -> str:
    return (
        f"{entry.id}. {entry.summary[:80]} – {entry.owner.name or entry.owner.email}, {console.show_day(entry.due_on)}"
    )


HEADER = ("number", "kind", "state", "unit", "office", "owner", "received_on", "due_on", "late", "theme", "channel",
          "reference", "summary", "answer", "answered_on", "published_on", "remark")  # fmt: skip


@blueprint.get("/entries.csv")
def entries_file() -> Response:
    found = entries.listed(database.session(), _asked(), today())
    rows = ([_cell(entry, column) for column in HEADER] for entry in found)
    return csv_files.download("register.csv", HEADER, rows)


def _cell(entry: RegisterEntry, column: str) -> object:
    special = {
        "number": entry.id,
        "unit": entry.unit.code,
        "office": entry.unit.full_name,
        "owner": entry.owner.name or entry.owner.email,
        "late": int(entries.is_late(entry, today())),
    }
    return special[column] if column in special else getattr(entry, column)


@blueprint.get("/new")
def new_entry() -> ResponseReturnValue:
    keys, kind = _comments_or_404(), "petition" if request.args.get("kind") == "petition" else "comment"
    wave = surveys.find_wave(database.session(), request.args.get("wave", ""))
    about = {"theme": request.args.get("theme", ""), "received_on": today(), "due_on": today() + timedelta(USUAL_DAYS)}
    form = _form(None, about | {"unit_id": _unit_of(keys) or _unit_named(request.args.get("unit", ""))})
    return _new_page(form, kind, keys, wave.slug if wave else "")


@blueprint.post("/new")
def keep_entry() -> ResponseReturnValue:
    keys, session, form = _comments_or_404(), database.session(), _form()
    kind = "petition" if request.form.get("kind") == "petition" else "comment"
    wave = surveys.find_wave(session, request.form.get("wave", ""))
    if form.validate():
        fields = form.fields() | {"kind": kind, "wave_id": wave.id if wave else None}
        try:
            entry = entries.add(session, fields, keys, current_user.id, today())
        except ValueError as why:
            form.summary.errors = [str(why)]
        else:
            session.commit()
            flash(_("Entry %(number)d is in the register.", number=entry.id))
            return redirect(url_for("register.show_entry", entry_id=entry.id))
    return _new_page(form, kind, keys, wave.slug if wave else ""), 422 if form.errors else 200


def _new_page(form: EntryForm, kind: str, keys: list[Key], wave: str) -> str:
    return render_template(
        "action/entry_form.html",
        form=form,
        kind=kind,
        wave=wave,
        keys=[coding.text_of(key) for key in keys],
        said=_said(keys),
        entry=None,
    )


@blueprint.get("/<int:entry_id>")
def show_entry(entry_id: int) -> ResponseReturnValue:
    return _page(_entry_or_404(entry_id))


def _page(entry: RegisterEntry, answer: str | None = None, fault: str = "") -> str:
    return render_template(
        "action/entry.html",
        entry=entry,
        late=entries.is_late(entry, today()),
        said=_said_of(entry) if _leads() else [],
        names=themes.all_themes(),
        leads=_leads(),
        publishes=access.has_role("manager"),
        answer=entry.answer if answer is None else answer,
        fault=fault,
    )


@blueprint.get("/<int:entry_id>/edit")
def edit_entry(entry_id: int) -> ResponseReturnValue:
    entry = _entry_or_404(entry_id)
    return _edit_page(entry, _form(entry))


def _edit_page(entry: RegisterEntry, form: EntryForm) -> str:
    return render_template("action/entry_form.html", form=form, kind=entry.kind, entry=entry, said=_said_of(entry))


@blueprint.post("/<int:entry_id>/edit")
def change_entry(entry_id: int) -> ResponseReturnValue:
    entry, form, session = _entry_or_404(entry_id), _form(), database.session()
    if form.validate():
        try:
            entries.change(session, entry, form.fields())
        except ValueError as why:
            session.rollback()
            form.summary.errors = [str(why)]
        else:
            session.commit()
            flash(_("Kept."))
            return redirect(url_for("register.show_entry", entry_id=entry_id))
    return _edit_page(entry, form), 422 if form.errors else 200


@blueprint.post("/<int:entry_id>/<any(answer, publish, take_back, close):step>")
def take_entry_step(entry_id: int, step: str) -> ResponseReturnValue:
    entry, session = _entry_or_404(entry_id), database.session()
    if step != "answer":
        access_of_step = ("manager",) if step in ("publish", "take_back") else ("analyst", "manager")
        if not access.has_role(*access_of_step):
            abort(403)
    try:
        _take(entry, step)
    except ValueError as why:
        session.rollback()
        return _page(entry, request.form.get("answer"), str(why)), 422
    session.commit()
    flash({
        "answer": _("The answer is kept."),
        "publish": _("Public now: everybody can read summary and answer."),
        "take_back": _("Taken back: it is no longer public."),
        "close": _("Closed without publication."),
    }[step])  # fmt: skip
    return redirect(url_for("register.show_entry", entry_id=entry_id))


def _take(entry: RegisterEntry, step: str) -> None:
    session = database.session()
    if step == "answer":
        entries.answer(session, entry, request.form.get("answer", ""), current_user.id, today())
    elif step == "publish":
        entries.publish(session, entry, current_user.id, today())
    elif step == "take_back":
        entries.take_back(session, entry)
    else:
        entries.close(session, entry, request.form.get("reason", ""))


def _entry_or_404(entry_id: int) -> RegisterEntry:
    entry = database.session().get(RegisterEntry, entry_id)
    if entry is None or not (_leads() or entry.owner_id == current_user.id):
        abort(404)
    return entry


def _comments_or_404() -> list[Key]:
    try:
        return [coding.key_of(text) for text in request.values.getlist("comment")]
    except ValueError:
        abort(404)


def _people() -> Offer:
    query = sa.select(User).where(User.active, of_accounts(database.session()))
    names = (alphabet.Order(User.name), User.email)
    return Offer(query, User.id, (User.name, User.email), names, lambda user: str(user.name or user.email))


def _form(entry: RegisterEntry | None = None, about: Mapping[str, object] | None = None) -> EntryForm:
    offered = choosing.of_map(today(), entry.unit_id if entry else None)
    return EntryForm(obj=entry, data=about).offer(offered, _people())


def _unit_of(keys: list[Key]) -> int | None:
    """The unit of the comments, where they have one in common."""
    found = reading.units_of(database.session(), keys)
    return found.pop() if len(found) == 1 else None


def _unit_named(code: str) -> int | None:
    found = units.find(database.session(), code, today())
    return found.id if found else None


def _said_of(entry: RegisterEntry) -> list[str]:
    return _said(entries.comments_of(database.session(), entry))


def _said(keys: list[Key]) -> list[str]:
    """What the comments say, as the person may read it."""
    session = database.session()
    found, names = entries.texts_of(session, keys).values(), reading.staff_names(session)
    return [text if access.reads_comments() else scrubbing.scrubbed(text, names) for text in found]
