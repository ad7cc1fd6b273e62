"""`hailong settings`: what is read from the environment, what it is now, and what it means."""

import os

import click

from survey_app import config
from survey_app.commands import cli


@cli.command("settings")
@click.option("--markdown", is_flag=True, help="As the table of the README.")
def show(markdown: bool) -> None:
    """List all settings; those that cannot be used are named.  Example: hailong settings"""
    if markdown:
        click.echo("\n".join(table()))
        return
    for one in config.KNOWN:
        value = one.value(os.environ)
        shown = "set, not shown" if one.secret and value else value or f"not set ({one.default.replace('`', '')})"
        click.echo(f"{one.name:20}{shown}\n{'':20}{one.meaning.replace('`', '')}")


def table() -> list[str]:
    return [
        "| name | default | meaning |",
        "|---|---|---|",
        *(f"| `{one.name}` | {one.default} | {one.meaning} |" for one in config.KNOWN),
    ]
