"""What changes of units moved, for the entries of the audit that are about them: statements move it, row by row nothing
stands in the entry. It is read from the record of the change.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from survey_app import database
from survey_app.audit.names import Key
from survey_app.models import UnitChange, UnitMove
from survey_app.unit_changes import record

# The record's names of things that moved, and their tables.
TABLES = {
    "point": "collection_point",
    "account": "account",
    "below": "unit",
    "register": "register_entry",
    "paper": "paper_batch",
    "case": "case",
}


@dataclass(frozen=True)
class Moved:
    """Things of one kind, and the keys of the first few of them; of a change that was undone no keys are left."""

    change: str
    thing: str
    count: int
    keys: tuple[Key, ...]


def of_changes(numbers: Collection[str], few: int) -> list[Moved]:
    session = database.session()
    query = sa.select(UnitChange).where(UnitChange.id.in_([int(one) for one in numbers])).order_by(UnitChange.id)
    found = []
    for change in session.scalars(query):
        counts = record.counts(change)
        for thing, table in TABLES.items():
            if counts.get(thing):
                first = sa.select(UnitMove.thing_id).where(UnitMove.change_id == change.id, UnitMove.thing == thing)
                keys = tuple((table, "id", str(one)) for one in session.scalars(first.order_by(UnitMove.id).limit(few)))
                found.append(Moved(str(change.id), thing, counts[thing], keys))
    return found
