"""Changes of units as people read them: in words, in counts, and as CSV."""

import csv
import io
import json
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session, joinedload

from survey_app.clock import LOCAL
from survey_app.models import UnitChange
from survey_app.unit_changes.asked import Asked, of_change
from survey_app.units import plain_cell

KINDS = {
    "merge": _("Merger"),
    "rename": _("New name"),
    "split": _("Split"),
    "move": _("Another parent"),
}
STATES = {"waiting": _("waits for its day"), "done": _("carried out"), "undone": _("undone")}
# By the names of `carrying.Preview.counts`.
MOVES = {
    "account": (_("Accounts"), _("from then on limited to the new unit; they see all of it, also what came before")),
    "point": (_("Collection points"), _("their codes, addresses and printed QR sheets stay")),
    "case": (_("Open cases"), _("with their officers and days; stratum, PSU and weight stay those of the draw")),
    "officers_cases": (_("Open cases given to an officer"), _("the assignment stays")),
    "paper": (_("Batches of paper forms"), _("what is typed of them counts as before")),
    "register": (_("Open tasks of the register"), _("with their owners and due days")),
    "below": (_("Units below"), _("they get the new unit as their parent")),
    "kiosks": (_("Kiosks"), _("they go with their points")),
    "tablets": (_("Tablets"), _("of officers concerned; interviews that they still hold are taken over")),
    "answers_since": (_("Answers of the day of the change or later"), _("they get the new unit")),
}
STAYS = {
    "answers": (_("Answers given before"), _("they keep the unit of their day")),
    "slips": (_("Slips made"), _("they go on working")),
    "closed_cases": (_("Closed cases"), _("they stay with the unit where they ended")),
    "publications": (_("Releases entered for publication"), _("they stay as they were frozen")),
}
HEAD = (
    *("number", "kind", "effective_on", "basis", "state", "units", "into", "entered_by", "entered_at"),
    *("carried_out_at", "undone_by", "undone_at", "reason"),
)


def every(session: Session) -> list[UnitChange]:
    """The latest first."""
    loaded = (joinedload(UnitChange.made_by), joinedload(UnitChange.undone_by))
    query = sa.select(UnitChange).options(*loaded).order_by(UnitChange.effective_on.desc(), UnitChange.id.desc())
    return list(session.scalars(query))


def counts(change: UnitChange) -> dict[str, int]:
    """Empty until it is carried out."""
    return dict(json.loads(change.told).get("counts", {}))


def mapping(asked: Asked) -> tuple[str, str]:
    """What ends and what it becomes: «xã A (1), xã B (2)»."""
    before, after = (", ".join(f"{one.full_name} ({one.code})" for one in part) for part in (asked.units, asked.into))
    return before, after


def as_csv(session: Session) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*HEAD, *MOVES, *STAYS))
    for change in every(session):
        writer.writerow([plain_cell(cell) for cell in _cells(change)])
    return out.getvalue()


def _cells(change: UnitChange) -> Iterator[str]:
    made, done, undone = (
        at.astimezone(LOCAL).isoformat(timespec="minutes") if at else ""
        for at in (change.made_at, change.done_at, change.undone_at)
    )
    said: Mapping[str, int] = counts(change)
    yield from (str(change.id), change.kind, change.effective_on.isoformat(), change.basis, change.state)
    yield from mapping(of_change(change))
    yield from (change.made_by.email, made, done)
    yield from (change.undone_by.email if change.undone_by else "", undone, change.reason)
    yield from (str(said.get(name, "")) for name in (*MOVES, *STAYS))
