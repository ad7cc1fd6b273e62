"""`python -m analysis.site RELEASES --out PUBLIC`: writes the public site of all published releases.

Errors are one sentence that says what to do; exit code 2.
"""

import sys
from pathlib import Path

import click

from analysis.site.building import build
from analysis.site.published import UnusableRelease


@click.command()
@click.argument("releases", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where the site is to stand.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="What links in feeds begin with.")
def main(releases: Path, out: Path, address: str) -> None:
    """Write the public site of the published RELEASES.

    Example: python -m analysis.site instance/releases --out instance/public --address https://hailong.example.vn
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        number = build(releases, out, address)
    except UnusableRelease as fault:
        click.echo(f"Error: {fault}.", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(
            f"Error: {error.filename or out} cannot be written ({error.strerror}); free space, or name another place.",
            err=True,
        )
        sys.exit(2)
    click.echo(f"wrote {out}: {number} published releases", err=True)


if __name__ == "__main__":
    main()
