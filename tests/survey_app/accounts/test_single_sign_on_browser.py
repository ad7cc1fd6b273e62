"""Single sign-on in a real Chromium, to a real provider and back; and the pages before a sign-in in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from benchmarks.site import free_port
from survey_app import create_app
from tests.browser import browser_type_launch_args, faults_of_pages, running
from tests.conftest import make_app
from tests.oidc import province as provinces
from tests.oidc.province import CLIENT, SECRET, Province
from tests.staff import make_staff

__all__ = ["browser_type_launch_args"]
pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Province]]:
    address = f"http://127.0.0.1:{(port := free_port())}"
    plain = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    with provinces.at_work(tmp_path, f"{address}/login/single-sign-on/back") as province:
        own = {"oidc_issuer": province.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        mail = {"mail_server": "smtp://127.0.0.1:1?tls=off", "mail_from": "khaosat@example.vn"}
        app = create_app(replace(plain.config["SETTINGS"], public_url=address, **own, **mail))
        make_staff(app, "officer")
        with running(make_server("127.0.0.1", port, app, threaded=True)):
            yield address, province
    for one in (plain, app):
        one.extensions["engine"].dispose()


def _through(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/field/cases?lang=vi")
    page.get_by_role("link", name="Đăng nhập một lần của tỉnh").click()
    page.get_by_label("Who").fill(who)
    page.get_by_role("button", name="Enter").click()


def test_an_officer_comes_in_by_the_province_and_a_stranger_is_told_why_not(
    browser: Browser, site: tuple[str, Province]
) -> None:
    address, province = site
    province.knows({"7": {"email": "officer@example.vn", "email_verified": True}, "8": {}})
    page = browser.new_page()
    faults = faults_of_pages(page, address, ("/login", "/forgotten-password", "/login/single-sign-on/back"))
    assert faults == []

    _through(page, address, "8")
    expect(page.get_by_role("heading", level=1)).to_have_text("Địa chỉ thư điện tử của Ông/Bà chưa được xác nhận ở đó")
    page.get_by_role("link", name="Thử lại đăng nhập một lần").click()
    page.get_by_label("Who").fill("7")  # Asked anew, and not the same person again.
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("link", name="Việc chờ")).to_be_visible()
    page.close()

    page = browser.new_page()
    _through(page, address, "7")
    expect(page).to_have_url(f"{address}/field/cases?lang=vi")
    assert faults_of_pages(page, address, ("/account/", "/account/waiting")) == []
    page.close()
