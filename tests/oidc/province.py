"""Starts npm's `oidc-provider` beside a test; installed once into the environment, as `package-lock.json` says."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import urllib3

from benchmarks.site import free_port, wait_for

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "provider.js")
CLIENT, SECRET = "hailong", "a secret of the tests only"
LONGEST_INSTALL = 300


def program() -> str:
    found = shutil.which("node")
    assert found, "node is missing: the tests of single sign-on need it (apt-get install nodejs npm)"
    return found


def installed() -> Path:
    """The folder with the provider and what it needs."""
    content = b"".join((HERE / name).read_bytes() for name in FILES)
    folder = Path(sys.prefix) / "share" / f"oidc-{hashlib.sha256(content).hexdigest()[:12]}"
    if not folder.exists():
        npm = shutil.which("npm")
        assert npm, "npm is missing: the tests of single sign-on need it (apt-get install nodejs npm)"
        folder.parent.mkdir(exist_ok=True)
        bench = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".oidc-"))
        for name in FILES:
            shutil.copy(HERE / name, bench)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=bench, capture_output=True, text=True, timeout=LONGEST_INSTALL)
        assert done.returncode == 0, f"npm could not install the provider:\n{done.stderr}"
        with contextlib.suppress(OSError):  # Another process was faster: whole folders take a name, never halves.
            bench.rename(folder)
        shutil.rmtree(bench, ignore_errors=True)
    return folder


@dataclass
class Province:
    """`people`: what the provider says of whom, by the name with which it knows them."""

    issuer: str
    file: Path

    def knows(self, people: dict[str, dict[str, Any]]) -> None:
        self.file.write_text(json.dumps(people))

    def answer(self, address: str, who: str) -> str:
        """Follows the browser's way from our redirect to the one that leads back; `who` empty: breaks off there."""
        cookies: dict[str, str] = {}
        with urllib3.PoolManager() as pool:
            while address.startswith(self.issuer):
                signs_in = "/sign-in/" in address
                more: dict[str, Any] = {"fields": {"who": who}, "encode_multipart": False} if signs_in else {}
                answer = pool.request(
                    "POST" if signs_in else "GET",
                    address,
                    redirect=False,
                    headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
                    **more,
                )
                assert answer.status in (302, 303), answer.data.decode()
                for one in answer.headers.getlist("Set-Cookie"):
                    name, _sign, value = one.partition(";")[0].partition("=")
                    cookies[name] = value
                address = urljoin(address, answer.headers["Location"])
        return address


@contextmanager
def at_work(folder: Path, back: str) -> Iterator[Province]:
    """`back`: the address to which it sends people."""
    port, people = free_port(), folder / "people.json"
    people.write_text("{}")
    command = [program(), str(installed() / "provider.js"), str(port), CLIENT, SECRET, back, str(people)]
    with (folder / "provider.log").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        issuer = f"http://127.0.0.1:{port}"
        wait_for(f"{issuer}/.well-known/openid-configuration", process)
        yield Province(issuer, people)
    finally:
        process.terminate()
        process.wait(timeout=20)
