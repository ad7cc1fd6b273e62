"""What the console's pages share: assets, navigation, words, the language of the account, the page after sign-in."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import numbers
from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from flask_babel import lazy_gettext as _
from flask_bootstrap import Bootstrap5
from flask_login import current_user

from questionnaires.model import LANGUAGES
from survey_app import database, words
from survey_app.clock import LOCAL
from survey_app.models import User
from survey_app.web import access, languages
from survey_app.web.addresses import own_path

blueprint = Blueprint("console", __name__)
ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
# The places of the console, in the order in which a person who may enter several starts the day.
PLACES = (
    ("manage.list_surveys", "manage.list_surveys", _("Surveys")),
    ("design.list_instruments", "design.", _("Questionnaires")),
    ("manage.show_units", "manage.show_units", _("Units")),
    ("unit_changes.list_changes", "unit_changes.", _("Changes of units")),
    ("manage.list_devices", "manage.list_devices", _("Devices")),
    ("field.list_cases", "field.", _("My cases")),
    ("entry.list_batches", "entry.", _("Paper forms")),
    ("results.list_releases", "results.", _("Results")),
    ("action.list_waves", "action.", _("Comments")),
    ("register.list_entries", "register.", _("Register")),
    ("people.list_accounts", "people.", _("Accounts")),
    ("audit.list_deeds", "audit.", _("Audit")),
)
# Where the day of these begins, whatever stands before it: an administrator's with people, not with units.
BEGINNINGS = ("manage.list_surveys", "people.list_accounts")


def init_app(app: Flask) -> None:
    Bootstrap5(app)
    app.jinja_env.globals.update(words=words, named=named, navigation=navigation, may=access.may)
    app.jinja_env.globals["must_set_up"] = access.must_set_up
    app.jinja_env.filters.update(
        day=show_day, days_within=show_days_within, moment=show_moment, number=show_number, size=show_size
    )


def named(thing: Any, field: str = "name") -> str:
    """The field of a row that has one column a language, in the language of the page."""
    return str(getattr(thing, f"{field}_{languages.current()}"))


def show_day(day: date) -> str:
    """«01/11/2026»; in English the month is a word, for there the two orders are confused."""
    return str(format_date(day, "dd/MM/yyyy" if languages.current() == "vi" else "d MMM yyyy"))


def show_days_within(text: str) -> str:
    """What a step of a wave notes, «2026-11-30 → 2026-12-15», with its days as they are read."""
    return ISO_DAY.sub(lambda found: show_day(date.fromisoformat(found[0])), text)


def show_moment(text: str) -> str:
    """A moment as files write it, in the hour of the office: «14:07, 23/11/2026»."""
    local = datetime.fromisoformat(text).astimezone(LOCAL)
    return f"{local:%H:%M}, {show_day(local.date())}"


def show_number(number: float | str) -> str:
    """«2.609» and «80,5» in Vietnamese, «2,609» and «80.5» in English. Figures of a release bring their own text."""
    return _number(str(number), languages.current())


@lru_cache(10_000)
def _number(text: str, language: str) -> str:
    """Kept, for the same small counts stand a thousand times on a page."""
    return str(numbers.format_decimal(Decimal(text), format="#,##0.######", locale=language))


def show_size(count: int) -> str:
    """How large a file is: «1,4 MB»."""
    size, name = (count / 1_000_000, "MB") if count >= 999_950 else (count / 1000, "kB")
    return f"{format_decimal(size, format='#,##0.#')} {name}"


def navigation() -> list[tuple[str, Any, bool]]:
    """Address, text and whether it is here, of the places that the signed-in person may enter."""
    here = request.endpoint or ""
    return [
        (url_for(endpoint), text, _is_here(here, prefix)) for endpoint, prefix, text in PLACES if access.may(endpoint)
    ]


def _is_here(endpoint: str, prefix: str) -> bool:
    # Waves, points and sheets are below their survey; of the managers' pages only units and devices stand beside.
    if not prefix.startswith("manage."):
        return endpoint.startswith(prefix)
    beside = next((word for word in ("units", "device") if word in endpoint), "surveys")
    return endpoint.startswith("manage.") and beside in prefix


def begin() -> None:
    """Before a request that may write."""
    if request.method == "POST":
        database.writing_anew(database.session())


blueprint.before_request(begin)


@blueprint.get("/start")
def start() -> ResponseReturnValue:
    places = (*BEGINNINGS, *(endpoint for endpoint, _prefix, _text in PLACES))
    first = next(filter(access.may, places), None)
    return redirect(url_for(first)) if first else render_template("console/no_place.html")


@blueprint.post("/language")
def set_language() -> ResponseReturnValue:
    """Keeps the language with the account, and goes back to where the person was."""
    chosen = request.form.get("to", "")
    if chosen in LANGUAGES:
        session = database.session()
        session.get_one(User, current_user.id).language = chosen
        session.commit()
    return redirect(own_path(request.form.get("next", ""), url_for("console.start")))
