"""How many readers the public site bears: an index page beside a bare static file of the same server, in the same run.

Three servers of the same kind: ours with its pages, ours with a bare file in the same folder, and granian's own static
files, the machine's limit. Needs `wrk`. Read the ratios: load and server share the machine.

Example: python -m benchmarks.public_site instance/releases
"""

import gzip
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.site import free_port, make_site, wait_for

SECONDS = 5
READERS = (1, 8, 64)
BARE = """
import sys
from pathlib import Path
from granian import Granian
from granian.constants import Interfaces
Granian("survey_app.wsgi:app", port=int(sys.argv[1]), interface=Interfaces.WSGI, workers=2, blocking_threads=4,
        static_path_route=["/bare"], static_path_mount=[Path(sys.argv[2])]).serve()
"""


@dataclass(frozen=True)
class Load:
    per_second: float
    p99_ms: float
    errors: int


@click.command()
@click.argument("releases", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(releases: Path) -> None:
    """Requests per second of the first index page of RELEASES, with 1, 8 and 64 readers at once."""
    if shutil.which("wrk") is None:
        raise click.ClickException("wrk is missing: apt install wrk, then try again.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = make_site(folder, f"sqlite:///{folder / 'hailong.sqlite'}")
        command = [sys.executable, "-m", "analysis.site", str(releases), "--out", str(folder / "public")]
        subprocess.run(command, check=True)
        page = next(iter(sorted((folder / "public" / "ket-qua").glob("*/1/index.html"))))
        bare = page.with_name("bare.html")
        bare.write_bytes(gzip.compress(page.read_bytes(), 9))  # As many bytes as the page has over the wire.
        _print_bytes(page)
        limit = subprocess.Popen(
            [sys.executable, "-c", BARE, str(port := free_port()), str(page.parent)], env=dict(site.environ)
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/bare/bare.html", limit)
            site.start()
            path = f"/{page.parent.relative_to(folder / 'public')}"
            _table(
                {
                    "index page": f"{site.address}{path}/",
                    "bare file, our server": f"{site.address}{path}/bare.html",
                    "bare file, granian": f"http://127.0.0.1:{port}/bare/bare.html",
                }
            )
        finally:
            site.stop()
            limit.terminate()
            limit.wait(20)


def _print_bytes(page: Path) -> None:
    packed = page.with_name("index.html.gz").stat().st_size
    style = next(page.parents[2].glob("files/site.*.css.gz")).stat().st_size
    click.echo(f"{page.parent.parent.name}: page {packed} B, stylesheet {style} B over the wire; 2 requests")


def _table(addresses: Mapping[str, str]) -> None:
    for readers in READERS:
        found = {name: _load(address, readers) for name, address in addresses.items()}
        limit = found["bare file, granian"].per_second
        for name, load in found.items():
            click.echo(
                f"{readers:3} readers  {name:22} {load.per_second:8.0f}/s  p99 {load.p99_ms:7.1f} ms  "
                f"{load.errors} errors  {load.per_second / limit:.2f} of granian's own"
            )


def _load(address: str, readers: int) -> Load:
    command = ["wrk", f"-t{min(readers, 2)}", f"-c{readers}", f"-d{SECONDS}s", "--latency"]
    command += ["-H", "Accept-Encoding: gzip", address]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, late = re.search(r"Requests/sec:\s+([\d.]+)", text), re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    if rate is None or late is None:
        raise click.ClickException(f"wrk said: {text}")
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", text)))
    return Load(float(rate[1]), float(late[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[late[2]], errors)


if __name__ == "__main__":
    main()
