"""Bulk work: what is ticked in a list is named once more, and then something is done to all of it or to nothing.

What can be done, each list says in a table of `Work`; how it looks, `console/several.html` and `console/sure.html`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app import database
from survey_app.web import listing
from survey_app.web.addresses import own_path


@dataclass(frozen=True)
class Work:
    """Something that can be done to each of many rows. `short` stands on its button above the list; `means`: what
    follows, and which way leads back.

    `do` gets a row and what was filled in as `field` of the form; it raises ValueError for a row that it may not touch,
    by the rule that holds for a single one.
    """

    short: Any
    text: Any
    means: Any
    do: Callable[[Any, Any], None]
    field: str = ""


@dataclass(frozen=True)
class Ticked:
    """Where rows come from: all that the list could show, the column they are ticked by, what a person calls one."""

    query: sa.Select[Any]
    key: Any
    named: Callable[[Any], str]


def carry_out(work: Work | None, ticked: Ticked, listed: str, form: Any = None) -> ResponseReturnValue:
    """`listed`: the address of the list."""
    back, keys = own_path(request.form.get("back", ""), listed), list(dict.fromkeys(request.form.getlist("row")))
    if work is None:
        abort(404)
    if not keys:
        flash(_("Tick at least one line first."), "error")
        return redirect(back)
    rows, sure = _rows_or_404(ticked, keys), "sure" in request.form
    names, session = [ticked.named(row) for row in rows], database.session()
    field = form[work.field] if work.field else None
    is_filled = field is None or (sure and field.validate(form))
    # Before it is sure, it is tried and undone: so it is seen in time what stands in the way.
    refused = _try(work, rows, names, field.data if field else None) if is_filled else []
    if sure and is_filled and not refused:
        session.commit()
        told = {"work": work.text, "num": len(rows)}
        flash(ngettext("%(work)s: done, %(num)d line.", "%(work)s: done, %(num)d lines.", **told))
        return redirect(back)
    session.rollback()
    about = {"work": work, "names": names, "keys": keys, "field": field, "refused": refused, "back": back}
    return render_template("console/sure.html", **about), 422 if sure else 200


def _rows_or_404(ticked: Ticked, keys: Sequence[str]) -> list[Any]:
    """In the order of the list. One that is not there, or lies in another branch, leaves all of them untouched."""
    if len(keys) > listing.A_PAGE:
        abort(400)  # No page of ours has more.
    is_number = isinstance(ticked.key.type, sa.Integer)
    if is_number and not all(key.isascii() and key.isdecimal() and len(key) < 10 for key in keys):
        abort(404)
    wanted = [int(key) if is_number else key for key in keys]
    query = ticked.query.where(ticked.key.in_(wanted))
    found = {getattr(row, ticked.key.key): row for row in database.session().scalars(query)}
    return [found[key] for key in wanted] if len(found) == len(wanted) else abort(404)


def _try(work: Work, rows: Sequence[Any], names: Sequence[str], typed: Any) -> list[tuple[str, str]]:
    """The rows that it may not be done to, each with the reason."""
    refused = []
    for row, name in zip(rows, names, strict=True):
        try:
            work.do(row, typed)
        except ValueError as why:
            refused.append((name, str(why)))
    database.session().flush()
    return refused
