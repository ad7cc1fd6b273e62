"""A publication in a real Chromium: entered, approved by another, shown, replied to, published, corrected."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey_app import database
from tests import factories
from tests.analysis.release_fixture import units
from tests.browser import PHONE, accessibility_faults, browser_type_launch_args, live_server
from tests.staff import make_staff
from tests.survey_app.results.folders import make_release_folder
from tests.survey_app.test_console_browser import sign_in

__all__ = ["browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser
REPLY = "Xã đã bố trí thêm ghế ngồi từ tháng 11."


@pytest.fixture
def address(console_app: Flask, live_server: Callable[[Flask], str]) -> str:
    console_app.config["CLOCK"] = lambda: factories.NOON
    for role in ("analyst", "manager"):
        make_staff(console_app, role)
    with console_app.app_context():
        session = database.session()
        for unit in units(2):
            factories.make_unit(session, unit["code"], name=unit["name"], type=unit["type"])
        factories.make_survey(session, "sipas-2017")
        session.commit()
    for number, estimate in ((1, 84.3), (2, 83.9)):
        folder = console_app.config["SETTINGS"].releases / f"release-{number}"
        make_release_folder(folder, number_of_units=2, estimate=estimate)
    return live_server(console_app)


def _look(page: Page) -> str:
    """What a page of the story must be for everybody, on a phone."""
    faults = accessibility_faults(page)
    wide = page.evaluate("document.documentElement.scrollWidth") > PHONE
    return faults or (f"{page.url} is wider than the screen" if wide else "")


def _press(page: Page, name: str, then: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("main")).to_contain_text(then, timeout=30_000)


def _prepare(analyst: Page, manager: Page, number: int, day: str, why: str = "") -> list[str]:
    """Entered, given number and day, approved; returns what is wrong with the pages on the way."""
    faults = [_look(analyst)]
    if why:
        analyst.get_by_label("Lý do đính chính").fill(why)
    _press(analyst, "Đưa vào quy trình công bố", "người thứ hai duyệt")
    analyst.locator("summary", has_text="Số và ngày").click()
    analyst.get_by_label("Số", exact=True).fill(f"{number}/BC-PNV")
    analyst.get_by_label("Ngày", exact=True).fill(day)
    _press(analyst, "Lưu số và ngày", f"{number}/BC-PNV")
    manager.reload()
    faults.append(_look(manager))
    _press(manager, "Duyệt", "Đã duyệt")
    manager.get_by_label("Số ngày").fill("2")
    _press(manager, "Gửi cho các cơ quan được đánh giá xem", "Chưa công bố được")
    return faults


def _publish(console_app: Flask, manager: Page, days: int) -> None:
    console_app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=days)
    manager.reload()
    _press(manager, "Công bố", "Đang lập tài liệu")
    _press(manager, "Dừng lập tài liệu", "Tài liệu vẫn là bản trước đó")  # What is written then, test_documents reads.


@pytest.mark.slow
def test_two_people_and_an_office_bring_a_release_to_the_public_and_correct_it(
    console_app: Flask, browser: Browser, address: str
) -> None:
    contexts = [browser.new_context(viewport={"width": PHONE, "height": 740}, locale="vi-VN") for _ in range(3)]
    analyst, manager, office = (context.new_page() for context in contexts)
    for page, role in ((analyst, "analyst"), (manager, "manager")):
        sign_in(page, address, role)
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(f"{address}/results/release-1/publication?lang=vi")
    faults = _prepare(analyst, manager, 1, "2026-11-23")
    manager.get_by_role("link", name=re.compile("cơ quan")).click()
    expect(manager.locator("h1")).to_have_text("Các cơ quan được đánh giá")
    faults.append(_look(manager))
    link = manager.get_by_role("link", name=re.compile("^Liên kết cho")).first.get_attribute("href") or ""
    office.goto(address + link[link.index("/office/") :])
    faults.append(_look(office))
    office.get_by_label("Ý kiến phản hồi").fill(REPLY)
    _press(office, "Gửi ý kiến phản hồi", "Xin cảm ơn")
    manager.goto(f"{address}/results/release-1/publication?lang=vi")
    expect(manager.locator("main")).to_contain_text(REPLY)
    faults.append(_look(manager))
    _publish(console_app, manager, 3)
    for page in (analyst, manager):
        page.goto(f"{address}/results/release-2/publication?lang=vi")
    faults += _prepare(analyst, manager, 2, "2026-11-26", "Nhập nhầm hai phiếu.")
    _publish(console_app, manager, 6)
    faults.append(_look(manager))
    analyst.goto(f"{address}/results/release-1?lang=vi")

    expect(analyst.locator("main")).to_contain_text("Bản công bố này đã được thay thế")
    folder: Path = console_app.config["SETTINGS"].releases
    told = json.loads((folder / "release-1" / "publication.json").read_text())
    assert (told["state"], told["corrected_by"], told["replies"][0]["text"]) == ("replaced", 2, REPLY)
    assert [fault for fault in faults if fault] == []
    corrects = json.loads((folder / "release-2" / "publication.json").read_text())["corrects"]
    assert (corrects["number"], corrects["why"], corrects["document_number"]) == (1, "Nhập nhầm hai phiếu.", "1/BC-PNV")
    for context in contexts:
        context.close()
