"""`hailong instrument import` and `export`: questionnaires from files of other systems, and out to them."""

from collections.abc import Sequence
from pathlib import Path

import click

from questionnaires import exchange, loader
from questionnaires.exchange import toml
from questionnaires.model import Questionnaire
from survey_app import clock, database
from survey_app.commands import in_app
from survey_app.commands.instruments import group, load_source
from survey_app.instruments import instrument_versions

_SHOWN = 40  # Notes that one screen can hold; the draft is where the rest is worked off.


@group.command("import")
@click.argument("source", metavar="FILE_OR_CODE")
@click.option("--draft", "out", type=click.Path(path_type=Path), help="Write what was taken to this TOML file instead.")
@click.option("--rated", multiple=True, metavar="LIST", help="This list of choices is the five levels of satisfaction.")
@in_app
def import_(source: str, out: Path | None, rated: Sequence[str]) -> None:
    """Publish an instrument from a file (TOML, JSON, XLSForm, LimeSurvey .txt) or a builtin code.

    A form of another system lacks an index and more: write it to a draft and complete that.

    Example: hailong instrument import kobo.xlsx --rated satisfaction --draft kobo.toml
    """
    if source in loader.builtin_codes() and out is None:
        _publish(load_source(source))
        return
    draft = _read(source, rated)
    for note in draft.notes[:_SHOWN]:
        click.echo(f"  {note}", err=True)
    if len(draft.notes) > _SHOWN:
        click.echo(f"  … and {len(draft.notes) - _SHOWN} more notes.", err=True)
    if out is not None:
        _write_draft(out, draft)
    else:
        _publish(_complete(source, draft))


def _read(source: str, rated: Sequence[str]) -> exchange.Draft:
    if not Path(source).is_file():
        load_source(source)  # Says that there is no such file, and which codes there are.
    try:
        return exchange.read_any(Path(source).name, Path(source).read_bytes(), rated)
    except exchange.Refused as refused:
        raise click.ClickException(f"{source} cannot be used: {refused}") from refused


def _complete(source: str, draft: exchange.Draft) -> Questionnaire:
    """The instrument, when no person has to look at it first."""
    try:
        instrument = draft.instrument()
    except loader.InstrumentFaults as faults:
        lines = "\n".join(f"  {fault}" for fault in faults.faults)
        hint = "\nWrite what was taken with --draft form.toml, complete that file and import it." if draft.notes else ""
        raise click.ClickException(f"{source} cannot be used yet:\n{lines}{hint}") from faults
    if not draft.complete:
        raise click.ClickException(
            f"{source} was not published, because a person has to look at the notes above. "
            "Write what was taken with --draft form.toml, correct that file and import it."
        )
    return instrument


def _write_draft(out: Path, draft: exchange.Draft) -> None:
    if out.exists():
        raise click.ClickException(f"{out} is already there: name another file.")
    out.write_text(toml.from_data(draft.data), encoding="utf-8")
    click.echo(
        f"{out} is written, nothing is published. Complete it until `hailong instrument check {out}` finds nothing."
    )


def _publish(instrument: Questionnaire) -> None:
    session = database.writing(database.session())
    version = instrument_versions.publish(session, instrument, clock.now())
    session.commit()
    click.echo(f"{version.code} {version.version} is published, content hash {version.content_hash}")


@group.command()
@click.argument("code")
@click.option("--version", help="This version instead of the one published last.")
@click.option("--format", "format_", type=click.Choice(list(exchange.FORMATS)), default="json", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="This file; without it JSON, TOML and DDI are printed.")
@in_app
def export(code: str, version: str | None, format_: str, out: Path | None) -> None:
    """Write a stored version: toml, json, xlsx (XLSForm), codebook (XLSX) or ddi (DDI-Codebook XML).

    Example: hailong instrument export sipas2017 --format xlsx --out sipas2017.xlsx
    """
    found = instrument_versions.find(database.session(), code, version)
    if found is None:
        raise ValueError(f"There is no instrument {code} {version or ''}".rstrip() + ": import it first.")
    written = exchange.write(loader.from_json(found.content), format_)
    if out is None and not written.is_text:
        out = Path(written.file_name)
    if out is None:
        click.echo(written.content.decode().rstrip("\n"))
    else:
        out.write_bytes(written.content)
        click.echo(f"{out} is written ({len(written.content)} bytes).")
