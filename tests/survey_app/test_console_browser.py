"""The console in a real Chromium: signing in, without script, by the keyboard. `test_every_page` looks at each page."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests import factories
from tests.browser import DESKTOP, PHONE, accessibility_faults, browser_type_launch_args, live_server
from tests.staff import PASSWORD, make_staff

__all__ = ["browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser


@pytest.fixture
def address(console_app: Flask, live_server: Callable[[Flask], str]) -> str:
    console_app.config["CLOCK"] = lambda: factories.NOON
    for role in ("manager", "officer"):
        make_staff(console_app, role)
    return live_server(console_app)


def sign_in(page: Page, address: str, role: str) -> None:
    page.goto(f"{address}/login?lang=vi")
    page.fill("#email", f"{role}@example.vn")
    page.fill("#password", PASSWORD)
    page.click("main button")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_signing_in_can_be_done_by_everybody(browser: Browser, address: str, language: str) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 740})
    page.goto(f"{address}/login?lang={language}")
    before = accessibility_faults(page)
    page.click("main button")
    alert = page.get_by_role("alert").inner_text()
    page.wait_for_load_state()  # With its stylesheet: a click does not wait for the page it brings.
    after = accessibility_faults(page)
    page.close()

    assert (before, after) == ("", "")
    assert alert


def test_a_manager_makes_a_wave_without_script_and_sees_the_fault_beside_its_field(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "manager")
    page.goto(f"{address}/manage/surveys/new?lang=en")
    page.get_by_label("Name in Vietnamese").fill("Khảo sát mới")
    page.get_by_role("button", name="Save survey").click()
    described = page.get_by_label("Short name").get_attribute("aria-describedby") or ""

    assert page.get_by_role("alert").get_by_role("link").count() >= 5
    assert page.locator(f"#{described.split()[-1]}").inner_text()
    assert page.get_by_label("Name in Vietnamese").input_value() == "Khảo sát mới"
    context.close()


def test_the_keyboard_alone_reaches_the_content_and_the_forms(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": DESKTOP, "height": 800})
    sign_in(page, address, "officer")
    page.wait_for_url("**/field/cases")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reached = page.evaluate("document.activeElement.id")
    page.close()

    assert reached == "content"
