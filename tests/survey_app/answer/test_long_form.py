"""Three hundred questions: each page small, drawn quickly, and quick to answer on a slow phone."""

import statistics
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from survey_app.answer.paging import MOST_QUESTIONS
from tests.browser import browser_context_args, browser_type_launch_args, live_server
from tests.quickest import quickest
from tests.survey_app.answer.conftest import token_in, unpack
from tests.survey_app.answer.showcase import long_form, make_showcase
from tests.survey_app.answer.test_budget import MOST_BYTES, MOST_REQUESTS, files_of

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]
PATH, PAGES = "/p/LNGFRM2?lang=vi", 6
GZIP = {"Accept-Encoding": "gzip"}
SLOWEST = 0.1  # Seconds.
USUAL = 0.045  # Seconds of ten million additions in a slowed page on the machine that SLOWEST is meant for.
# A choice in each of many questions, and how long the page was busy with it: the click, the conditions, the layout.
# After each it adds: how slow the machine and all that runs beside it make the page at that moment.
CLICKS = """async () => {
  const clicks = [], additions = [];
  const second = '.part:not([hidden]) .q:not([hidden]) label:nth-of-type(2) input';
  for (const input of [...document.querySelectorAll(second)]) {
    const from = performance.now();
    input.click();
    document.body.offsetHeight;
    const busy = performance.now();
    for (let i = 0, x = 0; i < 1e7; i++) x += i;
    additions.push(performance.now() - busy);
    clicks.push(busy - from);
    await new Promise(requestAnimationFrame);
  }
  return [clicks, additions];
}"""


@pytest.fixture
def client(open_app: Flask) -> FlaskClient:
    make_showcase(open_app, long_form(), "LNGFRM2")
    return open_app.test_client()


def answers(page: int) -> dict[str, str]:
    """What somebody has answered who comes to this page: everything that is asked of everybody before it."""
    asked = range((page - 1) * MOST_QUESTIONS)
    return {f"F{number // 10}.{number % 10}": "4" for number in asked if number % 10 not in (3, 6, 9)}


def test_each_page_is_small_and_drawn_quickly(client: FlaskClient) -> None:
    token = token_in(client.get(PATH).text)
    for page in range(1, PAGES + 1):
        fields = {"token": token, "_page": str(page), "_go": str(page), **answers(page)}
        drawn = client.post(PATH, data=fields, headers=GZIP)
        files = [client.get(address, headers=GZIP) for address in files_of(unpack(drawn))]

        assert f"Trang {page}/{PAGES}" in unpack(drawn)
        assert len(files) + 1 <= MOST_REQUESTS
        assert sum(len(each.data) + len(str(each.headers)) for each in (drawn, *files)) <= MOST_BYTES
        assert quickest(lambda fields=fields: client.post(PATH, data=fields, headers=GZIP), times=3) < SLOWEST


def test_all_pages_share_one_stylesheet(client: FlaskClient) -> None:
    token = token_in(client.get(PATH).text)
    pages = [client.post(PATH, data={"token": token, "_page": str(page), "_large": "1"}) for page in (1, 2, PAGES)]

    assert len({files_of(page.text)[0] for page in pages}) == 1


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_choice_takes_less_than_a_tenth_of_a_second_on_a_slow_phone(
    client: FlaskClient, open_app: Flask, live_server: Callable[[Flask], str], browser: Browser, script: bool
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    if not script:  # Only the stylesheet follows the conditions then.
        page.route("**/answer.js*", lambda route: route.abort())
    page.goto(f"{live_server(open_app)}{PATH}")
    slow_down(page)
    clicks, additions = page.evaluate(CLICKS)
    page.context.close()  # A slowed page burns its core until it is closed.

    slowness = max(1.0, statistics.median(additions) / 1000 / USUAL)
    assert len(clicks) >= 7
    assert statistics.median(clicks) < 1000 * SLOWEST * slowness


def slow_down(page: Page) -> None:
    network: Any = page.context.new_cdp_session(page)
    network.send("Emulation.setCPUThrottlingRate", {"rate": 4})
