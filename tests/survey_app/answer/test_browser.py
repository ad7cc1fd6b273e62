"""Scan to thanks in a real Chromium at the width of a phone: both languages, with and without script, by keyboard."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from survey_app import database
from survey_app.models import CollectionPoint, Response, ResponseConflict
from tests import factories
from tests.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    accessibility_faults,
    browser_context_args,
    browser_type_launch_args,
    live_server,
    wait_until,
)
from tests.survey_app.answer.conftest import CODE

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser
Rows = Callable[[Any], list[Any]]
SEND = {"vi": "Gửi câu trả lời", "en": "Send the answers"}
NEXT = {"vi": "Tiếp tục", "en": "Next"}
THANKS = {"vi": "Xin cảm ơn Ông/Bà", "en": "Thank you"}
OTHER = {"vi": "English", "en": "Tiếng Việt"}


@pytest.fixture
def form(open_app: Flask, live_server: Callable[[Flask], str]) -> str:
    return f"{live_server(open_app)}/p/{CODE}"


@pytest.fixture
def plain(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A phone with script switched off."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'[name="{name}"][value="{value}"]').check()


def to_the_end(page: Page, language: str = "vi") -> None:
    while page.get_by_role("button", name=NEXT[language]).is_visible():
        page.get_by_role("button", name=NEXT[language]).click()


def send(page: Page, language: str = "vi") -> None:
    page.get_by_role("button", name=SEND[language]).click()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_with_script(page: Page, form: str, language: str, stored: Rows) -> None:
    page.goto(f"{form}?lang={language}")
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name=NEXT[language]).click()
    expect(page.get_by_text("2/10")).to_be_visible()
    for code in ("A1.1", "A1.2", "A1.3", "A1.4"):
        choose(page, code, "4")
    to_the_end(page, language)
    page.locator("textarea").fill("Nhanh, gọn.")
    send(page, language)

    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS[language])
    values = json.loads(stored(Response)[0].answers)["values"]
    assert values["A1.4"] == 4
    assert values["comment"] == "Nhanh, gọn."
    assert stored(Response)[0].language == language


@pytest.mark.parametrize("language", ["vi", "en"])
def test_without_script(plain: Page, form: str, language: str, stored: Rows) -> None:
    plain.goto(f"{form}?lang={language}")
    send(plain, language)
    expect(plain.get_by_role("alert")).to_be_visible()
    choose(plain, "respondent_type", "business")
    choose(plain, "A1.1", "5")
    choose(plain, "N7", "yes")
    choose(plain, "A5.2", "2")  # Shown by the stylesheet alone.
    plain.get_by_role("button", name=OTHER[language]).click()
    other = {"vi": "en", "en": "vi"}[language]
    expect(plain.locator('[name="A5.2"][value="2"]')).to_be_checked()
    send(plain, other)

    expect(plain.get_by_role("heading", level=1)).to_have_text(THANKS[other])
    assert json.loads(stored(Response)[0].answers)["values"]["A5.2"] == 2


@pytest.mark.parametrize("script", [True, False])
def test_the_filter_opens_and_closes_as_answers_change(page: Page, plain: Page, form: str, script: bool) -> None:
    seen = page if script else plain
    seen.goto(form)
    choose(seen, "respondent_type", "citizen")
    if script:
        to_the_end(seen)
        for _ in range(4):
            seen.get_by_role("button", name="Quay lại").click()
    question = seen.locator('[id="q-N6a"]')
    expect(question).to_be_hidden()
    choose(seen, "N5", "late")
    expect(question).to_be_visible()
    choose(seen, "N5", "early")
    expect(question).to_be_hidden()


def test_by_keyboard_only(page: Page, form: str, stored: Rows) -> None:
    page.goto(form)
    page.locator("[name=respondent_type]").first.focus()
    page.keyboard.press("Space")
    _tab_to(page, NEXT["vi"])
    page.keyboard.press("Enter")
    expect(page.locator("h2:focus")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    while page.get_by_role("button", name=NEXT["vi"]).is_visible():
        _tab_to(page, NEXT["vi"])
        page.keyboard.press("Enter")
    _tab_to(page, SEND["vi"])
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["vi"])
    assert json.loads(stored(Response)[0].answers)["values"]["A1.1"] == 3


def _tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        if page.evaluate("document.activeElement.textContent") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_a_field_sends_nothing_by_accident(
    page: Page, plain: Page, form: str, script: bool, stored: Rows
) -> None:
    seen = page if script else plain
    seen.goto(form)
    choose(seen, "service_field", "other")
    seen.locator('[name="service_field__other"]').press("Enter")

    expect(seen).to_have_url(form)
    assert stored(Response) == []


def test_the_draft_outlives_a_reload_and_is_gone_after_thanks(page: Page, form: str, stored: Rows) -> None:
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name=NEXT["vi"]).click()
    choose(page, "A1.1", "4")
    token = page.locator("[name=token]").input_value()
    page.goto("about:blank")
    page.goto(form)

    expect(page.get_by_text("2/10")).to_be_visible()
    expect(page.locator('[name="A1.1"][value="4"]')).to_be_checked()
    assert page.locator("[name=token]").input_value() == token
    to_the_end(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["vi"])
    wait_until(page, lambda: page.evaluate("localStorage.length === 0"))  # The script comes after the heading.
    assert len(stored(Response)) == 1


def test_what_is_said_before_the_script_arrives_outlives_an_older_draft(page: Page, form: str) -> None:
    """A phone with a bad line shows the form seconds before it has the script."""
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name=NEXT["vi"]).click()
    choose(page, "A1.1", "4")
    page.goto("about:blank")
    late: list[Route] = []
    page.route("**/answer.js*", lambda route: late.append(route))
    page.goto(form, wait_until="commit")
    choose(page, "respondent_type", "business")
    wait_until(page, lambda: late)
    late[0].continue_()

    expect(page.get_by_role("button", name="Làm lại từ đầu")).to_be_attached()
    expect(page.locator('[name="respondent_type"][value="business"]')).to_be_checked()
    expect(page.locator('[name="A1.1"][value="4"]')).to_be_checked()


def test_a_draft_can_be_thrown_away(page: Page, form: str) -> None:
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    token = page.locator("[name=token]").input_value()
    page.goto("about:blank")
    page.goto(form)
    page.get_by_role("button", name="Làm lại từ đầu").click()

    expect(page.locator('[name="respondent_type"]:checked')).to_have_count(0)
    expect(page.locator("[name=token]")).not_to_have_value(token)


def test_back_and_send_again_is_the_same_thanks(page: Page, form: str, stored: Rows) -> None:
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name=NEXT["vi"]).click()
    choose(page, "A1.1", "4")
    to_the_end(page)
    send(page)
    receipt = page.locator(".receipt").inner_text()
    page.reload()
    page.go_back()
    send(page)

    expect(page.locator(".receipt")).to_have_text(receipt)
    assert len(stored(Response)) == 1
    assert stored(ResponseConflict) == []


def test_a_form_whose_answers_are_gone_begins_at_its_beginning(page: Page, form: str) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})")
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name=NEXT["vi"]).click()
    choose(page, "A1.1", "4")
    expect(page.get_by_text("2/10")).to_be_visible()
    page.reload()

    expect(page.locator(":checked")).to_have_count(0)
    expect(page.get_by_text("1/10")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_is_one_response(page: Page, plain: Page, form: str, script: bool, stored: Rows) -> None:
    seen = page if script else plain
    seen.goto(form)
    choose(seen, "respondent_type", "citizen")
    if script:
        seen.get_by_role("button", name=NEXT["vi"]).click()
    choose(seen, "A1.1", "4")
    if script:
        to_the_end(seen)
    seen.get_by_role("button", name=SEND["vi"]).dblclick()

    expect(seen.get_by_role("heading", level=1)).to_have_text(THANKS["vi"])
    assert len(stored(Response)) == 1


def test_a_choice_can_be_cleared(page: Page, form: str) -> None:
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name="Bỏ chọn").click()

    expect(page.locator('[name="respondent_type"]:checked')).to_have_count(0)
    expect(page.get_by_role("button", name="Bỏ chọn")).to_have_count(0)


def test_a_browser_without_storage_still_sends(page: Page, form: str, stored: Rows) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})")
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name=NEXT["vi"]).click()
    choose(page, "A1.1", "4")
    to_the_end(page)
    send(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["vi"])
    assert len(stored(Response)) == 1


def test_the_summary_leads_to_the_question(page: Page, form: str) -> None:
    page.goto(form)
    choose(page, "respondent_type", "citizen")
    to_the_end(page)
    page.evaluate("document.querySelector('[name=respondent_type]:checked').checked = false")
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("1/10")).to_be_visible()
    page.get_by_role("alert").get_by_role("link", name="Câu 1").click()

    expect(page.locator('[name="respondent_type"]').first).to_be_focused()
    expect(page.locator('[id="e-respondent_type"]')).to_be_visible()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_next_names_a_missing_answer_at_once_in_the_servers_words(
    page: Page, plain: Page, form: str, language: str
) -> None:
    plain.goto(f"{form}?lang={language}")
    send(plain, language)
    said_by_the_server = plain.locator('[id="e-respondent_type"]').inner_text()
    page.goto(f"{form}?lang={language}")
    page.get_by_role("button", name=NEXT[language]).click()

    expect(page.get_by_text("1/10")).to_be_visible()
    expect(page.locator('[id="e-respondent_type"]')).to_have_text(said_by_the_server)
    expect(page.locator('[id="q-respondent_type"]')).to_have_attribute("aria-describedby", re.compile("e-respondent"))
    expect(page.locator("[name=respondent_type]").first).to_be_focused()
    assert accessibility_faults(page) == ""
    choose(page, "respondent_type", "citizen")
    expect(page.locator('[id="e-respondent_type"]')).to_have_count(0)
    page.get_by_role("button", name=NEXT[language]).click()
    expect(page.get_by_text("2/10")).to_be_visible()


def test_a_kiosk_shows_nothing_of_the_person_before(open_app: Flask, page: Page, form: str, stored: Rows) -> None:
    with open_app.app_context():
        session = database.session()
        session.execute(sa.update(CollectionPoint).values(mode="kiosk"))
        session.commit()

    def begin() -> None:
        choose(page, "respondent_type", "citizen")
        page.get_by_role("button", name=NEXT["vi"]).click()
        choose(page, "A1.1", "4")

    def expect_a_fresh_form() -> None:
        expect(page.get_by_text("1/10")).to_be_visible()
        expect(page.locator(".q :checked")).to_have_count(0)

    page.goto(form)
    begin()
    assert page.evaluate("localStorage.length") == 0
    page.goto("about:blank")
    page.goto(form)
    expect_a_fresh_form()
    begin()
    page.reload()
    expect_a_fresh_form()
    begin()
    to_the_end(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["vi"])
    page.go_back()
    expect_a_fresh_form()
    page.go_forward()
    page.get_by_role("link", name="Người tiếp theo").click()
    expect_a_fresh_form()
    begin()
    to_the_end(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS["vi"])
    assert accessibility_faults(page) == ""
    assert len(stored(Response)) == 2
    assert stored(ResponseConflict) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_any_page(open_app: Flask, page: Page, form: str, language: str) -> None:
    address = f"{form}?lang={language}"

    def look(name: str) -> None:
        for width in (PHONE, TABLET, DESKTOP):
            page.set_viewport_size({"width": width, "height": 740})
            assert accessibility_faults(page) == "", f"{name} at {width}"
        page.emulate_media(color_scheme="dark")
        assert accessibility_faults(page) == "", f"{name} in the dark"
        page.emulate_media(color_scheme="light")
        # A desktop at 400 % is as narrow as this: nothing may be wider.
        page.set_viewport_size({"width": 320, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        page.set_viewport_size({"width": PHONE, "height": 740})

    page.goto(address)
    look("form")
    choose(page, "respondent_type", "citizen")
    page.get_by_role("button", name=NEXT[language]).click()
    choose(page, "A1.1", "4")
    look("a part")
    to_the_end(page, language)
    look("the last part")
    page.evaluate("document.querySelector('[name=respondent_type]:checked').checked = false")
    send(page, language)
    look("faults")
    choose(page, "respondent_type", "citizen")
    to_the_end(page, language)
    send(page, language)
    look("thanks")
    page.goto(f"{re.sub('/p/.*', '', form)}/?lang={language}")
    look("start")
    page.goto(f"{form}X?lang={language}")
    look("unknown")
    open_app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=30)
    page.goto(address)
    look("closed")


def test_axe_finds_nothing_without_script(page: Page, form: str) -> None:
    # axe itself is a script: the page that the server drew is shown where scripts may run, without ours.
    page.route("**/answer.js*", lambda route: route.abort())
    page.goto(form)
    send(page)

    assert accessibility_faults(page) == ""


def test_targets_are_large(page: Page, form: str) -> None:
    page.goto(form)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.q label, button, .lang')].filter(e => e.offsetParent)"
        ".map(e => Math.min(e.offsetWidth, e.offsetHeight))"
    )

    assert min(sizes) >= 44


def test_who_came_too_late_is_let_in_when_the_wave_is_extended(open_app: Flask, form: str, page: Page) -> None:
    """Chromium keeps a 410 for ever, unless it is told not to."""
    open_app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=30)
    page.goto(form)
    expect(page.get_by_text("01/11/2026")).to_be_visible()
    open_app.config["CLOCK"] = lambda: factories.NOON
    again = page.context.new_page()
    again.goto(form)

    expect(again.locator('[name="token"]')).to_be_attached()
