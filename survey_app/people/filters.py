"""Filters that somebody keeps for the lists of the console: kept under a name, shown above their list, dropped."""

from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from survey_app import database
from survey_app.models import SavedFilter
from survey_app.people import own

MOST = 20  # Of one list; more nobody finds again.
LONGEST_NAME, LONGEST_QUERY, LONGEST_PATH = 60, 500, 200


@own.app_template_global("saved_filters")
def of_this_list() -> list[SavedFilter]:
    """Those of whoever is signed in, for the list that is shown."""
    if not current_user.is_authenticated:
        return []
    return list(database.session().scalars(_mine(request.path).order_by(SavedFilter.name)))


@own.app_template_global("this_filter")
def this_filter() -> str:
    """What narrows and sorts the list that is shown; not on which of its pages one is."""
    return urlencode(
        [(name, text) for name, text in request.args.items() if text and name not in ("page", "lang", "ticked")]
    )


@own.post("/filters")
def keep_filter() -> ResponseReturnValue:
    path, name = _path_or_404(request.form.get("path", "")), request.form.get("name", "").strip()
    query = urlencode(parse_qsl(request.form.get("query", "")))
    session = database.session()
    kept = {one.name: one for one in session.scalars(_mine(path))}
    if not name or len(name) > LONGEST_NAME or not query or len(query) > LONGEST_QUERY:
        flash(_("Give the filter a name of at most %(count)d signs.", count=LONGEST_NAME), "error")
    elif name not in kept and len(kept) >= MOST:
        flash(_("This list has %(count)d filters: drop one first.", count=MOST), "error")
    else:
        one = kept.get(name) or SavedFilter(account_id=current_user.id, path=path, name=name)
        one.query = query
        session.add(one)
        session.commit()
        flash(_("The filter “%(name)s” is kept above this list.", name=name))
    return redirect(f"{path}?{query}")


@own.post("/filters/<int:filter_id>/drop")
def drop_filter(filter_id: int) -> ResponseReturnValue:
    session = database.session()
    one = session.get(SavedFilter, filter_id)
    if one is None or one.account_id != current_user.id:
        abort(404)
    path, name = one.path, one.name
    session.delete(one)
    session.commit()
    flash(_("The filter “%(name)s” was dropped.", name=name))
    return redirect(path)


def _mine(path: str) -> sa.Select[SavedFilter]:
    return sa.select(SavedFilter).where(SavedFilter.account_id == current_user.id, SavedFilter.path == path)


def _path_or_404(path: str) -> str:
    """Only a page of ours: whoever sends a form from elsewhere leads nobody away."""
    try:
        current_app.url_map.bind("localhost").match(path, "GET")
    except (HTTPException, RequestRedirect):
        abort(404)
    return path if len(path) <= LONGEST_PATH and not path.startswith("//") else abort(404)
