"""The command: python -m analysis.report RELEASE, which writes charts and documents of a release anew.

Figures are never touched: a release whose data are not those of its manifest is refused.
"""

import json
from datetime import datetime
from pathlib import Path

import click

from analysis import charts, release, report
from analysis.report import publication


@click.command()
@click.argument("folder", metavar="RELEASE", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write the documents of a RELEASE anew.  Example: python -m analysis.report release-2017"""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if release.release_hash(folder) != manifest["release_hash"]:
            raise click.ClickException(f"The figures in {folder} are not those of its manifest: make the release anew.")
    except (OSError, ValueError, KeyError) as error:
        raise click.ClickException(f"{folder} is no release ({error}).") from error
    charts.draw(folder)
    try:
        report.build(folder)
    except publication.BadPublication as fault:
        raise click.ClickException(f"{fault}.") from fault
    release.write_manifest(folder, manifest, datetime.fromisoformat(manifest["created_at"]))


if __name__ == "__main__":
    main()
