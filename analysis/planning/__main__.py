"""The command: python -m analysis.planning size | check | seal | draw | document.

Errors are one sentence that says what to do; exit code 2 where the input is at fault, 1 where a check found something.
With --json what is found, and what is wrong, is one JSON object on standard output.
"""

import csv
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import click
from pydantic import ValidationError

from analysis.planning import expected, folder, question
from analysis.planning.allocation import CannotAllocate
from analysis.planning.chance import CannotDraw
from analysis.planning.document import writing
from analysis.planning.document.template import FIELDS, PLACES, starter
from analysis.planning.expected import Counts
from analysis.planning.folder import PlanFault
from analysis.planning.frames.checks import Known, findings
from analysis.planning.frames.faults import FrameFaults
from analysis.planning.frames.hiding import check_hidden, hidden
from analysis.planning.frames.kinds import COLUMNS
from analysis.planning.frames.reading import read_frame
from analysis.planning.question import Question
from analysis.planning.seal import BadNumber, csv_bytes, frame_bytes

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
ANY = click.Path(path_type=Path)
KIND = click.Choice(list(COLUMNS))
AT = click.option("--at", help="The moment with its zone, as 2017-06-01T09:00:00+07:00; now unless said otherwise.")
FAULTS = (PlanFault, CannotDraw, CannotAllocate, BadNumber, FrameFaults)
P = ParamSpec("P")


@click.group()
def main() -> None:
    """The Survey Plan in numbers: sizes, frames, the sealed draw, the document."""


def _one_sentence(command: Callable[P, None]) -> Callable[P, None]:
    """Faults of what was given end in one sentence and exit code 2."""

    @wraps(command)
    def told(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except FrameFaults as found:
            _fail(str(found), [asdict(fault) for fault in found.faults], bool(options.get("as_json")))
        except FAULTS as fault:
            _fail(str(fault), [], bool(options.get("as_json")))
        except OSError as error:
            reason = error.strerror or error
            _fail(f"{error.filename or 'a file'} cannot be read or written ({reason}); free space or name another", [],
                  bool(options.get("as_json")))  # fmt: skip

    return told


def _fail(sentence: str, faults: list[dict[str, Any]], as_json: bool) -> NoReturn:
    if as_json:
        _say({"error": sentence, "faults": faults})
    click.echo(f"Error: {sentence}.", err=True)
    sys.exit(2)


def _say(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, sort_keys=True))


@main.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@click.option("--stream", is_flag=True, help="One question a line in, one answer a line out, until the input ends.")
def size(file: Any, stream: bool) -> None:
    """What a sample promises. FILE: a question as JSON (units, allocation, assumptions, costs); the answer is JSON.

    With what a field has counted so far (analysis.planning.expected) instead: what is to be expected at its end.

    Example: echo '{"cells": [{"unit": "395", "size": 24000}], "allocation": {"total": 400}}' |
    python -m analysis.planning size
    """
    if stream:
        for line in file:
            click.echo(json.dumps(_answer(line), ensure_ascii=False))
            sys.stdout.flush()
        return
    found = _answer(file.read())
    _say(found)
    sys.exit(2 if "error" in found else 0)


def _answer(text: str) -> dict[str, Any]:
    """Faults are answers too, so that a warm worker lives on. What a field has counted is asked by the same door."""
    try:
        asked = _asked(text)
        return expected.answered(asked) if isinstance(asked, Counts) else question.answered(asked)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'question'}: {fault['msg']}" for fault in error.errors()]
        return {"error": f"the question cannot be used: {'; '.join(faults)}", "faults": []}
    except CannotAllocate as error:
        return {"error": str(error), "faults": []}


def _asked(text: str) -> Question | Counts:
    try:
        content = json.loads(text)
    except ValueError:
        content = None  # Told below, in one way for all that is wrong.
    counts = isinstance(content, dict) and "counted" in content
    return Counts.model_validate_json(text) if counts else Question.model_validate_json(text)


@main.command()
@click.argument("file", type=EXISTING)
@click.option("--kind", type=KIND, required=True)
@click.option("--out", type=ANY, help="Where the frame goes, in its plain form with hidden codes.")
@click.option(
    "--codes", type=ANY, help="Where hidden and own codes go side by side: kept by the office, never published."
)
@click.option("--units", type=EXISTING, help="A CSV of the map with the column code, to find units that are missing.")
@click.option("--first-day", type=click.DateTime(["%Y-%m-%d"]), help="Of the period, with --last-day.")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--last-year", type=EXISTING, help="Last year's frame of the same kind, to compare the mix with.")
@click.option("--easy", multiple=True, help="A field in which everybody is served at once; may be repeated.")
@click.option("--json", "as_json", is_flag=True)
@_one_sentence
def check(
    file: Path, kind: Any, out: Path | None, codes: Path | None, as_json: bool, easy: tuple[str, ...], **known: Any
) -> None:
    """Read the frame in FILE (CSV or XLSX), say what is odd about it, and write it with hidden codes.

    Example: python -m analysis.planning check hoso.xlsx --kind dossiers --out frame.csv --codes codes.csv
    """
    if (out is None) != (codes is None):
        raise PlanFault("--out and --codes go together: name both files, or neither")
    frame = read_frame(file, kind)
    found = findings(kind, frame.rows, _known(kind, easy, **known))
    if out and codes:
        _write_hidden(frame.rows, out, codes)
    summary = {"kind": kind, "rows": len(frame.rows), "units": len({row["unit"] for row in frame.rows})}
    if as_json:
        _say({**summary, "ignored": frame.ignored, "findings": [asdict(finding) for finding in found]})
        return
    click.echo(f"{summary['rows']} rows, {summary['units']} units; left out: {', '.join(frame.ignored) or 'nothing'}")
    for finding in found:
        click.echo(f"{finding.vi} / {finding.en}")


