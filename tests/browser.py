"""Fixtures for tests in a real Chromium, at the width of a phone; a module that wants them imports them.

`live_server(app)` serves an application of the test in a thread, `granian_server` starts the real server as a process.
"""

import contextlib
import io
import itertools
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from benchmarks.site import free_port

# The first one is Chromium without windows, which asks for a third less of the processor.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PHONE, TABLET, DESKTOP = 360, 800, 1280
# What axe found right is neither gathered nor sent, which is most of its time.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
AXE = Axe()  # Reads its script of half a megabyte once.


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    names = (os.environ.get("CHROMIUM", ""), *CHROMIUM)
    path = next((found for found in map(shutil.which, filter(None, names)) if found), None)
    assert path, "no Chromium: .ci/browser installs one, or names what to do"
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": PHONE, "height": 740}, "locale": "vi-VN"}


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """No line per request."""


def serving(app: Flask) -> AbstractContextManager[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    server.daemon_threads = True
    return running(server)


@contextlib.contextmanager
def running(server: HTTPServer) -> Iterator[str]:
    """Its address, as long as it serves in a thread."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live_server() -> Iterator[Callable[[Flask], str]]:
    """Call it with an application; it gives the address."""
    with contextlib.ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@contextlib.contextmanager
def granian(folder: Path, database_url: str, **environ: str) -> Iterator[str]:
    """The address of `hailong serve`, a process of its own, on a migrated database."""
    port = free_port()
    settings = {"INSTANCE": str(folder), "DATABASE_URL": database_url, "PORT": str(port), **environ}
    command = [sys.executable, "-c", "from survey_app.commands import cli; cli()", "serve"]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, address, folder / "server.log")
        yield address
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Patient, for several servers begin at once on few cores."""
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            if urllib3.request("GET", f"{address}/health/ready", retries=False, timeout=2).status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the server is not ready:\n{log.read_text()}")


@pytest.fixture
def granian_server() -> Callable[..., AbstractContextManager[str]]:
    return granian


def wait_until(page: Page, is_so: Callable[[], object], seconds: float = 20, found: Callable[[], object] = str) -> None:
    """For what no `expect` sees; `found` says what is there instead.

    Playwright's own wait for a script cannot ask twice: our pages forbid its `eval`.
    """
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not so after {seconds} s: {found()}"
        page.wait_for_timeout(50)


def sign_out(page: Page) -> None:
    """On a telephone, where the menu is folded."""
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Đăng xuất").click()


def keep_picture(page: Page, file: Path) -> None:
    """What the screen shows now, small enough for the guide."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.thumbnail((900, 1200))
    picture.save(file, "WEBP", quality=75, method=6)


def accessibility_faults(page: Page) -> str:
    """What axe finds against WCAG 2.2 A and AA, as text; empty when nothing."""
    page.wait_for_load_state()  # With its stylesheet: a click does not wait for the page that it brings.
    if not page.evaluate("'axe' in window"):  # A document that is looked at again has it already.
        page.evaluate(AXE.axe_script)
    results = AxeResults(page.evaluate("(rules) => axe.run(rules)", RULES))
    return str(results.generate_report()) if results.violations_count else ""


def faults_of_pages(page: Page, address: str, paths: Iterable[str]) -> list[str]:
    """What axe finds on each page in Vietnamese on a phone and in English on a desktop, and what is wider than any
    of the screens in either language."""
    faults = []
    for path, (language, width) in itertools.product(paths, (("vi", PHONE), ("en", DESKTOP))):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        faults += [f"{path} {language}: {found}"] if (found := accessibility_faults(page)) else []
        for size in sorted((PHONE, TABLET, DESKTOP), reverse=width == DESKTOP):  # The own one is there already.
            page.set_viewport_size({"width": size, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > size:
                faults.append(f"{path} {language}: wider than a screen of {size}")
    return faults
