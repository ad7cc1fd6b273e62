"""The public site in a real Chromium: axe finds nothing, no page is wider than the screen or asks elsewhere."""

import contextlib
import functools
import http.server
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    accessibility_faults,
    browser_context_args,
    browser_type_launch_args,
    running,
)

__all__ = ["browser_context_args", "browser_type_launch_args"]

KINDS = {
    "vi": (
        "",
        "sipas-2017/2/",
        "sipas-2017/1/",
        "don-vi/",
        "don-vi/15481/",
        "cach-do/",
        "tra-loi/",
        "du-lieu/",
        "nhung/",
    ),
    "en": ("", "sipas-2017/2/", "sipas-2017/1/", "units/", "units/15481/", "method/", "replies/", "data/", "embed/"),
}
ROOTS = {"vi": "/ket-qua/", "en": "/en/results/"}
OF_ALL = {"vi": ("cac-nam/sipas/", "dinh-chinh/"), "en": ("years/sipas/", "corrections/")}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """No line per request."""


@pytest.fixture(scope="module")
def address(public: Path) -> Iterator[str]:
    """Any static host: nothing of ours serves here, the folder must be enough."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(public)))
    with running(server) as found:
        yield found


def _addresses(language: str) -> Iterator[str]:
    for kind in KINDS[language]:
        yield ROOTS[language] + (kind if kind == "" or kind.startswith("sipas") else f"sipas-2017/2/{kind}")
    yield from (ROOTS[language] + kind for kind in OF_ALL[language])


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("vi", PHONE), ("en", DESKTOP)])
def test_axe_finds_nothing_and_no_page_is_wider_than_any_screen(
    page: Page, address: str, language: str, width: int
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in _addresses(language):
        for size in {PHONE, TABLET, DESKTOP} - {width}:
            page.set_viewport_size({"width": size, "height": 800})
            asked.clear()
            page.goto(address + path)
            assert [url for url in asked if not url.startswith("data:")][2:] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= size, (path, size)
            assert all(url.startswith((address, "data:")) for url in asked), path
        page.set_viewport_size({"width": width, "height": 800})

        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert accessibility_faults(page) == "", path
    assert page.context.cookies() == []


@pytest.mark.browser
def test_a_reader_without_script_finds_a_commune_by_keyboard(browser: Browser, address: str) -> None:
    with contextlib.closing(
        browser.new_context(java_script_enabled=False, viewport={"width": PHONE, "height": 740})
    ) as visit:
        page = visit.new_page()
        page.goto(f"{address}/ket-qua/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # The way past the head of the page.
        page.get_by_role("link", name="Xem kết quả đầy đủ").first.press("Enter")
        page.get_by_role("link", name="Đơn vị", exact=True).press("Enter")
        page.get_by_role("link", name="Thị trấn Sao Vàng").press("Enter")

        assert page.get_by_role("heading", level=1).inner_text() == "Thị trấn Sao Vàng"
