"""The command: python -m analysis.old_data FILE --mapping MAP.toml --units UNITS.csv --out EXTRACT."""

import sys
from datetime import date
from pathlib import Path

import click

from analysis.old_data.importing import Job, import_file
from analysis.old_data.mapping import OldDataFaults
from analysis.release import OccupiedFolder

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--mapping", required=True, type=FILE, help="What the columns and their values mean, as TOML.")
@click.option("--units", required=True, type=FILE, help="Units with their days, as `hailong units export` writes them.")
@click.option("--units-on", type=click.DateTime(["%Y-%m-%d"]), help="Roll the units up to the map of this day.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The extract folder to be written.")
def main(file: Path, mapping: Path, units: Path, units_on: date | None, out: Path) -> None:
    """Make an extract of another system's answers.

    Example: python -m analysis.old_data 2016.sav --mapping 2016.toml --units units.csv --out extract-2016
    """
    day = date(units_on.year, units_on.month, units_on.day) if units_on else None
    try:
        count = import_file(Job(file, mapping, units, day), out)
    except OldDataFaults as wrong:
        for sentence in wrong.faults:
            click.echo(f"Error: {sentence}.", err=True)
        click.echo("Nothing was imported.", err=True)
        sys.exit(2)
    except (OccupiedFolder, OSError) as error:
        click.echo(f"Error: {error}.", err=True)
        sys.exit(2)
    click.echo(f"{count} responses written to {out}; go on with: python -m analysis {out} --out RELEASE", err=True)


if __name__ == "__main__":
    main()
