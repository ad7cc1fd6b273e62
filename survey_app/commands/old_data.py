"""`hailong old-data`: answers and published results of earlier years, taken in by the analysis."""

import tempfile
from datetime import datetime
from pathlib import Path

import click

from survey_app import analysis_process, database, units
from survey_app.commands import cli, in_app

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(path_type=Path)
units_file = click.option("--units", "map_file", type=FILE, help="Units as CSV; those of the database unless named.")
units_on = click.option("--units-on", type=click.DateTime(["%Y-%m-%d"]), help="Roll units up to the map of this day.")


@cli.group("old-data")
def group() -> None:
    """What earlier years left behind, for comparison."""


@group.command()
@click.argument("file", type=FILE)
@click.option("--mapping", required=True, type=FILE, help="What the columns and their values mean, as TOML.")
@click.option("--out", required=True, type=OUT, help="The extract folder to be written.")
@units_file
@units_on
@in_app
def answers(file: Path, mapping: Path, out: Path, map_file: Path | None, units_on: datetime | None) -> None:
    """Make an extract of another system's answers (CSV, XLSX, .sav).

    Example: hailong old-data answers 2016.sav --mapping 2016.toml --out extract-2016
    """
    _take_in("analysis.old_data", out, map_file, file, mapping=mapping, units_on=units_on)
    click.echo(f"Extract written to {out}; go on with: hailong analyse {out} --out RELEASE")


@group.command()
@click.argument("table", type=FILE)
@click.option("--about", required=True, type=FILE, help="Which survey it was, as TOML.")
@click.option("--people", type=FILE, help="A table with the columns unit and people, for the roll-up.")
@click.option("--out", required=True, type=OUT, help="The folder to be written.")
@units_file
@units_on
@in_app
def published(
    table: Path, about: Path, people: Path | None, out: Path, map_file: Path | None, units_on: datetime | None
) -> None:
    """Take in a table of results that were only published (columns code, unit, value, n, note).

    Example: hailong old-data published 2015.csv --about 2015.toml --out old-2015
    """
    _take_in("analysis.old_data.published_table", out, map_file, table, about=about, people=people, units_on=units_on)
    click.echo(f"Results written to {out}; name the folder in: hailong analyse … --earlier {out}")


def _take_in(
    module: str, out: Path, map_file: Path | None, file: Path, *, units_on: datetime | None, **files: Path | None
) -> None:
    with tempfile.TemporaryDirectory() as bench:
        if map_file is None:
            map_file = Path(bench) / "units.csv"
            map_file.write_text(units.export_csv(database.session()), encoding="utf-8", newline="")
        database.session().rollback()  # Nothing is kept open while the other process works.
        day = units_on.date() if units_on else None
        given = {"units": map_file, "units-on": day, "out": out, **files}
        analysis_process.old_data(module, file, {name: str(value) for name, value in given.items() if value})
