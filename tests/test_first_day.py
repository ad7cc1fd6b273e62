"""The first day of an office, in a real browser by the keyboard alone: an empty server, accounts, a survey, a wave, an
answer on a phone. It prints how many keys and seconds each step took, and takes the guide's pictures if told to.
"""

import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as NothingHappened

from tests import qr
from tests.browser import DESKTOP, PHONE, browser_type_launch_args, granian_server, keep_picture

__all__ = ["browser_type_launch_args", "granian_server"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORDS = {"lan@example.vn": "cau tre lac nho suong mai", "minh@example.vn": "bon chiec thuyen tren song Chu"}
UNITS = (("16540", "Thọ Xuân", "xã"), ("16544", "Thọ Long", "xã"), ("16547", "Xuân Hòa", "xã"))
NAMES_OF_QUESTIONS = "[...new Set([...document.querySelectorAll('main input[type=radio]')].map((one) => one.name))]"
MOST_KEYS = 1000  # Of a whole day; half of them are texts.


class Keyboard:
    """A person at a desk without a mouse. Whatever is done is a key, and every key is counted."""

    def __init__(self, page: Page, pictures: Path | None) -> None:
        self.page, self.keys, self.pictures = page, 0, pictures

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.keys += 1

    def go_to(self, target: Locator) -> None:
        """Tab by Tab, as long as the page has something further on."""
        expect(target.first).to_be_visible()
        for _ in range(150):
            if target.evaluate_all("(all) => all.includes(document.activeElement)"):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def skip(self) -> None:
        """Past the menu, as the first Tab of a page offers."""
        self.go_to(self.page.get_by_role("link", name="Đến nội dung chính"))
        self.press("Enter")
        expect(self.page.get_by_role("main")).to_be_focused()

    def type(self, label: str, text: str) -> None:
        """Into the field; what stands in it already goes."""
        field = self.page.get_by_label(label, exact=True)
        self.go_to(field)
        self.press("Control+a")
        self.page.keyboard.type(text)
        self.keys += len(text)
        expect(field).to_have_value(text)

    def tick(self, label: str | re.Pattern[str]) -> None:
        box = self.page.get_by_role("checkbox", name=label)
        self.go_to(box)
        if not box.is_checked():
            self.press("Space")
        expect(box).to_be_checked()

    def push(self, name: str | re.Pattern[str], role: Any = "button", *, heading: str | re.Pattern[str] = "") -> None:
        """A button or link, and the page that comes."""
        self.go_to(self.page.get_by_role(role, name=name, exact=isinstance(name, str)))
        self.press("Enter")
        if heading:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def back(self) -> None:
        """Alt and the left arrow, which a browser without a window does not hear."""
        self.page.go_back()
        self.keys += 1

    def choose_file(self, label: str, file: Path) -> None:
        self.go_to(self.page.get_by_label(label, exact=True))
        for _ in range(4):  # On a busy machine Chromium now and then does nothing at a press.
            try:
                with self.page.expect_file_chooser(timeout=10_000) as chooser:
                    self.press("Space")
            except NothingHappened:
                continue
            chooser.value.set_files(file)
            return
        raise AssertionError(f"no file can be chosen for {label}")

    def picture(self, name: str) -> None:
        if self.pictures:
            keep_picture(self.page, self.pictures / f"{name}.webp")


class Diary:
    """What each step took."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.keys = 0

    @contextmanager
    def step(self, name: str, person: Keyboard) -> Iterator[None]:
        keys, began = person.keys, time.monotonic()
        yield
        self.keys += person.keys - keys
        self.lines.append(f"{name:<44}{person.keys - keys:>5} keys {time.monotonic() - began:>6.1f} s")


def hailong(folder: Path, *arguments: str, typed: str = "") -> None:
    command = [sys.executable, "-c", "from survey_app.commands import cli; cli()", *arguments]
    environ = os.environ | {"INSTANCE": str(folder), "DATABASE_URL": database_of(folder)}
    subprocess.run(command, env=environ, input=typed, check=True, capture_output=True, text=True)


def database_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'hailong.sqlite'}"


def sit_down(browser: Browser, address: str, pictures: Path | None) -> Keyboard:
    context = browser.new_context(viewport={"width": DESKTOP, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.goto(address)  # The one address that a person types or is handed.
    return Keyboard(page, pictures)


def sign_in(person: Keyboard, email: str) -> None:
    person.type("Địa chỉ thư điện tử", email)
    person.type("Mật khẩu", PASSWORDS[email])
    person.press("Enter")
    expect(person.page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def invite(admin: Keyboard, email: str, name: str) -> str:
    """The link that the administrator hands over, whose day begins among the accounts."""
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Tài khoản")
    admin.push("Mời người dùng", "link", heading="Mời người dùng")
    admin.type("Địa chỉ thư điện tử", email)
    admin.type("Tên", name)
    admin.tick("quản lý")
    admin.picture("moi-nguoi-dung")
    admin.push("Tạo liên kết")
    link = admin.page.get_by_label("Liên kết", exact=True)
    expect(link).to_be_visible()
    return link.input_value()


def import_units(manager: Keyboard, folder: Path) -> None:
    file = folder / "units.csv"
    with file.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([("code", "name", "type"), *UNITS])
    manager.push("Đơn vị", "link", heading="Đơn vị")
    manager.skip()
    manager.choose_file("Tệp CSV đơn vị", file)
    manager.push("Nhập")
    expect(manager.page.get_by_role("status").first).to_contain_text("3")


def make_survey(manager: Keyboard) -> None:
    manager.push("Cuộc khảo sát", "link", heading="Cuộc khảo sát")
    manager.push("Cuộc khảo sát mới", "link", heading="Cuộc khảo sát mới")
    manager.skip()
    for label, text in (
        ("Tên tiếng Việt", "Khảo sát hài lòng năm nay"),
        ("Tên tiếng Anh", "Survey of satisfaction this year"),
        ("Tên ngắn", "hai-long"),
        ("Cơ quan chủ trì, tiếng Việt", "Phòng Nội vụ"),
        ("Cơ quan chủ trì, tiếng Anh", "Office of Home Affairs"),
        ("Phương pháp, tiếng Việt", "QĐ 2640/QĐ-BNV"),
        ("Phương pháp, tiếng Anh", "Decision 2640/QĐ-BNV"),
    ):
        manager.type(label, text)
    manager.picture("cuoc-khao-sat-moi")
    manager.push("Lưu cuộc khảo sát", heading="Khảo sát hài lòng năm nay")


def open_wave(manager: Keyboard) -> None:
    """The days and names that the form proposes are good for a first one."""
    manager.push("Đợt mới", "link", heading="Đợt mới")
    manager.skip()
    versions = manager.page.get_by_label("Phiên bản phiếu")
    manager.go_to(versions)
    while "sipas2026" not in versions.evaluate("(list) => list.selectedOptions[0].text"):
        manager.press("ArrowDown")
    manager.picture("dot-moi")
    manager.push("Lưu đợt", heading=re.compile("đang mở"))


def make_points(manager: Keyboard) -> bytes:
    """The sheets of the points, as the browser gets them."""
    manager.push("Điểm khảo sát và tờ QR", "link", heading="Điểm khảo sát")
    manager.skip()
    manager.tick(re.compile(r"^xã"))
    manager.push("Lập các điểm")
    expect(manager.page.get_by_role("status").first).to_contain_text("3")
    manager.picture("diem-khao-sat")
    shows_pdf = manager.page.evaluate("navigator.pdfViewerEnabled")
    with manager.page.context.expect_event("response", lambda found: ".pdf" in found.url) as sheets:
        manager.push("Mọi tờ QR, khổ A4", "link")
    if shows_pdf:  # Another browser keeps the file and stays where it is.
        manager.page.wait_for_url("**/sheets.pdf*")
        manager.back()
    return bytes(manager.page.context.request.get(sheets.value.url).body())


def scan(sheets: bytes) -> str:
    """The address in the code of the first sheet, read as a phone reads it: from the picture."""
    document = pypdfium2.PdfDocument(sheets)
    picture = document[0].render(scale=2, grayscale=True).to_numpy()
    found = qr.read(np.ascontiguousarray(picture))
    document.close()
    assert found
    return found


def answer(browser: Browser, address: str, pictures: Path | None) -> None:
    """A citizen with a phone, who taps."""
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, locale="vi-VN", has_touch=True)
    phone = context.new_page()
    phone.goto(address)
    person = Keyboard(phone, pictures)
    person.picture("nguoi-dan")
    onward = phone.get_by_role("button", name="Tiếp tục", exact=True)
    send = phone.get_by_role("button", name="Gửi câu trả lời")
    while True:
        expect(onward.or_(send)).to_be_visible()
        for name in phone.evaluate(NAMES_OF_QUESTIONS):
            choice = phone.locator(f'input[name="{name}"]').first
            if choice.is_visible():
                choice.tap()
        if send.is_visible():
            break
        turned = phone.locator("main").inner_text()
        onward.tap()
        expect(phone.locator("main")).not_to_have_text(turned)
    send.tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("ảm ơn")
    context.close()


def test_the_first_day_goes_by_the_keyboard_alone(
    browser: Browser,
    granian_server: Callable[..., AbstractContextManager[str]],
    tmp_path: Path,
    pictures: Path | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hailong(tmp_path, "init")
    typed = f"{PASSWORDS['lan@example.vn']}\n"
    hailong(tmp_path, "user", "add", "lan@example.vn", "--role", "administrator", "--password-stdin", typed=typed)
    diary = Diary()
    with granian_server(tmp_path, database_of(tmp_path)) as address:
        admin = sit_down(browser, address, pictures)
        with diary.step("administrator: sign in", admin):
            admin.push("Đăng nhập dành cho cán bộ", "link", heading="Đăng nhập")
            sign_in(admin, "lan@example.vn")
        with diary.step("administrator: invite a manager", admin):
            link = invite(admin, "minh@example.vn", "Trần Văn Minh")
        with diary.step("administrator: sign out", admin):
            admin.push("Đăng xuất", heading="Đăng nhập")
        manager = sit_down(browser, link, pictures)
        with diary.step("manager: choose a password", manager):
            manager.type("Mật khẩu mới", PASSWORDS["minh@example.vn"])
            manager.type("Nhập lại lần nữa", PASSWORDS["minh@example.vn"])
            manager.push("Lưu mật khẩu", heading="Đăng nhập")
        with diary.step("manager: sign in", manager):
            sign_in(manager, "minh@example.vn")
        with diary.step("manager: import the units", manager):
            import_units(manager, tmp_path)
        with diary.step("manager: make a survey", manager):
            make_survey(manager)
        with diary.step("manager: open a wave", manager):
            open_wave(manager)
        with diary.step("manager: make points, see the sheets", manager):
            sheets = make_points(manager)
        answer(browser, scan(sheets), pictures)
        with diary.step("manager: see the answer", manager):
            manager.push("Đợt 1", "link", heading=re.compile("đang mở"))
            row = manager.page.get_by_role("row").filter(has_text="Thọ Xuân")
            expect(row.get_by_role("cell").last).to_have_text("1")
            manager.picture("tien-do")
    with capsys.disabled():
        print("", *diary.lines, f"{'together':<44}{diary.keys:>5} keys", sep="\n")
    assert diary.keys < MOST_KEYS
