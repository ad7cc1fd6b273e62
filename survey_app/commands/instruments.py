"""`hailong instrument`: checking questionnaires; files of other systems are left to `instrument_files`."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from questionnaires import exchange, lint, loader
from questionnaires.lint import Advice
from questionnaires.model import Questionnaire
from questionnaires.schema import json_schema
from survey_app.commands import cli


@cli.group("instrument")
def group() -> None:
    """Instruments and their versions."""


def load_source(source: str) -> Questionnaire:
    """The instrument of a file or of a builtin code; all faults at once."""
    try:
        return _found(source)
    except loader.InstrumentFaults as faults:
        raise _unusable(source, faults) from faults


def _found(source: str) -> Questionnaire:
    if source in loader.builtin_codes():
        return loader.load_builtin(source)
    if not Path(source).is_file():
        codes = ", ".join(loader.builtin_codes())
        raise click.ClickException(f"{source} is neither a file nor one of {codes}.")
    if Path(source).suffix.lower() in (".toml", ".json"):
        return loader.load(Path(source))
    try:
        return exchange.read_any(Path(source).name, Path(source).read_bytes()).instrument()
    except exchange.Refused as refused:
        raise loader.InstrumentFaults([loader.Fault(str(refused.note.place), refused.note.text())]) from refused


def _unusable(source: str, faults: loader.InstrumentFaults) -> click.ClickException:
    lines = "\n".join(f"  {fault.place}: {fault.message}" for fault in faults.faults)
    return click.ClickException(f"{source} cannot be used yet:\n{lines}")


@group.command()
@click.argument("source", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="For programs, with all advice.")
def check(source: str, as_json: bool) -> None:
    """Name everything that is wrong with an instrument file.  Example: hailong instrument check form.toml"""
    try:
        instrument = _found(source)
    except loader.InstrumentFaults as faults:
        if not as_json:
            raise _unusable(source, faults) from faults
        click.echo(json.dumps({"faults": [asdict(fault) for fault in faults.faults]}, ensure_ascii=False))
        raise click.exceptions.Exit(1) from faults
    advice = lint.advice(instrument)
    click.echo(_as_json(instrument, advice) if as_json else _as_text(instrument, advice))


def _as_text(instrument: Questionnaire, advice: Sequence[Advice]) -> str:
    count, hints = len(list(instrument.questions())), sum(one.severity == "hint" for one in advice)
    lines = [
        f"{instrument.code} {instrument.version}: {count} questions, {len(instrument.items)} rated items, no fault.",
        f"Content hash {loader.content_hash(instrument)}",
        *(str(one) for one in advice if one.severity != "hint"),
    ]
    return "\n".join([*lines, f"{hints} hints on wording: see --json"] if hints else lines)


def _as_json(instrument: Questionnaire, advice: Sequence[Advice]) -> str:
    said = [asdict(one) | {"severity": one.severity, "message": one.message} for one in advice]
    found = {
        "code": instrument.code,
        "version": instrument.version,
        "content_hash": loader.content_hash(instrument),
        "questions": len(list(instrument.questions())),
        "items": len(instrument.items),
        "faults": [],
        "advice": said,
    }
    return json.dumps(found, ensure_ascii=False)


@group.command()
def schema() -> None:
    """Print the JSON Schema of instrument files, for editors.  Example: hailong instrument schema > form.schema.json"""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=1))
