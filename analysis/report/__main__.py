"""The command: python -m analysis.report RELEASE, which writes its charts, documents and short forms anew.

Figures are never touched: a release whose data are not those of its manifest is refused.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from analysis import charts, release, report
from analysis.report import publication, source, template
from analysis.report.office_template import TemplateFault
from analysis.short_forms import building
from analysis.site import decision

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument(
    "folders", metavar="RELEASE...", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--template", "office", type=FILE, help="The office's own Word template for report.docx.")
@click.option("--starter", type=FILE, help="Write a template to begin with into this file, and nothing else.")
@click.option("--check", type=FILE, help="Say whether this template can be filled in, and nothing else.")
@click.option("--together", is_flag=True, help="One report of all the releases, one for each index.")
@click.option(
    "--beside",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where releases are that were published before; beside RELEASE unless named.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="With --together: where it is written.")
def main(
    folders: tuple[Path, ...],
    office: Path | None,
    starter: Path | None,
    check: Path | None,
    together: bool,
    beside: Path | None,
    out: Path | None,
) -> None:
    """Write the documents of a RELEASE anew.

    Example: python -m analysis.report release-2017 --template office.docx
    """
    try:
        if starter:
            template.starter(starter)
        elif check:
            click.echo(json.dumps(_checked(check)))
        elif together:
            _together(folders, out)
        elif len(folders) == 1:
            _anew(folders[0], office, beside or folders[0].resolve().parent)
        else:
            raise click.UsageError("name one RELEASE, or several with --together")
    except (publication.BadPublication, source.ReleaseDoesNotMatch, TemplateFault) as fault:
        raise click.ClickException(f"{fault}.") from fault


def _checked(file: Path) -> dict[str, str]:
    """What is wrong with a template, by its kind; of a field in the words of whoever found it, too. Empty: nothing."""
    try:
        template.check(file)
    except TemplateFault as fault:
        return {"fault": fault.kind, "detail": str(fault.__cause__ or "") if fault.kind == "fields" else ""}
    return {"fault": "", "detail": ""}


def _together(folders: Sequence[Path], out: Path | None) -> None:
    if out is None or not 2 <= len(folders) <= len(report.together.LETTERS):
        raise click.UsageError("--together takes two to eight releases and --out, where the report is written")
    for folder in folders:
        _manifest(folder)
    report.build_together(folders, out)
    report.count_pages(out)


def _anew(folder: Path, office: Path | None, beside: Path) -> None:
    manifest = _manifest(folder)
    earlier = decision.published_before(folder, beside)
    document = report.in_template(folder, office) if office else None  # Refused before anything is written.
    decision.write(folder, earlier)
    charts.draw(folder)
    report.build(folder, document)
    report.count_pages(folder)
    building.again(folder)
    release.write_manifest(folder, manifest, datetime.fromisoformat(manifest["created_at"]))


def _manifest(folder: Path) -> dict[str, str]:
    try:
        manifest: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if release.release_hash(folder) != manifest["release_hash"]:
            raise click.ClickException(f"The figures in {folder} are not those of its manifest: make the release anew.")
    except (OSError, ValueError, KeyError) as error:
        raise click.ClickException(f"{folder} is no release ({error}).") from error
    return manifest


if __name__ == "__main__":
    main()
