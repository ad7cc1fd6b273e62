"""Typing a sheet in a real Chromium by the keyboard alone; the same page as a plain form; the camera."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey_app import database
from survey_app.models import CollectionPoint, PaperBatch, PaperSheet, Response
from tests.browser import DESKTOP, browser_type_launch_args, live_server
from tests.staff import PASSWORD
from tests.survey_app.answer.showcase import every_widget, make_showcase
from tests.survey_app.entry.office import GOOD, SERIAL, TYPISTS, make_batch, typists

__all__ = ["browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser

CAMERA = """
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
    detect() { return Promise.resolve([{ rawValue: "http://x" }, { rawValue: "HL1:of-no-form" }]); }
  };
  const canvas = document.createElement("canvas");
  canvas.getContext("2d");
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(5));
  HTMLMediaElement.prototype.play = () => Promise.resolve();
"""


@pytest.fixture
def address(console_app: Flask, live_server: Callable[[Flask], str]) -> str:
    make_batch(console_app)
    typists(console_app)
    return live_server(console_app)


@pytest.fixture
def typist(browser: Browser, address: str) -> Iterator[Page]:
    page = sign_in(browser, address, TYPISTS[0])
    yield page
    page.context.close()


def sign_in(browser: Browser, address: str, email: str, **context: Any) -> Page:
    page = browser.new_context(viewport={"width": DESKTOP, "height": 800}, **context).new_page()
    page.goto(f"{address}/login?lang=vi")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button")
    return page


def sheets(app: Flask) -> list[PaperSheet]:
    with app.app_context():
        return list(database.session().scalars(sa.select(PaperSheet).order_by(PaperSheet.id)))


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press({"↵": "Enter", "⇧↵": "Shift+Enter", "⌫": "Delete"}.get(key, key))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent"))


def test_a_sheet_is_typed_without_the_mouse(console_app: Flask, typist: Page, address: str) -> None:
    typist.goto(f"{address}/field/paper/batches/1")
    expect(typist.locator("#code-text")).to_be_focused()
    typist.keyboard.type(SERIAL.lower())
    typist.keyboard.press("Enter")
    typist.wait_for_url(f"**/sheets/{SERIAL}**")
    expect(typist.locator("[name=_filled_on]")).to_be_focused()
    typist.keyboard.type("20/11/2026")
    press(typist, "↵ 1")
    while focused(typist) != "A1.1":
        press(typist, "↵")
    press(typist, "4 2 ⇧↵ 5 ⌫ ⇧↵ 3 ↵")
    until_last(typist)
    typist.keyboard.press("Enter")
    typist.wait_for_url("**/batches/1")
    expect(typist.locator("[name=code]")).to_be_focused()  # The next sheet may come.
    fields = json.loads(sheets(console_app)[0].first or "")["fields"]

    assert fields["_filled_on"] == ["2026-11-20"]
    assert fields["respondent_type"] == ["citizen"]
    assert {code: value for code, value in fields.items() if code.startswith("A")} == {"A1.1": ["4"], "A1.2": ["3"]}


def until_last(page: Page) -> None:
    for _ in range(100):
        if page.evaluate("document.activeElement.matches('[data-last]')"):
            return
        page.keyboard.press("Enter")
    raise AssertionError("Enter does not reach the end")


def test_every_kind_of_question_is_typed_by_its_keys(
    console_app: Flask, browser: Browser, live_server: Callable[[Flask], str]
) -> None:
    make_showcase(console_app, every_widget(), "WDGETS2", mode="paper_self")
    typists(console_app, 1)
    with console_app.app_context():
        session = database.session()
        point = session.scalars(sa.select(CollectionPoint)).one()
        place = {"wave_id": point.wave_id, "unit_id": point.unit_id, "point_id": point.id}
        session.add(PaperBatch(issued_on=point.wave.opens_on, issued=5, **place))
        session.commit()
    page = sign_in(browser, live_server(console_app), TYPISTS[0])
    page.goto(f"{page.url.partition('/field')[0]}/field/paper/batches/1/sheets/{SERIAL}?variant=full&language=vi")
    expect(page.locator("[name=_filled_on]")).to_be_focused()
    page.keyboard.type("20/11/2026")
    press(page, "↵ 4 k")  # A rating, and a day that the person does not know.
    page.keyboard.type("Thôn 5")
    press(page, "↵ 2 ↵ 1 ↵ ↵ 1 9 0 ↵")  # Two of three ranks, yes, 90 minutes.
    page.keyboard.type("Máy hỏng")
    press(page, "↵ ↵")
    page.wait_for_url("**/batches/1")
    page.context.close()
    fields = json.loads(sheets(console_app)[0].first or "")["fields"]

    assert {name: values for name, values in fields.items() if name != "_filled_on"} == {
        **{"A1.1": ["4"], "day": ["dk"], "where": ["Thôn 5"], "first": ["staff", "wait"]},
        **{"waited": ["yes"], "minutes": ["90"], "why": ["Máy hỏng"]},
    }


def test_what_is_wrong_comes_back_with_the_first_fault_in_hand(console_app: Flask, typist: Page, address: str) -> None:
    typist.goto(f"{address}/field/paper/batches/1/sheets/{SERIAL}?variant=full&language=vi")
    typist.fill("#f-_filled_on", "20/11/2026")
    typist.fill("[name=comment]", "còn đây")
    typist.click("[data-last]")
    typist.wait_for_selector(".faults")

    assert typist.input_value("[name=comment]") == "còn đây"
    assert sheets(console_app) == []


def test_without_script_it_is_a_plain_form(console_app: Flask, browser: Browser, address: str) -> None:
    page = sign_in(browser, address, TYPISTS[1], java_script_enabled=False)
    page.goto(f"{address}/field/paper/batches/1")
    page.fill("#code-text", SERIAL)
    page.click("text=Nhập phiếu này")
    page.fill("#f-_filled_on", "20/11/2026")
    for name, value in GOOD.items():
        if not name.startswith("_"):
            page.check(f"[name='{name}'][value='{value}']")
    page.click("[data-last]")
    page.context.close()

    assert [sheet.state for sheet in sheets(console_app)] == ["single"]


def test_two_people_at_two_keyboards_and_a_third_look(console_app: Flask, browser: Browser, address: str) -> None:
    first, second, third = (sign_in(browser, address, email) for email in TYPISTS)
    for page, level in ((first, "4"), (second, "5")):
        page.goto(f"{address}/field/paper/batches/1/sheet?code={SERIAL}")
        page.fill("#f-_filled_on", "20/11/2026")
        page.check("[name=respondent_type][value=citizen]")
        page.check(f"[name='A1.1'][value='{level}']")
        page.click("[data-last]")
        page.wait_for_url("**/batches/1")
    third.goto(f"{address}/field/paper/differences")
    third.click(f"text={SERIAL}")
    third.get_by_label("Rất hài lòng").first.check()
    third.click("[data-last]")
    third.wait_for_url("**/batches/1")
    for page in (first, second, third):
        page.context.close()
    with console_app.app_context():
        kept = database.session().scalars(sa.select(Response)).one()

    assert '"A1.1":5' in kept.answers


def test_the_camera_reads_a_page_where_the_browser_can(typist: Page, address: str) -> None:
    typist.add_init_script(CAMERA)
    typist.goto(f"{address}/field/paper/batches/1")
    typist.click("text=Quét bằng máy ảnh")
    typist.wait_for_selector("[role=status]")

    assert "không phải mã phiếu" in typist.inner_text("main")  # The code of no form: what was read was sent.
