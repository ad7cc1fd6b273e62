"""The snapshots of a running survey as the pages ask for them. What they hold the analysis decides, and adds up."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from survey_app import words
from survey_app.clock import LOCAL
from survey_app.models.units import full_name

SERIES = ("probability", "open")
UNSAID = "none"  # In an address: who did not say what they are.
Choices = Sequence[tuple[str, str]]


def newest(folder: Path) -> Mapping[str, Any] | None:
    """None where none was taken, or the newest cannot be read."""
    for path in sorted(folder.glob("[0-9]*.json"), reverse=True):
        try:
            found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found
    return None


def is_new_day(folder: Path, at: datetime) -> bool:
    found = newest(folder)
    return found is None or str(found["taken_at"])[:10] < f"{at.astimezone(LOCAL):%Y-%m-%d}"


def choices(snapshot: Mapping[str, Any], wave: Mapping[str, Any], series: str, language: str) -> dict[str, Choices]:
    """What may be chosen, code and name."""
    modes = {mode for atom in snapshot["atoms"] if atom["series"] == series for mode in atom["modes"]} - {"*"}
    return {
        "units": [(unit["code"], full_name(unit["type"], unit["name"])) for unit in snapshot["units"]],
        "types": [*((one["code"], one["name"][language]) for one in wave["types"]), (UNSAID, _("not said"))],
        "modes": [(mode, str(words.MODES[mode])) for mode in sorted(modes)],
    }


def wave_of(snapshot: Mapping[str, Any], slug: str) -> Mapping[str, Any] | None:
    """The wave of that name; of an empty one the last."""
    return next((wave for wave in reversed(snapshot["waves"]) if slug in ("", wave["slug"])), None)


def series_of(snapshot: Mapping[str, Any], wanted: str) -> str:
    present = {atom["series"] for atom in snapshot["atoms"]}
    return wanted if wanted in SERIES else next((one for one in SERIES if one in present), SERIES[0])


def chosen(asked: MultiDict[str, str], offered: Mapping[str, Choices]) -> dict[str, list[str]]:
    """By kind the codes asked for, none for all. Raises ValueError for a code that is not offered."""
    found = {kind: sorted(set(asked.getlist(kind))) for kind in offered}
    # Whoever turns to the other series still has the channels of the first ticked.
    other = words.MODES.keys() - {code for code, _name in offered["modes"]}
    found["modes"] = [code for code in found["modes"] if code not in other]
    for kind, codes in found.items():
        if not {code for code, _name in offered[kind]}.issuperset(codes):
            raise ValueError(kind)
    return found


def question(wave: str, series: str, codes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    plain = {kind: ["" if code == UNSAID else code for code in found] for kind, found in codes.items()}
    return {"wave": wave, "series": series, **plain}


HEADER = ("table", "code", "name", "respondents", "answers", "satisfied", "percent", "plus_minus", "note")


def rows(snapshot: Mapping[str, Any], answer: Mapping[str, Any], language: str) -> Iterator[tuple[object, ...]]:
    """Everything that the page shows, as one table."""
    reading = answer["reading"]
    taken = f"{snapshot['taken_at']}, {snapshot['hash'][:16]}"
    yield ("index", "index", "", reading["n"], reading["index"]["base"], "", *_pair(reading["index"]), taken)
    for kind in ("factors", "items"):
        for one in reading[kind]:
            said = (one["code"], one["name"][language], "", one["base"], one.get("satisfied", ""))
            yield (kind[:-1], *said, *_pair(one), "")
    for wave in answer["waves"]:
        yield (
            "wave",
            wave["slug"],
            wave["name"][language],
            wave["n"],
            wave["index"]["base"],
            "",
            *_pair(wave["index"]),
            "",
        )
    for one in answer["course"]:
        yield ("snapshot", one["number"], "", one["n"], one["index"]["base"], "", *_pair(one["index"]), one["taken_at"])


def _pair(one: Mapping[str, Any]) -> tuple[object, object]:
    return one.get("value", ""), one.get("half", "")
