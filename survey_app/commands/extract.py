"""`hailong extract`, `analyse`, `report`, `files`, `publish-site`: database to folder, folder to figures, both to what
is read."""

from pathlib import Path

import click
from flask import current_app

from survey_app import analysis_process, clock, database, extract, surveys
from survey_app.commands import cli, in_app
from survey_app.models import Survey

FOLDER = click.Path(file_okay=False, path_type=Path)


@cli.command("extract")
@click.argument("survey")
@click.option("--out", required=True, type=FOLDER, help="A new folder; an extract is never overwritten.")
@in_app
def write(survey: str, out: Path) -> None:
    """Freeze the responses of a survey in a folder.  Example: hailong extract sipas-2017 --out extracts/final"""
    written = _extract(_survey(survey), out)
    click.echo(f"{written.responses} responses written to {written.folder}, extract hash {written.hash}")


@cli.command()
@click.argument("source", metavar="EXTRACT_OR_SURVEY")
@click.option("--out", required=True, type=FOLDER, help="The release folder to make.")
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A release of an earlier year to set beside it; may be given several times. None unless named.",
)
@in_app
def analyse(source: str, out: Path, earlier: tuple[Path, ...]) -> None:
    """Compute a release of an extract, or of a survey as it is now.

    Example: hailong analyse sipas-2017 --out r --earlier releases/sipas-2016
    """
    folder = Path(source)
    if not (folder / "manifest.json").is_file():
        name = f"{source}-{clock.now().astimezone(clock.LOCAL):%Y%m%d-%H%M%S}"
        folder = current_app.config["SETTINGS"].extracts / name
        written = _extract(_survey(source), folder)
        click.echo(f"{written.responses} responses frozen in {folder}")
    database.session().rollback()  # Nothing is kept open while the other process computes.
    analysis_process.release(folder, out, current_app.config["SETTINGS"].template, earlier)
    click.echo(f"Release written to {out}")


@cli.command()
@click.argument("release", type=click.Path(exists=True, file_okay=False, path_type=Path))
@in_app
def report(release: Path) -> None:
    """Write the documents of a release anew.  Example: hailong report releases/sipas-2017"""
    analysis_process.report(release, current_app.config["SETTINGS"].template)
    click.echo(f"Documents written to {release}")


@cli.command()
@click.argument("folder", metavar="EXTRACT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("release", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=FOLDER, help="The folder of the files.")
@click.option("--texts", is_flag=True, help="With what people wrote; only for the analyst: it may name people.")
@in_app
def files(folder: Path, release: Path, out: Path, texts: bool) -> None:
    """Write SPSS, Stata, CSV and the replication pack anew.  Example: hailong files extracts/final r --out f --texts"""
    analysis_process.files(folder, release, out, texts=texts)
    click.echo(f"Files written to {out}")


@cli.command("publish-site")
@in_app
def publish_site() -> None:
    """Write the public site of all published releases anew.  Example: hailong publish-site"""
    settings = current_app.config["SETTINGS"]
    settings.releases.mkdir(parents=True, exist_ok=True)
    analysis_process.site(settings.releases, settings.public, settings.public_url)
    click.echo(f"Public site written to {settings.public}; read it at {settings.public_url}/ket-qua/")


def _survey(slug: str) -> Survey:
    found = surveys.find_survey(database.session(), slug)
    if found is None:
        raise ValueError(
            f"There is neither an extract folder nor a survey {slug}: `hailong surveys` lists the surveys."
        )
    return found


def _extract(survey: Survey, folder: Path) -> extract.Extract:
    def show(count: int) -> None:
        if count >= extract.responses.BATCH:
            click.echo(f"  {count} responses read …", err=True)

    return extract.write(database.session(), survey, folder, clock.now(), show)
