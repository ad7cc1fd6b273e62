"""The first view of a 22-item form: all bytes over the wire, compressed, headers included; at most three requests."""

import gzip
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from survey_app.answer import assets
from tests.browser import browser_context_args, browser_type_launch_args, live_server
from tests.survey_app.answer.conftest import CODE, Citizen, unpack

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]
MOST_BYTES, MOST_REQUESTS = 14 * 1024, 3


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_first_view_is_small(citizen: Citizen, language: str) -> None:
    zipped = {"Accept-Encoding": "gzip"}
    page = citizen.client.get(f"{citizen.path}?lang={language}", headers=zipped)
    files = [citizen.client.get(address, headers=zipped) for address in files_of(unpack(page))]

    for response in (page, *files):
        assert response.headers["Content-Encoding"] == "gzip"
    assert sum(len(response.data) + len(str(response.headers)) for response in (page, *files)) <= MOST_BYTES


@pytest.mark.browser
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_browser_loads_no_more(
    open_app: Flask, live_server: Callable[[Flask], str], browser: Browser, language: str
) -> None:
    page = browser.new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    asked: list[str] = []
    loaded: list[float] = []
    network.on("Network.requestWillBeSent", lambda event: _count(asked, event["request"]["url"]))
    network.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))

    page.goto(f"{live_server(open_app)}/p/{CODE}?lang={language}", wait_until="networkidle")

    assert len(asked) <= MOST_REQUESTS, asked
    # Chromium counts the headers in.
    assert sum(loaded) <= MOST_BYTES
    page.close()


def _count(asked: list[str], url: str) -> None:
    if not url.startswith("data:"):
        asked.append(url)


def test_files_are_kept_by_their_content(citizen: Citizen) -> None:
    page = citizen.client.get(citizen.path).text

    stylesheet, script = files_of(page)
    for address in (stylesheet, script):
        assert "immutable" in citizen.client.get(address).headers["Cache-Control"]
    assert citizen.client.get(script).data == (assets.FOLDER / "answer.js").read_bytes()
    assert citizen.client.get(stylesheet).data.startswith((assets.FOLDER / "answer.css").read_bytes())
    assert citizen.client.get("/asset/secrets.json").status_code == 404


@pytest.mark.parametrize("gates", ["1.", "_", "1;2", "x", "0", "1}*{display:none", "1" * 5, "1," * 3000, "1\n"])
def test_the_stylesheet_takes_formulas_and_nothing_else(citizen: Citizen, gates: str) -> None:
    answer = citizen.client.get("/asset/answer.css", query_string={"if": gates})

    assert answer.status_code == 404


def files_of(page: str) -> list[str]:
    """The stylesheet and the script of a page."""
    return [unescape(found) for found in re.findall(r'(?:href|src)="(/asset/[^"]+)"', page)]


def test_a_compressed_page_says_what_the_plain_one_says(citizen: Citizen) -> None:
    plain = citizen.client.get(citizen.path).text
    zipped = citizen.client.get(citizen.path, headers={"Accept-Encoding": "gzip, deflate, br"})

    def but_token(text: str) -> list[str]:
        return [line for line in text.splitlines() if 'name="token"' not in line]

    assert but_token(unpack(zipped)) == but_token(plain)
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < 6000
    assert zipped.headers["Vary"].startswith("Accept-Encoding")


def test_nobody_gets_gzip_who_did_not_ask(citizen: Citizen) -> None:
    for accepted in ("", "identity", "gzip;q=0", "br"):
        response = citizen.client.get(citizen.path, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in response.headers


def test_back_finds_the_same_form(citizen: Citizen) -> None:
    # `no-store` would make the browser ask for a new form with a new token when somebody goes back.
    assert citizen.client.get(citizen.path).headers["Cache-Control"] == "private, no-cache"


def test_other_pages_are_compressed_too(citizen: Citizen) -> None:
    response: Any = citizen.client.post(citizen.path, headers={"Accept-Encoding": "gzip"})

    assert response.status_code == 400
    assert response.headers["Content-Encoding"] == "gzip"
    assert "<h1>" in gzip.decompress(response.data).decode()
