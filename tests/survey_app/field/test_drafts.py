"""What an interview leaves on the officer's device: a draft until it is sent or the officer signs out, then nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from survey_app import database
from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args, live_server, sign_out, wait_until
from tests.staff import PASSWORD, make_staff

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser
DRAFTS = "Object.keys(localStorage)"


@pytest.fixture
def interview(console_app: Flask, live_server: Callable[[Flask], str], page: Page) -> Page:
    """An interview that has begun: the officer is signed in and has chosen one answer."""
    console_app.config["CLOCK"] = lambda: factories.NOON
    officer_id = make_staff(console_app, "officer")
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        factories.make_case(session, wave, unit, 1, officer_id=officer_id)
        session.commit()
    page.goto(f"{live_server(console_app)}/login?next=/field/cases/1/answer")
    page.locator("[name=email]").fill("officer@example.vn")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_load_state()  # With the script that keeps drafts.
    page.locator('[name="respondent_type"][value="citizen"]').check()
    return page


def test_the_draft_is_gone_with_the_receipt(interview: Page) -> None:
    begun = interview.evaluate(DRAFTS)
    interview.get_by_role("button", name="Tiếp tục").click()
    interview.locator('[name="A1.1"][value="4"]').check()
    while interview.get_by_role("button", name="Tiếp tục").is_visible():
        interview.get_by_role("button", name="Tiếp tục").click()
    interview.get_by_role("button", name="Gửi câu trả lời").click()
    interview.wait_for_url("**/receipt*", wait_until="load")

    assert begun == ["/field/cases/1/answer"]
    assert interview.evaluate(DRAFTS) == []


def test_the_draft_is_gone_when_the_officer_signs_out(interview: Page) -> None:
    begun = interview.evaluate(DRAFTS)
    interview.goto(interview.url.replace("/1/answer", ""))
    sign_out(interview)
    expect(interview.locator("[name=password]")).to_be_visible()

    assert begun == ["/field/cases/1/answer"]
    wait_until(interview, lambda: interview.evaluate(DRAFTS) == [])
