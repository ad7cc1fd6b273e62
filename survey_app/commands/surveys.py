"""`hailong surveys`: which surveys and waves there are, for people and for scripts."""

import json

import click

from survey_app import clock, database, surveys
from survey_app.casework import dispositions
from survey_app.commands import cli, in_app


@cli.command("surveys")
@click.option("--json", "as_json", is_flag=True, help="For scripts; the shape is kept stable.")
@in_app
def list_surveys(as_json: bool) -> None:
    """List surveys and their waves.  Example: hailong surveys --json"""
    at = clock.now()
    session = database.session()
    found = [surveys.describe(survey, at) for survey in surveys.all_surveys(session)]
    for described in (wave for survey in found for wave in survey["waves"]):
        wave = surveys.find_wave(session, described["slug"])
        if wave is not None and (outcomes := dispositions.of_wave(session, wave)).counts:
            described["outcomes"] = outcomes.as_json()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for survey in found:
        click.echo(f"{survey['slug']}  {survey['name']['vi']}  ({survey['period']['from']} – {survey['period']['to']})")
        for wave in survey["waves"]:
            days = f"{wave['opens_on']} – {wave['closes_on']}"
            mark = "  REHEARSAL" if wave["practice"] else "  SIMULATED" if wave["simulated"] else ""
            click.echo(f"    {wave['slug']}  {wave['instrument']} {wave['version']}  {days}  {wave['state']}{mark}")
    if not found:
        click.echo("No survey yet: make one in the console under “Surveys”, or try `hailong demo`.")
