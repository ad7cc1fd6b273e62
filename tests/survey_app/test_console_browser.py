"""The console in a real Chromium: axe finds nothing, nothing is wider than the screen, all goes without script."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from survey_app import corrections, database, wave_life
from survey_app.models import CollectionPoint
from survey_app.proofs import slips
from survey_app.wave_life import By
from tests import factories
from tests.browser import DESKTOP, PHONE, accessibility_faults, browser_type_launch_args, faults_of_pages, live_server
from tests.staff import PASSWORD, make_staff
from tests.survey_app.design.changed import make_changed_draft
from tests.survey_app.results.folders import make_release_folder, make_snapshot
from tests.survey_app.test_extract import SIPAS, make_answers, make_response

__all__ = ["browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser
ENTERED = UUID(int=5)
PAGES = {
    "administrator": (
        *("/accounts/", "/accounts/new", "/accounts/1", "/account/", "/account/password"),
        "/account/waiting",
        *("/audit/", "/audit/?who=nobody"),
    ),
    "manager": (
        *("/manage/surveys", "/manage/surveys/sipas-2026", "/manage/surveys/new", "/manage/surveys/sipas-2026/edit"),
        *(
            "/manage/surveys/sipas-2026/waves/new",
            "/manage/waves/sipas-2026-dot-1",
            "/manage/waves/sipas-2026-dot-1/edit",
        ),
        *(
            *(f"/manage/waves/sipas-2026-dot-1/{step}" for step in ("close", "extend", "rehearse", "copy")),
            *("/manage/waves/ended/reopen", "/manage/waves/rehearsal", "/manage/waves/rehearsal/points"),
            "/manage/waves/sipas-2026-dot-1/points",
            "/manage/waves/sipas-2026-dot-1/paper",
            "/manage/waves/sipas-2026-dot-1/entered",
            f"/manage/entered/{ENTERED}",
            "/manage/waves/sipas-2026-dot-1/field",
            "/manage/waves/sipas-2026-dot-1/next",
        ),
        *("/manage/waves/sipas-2026-dot-1/points/new", "/manage/units?on=2017-06-01"),
        *("/manage/waves/sipas-2026-dot-1/slips", "/manage/points/K7QF3MX/slips/new", "/manage/slips/K7QF"),
        *("/results/", "/results/release-1", "/results/release-1/publication", "/results/release-1/documents"),
        "/results/release-1/figures/probability/factor/A1/all/all",
        "/results/running/sipas-2026?units=001&modes=tablet",
        *("/design/", "/design/new", "/design/versions/1", "/design/versions/1/retire", "/design/versions/1/preview"),
        *("/design/drafts/1", "/design/drafts/1/questions/A1.1", "/design/drafts/1/questions/N6a"),
        *("/design/drafts/1/questions/A1.1/remove", "/design/drafts/1/questions/N5/remove"),
        *("/design/drafts/1/questions/N5/recordings", "/design/drafts/1/parts/A1/add", "/design/drafts/1/parts/A1"),
        *("/design/drafts/1/parts/new", "/design/drafts/1/head", "/design/drafts/1/preview", "/design/drafts/1/review"),
        *("/design/drafts/1/compare", "/design/drafts/1/history", "/design/drafts/1/history/1"),
        "/design/drafts/1/preview?device=tablet&variant=short&path=2",
    ),
    "officer": (
        "/field/cases",
        "/field/next",
        "/field/cases?disposition=all",
        "/field/cases/1",
        "/field/cases/1/answer",
    ),
}


@pytest.fixture
def address(console_app: Flask, live_server: Callable[[Flask], str]) -> str:
    console_app.config["CLOCK"] = lambda: factories.NOON
    ids = {role: make_staff(console_app, role) for role in PAGES}
    with console_app.app_context():
        session = database.session()
        point = factories.make_point(session, wave=factories.make_wave(session, simulated=True))
        for number in (1, 2):
            factories.make_case(session, point.wave, point.unit, number, officer_id=ids["officer"])
        make_entered(session, point, ids["manager"])
        make_changed_draft(session, ids["manager"])
        wave_life.rehearse(session, point.wave, factories.NOON.date(), By(factories.NOON), "thử máy").slug = "rehearsal"
        ended = {"opens_on": date(2026, 10, 1), "closes_on": date(2026, 10, 31)}
        factories.make_wave(session, survey=point.wave.survey, slug="ended", **ended)
        for_slips = factories.make_point(session, wave=point.wave, unit=point.unit, code="K7QF3MX", mode="qr_slip")
        slips.add_batch(session, for_slips, 40, "15520", "15520-01", 12.5).code = "K7QF"
        session.commit()
    settings = console_app.config["SETTINGS"]
    make_release_folder(settings.releases / "release-1")
    make_snapshot(settings.dashboards / "sipas-2026", settings.extracts / "bench")
    return live_server(console_app)


def make_entered(session: Session, point: CollectionPoint, manager_id: int) -> None:
    """An officer's response that was voided and restored."""
    case = factories.make_case(session, point.wave, point.unit, 3, disposition="complete")
    place = {"id": ENTERED, "unit_id": point.unit_id, "case_id": case.id, "mode": "tablet"}
    response = make_response(session, point.wave, make_answers(SIPAS, **{"A1.1": 4}), **place)
    for step in (corrections.void, corrections.restore):
        step(session, response, By(factories.NOON, manager_id), "nhầm số thứ tự")


def sign_in(page: Page, address: str, role: str) -> None:
    page.goto(f"{address}/login?lang=vi")
    page.fill("#email", f"{role}@example.vn")
    page.fill("#password", PASSWORD)
    page.click("main button")


def widest(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("role", sorted(PAGES))
def test_every_page_can_be_used_by_everybody(browser: Browser, address: str, role: str) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    sign_in(page, address, role)
    faults = faults_of_pages(page, address, PAGES[role])
    page.close()

    assert faults == []
    assert errors == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_signing_in_can_be_done_by_everybody(browser: Browser, address: str, language: str) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 740})
    page.goto(f"{address}/login?lang={language}")
    before = accessibility_faults(page)
    page.click("main button")
    alert = page.get_by_role("alert").inner_text()
    page.wait_for_load_state()  # With its stylesheet: a click does not wait for the page it brings.
    after = accessibility_faults(page)
    page.close()

    assert (before, after) == ("", "")
    assert alert


def test_a_manager_makes_a_wave_without_script_and_sees_the_fault_beside_its_field(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "manager")
    page.goto(f"{address}/manage/surveys/new?lang=en")
    page.get_by_label("Name in Vietnamese").fill("Khảo sát mới")
    page.get_by_role("button", name="Save survey").click()
    described = page.get_by_label("Short name").get_attribute("aria-describedby") or ""

    assert page.get_by_role("alert").get_by_role("link").count() >= 5
    assert page.locator(f"#{described.split()[-1]}").inner_text()
    assert page.get_by_label("Name in Vietnamese").input_value() == "Khảo sát mới"
    context.close()


def test_the_keyboard_alone_reaches_the_content_and_the_forms(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": DESKTOP, "height": 800})
    sign_in(page, address, "officer")
    page.wait_for_url("**/field/cases")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reached = page.evaluate("document.activeElement.id")
    page.close()

    assert reached == "content"
