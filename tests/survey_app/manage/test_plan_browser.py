"""The Survey Plan in a real Chromium: the sizes with script and without it, every page for everybody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey_app import database
from survey_app.planning import process
from tests import factories
from tests.browser import DESKTOP, PHONE, browser_type_launch_args, faults_of_pages, live_server
from tests.staff import make_staff
from tests.survey_app.manage.plan_frames import UNITS, frame
from tests.survey_app.manage.test_sizes import asked_here
from tests.survey_app.test_console_browser import sign_in

__all__ = ["browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser
WAVE = "/manage/waves/sipas-2026-dot-1"


@pytest.fixture(scope="module")
def worker_of_pages() -> Iterator[None]:
    """Started by the first page that asks; one for all of them, as on a server."""
    yield
    process.worker.close()


@pytest.fixture
def address(console_app: Flask, live_server: Callable[[Flask], str], worker_of_pages: None) -> str:
    console_app.config["CLOCK"] = lambda: factories.NOON
    make_staff(console_app, "manager")
    with console_app.app_context():
        session = database.session()
        factories.make_wave(session)
        for code in UNITS:
            factories.make_unit(session, code)
        session.commit()
    return live_server(console_app)


def promised(total: int) -> str:
    """The half-width that the command promises, as the Vietnamese page writes it."""
    cells = [{"unit": code, "size": 6000} for code in UNITS]
    found = asked_here({"cells": cells, "allocation": {"total": total}, "effort": {"officers": 4}})
    return f"± {round(found['rows'][0]['half_width'], 1):g}".replace(".", ",")


def test_without_script_the_form_answers_as_the_command_does(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "manager")
    page.goto(f"{address}{WAVE}/plan/sizes?lang=vi")
    page.get_by_label("Tổng số (N)").fill("24.000")
    page.get_by_label("Tổng số trường hợp").fill("600")
    page.get_by_role("button", name="Tính").click()

    expect(page.locator("#half-width")).to_contain_text(promised(600))
    expect(page.locator("#official")).to_have_text("394")
    assert page.locator("input[type=range]").count() == 0
    context.close()


def test_with_script_the_answer_follows_the_slider(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": DESKTOP, "height": 900})
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    sign_in(page, address, "manager")
    page.goto(f"{address}{WAVE}/plan/sizes?population=24000&psus=0&total=400&take=1&lang=vi")
    slider = page.get_by_role("slider")
    slider.fill("800")
    expect(page.locator("#cases")).to_have_text("800")
    expect(page.locator("#half-width")).to_contain_text(promised(800))
    typed = page.locator("#total").input_value()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#cases")).to_have_text("790")
    kept = page.url
    page.reload()

    expect(page.locator("#cases")).to_have_text("790")
    assert typed == "800"
    assert "total=790" in kept
    assert errors == []
    page.close()


def _finish(page: Page, address: str, tmp_path: Path) -> None:
    """Frame and design, typed as a manager does."""
    (tmp_path / "frame.csv").write_bytes(frame("households").read())
    page.goto(f"{address}{WAVE}/plan?lang=vi")
    page.get_by_label("Loại dàn mẫu").select_option("households")
    page.get_by_label("Tệp (XLSX hoặc CSV)").set_input_files(tmp_path / "frame.csv")
    page.get_by_role("button", name="Kiểm tra và nhập").click()
    page.get_by_role("link", name="Thiết kế mẫu").click()
    page.get_by_label("Tổng số trường hợp").fill("96")
    page.locator("#psu_reserves").fill("1")
    page.get_by_label("Con số công khai: con số nào").fill("Xổ số kiến thiết Thanh Hóa, giải đặc biệt")
    page.get_by_label("Ngày quay số").fill("2026-11-25")
    page.get_by_role("button", name="Lưu thiết kế").click()


def _faults(page: Page, paths: tuple[str, ...], address: str) -> list[str]:
    return faults_of_pages(page, f"{address}{WAVE}", paths)


def test_every_page_of_the_plan_can_be_used_by_everybody(
    browser: Browser, address: str, console_app: Flask, tmp_path: Path
) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    sign_in(page, address, "manager")
    faults = _faults(page, ("/plan", "/plan/sizes?population=24000&total=400&take=1"), address)
    _finish(page, address, tmp_path)
    faults += _faults(page, ("/plan", "/plan/design", "/plan/sizes", "/plan/document"), address)
    page.goto(f"{address}{WAVE}/plan?lang=vi")
    page.get_by_role("button", name="Niêm phong kế hoạch").click()
    expect(page.get_by_text("Mã cam kết", exact=True)).to_be_visible()
    faults += _faults(page, ("/plan",), address)
    console_app.config["CLOCK"] = lambda: factories.NOON.replace(day=26)
    page.goto(f"{address}{WAVE}/plan?lang=vi")
    page.get_by_label("Con số công khai").fill("012345")
    page.get_by_label("Nhập lại con số").fill("012345")
    page.get_by_role("button", name="Rút mẫu").click()
    expect(page.get_by_text("Đã rút 96 trường hợp")).to_be_visible()
    faults += _faults(page, ("/plan", "/places"), address)
    page.goto(f"{address}{WAVE}/places?lang=vi")
    swap = page.locator("a[href*='/places/swap']").first.get_attribute("href") or ""
    faults += faults_of_pages(page, address, (swap,))
    page.close()

    assert faults == []
