"""What a reader of the audit calls the things that its entries name, each with its page where they may enter it.

The entries keep codes and keys only: names are those of today.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from survey_app import database, words
from survey_app.models import (
    Case,
    CollectionPoint,
    Device,
    Draft,
    InstrumentVersion,
    PaperBatch,
    PaperSheet,
    Publication,
    RegisterEntry,
    Role,
    SlipBatch,
    Survey,
    Unit,
    UnitChange,
    User,
    Wave,
)
from survey_app.models.units import full_name
from survey_app.unit_changes import record
from survey_app.web import access
from survey_app.web.console import named, show_day

Key = tuple[str, str, str]  # Table, column and value.


@dataclass(frozen=True)
class Named:
    text: str
    address: str = ""


@dataclass(frozen=True)
class Kind:
    """`page`: the route of a thing's page, and what its address says of the row."""

    query: sa.Select[*tuple[Any, ...]]
    text: Callable[[Any], str]
    page: tuple[str, Callable[[Any], dict[str, Any]]] | None = None

    def named(self, row: Any) -> Named:
        is_open = self.page is not None and access.may(self.page[0])
        return Named(self.text(row), url_for(self.page[0], **self.page[1](row)) if self.page and is_open else "")


WAVE = ("manage.show_wave", lambda row: {"slug": row.slug})
_POINT = (CollectionPoint.id, CollectionPoint.code, CollectionPoint.label_vi, CollectionPoint.label_en)
KINDS: Mapping[str, Kind] = {
    "account": Kind(
        sa.select(User.id, User.name, User.email),
        lambda row: str(row.name or row.email),
        ("people.show_account", lambda row: {"account_id": row.id}),
    ),
    "case": Kind(
        sa.select(Case.id, Case.number, Wave.name_vi, Wave.name_en).join(Wave, Case.wave_id == Wave.id),
        lambda row: _("Case %(number)d", number=row.number) + f", {named(row)}",
    ),
    "collection_point": Kind(
        sa.select(*_POINT, Wave.slug).join(Wave, CollectionPoint.wave_id == Wave.id),
        lambda row: f"{named(row, 'label')} ({row.code})",
        ("manage.list_points", lambda row: {"slug": row.slug, "q": row.code}),
    ),
    "device": Kind(
        sa.select(Device.id, Device.code, Device.kind, Device.label),
        lambda row: f"{row.label or words.DEVICE_KINDS[row.kind]} ({row.code})",
        ("manage.show_device", lambda row: {"device": row.code}),
    ),
    "instrument_draft": Kind(
        sa.select(Draft.id, Draft.code),
        lambda row: str(_("Draft %(number)d of %(code)s", number=row.id, code=row.code)),
        ("design.show_draft", lambda row: {"draft_id": row.id}),
    ),
    "instrument_version": Kind(
        sa.select(InstrumentVersion.id, InstrumentVersion.code, InstrumentVersion.version),
        lambda row: f"{row.code} {row.version}",
        ("design.show_version", lambda row: {"version_id": row.id}),
    ),
    "paper_batch": Kind(
        sa.select(PaperBatch.id, Wave.name_vi, Wave.name_en).join(Wave, PaperBatch.wave_id == Wave.id),
        lambda row: _("Batch of paper forms %(number)d", number=row.id) + f", {named(row)}",
        ("entry.show_batch", lambda row: {"batch_id": row.id}),
    ),
    "paper_sheet": Kind(
        sa.select(PaperSheet.id, PaperSheet.serial),
        lambda row: str(_("Paper form %(serial)s", serial=row.serial)),
        ("entry.look", lambda row: {"sheet_id": row.id}),
    ),
    "publication": Kind(
        sa.select(Publication.id, Publication.release),
        lambda row: str(row.release),
        ("results.show_publication", lambda row: {"name": row.release}),
    ),
    "register_entry": Kind(
        sa.select(RegisterEntry.id),
        lambda row: str(_("Register, number %(number)d", number=row.id)),
        ("register.show_entry", lambda row: {"entry_id": row.id}),
    ),
    "role": Kind(sa.select(Role.id, Role.name), lambda row: str(words.ROLES[row.name])),
    "slip_batch": Kind(
        sa.select(SlipBatch.id, SlipBatch.code),
        lambda row: str(_("Slips %(code)s", code=row.code)),
        ("manage.show_batch", lambda row: {"batch": row.code}),
    ),
    "survey": Kind(
        sa.select(Survey.id, Survey.slug, Survey.name_vi, Survey.name_en),
        named,
        ("manage.show_survey", lambda row: {"slug": row.slug}),
    ),
    "unit": Kind(
        sa.select(Unit.id, Unit.code, Unit.type, Unit.name),
        lambda row: f"{full_name(row.type, row.name)} ({row.code})",
        ("manage.show_units", lambda row: {"q": row.code}),
    ),
    "unit_change": Kind(
        sa.select(UnitChange.id, UnitChange.kind, UnitChange.effective_on),
        lambda row: f"{record.KINDS[row.kind]}, {show_day(row.effective_on)}",
        ("unit_changes.show_change", lambda row: {"number": row.id}),
    ),
    "wave": Kind(sa.select(Wave.id, Wave.slug, Wave.name_vi, Wave.name_en), named, WAVE),
}


@dataclass
class Names:
    """Of the things of one page, each kind looked up once."""

    found: dict[Key, Named] = field(default_factory=dict)

    def look_up(self, wanted: Collection[Key]) -> None:
        values: dict[tuple[str, str], set[str]] = {}
        for table, column, value in wanted:
            values.setdefault((table, column), set()).add(value)
        for (table, column), some in values.items():
            self._look_up(table, column, some)

    def _look_up(self, table: str, column: str, values: Collection[str]) -> None:
        kind = KINDS[table]
        chosen = next(one["expr"] for one in kind.query.column_descriptions if one["name"] == column)
        numbers = isinstance(chosen.type, sa.Integer)
        asked = [int(one) for one in values if _is_number(one)] if numbers else list(values)
        for row in database.session().execute(kind.query.where(chosen.in_(asked))):
            self.found[table, column, str(getattr(row, column))] = kind.named(row)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
