"""The command: python -m analysis.short_forms RELEASE, which writes the short forms of a release.

Figures are never touched: a release whose data are not those of its manifest is refused.
"""

import json
from datetime import datetime
from pathlib import Path

import click

from analysis import release
from analysis.report.publication import BadPublication
from analysis.report.source import ReleaseDoesNotMatch
from analysis.short_forms import building, periods
from analysis.short_forms.board_scores import BadDossiers
from analysis.short_forms.conversion import BadConversion

FAULTS = (BadConversion, BadDossiers, BadPublication, ReleaseDoesNotMatch, periods.UnknownPeriod)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="RELEASE", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Default: the folder short in RELEASE.")
@click.option("--period", default=periods.AD_HOC, show_default=True, help="2026-Q3, 2026-H1, 2026-9M, 2026 or ad-hoc.")
@click.option("--dossiers", type=FILE, help="CSV with numbers of dossiers or scores of the nine indicators of NĐ 61.")
@click.option("--conversion", type=FILE, help="TOML that says how an index becomes points of the PAR index.")
def main(folder: Path, out: Path | None, period: str, dossiers: Path | None, conversion: Path | None) -> None:
    """Write bulletin, leader's brief, period report, board of NĐ 61 and PAR component of a RELEASE.

    Example: python -m analysis.short_forms release-2026 --period 2026-Q3
    """
    to = out or folder / building.FOLDER
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        written = building.build(folder, to, building.Wanted(period, dossiers, conversion))
    except FAULTS as fault:
        raise click.ClickException(f"{fault}.") from fault
    except (OSError, ValueError, KeyError) as error:
        raise click.ClickException(f"{folder} is no release ({error!r}).") from error
    if to.resolve().is_relative_to(folder.resolve()):
        release.write_manifest(folder, manifest, datetime.fromisoformat(manifest["created_at"]))
    for path in written:
        click.echo(path)


if __name__ == "__main__":
    main()