def _known(
    kind: Any, easy: tuple[str, ...], units: Path | None, last_year: Path | None, first_day: Any, last_day: Any
) -> Known:
    codes: frozenset[str] = frozenset()
    if units:
        with units.open(encoding="utf-8-sig", newline="") as lines:
            codes = frozenset(row["code"] for row in csv.DictReader(lines) if row.get("code"))
    return Known(
        units=codes,
        first_day=first_day.date() if first_day else None,
        last_day=last_day.date() if last_day else None,
        last_year=read_frame(last_year, kind).rows if last_year else (),
        easy=frozenset(easy),
    )


def _write_hidden(rows: Any, out: Path, codes: Path) -> None:
    public, own = hidden(rows, secrets.token_bytes(32))
    out.write_bytes(frame_bytes(public))
    codes.touch(mode=0o600)
    codes.write_bytes(csv_bytes(["hidden", "code"], sorted(own.items())))


@main.command()
@click.argument("frame", type=EXISTING)
@click.option(
    "--plan", "spec", type=EXISTING, required=True, help="The sampling plan as JSON (analysis.planning.spec)."
)
@click.option("--out", type=ANY, required=True, help="The plan folder to be written.")
@AT
@click.option("--json", "as_json", is_flag=True)
@_one_sentence
def seal(frame: Path, spec: Path, out: Path, at: str | None, as_json: bool) -> None:
    """Fix FRAME and plan before the public number is known; print the commitment, to be published the same day.

    Example: python -m analysis.planning seal frame.csv --plan plan.json --out ke-hoach-2017
    """
    with _reading(spec):
        plan = folder.read_plan(json.loads(spec.read_text(encoding="utf-8")))
    rows = read_frame(frame, plan.kind).rows
    check_hidden(rows, plan.kind)
    found = folder.write_sealed(out, rows, plan, _moment(at))
    _say({"commitment": found}) if as_json else click.echo(found)


def _moment(text: str | None) -> datetime:
    """What proves the hour of a seal is its publication, not this."""
    try:
        at = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError as error:
        raise PlanFault(f"{text!r} is no moment; write it as 2017-06-01T09:00:00+07:00") from error
    return at if at.tzinfo else at.replace(tzinfo=folder.LOCAL)


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise PlanFault(f"{file} is no JSON ({error}); write the plan again") from error


@main.command()
@click.argument("path", metavar="FOLDER", type=ANY)
@click.option("--number", required=True, help="The public number that the plan named, all digits.")
@AT
@click.option("--json", "as_json", is_flag=True)
@_one_sentence
def draw(path: Path, number: str, at: str | None, as_json: bool) -> None:
    """Draw the cases of a sealed plan FOLDER with the public number.

    Example: python -m analysis.planning draw ke-hoach-2017 --number 012345
    """
    drawn = folder.write_drawn(path, number, _moment(at))
    reserves = len(drawn.cases) - len(drawn.sample)
    if as_json:
        _say({"cases": len(drawn.sample), "reserves": reserves, "strata": len(drawn.strata)})
    else:
        click.echo(f"{len(drawn.sample)} cases and {reserves} reserves; check them with python3 {path / 'verify.py'}")


@main.command()
@click.argument("path", metavar="FOLDER", type=ANY)
@click.option("--about", type=EXISTING, required=True, help="What the document says beside the plan, as JSON.")
@click.option("--out", type=ANY, help="Where the documents go; the plan folder unless said otherwise.")
@click.option("--template", "office", type=EXISTING, help="The office's own Word template; see `template --help`.")
@click.option("--json", "as_json", is_flag=True)
@_one_sentence
def document(path: Path, about: Path, out: Path | None, office: Path | None, as_json: bool) -> None:
    """Write the plan of a FOLDER as DOCX and PDF in official form.

    Example: python -m analysis.planning document ke-hoach-2017 --about about.json
    """
    files = writing.write(folder.read(path), writing.read_about(about), out or path, office)
    _say({"files": [str(file) for file in files]}) if as_json else click.echo("\n".join(map(str, files)))


@main.command(
    help=f"""Write a Word template to begin with, for `document --template`.

    Fields, anywhere in the text as {{{{ name }}}}: {"; ".join(f"{name} ({said})" for name, said in FIELDS.items())}.

    Places, each alone in its paragraph: {"; ".join(f"{name} ({said})" for name, said in PLACES.items())}.

    Example: python -m analysis.planning template ke-hoach-mau.docx"""
)
@click.argument("file", type=ANY)
@_one_sentence
def template(file: Path) -> None:
    starter(file)


if __name__ == "__main__":
    main()
