"""What a setting said before and after a deed, in the words of the console; `changes` says which are settings."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from survey_app import words
from survey_app.audit.changes import Field
from survey_app.audit.labels import FIELDS
from survey_app.audit.names import Key, Names
from survey_app.design.names import VERSION_STATES
from survey_app.unit_changes import record
from survey_app.web.console import show_day, show_number

Show = Callable[[str], str] | Mapping[str, Any] | str  # Made of the value, its word, or the table it is a key of.


def _day(text: str) -> str:
    return show_day(date.fromisoformat(text))


def _days(text: str) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", int(text)))


YES = {"1": lazy_gettext("yes"), "0": lazy_gettext("no")}
SHOWN: Mapping[str, Mapping[str, Show]] = {
    "account": {"active": YES, "branch_id": "unit", "ends_on": _day, "roles": words.ROLES},
    "collection_point": {"active": YES, "kind": words.KINDS, "mode": words.MODES, "variant": words.VARIANTS},
    "instrument_version": {"state": VERSION_STATES},
    "plan": {"state": words.PLAN_STATES},
    "publication": {"document_day": _day, "reply_until": _day, "state": words.PUBLICATION_STATES},
    "register_entry": {"due_on": _day, "owner_id": "account", "state": words.REGISTER_STATES},
    "retention": dict.fromkeys(("comments_days", "contacts_days", "devices_days", "paradata_days"), _days),
    "role": {"second_factor": YES},
    "survey": {"period_from": _day, "period_to": _day, "target": show_number, "units_on": _day},
    "unit": {"valid_from": _day, "valid_to": _day},
    "unit_change": {"effective_on": _day, "state": record.STATES},
    "wave": {"closes_on": _day, "instrument_version_id": "instrument_version", "opens_on": _day},
}


def references(table: str, field: Field) -> Iterator[Key]:
    """What must be looked up to tell of the field."""
    show = SHOWN.get(table, {}).get(field.name)
    if isinstance(show, str):
        yield from ((show, "id", value) for value in (*(field.before or ()), *(field.after or ())))


def told(table: str, field: Field, names: Names) -> str:
    """«last day: 30/11/2026 → 15/12/2026», or the field alone."""
    label, show = str(FIELDS.get(field.name) or _("something else")), SHOWN.get(table, {}).get(field.name)
    if show is None or field.before is None or field.after is None:
        return label
    before, after = (
        ", ".join(_shown(show, value, names) for value in values) or str(_("(empty)"))
        for values in (field.before, field.after)
    )
    return f"{label}: {before} → {after}"


def _shown(show: Show, value: str, names: Names) -> str:
    if isinstance(show, str):
        found = names.found.get((show, "id", value))
        return found.text if found else str(_("number %(number)s", number=value))
    return str(show.get(value, value)) if isinstance(show, Mapping) else show(value)
