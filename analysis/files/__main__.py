"""The command: python -m analysis.files EXTRACT RELEASE --out DIR, which writes the files for analysts.

A release has them in its folder `files/` already; this is for those that should hold what people wrote, too.
"""

import sys
from pathlib import Path

import click

from analysis import files
from analysis.extract import ExtractFault, read_extract

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("extract", type=FOLDER)
@click.argument("release", type=FOLDER)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder of the files.")
@click.option("--texts", is_flag=True, help="With what people wrote; only for the analyst: it may name people.")
def main(extract: Path, release: Path, out: Path, texts: bool) -> None:
    """Write SPSS, Stata, Parquet, CSV, DDI and the replication pack of a RELEASE and the EXTRACT it was made from.

    Example: python -m analysis.files extract-2017 release-2017 --out files-2017
    """
    try:
        files.make(read_extract(extract), release, out, texts=texts)
    except (ExtractFault, OSError, ValueError, KeyError) as fault:
        click.echo(f"Error: {_sentence(fault, release)}.", err=True)
        sys.exit(2)
    click.echo(f"wrote {', '.join(sorted(path.name for path in out.iterdir()))} to {out}", err=True)


def _sentence(fault: Exception, release: Path) -> str:
    if isinstance(fault, ExtractFault):
        return str(fault)
    if isinstance(fault, OSError) and fault.filename:
        return f"{fault.filename} cannot be read or written ({fault.strerror}); name other folders"
    return f"{release} is no complete release ({fault}); make it anew"


if __name__ == "__main__":
    main()
