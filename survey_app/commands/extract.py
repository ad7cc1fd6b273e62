"""`hailong extract`, `analyse`, `report`, `short-forms`, `files`, `publish-site`: database to folder, folder to
figures, both to what is read."""

from pathlib import Path

import click
from flask import current_app

from survey_app import analysis_process, clock, database, extract, surveys
from survey_app.commands import cli, in_app
from survey_app.models import Survey

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
MADE = click.Path(exists=True, file_okay=False, path_type=Path)


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
    type=MADE,
    help="A release of an earlier year to set beside it; may be given several times. None unless named.",
)
@click.option(
    "--lonely-psu",
    default="fail",
    show_default=True,
    help="What stands for the variance of a stratum with one sampled PSU: certainty, average or centre.",
)
@in_app
def analyse(source: str, out: Path, earlier: tuple[Path, ...], lonely_psu: str) -> None:
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
    template = current_app.config["SETTINGS"].template
    analysis_process.release(folder, out, template, earlier, lonely_psu=lonely_psu)
    click.echo(f"Release written to {out}")


@cli.command()
@click.argument("release", type=MADE)
@in_app
def report(release: Path) -> None:
    """Write the documents of a release anew.  Example: hailong report releases/sipas-2017"""
    analysis_process.report(release, current_app.config["SETTINGS"].template)
    click.echo(f"Documents written to {release}")


@cli.command("short-forms")
@click.argument("release", type=MADE)
@click.option("--out", type=FOLDER, help="Default: the folder short in RELEASE.")
@click.option("--period", help="2026-Q3, 2026-H1, 2026-9M, 2026 or ad-hoc, which is the default.")
@click.option("--dossiers", type=FILE, help="CSV with numbers of dossiers or scores of the nine indicators of NĐ 61.")
@click.option("--conversion", type=FILE, help="TOML that says how an index becomes points of the PAR index.")
@in_app
def short_forms(release: Path, out: Path | None, **named: object) -> None:
    """Write bulletin, leader's brief, period report, board of NĐ 61 and PAR component of a release.

    Example: hailong short-forms releases/sipas-2017 --period 2017-Q4
    """
    given = {"out": out, **named}
    analysis_process.short_forms(release, {name: value for name, value in given.items() if value is not None})
    click.echo(f"Short forms written to {out or release / 'short'}")


@cli.command()
@click.argument("folder", metavar="EXTRACT", type=MADE)
@click.argument("release", type=MADE)
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
