"""The console in a real Chromium: signing in, without script, by the keyboard. `test_every_page` looks at each page."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey_app import accounts, database
from survey_app.models.accounts import ROLES
from tests import factories
from tests.browser import DESKTOP, PHONE, TABLET, accessibility_faults, browser_type_launch_args, live_server
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
    faults = page.get_by_role("alert").get_by_role("link")
    needed = ("Short name", "Owner in Vietnamese", "Method in Vietnamese")  # The English may stay empty.
    expect(faults).to_have_text([f"{name}: Please fill this in." for name in needed])
    described = page.get_by_label("Short name").get_attribute("aria-describedby") or ""

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


def test_on_a_telephone_the_menu_is_one_button_and_elsewhere_it_lies_open(
    browser: Browser, console_app: Flask, address: str
) -> None:
    """Of somebody with every role, who has the longest one; by the keyboard, without script."""
    with console_app.app_context():
        session = database.session()
        accounts.add_user(session, "all@example.vn", PASSWORD, ROLES)
        session.commit()
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "all")
    page.wait_for_load_state()
    navigation = page.get_by_role("navigation", name="Điều hướng chính")
    button = page.get_by_text("Menu", exact=True)
    expect(button).to_be_visible()
    expect(navigation).to_be_hidden()
    top = (page.get_by_role("heading", level=1).bounding_box() or {})["y"]
    button.press("Enter")
    expect(navigation.get_by_role("link")).to_have_count(12)
    expect(navigation).to_be_visible()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    button.press("Enter")
    expect(navigation).to_be_hidden()
    for width in (TABLET, DESKTOP):
        page.set_viewport_size({"width": width, "height": 800})
        expect(navigation).to_be_visible()
        expect(button).to_be_hidden()
    context.close()

    assert top < 200


def test_the_open_menu_of_a_telephone_can_be_used_by_everybody(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 740})
    sign_in(page, address, "manager")
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("navigation", name="Điều hướng chính")).to_be_visible()
    faults, width = accessibility_faults(page), page.evaluate("document.documentElement.scrollWidth")
    page.close()

    assert (faults, width) == ("", PHONE)


def test_many_lines_are_ticked_named_and_done_by_the_keyboard_on_a_telephone(
    browser: Browser, console_app: Flask, address: str
) -> None:
    make_staff(console_app, "administrator")
    page = browser.new_page(viewport={"width": PHONE, "height": 740})
    sign_in(page, address, "administrator")
    page.goto(f"{address}/accounts/?role=officer&lang=vi")
    page.get_by_role("link", name="Chọn tất cả trên trang này").press("Enter")
    box = page.get_by_role("checkbox", name="Chọn officer@example.vn")
    expect(box).to_be_checked()
    box.press("Space")
    page.get_by_role("button", name="Đóng", exact=True).press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Hãy đánh dấu ít nhất một dòng")
    box.press("Space")
    page.get_by_role("button", name="Đóng", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đóng tài khoản?")
    expect(page.get_by_role("list", name="1 dòng được đánh dấu")).to_contain_text("officer@example.vn")
    faults, width = accessibility_faults(page), page.evaluate("document.documentElement.scrollWidth")
    page.get_by_role("button", name="Đóng tài khoản").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("đã làm xong với 1 dòng")
    expect(page.locator("tr").filter(has_text="officer@example.vn")).to_contain_text("đã đóng")
    page.close()

    assert (faults, width) == ("", PHONE)
