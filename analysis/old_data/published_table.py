"""The command: python -m analysis.old_data.published_table TABLE --about ABOUT.toml --units UNITS.csv --out FOLDER."""

import sys
from datetime import datetime
from pathlib import Path

import click

from analysis.old_data.mapping import OldDataFaults
from analysis.old_data.published import Job, import_table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", metavar="TABLE", type=FILE)
@click.option("--about", required=True, type=FILE, help="Which survey it was, as TOML.")
@click.option("--units", required=True, type=FILE, help="Units with their days, as `hailong units export` writes them.")
@click.option("--units-on", type=click.DateTime(["%Y-%m-%d"]), help="Roll the units up to the map of this day.")
@click.option("--people", type=FILE, help="A table with the columns unit and people, for the roll-up.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder for `--earlier`.")
def main(file: Path, about: Path, units: Path, units_on: datetime | None, people: Path | None, out: Path) -> None:
    """Take in a table (CSV or XLSX) of published results with the columns code, unit, value, n, note.

    Example: python -m analysis.old_data.published_table 2015.csv --about 2015.toml --units units.csv --out old-2015
    """
    try:
        count = import_table(Job(file, about, units, units_on.date() if units_on else None, people), out)
    except (OldDataFaults, OSError) as wrong:
        for sentence in wrong.faults if isinstance(wrong, OldDataFaults) else [str(wrong)]:
            click.echo(f"Error: {sentence}.", err=True)
        click.echo("Nothing was imported.", err=True)
        sys.exit(2)
    click.echo(f"{count} results written to {out}; name it with --earlier", err=True)


if __name__ == "__main__":
    main()
