"""`hailong doctor`: says what an installation lacks, and what to do about it."""

import json
from dataclasses import asdict

import click

from survey_app import clock, config, doctor
from survey_app.commands import cli

MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


@cli.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For scripts; the shape is kept stable.")
@click.pass_context
def examine(context: click.Context, as_json: bool) -> None:
    """Check this installation.  Example: hailong doctor"""
    settings = config.read()
    checks = doctor.examine(settings, clock.utc_now())
    passed = doctor.passed(checks)
    if as_json:
        report = {"ok": passed, "checks": [asdict(check) for check in checks]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        for check in checks:
            click.echo(f"{MARKS[check.state]} {check.name:20} {check.message}")
    if not passed and not as_json:
        names = ", ".join(check.name for check in checks if check.state == "fail")
        raise click.ClickException(f"This has to be mended: {names}.")
    context.exit(0 if passed else 1)
