"""Everybody can use it: axe finds nothing on any screen, and a whole interview goes by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.browser import accessibility_faults, live_server
from tests.survey_app.tablet.driver import Tablet
from tests.survey_app.tablet.office import Office, address, office, tablet

__all__ = ["address", "live_server", "office", "tablet"]
pytestmark = pytest.mark.browser
SIZES = [(360, 740), (800, 1280), (1280, 800)]


def _look(tablet: Tablet) -> None:
    page = tablet.page
    assert accessibility_faults(page) == "", page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.title()
    small = page.evaluate(
        """[...document.querySelectorAll("button, .lang, .rows a, summary")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
            .map((one) => one.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_axe_finds_nothing_and_targets_are_large(tablet: Tablet, office: Office, size: tuple[int, int]) -> None:
    page = tablet.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    tablet.open()
    expect(tablet.heading()).to_have_text("Cài đặt máy này")
    _look(tablet)
    tablet.enrol(office.enrol_code())
    expect(page.locator("details.group").first).to_be_attached()
    _look(tablet)
    for where in ("storage", "about", "practice"):
        page.evaluate(f"location.hash = '{where}'")
        expect(page.locator("h1")).not_to_have_text("Hôm nay")
        _look(tablet)
    tablet.back_to_list()
    tablet.begin(1)
    _look(tablet)
    tablet.press("Giao máy cho người trả lời")
    expect(page.locator("html")).to_have_class("large")
    _look(tablet)
    tablet.press("English")
    expect(page.get_by_role("button", name="For the officer")).to_be_visible()
    _look(tablet)
    tablet.press("For the officer")
    expect(tablet.heading()).to_have_text("For the officer")
    _look(tablet)


def test_an_interview_by_keyboard_alone(tablet: Tablet, office: Office) -> None:
    tablet.enrol(office.enrol_code())
    expect(tablet.page.locator("details.group").first).to_be_attached()
    keyboard = tablet.page.keyboard

    def to(is_there: str) -> None:
        for _time in range(150):
            if tablet.page.evaluate(f"document.activeElement.matches({is_there!r})"):
                return
            keyboard.press("Tab")
        raise AssertionError(is_there)

    to('a[href^="#case/"]')
    keyboard.press("Enter")
    expect(tablet.page.locator('[data-do="visit"]')).to_be_visible()
    to('[data-do="visit"]')
    keyboard.press("Enter")
    expect(tablet.page.locator("[data-root] [name]").first).to_be_attached()
    to('[name="respondent_type"]')
    keyboard.press("Space")
    for _page in range(20):
        if tablet.page.locator('[name="A1.1"]').first.is_visible():
            to('[name="A1.1"]')
            keyboard.press("Space")
        last = tablet.page.get_by_role("button", name="Hoàn thành", exact=True).is_visible()
        to(".send .main:not([hidden])")
        keyboard.press("Enter")
        if last:
            break
    expect(tablet.heading()).to_have_text("Đã lưu trên máy")
    to('[data-do="next"]')
    keyboard.press("Enter")
    tablet.until_received(1)

    assert len(office.stored()) == 1
