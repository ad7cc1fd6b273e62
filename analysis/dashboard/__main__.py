"""The command: python -m analysis.dashboard take EXTRACT --out FOLDER, and `ask FOLDER`, a question on standard input.

`ask` loads neither numpy nor an engine: somebody waits for the page.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from analysis.dashboard import folder as files
from analysis.dashboard import reading

EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)
COURSE = 40  # Snapshots whose course is told.


@click.group()
def main() -> None:
    """Snapshots of a running survey, in batches of at least five answers."""


@main.command()
@click.argument("folder", metavar="EXTRACT", type=EXISTING)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The survey's dashboard.")
def take(folder: Path, out: Path) -> None:
    """Take today's snapshot.  Example: python -m analysis.dashboard take extract --out dashboard/sipas-2017"""
    from analysis.dashboard import taking
    from analysis.extract import ExtractFault, read_extract

    try:
        snapshot = taking.take(read_extract(folder), out)
    except (ExtractFault, files.DashboardFault) as fault:
        _fail(str(fault))
    click.echo(f"snapshot {snapshot['number']} written (hash {snapshot['hash'][:12]})", err=True)


@main.command()
@click.argument("folder", type=EXISTING)
def ask(folder: Path) -> None:
    """Answer a filter from the newest snapshot, as JSON: what it is about, the reading, the waves, the course."""
    try:
        click.echo(json.dumps(_answer(folder, json.loads(sys.stdin.read())), ensure_ascii=False))
    except (files.DashboardFault, ValueError, KeyError) as fault:
        _fail(str(fault))


def _answer(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    kept = files.snapshots(folder)
    if not kept:
        raise files.DashboardFault("there is no snapshot yet; take the first one")
    read = [files.read(path) for path in kept[-COURSE:]]
    newest = read[-1]
    wanted = reading.Filter.of(asked)
    if wanted.wave not in {wave["slug"] for wave in newest["waves"]}:
        raise files.DashboardFault(f"the snapshot knows no wave {wanted.wave}; name one of the survey")
    return {
        "reading": reading.reading(newest, wanted),
        "waves": reading.between_waves(newest, wanted),
        "course": reading.course(read, wanted),
    }


def _fail(sentence: str) -> None:
    click.echo(f"Error: {sentence}.", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
