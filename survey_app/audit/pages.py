"""The audit in the console, for administrators: found by person, thing and day, and taken home as CSV."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey_app import database
from survey_app.audit import blueprint, words
from survey_app.clock import LOCAL
from survey_app.models import AuditEntry
from survey_app.web import csv_files

PAGE_SIZE = 100
HEADER = ("number", "at", "who", "address", "deed", "words", "thing", "detail", "previous", "hash")


@blueprint.get("/")
def list_deeds() -> ResponseReturnValue:
    session, query, number = database.session(), _query(), max(request.args.get("page", 1, type=int), 1)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    found = session.scalars(query.order_by(AuditEntry.number.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    asked = {name: request.args.get(name, "") for name in ("who", "what", "day")}
    last = max(1, -(-total // PAGE_SIZE))
    return render_template(
        "audit/deeds.html", found=found.all(), total=total, asked=asked, number=number, last=last, deeds=words.DEEDS
    )


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
        query = query.where(AuditEntry.who.icontains(who, autoescape=True))
    if what:
        held = AuditEntry.thing.icontains(what, autoescape=True) | AuditEntry.detail.icontains(what, autoescape=True)
        query = query.where(held | AuditEntry.deed.icontains(what, autoescape=True))
    if day := _day(request.args.get("day", "")):
        begin = datetime.combine(day, time.min, LOCAL)
        query = query.where(AuditEntry.at >= begin, AuditEntry.at < begin + timedelta(days=1))
    return query


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
