"""The officer's task in a real Chromium, from SIPAS 2017 to the new item in the index; by keyboard; without script."""

import csv
import hashlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from questionnaires import loader
from survey_app import database, extract, surveys
from survey_app.instruments import drafts
from survey_app.models import Response, User
from survey_app.simulation import forms, population, typed
from survey_app.simulation.fieldwork import PointForms
from survey_app.simulation.scenarios import SIPAS
from tests import factories
from tests.browser import DESKTOP, PHONE, browser_type_launch_args, live_server, wait_until
from tests.staff import PASSWORD, make_staff

__all__ = ["browser_type_launch_args", "live_server"]
pytestmark = [pytest.mark.browser]
ITEM_VI, ITEM_EN = "Ông/Bà hài lòng thế nào về chỗ gửi xe?", "How satisfied are you with the parking?"
LANGUAGES = {"vi": "Tiếng Việt", "en": "Tiếng Anh"}


@pytest.fixture
def office(console_app: Flask, live_server: Callable[[Flask], str]) -> tuple[Flask, str]:
    """Two managers, a wave with version 1.0 that has answers, and the address."""
    console_app.config["CLOCK"] = lambda: factories.NOON
    for name in ("lan", "minh"):
        make_staff(console_app, "manager", f"{name}@example.vn")
    make_staff(console_app, "officer")
    with console_app.app_context():
        session = database.session()
        factories.make_point(session, code="K7QF3MX", mode="paper_self")
        session.commit()
    return console_app, live_server(console_app)


@pytest.fixture
def lan(office: tuple[Flask, str], browser: Browser) -> Iterator[Page]:
    yield from _signed_in(browser, office[1], "lan")


@pytest.fixture
def minh(office: tuple[Flask, str], browser: Browser) -> Iterator[Page]:
    yield from _signed_in(browser, office[1], "minh")


def _signed_in(browser: Browser, address: str, name: str, **options: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": DESKTOP, "height": 900}, **options)
    page = context.new_page()
    page.errors = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    sign_in(page, f"{name}@example.vn")
    yield page
    assert page.errors == []  # type: ignore[attr-defined]
    context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/login?lang=vi")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button")


def write(page: Page, group: str, vi: str, en: str) -> None:
    """Types a text in both languages."""
    for language, words in (("vi", vi), ("en", en)):
        page.locator(f'[id="f-{group}.{language}"]').fill(words)


def save(page: Page) -> None:
    page.get_by_role("button", name="Lưu câu hỏi").last.click()
    page.wait_for_url("**/design/drafts/1#*")


def reword(page: Page, code: str, vi: str, en: str) -> None:
    page.get_by_role("link", name=f"Sửa câu hỏi {code}", exact=True).click()
    write(page, "text", vi, en)
    save(page)


def add_item(page: Page) -> None:
    """A new item, asked only of those whose procedure was about land or building."""
    page.get_by_role("link", name="Thêm câu hỏi vào phần A1").click()
    page.get_by_role("button", name="Tiếp tục soạn câu chữ").click()
    write(page, "text", ITEM_VI, ITEM_EN)
    write(page, "criterion", "Chỗ gửi xe", "Parking")
    page.get_by_role("button", name="Chỉ hỏi một số người").click()
    page.get_by_label("Dựa vào câu nào, dòng 1, lựa chọn 1").select_option("question:service_field")
    for answer in ("Đất đai", "Xây dựng"):
        page.get_by_label(answer, exact=True).check()
        expect(page.locator("#sentence")).to_contain_text(answer)
    assert "Chỉ hỏi nếu câu 2 được trả lời “Đất đai” hoặc “Xây dựng”" in page.locator("#sentence").inner_text()
    assert "Asked only if question 2 is answered “Land” or “Building”" in page.locator("#sentence").inner_text()
    save(page)


def preview_on_a_phone(page: Page) -> None:
    page.get_by_role("link", name="Xem trước").click()
    frame = page.frame_locator("iframe")
    assert page.locator("iframe").get_attribute("width") == str(PHONE)
    frame.get_by_label("Cho bản thân hoặc gia đình").check()
    frame.get_by_label("Đất đai").check()
    frame.get_by_role("button", name="Tiếp").click()
    frame.get_by_text(ITEM_VI).wait_for()
    page.get_by_role("link", name="Bản nháp 1").click()


