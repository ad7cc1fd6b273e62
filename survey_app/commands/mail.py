"""`hailong mail`: sends letters that wait, for a timer to call every few minutes; with `--notices` looks for news."""

import click
from flask import current_app

from survey_app import clock, config, database
from survey_app.commands import cli, in_app
from survey_app.notices import post, sending


@cli.command("mail")
@click.option("--notices", is_flag=True, help="First look for what waits for each of the staff, and write to them.")
@click.option("--test", "to", help="Only send a trial letter to this address, and say what came of it.")
@in_app
def send_mail(notices: bool, to: str | None) -> None:
    """Send the letters that wait.  Example: hailong mail --notices"""
    settings: config.Settings = current_app.config["SETTINGS"]
    if not settings.mail_server:
        click.echo("Mail is off: MAIL_SERVER is not set.")
    elif to:
        _try(settings, to)
    else:
        if notices:
            sending.look(database.engine(), settings, clock.now())
        _send(settings)


def _send(settings: config.Settings) -> None:
    report = sending.send_due(database.engine(), settings, clock.now)
    click.echo(f"{report.sent} sent, {report.waiting} waiting")
    for why in report.refused:
        click.echo(f"Refused: {why}")
    if report.away:
        raise ValueError(f"The mail server cannot be used ({report.away}): look at MAIL_SERVER; it is tried again.")


def _try(settings: config.Settings, to: str) -> None:
    try:
        with post.connection(settings.mail_server) as server:
            text = f"A trial letter of {settings.public_url}."
            post.send(server, post.letter(settings.mail_from, to, "Hài Lòng", text, "hailong-trial"))
    except (post.Away, post.Refused) as fault:
        raise ValueError(f"The mail server did not take the letter ({fault}): look at MAIL_SERVER.") from fault
    click.echo("The mail server took the letter.")
