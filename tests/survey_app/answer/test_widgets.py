"""The widgets in a real Chromium: rankings, days, large print, and turning pages with script and a draft."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from survey_app import database
from survey_app.models import Response
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_faults,
    browser_context_args,
    browser_type_launch_args,
    live_server,
    wait_until,
)
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part
from tests.survey_app.answer.showcase import every_widget, make_showcase, three_levels

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser
Rows = Callable[[Any], list[Any]]


@pytest.fixture
def site(open_app: Flask, live_server: Callable[[Flask], str]) -> str:
    make_showcase(open_app, every_widget(), "WDGETS2")
    make_showcase(open_app, three_levels(), "THREE22", mode="counter_3")
    return live_server(open_app)


def next_part(page: Page) -> None:
    page.locator("[type=button].main").click()


def to_the_second_page(page: Page, site: str) -> None:
    page.goto(f"{site}/p/WDGETS2")
    page.locator('[name="A1.1"][value="4"]').check()
    next_part(page)
    page.locator('[name=waited][value="yes"]').check()
    page.locator("#minutes").fill("75")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("progressbar", name="Trang 2/2")).to_be_visible()  # Drawn by the script.


def test_nothing_is_offered_twice_in_a_ranking(page: Page, site: str) -> None:
    page.goto(f"{site}/p/WDGETS2")
    next_part(page)
    places = page.locator('[id="q-first"] select')
    places.nth(0).select_option("time")

    assert places.nth(1).locator("option:disabled").evaluate_all("all => all.map(one => one.value)") == ["time"]
    assert places.nth(0).locator("option:disabled").count() == 0
    places.nth(1).select_option("other")
    expect(page.locator('[name="first__other"]')).to_be_visible()
    places.nth(0).select_option("")
    assert places.nth(1).locator("option:disabled").count() == 0


def test_a_ranking_begun_before_the_script_arrives_is_not_mixed_with_the_drafts(page: Page, site: str) -> None:
    page.goto(f"{site}/p/WDGETS2")
    next_part(page)
    places = page.locator('[id="q-first"] select')
    for place, value in enumerate(("time", "wait")):
        places.nth(place).select_option(value)
    page.goto("about:blank")
    late: list[Route] = []
    page.route("**/answer.js*", lambda route: late.append(route))
    page.goto(f"{site}/p/WDGETS2", wait_until="commit")
    places.nth(0).select_option("wait")
    wait_until(page, lambda: late)
    late[0].continue_()
    page.locator(".restored").wait_for(state="attached")

    assert [places.nth(place).input_value() for place in range(3)] == ["wait", "", ""]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_the_widgets(page: Page, site: str, language: str) -> None:
    page.route("**/answer.js*", lambda route: route.abort())  # All parts at once, as without script.
    for code in ("WDGETS2", "THREE22"):
        for width in (PHONE, DESKTOP):
            for large in ("", "&large=1"):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(f"{site}/p/{code}?lang={language}{large}")
                assert accessibility_faults(page) == "", f"{code} {width} {large}"
                assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_large_print_is_half_as_large_again_and_keeps_the_answers(page: Page, site: str) -> None:
    def size() -> float:
        return float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.q label')).fontSize)"))

    page.goto(f"{site}/p/WDGETS2")
    page.locator('[name="A1.1"][value="2"]').check()
    token, before = page.locator("[name=token]").input_value(), size()
    page.get_by_role("button", name="A+").click()
    expect(page.locator("html.large")).to_be_visible()
    page.reload()
    expect(page.locator("html.large")).to_be_visible()

    assert size() >= 1.5 * before
    expect(page.locator('[name="A1.1"][value="2"]')).to_be_checked()
    assert page.locator("[name=token]").input_value() == token
    targets = "[...document.querySelectorAll('.q label, button')].filter(e => e.offsetParent).map(e => e.offsetHeight)"
    assert min(page.evaluate(targets)) >= 44
    page.get_by_role("button", name="A", exact=True).click()
    page.wait_for_load_state()  # With its stylesheet.
    expect(page.locator("html.large")).to_have_count(0)
    assert size() == before


def test_a_day_can_be_typed_where_the_browser_has_no_calendar(page: Page, site: str, stored: Rows) -> None:
    page.goto(f"{site}/p/WDGETS2")
    page.locator("#day").evaluate("field => { field.type = 'text' }")
    page.locator('[name="A1.1"][value="4"]').check()
    next_part(page)
    page.locator("#day").fill("2/11/2026")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator(".page")).to_have_text("Trang 2/2")
    page.get_by_role("button", name="Gửi câu trả lời").click()
    expect(page.locator(".receipt")).to_be_visible()

    assert json.loads(stored(Response)[0].answers)["values"]["day"] == "2026-11-02"


def test_reload_and_back_bring_the_page_that_was_there_with_all_answers(page: Page, site: str, stored: Rows) -> None:
    to_the_second_page(page, site)
    page.locator("#why").fill("Máy hỏng")
    token = page.locator("[name=token]").input_value()
    page.reload()

    expect(page.locator(".page")).to_have_text("Trang 2/2")
    expect(page.locator("#why")).to_have_value("Máy hỏng")
    page.go_back()
    expect(page.locator("#minutes")).to_have_value("75")
    page.go_forward()
    expect(page.locator("#why")).to_have_value("Máy hỏng")
    assert page.locator("[name=token]").input_value() == token
    page.get_by_role("button", name="Gửi câu trả lời").dblclick()
    expect(page.locator(".receipt")).to_be_visible()
    assert json.loads(stored(Response)[0].answers)["values"]["why"] == "Máy hỏng"
    wait_until(page, lambda: page.evaluate("localStorage.length === 0"))


def test_the_draft_of_all_pages_outlives_a_closed_window(page: Page, site: str, stored: Rows) -> None:
    to_the_second_page(page, site)
    page.locator("#why").fill("Máy hỏng")
    page.goto("about:blank")
    page.goto(f"{site}/p/WDGETS2")
    expect(page.locator('[name="A1.1"][value="4"]')).to_be_checked()
    page.get_by_role("button", name="Đi tiếp từ chỗ đã dừng").click()

    expect(page.locator("#why")).to_have_value("Máy hỏng")
    page.get_by_role("button", name="Gửi câu trả lời").click()
    expect(page.locator(".receipt")).to_be_visible()
    values = json.loads(stored(Response)[0].answers)["values"]
    assert (values["A1.1"], values["minutes"], values["why"]) == (4, 75, "Máy hỏng")


def test_the_way_onward_is_offered_until_something_is_answered_anew(page: Page, site: str) -> None:
    to_the_second_page(page, site)
    for _ in range(2):
        page.goto("about:blank")
        page.goto(f"{site}/p/WDGETS2")
        expect(page.get_by_role("button", name="Đi tiếp từ chỗ đã dừng")).to_be_visible()
    page.locator('[name="A1.1"][value="5"]').check()
    page.goto("about:blank")
    page.goto(f"{site}/p/WDGETS2")

    expect(page.locator('[name="A1.1"][value="5"]')).to_be_checked()
    expect(page.get_by_role("button", name="Đi tiếp từ chỗ đã dừng")).to_have_count(0)


def test_a_question_may_be_called_as_the_browser_calls_a_property_of_forms(
    open_app: Flask, page: Page, site: str
) -> None:
    make_showcase(open_app, make_instrument([make_factor([make_item("action")])], code="named"), "ACTN222")
    page.goto(f"{site}/p/ACTN222")
    page.locator('[name="action"][value="4"]').check()
    page.reload()
    expect(page.locator('[name="action"][value="4"]')).to_be_checked()
    page.get_by_role("button", name="Gửi câu trả lời").click()

    expect(page.locator(".receipt")).to_be_visible()


def test_without_storage_a_reload_sends_the_page_before_once_more(page: Page, site: str) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})")
    to_the_second_page(page, site)
    page.reload()

    expect(page.locator(".page")).to_have_text("Trang 2/2")
    expect(page.locator('[type=hidden][name="minutes"]')).to_have_value("75")


def test_a_kiosk_restores_no_page(open_app: Flask, page: Page, site: str) -> None:
    make_showcase(open_app, every_widget(), "KSKKSK2", mode="kiosk")
    page.goto(f"{site}/p/KSKKSK2")
    page.locator('[name="A1.1"][value="4"]').check()
    next_part(page)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator(".page")).to_have_text("Trang 2/2")
    page.goto(f"{site}/p/KSKKSK2")

    expect(page.locator(".page")).to_have_text("Trang 1/2")
    expect(page.locator(".q :checked:not(option)")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_hangs_on_a_hidden_answer_is_hidden_too(
    open_app: Flask, live_server: Callable[[Flask], str], browser: Browser, script: bool
) -> None:
    chain = [make_choice(f"N{n}", show_if={"question": f"N{n - 1}", "any_of": ["yes"]}) for n in (2, 3)]
    instrument = make_instrument([make_factor([make_item()]), make_part([make_choice("N1"), *chain])])
    make_showcase(open_app, instrument, "CHAAN22")
    page = browser.new_context(java_script_enabled=script).new_page()
    page.goto(f"{live_server(open_app)}/p/CHAAN22")
    if script:
        next_part(page)
    for question in ("N1", "N2"):
        page.locator(f'[name="{question}"][value="yes"]').check()
    expect(page.locator('[id="q-N3"]')).to_be_visible()
    page.locator('[name="N1"][value="no"]').check()

    expect(page.locator('[id="q-N2"]')).to_be_hidden()
    expect(page.locator('[id="q-N3"]')).to_be_hidden()
    page.context.close()


def test_a_browser_that_knows_no_has_shows_all_and_says_for_whom(open_app: Flask, page: Page, site: str) -> None:
    def older(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("selector(:has(a))", "selector(:unknown(a))"))

    page.route("**/answer.css*", older)
    page.route("**/answer.js*", lambda route: route.abort())
    page.goto(f"{site}/p/WDGETS2")

    expect(page.locator('[id="q-minutes"]')).to_be_visible()
    expect(page.get_by_text("Chỉ trả lời nếu Ông/Bà đã chọn “Có” ở câu 5.")).to_be_visible()
    with open_app.app_context():
        assert database.session().query(Response).count() == 0
