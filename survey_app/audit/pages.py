"""The audit in the console, for administrators: found by person, thing and day, and taken home as CSV."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import database
from survey_app.audit import telling, words
from survey_app.clock import LOCAL
from survey_app.models import AuditEntry, User, alphabet
from survey_app.web import csv_files, listing

blueprint = Blueprint("audit", __name__, template_folder="templates")
HEADER = ("number", "at", "who", "address", "deed", "words", "thing", "detail", "previous", "hash")
ORDERS = {"last": (AuditEntry.number.desc(),), "number": (AuditEntry.number,), "who": (AuditEntry.who,)}


@blueprint.get("/")
def list_deeds() -> ResponseReturnValue:
    found = listing.of_query(_query(), ORDERS, listing.asked("who", "what", "day"))
    return render_template("audit/deeds.html", found=found, lines=telling.lines(found.rows))


@blueprint.get("/audit.csv")
def export_deeds() -> ResponseReturnValue:
    """What is asked for, oldest first; `hailong doctor` checks the whole chain."""
    return csv_files.download("audit.csv", HEADER, _rows(_query().order_by(AuditEntry.number)))


def _rows(query: sa.Select[AuditEntry]) -> Iterator[list[object]]:
    for one in database.session().scalars(query.execution_options(yield_per=500)):
        told = str(words.DEEDS.get(one.deed, one.deed))
        row = [one.number, one.at.isoformat(), one.who, one.address, one.deed, told]
        yield [*row, one.thing, one.detail, one.previous, one.hash]


def _query() -> sa.Select[AuditEntry]:
    who, what = request.args.get("who", "").strip(), request.args.get("what", "").strip()
    query = sa.select(AuditEntry)
    if who:
        called = sa.select(User.id).where(alphabet.holds(who, User.name, User.email))  # Now, whatever it was then.
        query = query.where(AuditEntry.who.icontains(who, autoescape=True) | AuditEntry.account_id.in_(called))
    if what:
        held = AuditEntry.thing.icontains(what, autoescape=True) | AuditEntry.detail.icontains(what, autoescape=True)
        said = [deed for deed, told in words.DEEDS.items() if alphabet.fits(what, str(told))]
        query = query.where(held | AuditEntry.deed.icontains(what, autoescape=True) | AuditEntry.deed.in_(said))
    if day := _day(request.args.get("day", "")):
        begin = datetime.combine(day, time.min, LOCAL)
        query = query.where(AuditEntry.at >= begin, AuditEntry.at < begin + timedelta(days=1))
    return query


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
