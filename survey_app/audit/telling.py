"""Entries of the audit as a reader finds them: one line a deed, with names for codes, and what changed below it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from survey_app.audit import changes, moved, values, words
from survey_app.audit.changes import Changed
from survey_app.audit.labels import SIGNS, STEPS, TABLES
from survey_app.audit.moved import Moved
from survey_app.audit.names import KINDS, Key, Named, Names
from survey_app.models import AuditEntry
from survey_app.unit_changes import record
from survey_app.web import access

FEW = 4  # So many stand by name; the page of one deed or the CSV has the rest.
ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
BY_COMMAND = " (command)"
OF_ARGUMENT = {
    **{"account_id": ("account", "id"), "batch": ("slip_batch", "code"), "batch_id": ("paper_batch", "id")},
    **{"case_id": ("case", "id"), "device": ("device", "code"), "draft_id": ("instrument_draft", "id")},
    **{"entry_id": ("register_entry", "id"), "sheet_id": ("paper_sheet", "id")},
    "version_id": ("instrument_version", "id"),
}
OF_COMMAND = {"plan": ("wave", "slug"), "user": ("account", "email"), "wave": ("wave", "slug")}
STEP_ARGUMENTS = ("step", "work", "kind")
HIDDEN = {"filter_id", "passkey_id", "session_id", "which"}  # Numbers that say nothing to a reader.


@dataclass(frozen=True)
class Told:
    """Some rows of one kind: the first few by name, how many they are, which fields of them changed."""

    sign: Any
    kind: Any
    count: int
    names: tuple[Named, ...]
    fields: tuple[str, ...] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.names)


@dataclass(frozen=True)
class Line:
    """`beside`: what the deed says of itself beside its things, for example which step of a wave was taken."""

    entry: AuditEntry
    who: Named
    deed: str
    things: tuple[Named, ...]
    more: int
    beside: tuple[Any, ...]
    told: tuple[Told, ...]
    is_cut: bool


def lines(entries: Sequence[AuditEntry]) -> list[Line]:
    """Each kind of thing of them all is looked up once."""
    read = {entry.number: changes.read(entry.detail) for entry in entries}
    numbers = {key for some in read.values() for one in some if one.table == "unit_change" for key in one.keys}
    moves, names = moved.of_changes([one for one in numbers if one.isdecimal()], FEW), Names()
    wanted = {("account", "id", str(entry.account_id)) for entry in entries if entry.account_id}
    wanted |= {key for entry in entries for key, _name, _value in _keys(entry) if key}
    wanted |= {key for some in read.values() for one in some for key in _first(one)}
    wanted |= {
        key
        for some in read.values()
        for one in some
        for field in one.fields
        for key in values.references(one.table, field)
    }
    names.look_up(wanted | {key for one in moves for key in one.keys})
    return [_line(entry, read[entry.number], moves, names) for entry in entries]


def _line(entry: AuditEntry, read: Sequence[Changed], moves: Sequence[Moved], names: Names) -> Line:
    told = [_told(one, names) for one in read]
    mine = {key for one in read if one.table == "unit_change" for key in one.keys}
    told = [*(_told_moved(one, names) for one in moves if one.change in mine), *told]
    things, beside = _things(entry, names)
    first = next((one for one in told if one.names), None)
    more = 0
    if not things and first:  # Its address named none: then it is what was made or changed first.
        things, more = first.names, first.more
    deed = str(words.DEEDS.get(entry.deed) or _("did something that this version does not know"))
    said = deed[:1].upper() + deed[1:]
    return Line(entry, _who(entry, names), said, things, more, beside, tuple(told), changes.is_cut(entry.detail))


def _who(entry: AuditEntry, names: Names) -> Named:
    if entry.account_id is None and entry.who.endswith(BY_COMMAND):
        return Named(str(_("%(who)s, by command", who=entry.who.removesuffix(BY_COMMAND))))
    return names.found.get(("account", "id", str(entry.account_id)), Named(entry.who))


def _first(one: Changed) -> list[Key]:
    """Of rows that were removed there is nothing left to name."""
    return [(one.table, "id", key) for key in one.keys[:FEW]] if one.table in KINDS and one.sign != "-" else []


def _told(one: Changed, names: Names) -> Told:
    named = tuple(names.found[key] for key in _first(one) if key in names.found)
    fields = dict.fromkeys(values.told(one.table, field, names) for field in one.fields)
    return Told(SIGNS[one.sign], TABLES.get(one.table) or _("something else"), len(one.keys), named, tuple(fields))


def _told_moved(one: Moved, names: Names) -> Told:
    named = tuple(names.found[key] for key in one.keys if key in names.found)
    return Told(_("Moved to the new unit"), record.MOVES[one.thing][0], one.count, named)


def _things(entry: AuditEntry, names: Names) -> tuple[tuple[Named, ...], tuple[Any, ...]]:
    things: list[Named] = []
    beside: list[Any] = []
    for key, name, value in _keys(entry):
        if key:
            things.append(names.found.get(key) or Named(f"{TABLES[key[0]]} {value}"))
        elif name in STEP_ARGUMENTS:
            beside.append(STEPS.get(value) or _("something else"))
        elif name not in HIDDEN:
            things.append(_plain(entry, name, value))
    return tuple(things), tuple(beside)


def _keys(entry: AuditEntry) -> Iterator[tuple[Key | None, str, str]]:
    """What the address of the deed named: what can be looked up, and the name and value that stood there."""
    if entry.deed.startswith("command."):
        yield from _keys_of_command(entry)
        return
    rule, values = _address(entry)
    for name, value in values.items():
        of = OF_ARGUMENT.get(name)
        if name == "slug":
            of = ("wave" if "/waves/" in rule else "survey", "slug")
        elif name == "code" and entry.deed.startswith("manage."):
            of = ("collection_point", "code")
        elif name == "number" and entry.deed.startswith("unit_changes."):
            of = ("unit_change", "id")
        yield (*of, value) if of else None, name, value


def _keys_of_command(entry: AuditEntry) -> Iterator[tuple[Key | None, str, str]]:
    """Of what was typed the first is the thing."""
    of = OF_COMMAND.get(entry.deed.split(".")[1])
    for number, value in enumerate(entry.thing.split()):
        yield (*of, value) if of and not number else None, "", value


def _address(entry: AuditEntry) -> tuple[str, dict[str, str]]:
    """The rule of the deed's address, and what stood in it."""
    try:
        rule = next(current_app.url_map.iter_rules(entry.deed)).rule
    except KeyError:
        return "", {}
    names = [name for name in ARGUMENT.findall(rule) if name != "token"]
    values = entry.thing.split(" ", max(0, len(names) - 1)) if names and entry.thing else []
    return rule, dict(zip(names, values, strict=False))


def _plain(entry: AuditEntry, name: str, value: str) -> Named:
    if name == "response_id":
        return Named(str(_("a response")))
    if name in ("seq", "number"):
        return Named(str(_("number %(number)s", number=value)))
    if name == "name" and entry.deed.startswith("results.") and access.may("results.show_release"):
        return Named(value, url_for("results.show_release", name=value))
    return Named(value)
