"""Every page of the map of addresses in a real Chromium, in both languages: axe finds nothing, nothing is too wide."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import factories, staff
from tests.browser import DESKTOP, browser_type_launch_args, faults_of_pages, keep_picture, serving
from tests.conftest import make_app
from tests.survey_app import every_page
from tests.survey_app.every_page import LOOKING, Visit

__all__ = ["browser_type_launch_args"]
# Addresses that show no page here.
NO_PAGE = {
    # Files, and what other pages take in.
    *(
        "bootstrap.static",
        "security.static",
        "answer.asset",
        "answer.audio",
        "manage.plan_document",
        "manage.plan_folder",
    ),
    *("manage.contact_list", "manage.print_paper", "manage.wave_sheets", "manage.point_sheet", "results.take_template"),
    # They only lead on.
    *("single_sign_on.leave", "single_sign_on.come_back"),
    *("answer.open_by_visit", "answer.open_from_the_hall", "console.start", "entry.open_sheet", "heard.of_point"),
    "guide.show_fitting",
    # They need a story, in which other tests look at them.
    *("answer.thanks", "answer.open_by_slip"),  # answer/test_browser
    *("manage.design_plan", "manage.edit_document", "manage.swap_place"),  # manage/test_plan_browser
    "entry.show_scans",  # entry/test_scans
    "office.show_figures",  # results/test_publication_browser
    *("security.two_factor_token_validation", "security.mf_recovery"),  # accounts/test_second_factor_browser
    *("security.tf_select", "security.wan_signin"),
}
# Screens of programs, each with a test of its own: tablet/test_access, kiosk/test_kiosk.
PROGRAMS = {"tablet.show_shell", "kiosk.show_shell"}

# Of the guide; the other ones `test_first_day` takes.
PICTURES = {
    "officer": {"truong-hop": "/field/cases", "phieu-giay": "/field/paper/"},
    "viewer": {"ket-qua": "/results/release-1"},
}


class Office(NamedTuple):
    app: Flask
    address: str
    pages: dict[str, list[Visit]]  # By who looks at them.
    without: set[str]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    app.config["CLOCK"] = lambda: factories.NOON
    letters = {"mail_server": "smtp://127.0.0.1:9", "mail_from": "office@example.vn"}  # Then pages offer them.
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **letters)
    parts = every_page.fill(app)
    pages: dict[str, list[Visit]] = {person: [] for person in LOOKING}
    without = set()
    clients = {person: staff.Staff(app, f"{person}@example.vn").client for person in LOOKING[1:]}
    clients["anonymous"] = app.test_client()
    for visit in every_page.visits(app, parts):
        response = clients[visit.person].get(visit.path, buffered=True)
        if response.status_code != 200:
            without.add(visit.endpoint)
        elif response.mimetype == "text/html" and visit.endpoint not in PROGRAMS:
            pages[visit.person].append(visit)
    with serving(app) as address:
        yield Office(app, address, pages, without)
    app.extensions["engine"].dispose()


def test_every_route_shows_its_page(office: Office) -> None:
    assert office.without == NO_PAGE


@pytest.mark.browser
@pytest.mark.parametrize("person", LOOKING)
def test_every_page_can_be_used_by_everybody(
    browser: Browser, office: Office, person: str, pictures: Path | None
) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    if person != "anonymous":
        page.goto(f"{office.address}/login")
        page.get_by_label("Địa chỉ thư điện tử").fill(f"{person}@example.vn")
        page.get_by_label("Mật khẩu").fill(staff.PASSWORD)
        page.get_by_label("Mật khẩu").press("Enter")
        page.get_by_role("button", name="Đăng xuất").wait_for()
    faults = faults_of_pages(page, office.address, [visit.path for visit in office.pages[person]])
    for name, path in PICTURES.get(person, {}).items() if pictures else ():
        page.set_viewport_size({"width": DESKTOP, "height": 800})
        page.goto(f"{office.address}{path}?lang=vi")
        keep_picture(page, pictures / f"{name}.webp")
    page.close()

    assert faults == []
    assert errors == []
