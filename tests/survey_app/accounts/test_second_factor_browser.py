"""The second step in a real Chromium: the picture that an app scans, passkeys of a virtual authenticator, axe."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey_app import database
from survey_app.models import Letter
from tests import qr
from tests.browser import DESKTOP, PHONE, accessibility_faults, browser_type_launch_args, live_server, sign_out
from tests.staff import PASSWORD, make_staff
from tests.survey_app.accounts.authenticator import AT, code, set_clock
from tests.survey_app.notices.test_links import letters, use_mail

__all__ = ["browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": PHONE, "height": 740})


@pytest.fixture
def address(console_app: Flask, live_server: Callable[[Flask], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """By name, for no passkey belongs to a bare number."""
    set_clock(monkeypatch, console_app)
    make_staff(console_app, "manager")
    return live_server(console_app).replace("127.0.0.1", "localhost")


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it is, and whether it is wider than a telephone or a desk."""
    found = [accessibility_faults(page)]
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 740})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{page.url}: wider than {width}")
    return [one for one in found if one]


def faults_in_both_languages(page: Page) -> list[str]:
    """Of a page that may be asked for once more."""
    found, here = [], page.url.partition("?")[0]
    for language in ("en", "vi"):
        page.goto(f"{here}?lang={language}")
        found += faults(page)
    return found


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("#email", "manager@example.vn")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def test_an_app_scans_the_picture_and_its_codes_sign_in_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/account/second-factor/")
    page.get_by_role("link", name="Thiết lập ứng dụng tạo mã").click()
    picture = page.get_by_role("main").get_by_role("img").screenshot()
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    scanned = qr.read(pixels)
    key = scanned.partition("secret=")[2].partition("&")[0]
    page.get_by_label("Mã hiện trên ứng dụng").fill(code(key))
    page.get_by_role("button", name="Bật").click()
    codes = page.locator(".recovery-codes code")
    expect(codes).to_have_count(10)
    one = codes.first.inner_text()
    sign_out(page)
    sign_in(page, address)
    page.get_by_label("Mã hiện trên ứng dụng").fill("000000")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã không đúng")
    page.get_by_label("Mã hiện trên ứng dụng").fill(code(key, AT + 30))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(f"{address}/manage/surveys")
    sign_out(page)
    sign_in(page, address)
    page.get_by_role("link", name="dùng mã khôi phục").click()
    page.get_by_label("Mã khôi phục").fill(one)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(f"{address}/manage/surveys")
    context.close()

    assert scanned.startswith("otpauth://totp/H%C3%A0i%20L%C3%B2ng:manager")


def test_a_passkey_is_added_signs_in_and_is_removed(console_app: Flask, page: Page, address: str) -> None:
    """Beside an app, so that every page of the second step is seen, by axe too."""
    use_mail(console_app, "smtp://127.0.0.1:1?tls=off")
    found, errors = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, address)
    page.goto(f"{address}/account/second-factor/app")
    page.get_by_label("Mã hiện trên ứng dụng").fill(code(page.locator(".whole-key").inner_text()))
    page.get_by_role("button", name="Bật").click()
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    found += faults(page)
    page.goto(f"{address}/account/second-factor/")
    page.get_by_label("Tên của khóa truy cập mới").fill("Máy ở bàn làm việc")
    with console_app.app_context():
        database.session().execute(sa.delete(Letter))
        database.session().commit()
    page.get_by_role("button", name="Thêm khóa truy cập").click()
    expect(page.get_by_role("status")).to_contain_text("Đã thêm khóa truy cập")
    told = [letter.kind for letter in letters(console_app)]
    expect(page.get_by_text("Máy ở bàn làm việc", exact=True)).to_be_visible()
    found += faults_in_both_languages(page)
    kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": added["authenticatorId"]})["credentials"]
    sign_out(page)
    sign_in(page, address)
    found += faults_in_both_languages(page)
    page.get_by_role("button", name="Bằng mã của ứng dụng").click()
    found += faults_in_both_languages(page)
    page.get_by_role("link", name="dùng mã khôi phục").click()
    found += faults_in_both_languages(page)
    page.get_by_role("link", name="Chọn cách khác").click()
    page.get_by_role("button", name="Bằng khóa truy cập").click()
    found += faults_in_both_languages(page)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    expect(page).to_have_url(f"{address}/manage/surveys")
    page.goto(f"{address}/account/second-factor/")
    page.get_by_role("button", name="Gỡ khóa truy cập Máy ở bàn làm việc").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gỡ khóa truy cập")
    sign_out(page)
    sign_in(page, address)
    expect(page.get_by_label("Mã hiện trên ứng dụng")).to_be_visible()  # No choice any more.
    page.close()

    assert told == ["second_step"]
    assert [one["rpId"] for one in kept] == ["localhost"]
    assert (found, errors) == ([], [])


def test_a_passkey_that_does_not_answer_says_so_and_is_asked_again(page: Page, address: str) -> None:
    """As where somebody closes the browser's question."""
    page.add_init_script("navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
    sign_in(page, address)
    page.goto(f"{address}/account/second-factor/")
    page.get_by_label("Tên của khóa truy cập mới").fill("Máy ở bàn làm việc")
    page.get_by_role("button", name="Thêm khóa truy cập").click()
    expect(page.get_by_role("alert")).to_contain_text("không phản hồi")
    found = faults(page)
    page.get_by_role("button", name="Hỏi lại").click()
    expect(page.get_by_role("alert")).to_contain_text("không phản hồi")
    page.close()

    assert found == []
