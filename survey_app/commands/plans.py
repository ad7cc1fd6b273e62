"""`hailong plan …`: the Survey Plan of a wave by command; what the console does, and what only the analysis knows."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import force_locale

from questionnaires import loader
from survey_app import clock, database, plans, surveys, units
from survey_app.commands import cli, in_app
from survey_app.models import Wave
from survey_app.planning import about, bench, frames, kinds
from survey_app.planning.bench import PlanFiles
from survey_app.planning.process import PlanningFault

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli.group("plan")
def plan_group() -> None:
    """Plan a survey: frame, sizes, seal, draw, check."""


def _wave(slug: str) -> Wave:
    found = surveys.find_wave(database.session(), slug)
    if found is None:
        raise ValueError(f"There is no wave {slug}: `hailong surveys` lists them.")
    return found


def _files(wave: Wave) -> PlanFiles:
    return PlanFiles(current_app.config["SETTINGS"].plans / str(wave.id))


def _told(fault: PlanningFault) -> ValueError:
    lines = [str(one["en"]) for one in fault.faults]
    return ValueError("\n".join(["Nothing was changed.", *lines]) if lines else f"{fault}.".capitalize())


@plan_group.command()
@click.argument("file", type=click.Path(exists=True, allow_dash=True), default="-")
def size(file: str) -> None:
    """What a sample promises, as JSON.  Example: hailong plan size question.json"""
    command = [sys.executable, "-m", "analysis.planning", "size", file]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603  (our own module, no shell)


@plan_group.command()
@click.argument("wave")
@click.argument("file", type=FILE)
@click.option("--kind", type=click.Choice(list(kinds.KINDS)), required=True)
@in_app
def frame(wave: str, file: Path, kind: str) -> None:
    """Check a frame and keep it with the wave's plan.  Example: hailong plan frame dot-1 hoso.xlsx --kind dossiers"""
    session, found = database.session(), _wave(wave)
    files, known = _files(found), plans.known(session, found, kind, lambda one: _files(one).frame)
    session.rollback()  # Nothing is kept open while the analysis reads.
    try:
        with files.bench() as folder, file.open("rb") as content:
            summary = bench.check_frame(folder, kind, content, known)
            _keep(lambda: plans.keep_frame(database.writing(session), _wave(wave), kind))
            bench.keep_frame(files, folder)
            session.commit()
    except PlanningFault as fault:
        raise _told(fault) from fault
    click.echo(f"{summary['rows']} rows, {summary['units']} units; codes are hidden")
    for one in summary["findings"]:
        click.echo(f"  {one['en']}", err=True)


def _keep(rule: Any) -> Any:
    """What a rule of plans refuses, as the one sentence of the command."""
    with force_locale("en"):
        try:
            return rule()
        except plans.PlanRefused as refused:
            raise ValueError(str(refused)) from refused


@plan_group.command()
@click.argument("wave")
@click.option("--design", type=FILE, help="The sampling plan as JSON; the one designed in the console without it.")
@in_app
def seal(wave: str, design: Path | None) -> None:
    """Fix frame and design; prints the commitment, to be published today.  Example: hailong plan seal dot-1"""
    session, found, at = database.session(), _wave(wave), clock.now()
    plan, files = plans.of_wave(session, found), _files(found)
    if plan is None:
        raise ValueError("The wave has no frame yet: `hailong plan frame` imports one.")
    if design:
        _keep(lambda: plans.keep_design(plan, design.read_text(encoding="utf-8")))
        session.commit()
    if obstacles := _keep(lambda: plans.obstacles(session, found, plan, files)):
        raise ValueError(" ".join(obstacles))
    spec = plan.spec
    session.rollback()
    try:
        with files.bench() as folder:
            sealed = bench.seal(files, folder, spec, at)
            _keep(lambda: plans.seal(database.writing(session), _wave(wave), spec, sealed, at))
            files.keep(folder / "sealed", files.sealed)
            session.commit()
    except PlanningFault as fault:
        raise _told(fault) from fault
    click.echo(sealed["commitment"])


@plan_group.command()
@click.argument("wave")
@click.option("--number", required=True, help="The public number that the plan named, all digits.")
@in_app
def draw(wave: str, number: str) -> None:
    """Draw the cases of a sealed plan.  Example: hailong plan draw dot-1 --number 012345"""
    session, found, at = database.session(), _wave(wave), clock.now()
    files, digits = _files(found), number.replace(" ", "")
    if not files.sealed.is_dir():
        raise ValueError("The plan is not sealed: `hailong plan seal` seals it.")
    session.rollback()
    try:
        with files.bench() as folder:
            drawn = bench.draw(files, folder, digits, at)
            rows, strata = list(frames.rows(drawn / "cases.csv")), (drawn / "strata.json").read_text(encoding="utf-8")
            count = _keep(lambda: plans.draw(database.writing(session), _wave(wave), digits, rows, strata, at))
            files.keep(drawn, files.sealed)
            session.commit()
    except PlanningFault as fault:
        raise _told(fault) from fault
    click.echo(f"{count} cases drawn; check them with: hailong plan verify {wave}")


@plan_group.command()
@click.argument("wave")
@in_app
def verify(wave: str) -> None:
    """Run the checking script of a drawn plan's folder.  Example: hailong plan verify dot-1"""
    found = _wave(wave)
    plan, script = plans.of_wave(database.session(), found), _files(found).sealed / "verify.py"
    if plan is None or plan.state != "drawn":
        raise ValueError("The plan is not drawn yet: there is no list to check.")
    command = [sys.executable, "-I", str(script), str(plan.commitment)]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603  (the folder's own script, no shell)


@plan_group.command()
@click.argument("wave")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write to.")
@in_app
def document(wave: str, out: Path) -> None:
    """Write the plan's document as DOCX and PDF.  Example: hailong plan document dot-1 --out ke-hoach"""
    found = _wave(wave)
    plan, files = plans.of_wave(database.session(), found), _files(found)
    if plan is None or plan.state == "drafting" or plan.about == "{}":
        raise ValueError("Seal the plan and fill in “Document of the plan” in the console first.")
    instrument = loader.from_json(found.instrument_version.content)
    on_map = units.valid_on(database.session(), found.survey.units_on)
    said = json.dumps(about.document(found, json.loads(plan.about), instrument, on_map), ensure_ascii=False)
    database.session().rollback()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with files.bench() as folder:
            for file in bench.document(files, folder, said):
                click.echo(shutil.copy(file, out))
    except PlanningFault as fault:
        raise _told(fault) from fault