@pytest.mark.slow
def test_an_officer_changes_sipas_2017_and_sees_the_new_item_in_the_index(
    office: tuple[Flask, str], lan: Page, minh: Page, tmp_path: Path
) -> None:
    app, _address = office
    answer(app, "K7QF3MX", 40)
    before = stored(app)
    lan.goto("/design/")
    lan.get_by_role("button", name="Bản nháp mới từ sipas2017 1.0").click()
    reword(
        lan, "A1.1", "Ông/Bà thấy hài lòng thế nào về số ghế chờ?", "How satisfied are you with the number of chairs?"
    )
    reword(lan, "A3.1", "Công chức giao tiếp lịch sự với Ông/Bà thế nào?", "How politely did the officer speak to you?")
    add_item(lan)
    series = lan.locator("#series").inner_text()
    preview_on_a_phone(lan)
    lan.get_by_role("link", name="Gửi duyệt").click()
    lan.get_by_role("button", name="Trình người thứ hai").click()

    minh.goto("/design/drafts/1/review")
    seen = minh.locator("main").inner_text()
    minh.get_by_role("button", name="Ban hành phiên bản 1.1").click()
    minh.wait_for_url("**/design/versions/2")
    code = open_a_wave(minh)
    answer(app, code, 40, new_item=True)
    index = analysed(app, tmp_path)

    assert "làm đứt chuỗi số liệu" in series
    assert "thêm mới" in seen
    assert seen.count("sửa câu chữ") >= 2
    assert stored(app).items() >= before.items()
    assert len(stored(app)) == 80
    assert index["probability/item/A1.5/all/all"]["base"] == "20"
    assert float(index["probability/overall/index/all/all"]["estimate"]) > 0


def open_a_wave(page: Page) -> str:
    """A survey, a wave with version 1.1 and a point, on the managers' pages; returns the point's code."""
    page.goto("/manage/surveys/new")
    texts = {
        "name_vi": "Khảo sát 1.1",
        "name_en": "Survey 1.1",
        "slug": "sipas-moi",
        "owner_vi": "Phòng",
        "owner_en": "Office",
    }
    days = {"period_from": "2026-01-01", "period_to": "2026-12-31", "units_on": "2017-06-01"}
    for name, value in (texts | days | {"method_vi": "QĐ", "method_en": "Decision"}).items():
        page.locator(f"#{name}").fill(value)
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu").click()
    page.goto("/manage/surveys/sipas-moi/waves/new")
    wave = {
        "name_vi": "Đợt mới",
        "name_en": "New wave",
        "slug": "dot-moi",
        "opens_on": "2026-11-01",
        "closes_on": "2026-11-30",
    }
    for name, value in wave.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#instrument_version_id").select_option(label="Hài lòng về dịch vụ hành chính · sipas2017 1.1")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu đợt").click()
    page.goto("/manage/waves/dot-moi/points/new")
    page.locator("#label_vi").fill("Quầy 1")
    page.locator("#label_en").fill("Counter 1")
    page.locator("#mode").select_option("paper_self")
    page.locator("main form button").last.click()
    return str(page.locator("tbody code").first.inner_text())


def answer(app: Flask, code: str, people: int, new_item: bool = False) -> None:
    """So many people fill in the form of a point, which two type; every second one was about land, and is asked the new
    item.
    """
    instrument, written = loader.load_builtin("sipas2017"), []
    for number, person in enumerate(population.make(instrument, ["15520"], SIPAS.profile).people()[:people]):
        filled = dict(forms.fill(instrument, person, forms.PAPER))
        filled.pop("service_field__other", None)
        about_land = new_item and number % 2 == 0
        more = {"service_field": ["land" if about_land else "social"]} | ({"A1.5": ["4"]} if about_land else {})
        written.append(filled | more)
    with app.app_context():
        session = database.writing(database.session())
        typists, key = session.scalars(sa.select(User.id).limit(2)).all(), app.config["SETTINGS"].token_key
        typed.type_in(session, PointForms(code, written, True), typists, key, factories.NOON, lambda _count: None)
        session.commit()


