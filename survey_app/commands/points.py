"""`hailong points` and `hailong qr`: the collection points, and their sheets to print."""

import json
from pathlib import Path

import click
from flask import current_app

from survey_app import clock, database, points, sheets, surveys
from survey_app.commands import cli, in_app


@cli.command("points")
@click.option("--json", "as_json", is_flag=True, help="For scripts; the shape is kept stable.")
@click.option("--survey", help="Only the points of this survey.")
@click.option("--wave", help="Only the points of this wave.")
@in_app
def list_points(as_json: bool, survey: str | None, wave: str | None) -> None:
    """List collection points with their addresses.  Example: hailong points --wave sipas-2017-dot-1"""
    at, public_url = clock.now(), current_app.config["SETTINGS"].public_url
    found = [points.describe(point, public_url, at) for point in points.of_waves(database.session(), survey, wave)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for point in found:
        click.echo("{url}  {unit:12}  {wave}  {mode}  {state}".format(**point))
    if not found:
        click.echo("No collection point: open the wave in the console and choose “Points”.")


@cli.command()
@click.argument("wave")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write.")
@click.option("--size", type=click.Choice(sheets.SIZES), default="a4", show_default=True)
@in_app
def qr(wave: str, out: Path, size: str) -> None:
    """Print the QR sheets of a wave, one a point.  Example: hailong qr sipas-2017-dot-1 --out sheets.pdf --size a5"""
    session = database.session()
    if surveys.find_wave(session, wave) is None:
        raise ValueError(f"There is no wave {wave}: `hailong surveys` lists them.")
    found = points.to_hang(points.of_waves(session, wave=wave))
    if not found:
        raise ValueError(f"The wave {wave} has no point in use that hangs a sheet: make its points first.")
    out.write_bytes(sheets.pdf(found, current_app.config["SETTINGS"].public_url, size))
    click.echo(f"{len(found)} sheets written to {out}")
