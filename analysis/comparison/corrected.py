"""The command: python -m analysis.comparison.corrected OLD NEW, which prints as JSON what a corrected release changes.

As the report prints them, in Vietnamese, and only what the public may see of both; what that is stands in NEW then. A
figure is named when its value or its limits are printed otherwise, its verdict as `ID#verdict`; what only one of the
releases has is a dash in the other.
"""

import csv
import json
from collections.abc import Set
from pathlib import Path
from typing import Any

import click

from analysis.report.words import VERDICTS
from analysis.site import decision

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NONE = "–"
Row = dict[str, str]


def changes(old: Path, new: Path) -> list[dict[str, str]]:
    """In the order of the new figures, then those that are gone; what either release keeps back is named in none.

    A cell that changed by so few people that the difference would be them is kept back, too.
    """
    earlier = decision.published_before(old, old.parent)
    hidden = decision.write(old, earlier) | decision.write(new, [*earlier, old])
    before, after = _figures(old, hidden), _figures(new, hidden)
    shown = [_shown(folder) for folder in (old, new)]
    found = []
    for name in [*after, *(name for name in before if name not in after)]:
        rows = before.get(name), after.get(name)
        if shown[0].get(name) != shown[1].get(name):
            found.append({"id": name, "old": _text(shown[0], name), "new": _text(shown[1], name)})
        verdicts = [row["verdict"] if row else "" for row in rows]
        if verdicts[0] != verdicts[1]:
            said = [VERDICTS[verdict] if verdict else NONE for verdict in verdicts]
            found.append({"id": f"{name}#verdict", "old": said[0], "new": said[1]})
    return found


def _figures(folder: Path, hidden: Set[str]) -> dict[str, Row]:
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["id"] not in hidden}


def _shown(folder: Path) -> dict[str, Any]:
    """How each estimate and its limits are printed."""
    display = json.loads((folder / "display.json").read_text(encoding="utf-8"))
    parts = ("estimate", "low", "high")
    return {name: [texts.get(part, {}).get("vi") for part in parts] for name, texts in display.items()}


def _text(shown: dict[str, Any], name: str) -> str:
    return shown.get(name, [None])[0] or NONE


@click.command()
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
def main(old: Path, new: Path) -> None:
    """Print what NEW says otherwise.  Example: python -m analysis.comparison.corrected releases/1 releases/2"""
    click.echo(json.dumps(changes(old, new), ensure_ascii=False))


if __name__ == "__main__":
    main()