def stored(app: Flask) -> dict[str, str]:
    """Every response with the hash of what the database holds of it."""
    with app.app_context():
        rows = database.session().execute(sa.select(Response.id, Response.answers, Response.content_hash)).all()
    return {str(row.id): hashlib.sha256(f"{row.answers}{row.content_hash}".encode()).hexdigest() for row in rows}


def analysed(app: Flask, folder: Path) -> dict[str, dict[str, str]]:
    with app.app_context():
        survey = surveys.find_survey(database.session(), "sipas-moi")
        assert survey is not None
        extract.write(database.session(), survey, folder / "extract", factories.NOON)
    command = [sys.executable, "-m", "analysis", folder / "extract", "--out", folder / "release", "--no-documents"]
    subprocess.run(command, check=True, capture_output=True)
    with (folder / "release" / "figures.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_a_question_is_reworded_and_moved_by_keyboard_alone(office: tuple[Flask, str], lan: Page) -> None:
    app, _address = office
    lan.goto("/design/")
    press_until(lan, "Bản nháp mới từ sipas2017 1.0")
    lan.wait_for_url("**/design/drafts/1")
    press_until(lan, "Sửa câu hỏi A1.2")
    lan.wait_for_url("**/questions/A1.2")
    tab_to(lan, "#f-text\\.en")
    lan.keyboard.press("Control+A")
    lan.keyboard.type("How complete is the equipment?")
    press_until(lan, "Lưu câu hỏi", back=True)
    lan.wait_for_url("**/design/drafts/1#*")
    tab_to(lan, "#up-A1\\.2")
    lan.keyboard.press("Alt+ArrowUp")
    expect(lan.locator('[data-part="A1"] li').first).to_have_id("q-A1.2", timeout=20_000)
    focused = lan.evaluate("document.activeElement.id")
    with app.app_context():
        items = next(part for part in content(app)["parts"] if part["code"] == "A1")["items"]

    assert [items[0]["code"], items[0]["text"]["en"]] == ["A1.2", "How complete is the equipment?"]
    assert focused == "up-A1.2"


def press_until(page: Page, name: str, back: bool = False) -> None:
    for _ in range(400):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        label = "(e => e.getAttribute('aria-label') || e.innerText)(document.activeElement)"
        if page.evaluate(label).strip() == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def tab_to(page: Page, selector: str) -> None:
    for _ in range(400):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def content(app: Flask) -> dict[str, Any]:
    with app.app_context():
        return drafts.content(drafts.find(database.session(), 1))


def test_the_task_can_be_done_without_script(office: tuple[Flask, str], browser: Browser) -> None:
    app, address = office
    for page in _signed_in(browser, address, "lan", java_script_enabled=False):
        page.goto("/design/")
        page.get_by_role("button", name="Bản nháp mới từ sipas2017 1.0").click()
        page.get_by_role("link", name="Sửa câu hỏi A5.1", exact=True).click()
        write(page, "text", "Có nơi nhận góp ý không?", "Is there a place for feedback?")
        page.get_by_role("button", name="Chỉ hỏi một số người").click()
        page.get_by_label("Dựa vào câu nào").select_option("question:N7")
        page.get_by_role("button", name="Hiện các phương án").click()
        page.get_by_label("Đã gửi").check()
        page.get_by_role("button", name="Lưu câu hỏi").last.click()
        page.wait_for_url("**/design/drafts/1#*")
        page.get_by_role("button", name="Chuyển câu hỏi A5.2 lên").click()
        page.get_by_role("link", name="Xem trước").click()
        shown = page.frame_locator("iframe").get_by_text("Có nơi nhận góp ý không?").inner_text()
    saved = next(part for part in content(app)["parts"] if part["code"] == "A5")["items"]

    assert "Có nơi nhận góp ý không?" in shown
    assert [item["code"] for item in saved][:2] == ["A5.2", "A5.1"]
    assert saved[1]["show_if"] == {"question": "N7", "any_of": ["yes"]}


def test_two_browsers_meet_at_one_question_and_nothing_is_lost(
    office: tuple[Flask, str], lan: Page, minh: Page
) -> None:
    lan.goto("/design/")
    lan.get_by_role("button", name="Bản nháp mới từ sipas2017 1.0").click()
    for page in (lan, minh):
        page.goto("/design/drafts/1/questions/A1.1")
    write(lan, "text", "Câu của Lan?", "Lan's question?")
    save(lan)
    write(minh, "text", "Câu của Minh?", "Minh's question?")
    minh.get_by_role("button", name="Lưu câu hỏi").last.click()
    minh.get_by_role("heading", name="Hai người cùng sửa một chỗ").wait_for()
    minh.locator('[id="take-text.vi-theirs"]').check()
    minh.get_by_role("button", name="Tiếp tục với lựa chọn này").click()
    mixed = [minh.locator(f'[id="f-text.{language}"]').input_value() for language in ("vi", "en")]
    save(minh)

    assert mixed == ["Câu của Lan?", "Minh's question?"]
    assert "Câu của Lan?" in minh.locator('[id="q-A1.1"]').inner_text()


def test_what_is_chosen_before_the_script_has_come_is_followed(lan: Page) -> None:
    lan.goto("/design/")
    lan.get_by_role("button", name="Bản nháp mới từ sipas2017 1.0").click()
    late: list[Route] = []
    lan.route("**/design.js*", lambda route: late.append(route))
    lan.get_by_role("link", name="Sửa câu hỏi A1.1", exact=True).click()
    expect(lan.get_by_role("button", name="Chỉ hỏi một số người")).to_be_visible()
    wait_until(lan, lambda: late)
    late.clear()
    lan.get_by_role("button", name="Chỉ hỏi một số người").click()
    lan.get_by_label("Dựa vào câu nào, dòng 1, lựa chọn 1").select_option("question:service_field")
    lan.locator('[id="f-text.vi"]').focus()
    wait_until(lan, lambda: late)
    late[0].continue_()

    lan.get_by_label("Đất đai", exact=True).wait_for()
    expect(lan.locator('[id="f-text.vi"]')).to_be_focused()
    lan.get_by_label("Đất đai", exact=True).check()
    expect(lan.locator("#sentence")).to_contain_text("“Đất đai”")


def test_what_is_ticked_while_the_server_reads_the_last_tick_stays_ticked(lan: Page) -> None:
    lan.goto("/design/")
    lan.get_by_role("button", name="Bản nháp mới từ sipas2017 1.0").click()
    lan.get_by_role("link", name="Sửa câu hỏi A1.1", exact=True).click()
    lan.get_by_role("button", name="Chỉ hỏi một số người").click()
    lan.get_by_label("Dựa vào câu nào, dòng 1, lựa chọn 1").select_option("question:service_field")
    lan.get_by_label("Đất đai", exact=True).wait_for()
    held: list[Route] = []
    lan.route("**/design/**", lambda route: route.continue_() if held else held.append(route))
    lan.get_by_label("Đất đai", exact=True).check()
    lan.get_by_label("Xây dựng", exact=True).check()
    lan.locator('[id="f-text.vi"]').press("Control+End")
    lan.keyboard.type(" Thêm")
    held[0].continue_()

    expect(lan.locator("#sentence")).to_contain_text("“Đất đai” hoặc “Xây dựng”")
    expect(lan.get_by_label("Xây dựng", exact=True)).to_be_checked()
    lan.keyboard.type(" nữa")
    expect(lan.locator('[id="f-text.vi"]')).to_have_value(re.compile(" Thêm nữa$"))


def test_a_question_is_dragged_by_its_handle(office: tuple[Flask, str], lan: Page) -> None:
    lan.goto("/design/")
    lan.get_by_role("button", name="Bản nháp mới từ sipas2017 1.0").click()
    lan.wait_for_load_state()
    lan.locator('[id="q-A1.1"]').evaluate("row => row.scrollIntoView({behavior: 'instant'})")
    start = lan.locator('[id="q-A1.1"] .handle').bounding_box()
    target = lan.locator('[id="q-A1.2"]').bounding_box()
    assert start is not None
    assert target is not None
    lan.mouse.move(start["x"] + 20, start["y"] + 20)
    lan.mouse.down()
    lan.mouse.move(target["x"] + 60, target["y"] + target["height"] - 6, steps=6)
    lan.mouse.up()
    expect(lan.locator('[data-part="A1"] li').first).to_have_id("q-A1.2", timeout=20_000)

    assert [item["code"] for item in content(office[0])["parts"][1]["items"]] == ["A1.2", "A1.1", "A1.3", "A1.4"]
