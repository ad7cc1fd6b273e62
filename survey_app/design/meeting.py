"""Two people changed the same place: both versions field by field, to choose from. What was typed is kept already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template

from questionnaires import outline
from survey_app import database
from survey_app.design import names
from survey_app.design.values import readable
from survey_app.instruments import drafts, shelves
from survey_app.models import Draft

Plain = dict[str, Any]
_LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Difference:
    """One field in which the two differ. `both`: each of them changed it, so that one change must give way."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    both: bool
    take: str  # "mine" or "theirs": what is chosen until the person chooses otherwise.


def conflict_page(draft: Draft, conflict: drafts.EditConflict, action: str) -> str:
    data = drafts.content(draft)
    who = shelves.people(database.session(), [conflict.by])[conflict.by]
    return render_template(
        "design/conflict.html",
        draft=draft,
        data=data,
        place=conflict.place,
        action=action,
        kept_as=conflict.kept_as,
        gone=conflict.theirs is None,
        who=who,
        differences=_differences(data, conflict.base or {}, conflict.theirs or {}, conflict.mine or {}),
    )


def merged(draft: Draft, data: Plain, place: str, chosen: Mapping[str, str]) -> Plain:
    """What stands at the place now, with the fields of the revision kept aside that were chosen."""
    try:
        aside = drafts.revision(database.session(), draft.id, int(chosen.get("kept_as") or 0))
    except (drafts.NoDraft, ValueError):
        abort(404)
    mine, theirs = (_flat(outline.at_place(one, place) or {}) for one in (drafts.content(aside), data))
    fields = dict.fromkeys([*theirs, *mine])
    taken = {name: (mine if chosen.get(f"take.{name}") == "mine" else theirs).get(name) for name in fields}
    return _deep({name: value for name, value in taken.items() if value is not None})


def _differences(data: Plain, base: Plain, theirs: Plain, mine: Plain) -> list[Difference]:
    before, there, here = _flat(base), _flat(theirs), _flat(mine)
    found = []
    for name in dict.fromkeys([*before, *there, *here]):
        values = [one.get(name) for one in (before, there, here)]
        if values[1] == values[2]:
            continue
        before_text, theirs_text, mine_text = (readable(data, name, value) for value in values)
        own, other = values[2] != values[0], values[1] != values[0]
        found.append(
            Difference(
                name=name,
                label=str(names.FIELDS.get(name, name)),
                before=before_text,
                theirs=theirs_text,
                mine=mine_text,
                both=own and other,
                take="mine" if own else "theirs",
            )
        )
    return found


def _flat(table: Mapping[str, Any]) -> Plain:
    """Texts language by language, everything else whole."""
    flat: Plain = {}
    for name, value in table.items():
        if name in ("parts", "questions", "items"):
            continue
        if isinstance(value, Mapping) and set(value) <= {*_LANGUAGES}:
            flat |= {f"{name}.{language}": words for language, words in value.items()}
        elif value is not False:  # An absent mark and one that says no are the same.
            flat[name] = value
    return flat


def _deep(flat: Mapping[str, Any]) -> Plain:
    deep: Plain = {}
    for name, value in flat.items():
        first, _, language = name.partition(".")
        if language in _LANGUAGES:
            deep.setdefault(first, {})[language] = value
        else:
            deep[name] = value
    return deep
