"""The console of the same address, used in the tablet's browser: it takes nothing from what the tablet keeps."""

import pytest
from playwright.sync_api import expect

from tests.browser import browser_context_args, live_server, sign_out
from tests.staff import PASSWORD
from tests.survey_app.tablet.driver import Tablet
from tests.survey_app.tablet.office import Office, address, office, tablet

__all__ = ["address", "browser_context_args", "live_server", "office", "tablet"]
pytestmark = pytest.mark.browser


def test_an_officer_who_signs_out_of_the_console_loses_no_interview(tablet: Tablet, office: Office) -> None:
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    tablet.page.context.set_offline(True)
    tablet.interview(1)
    tablet.page.goto("about:blank")
    tablet.page.context.set_offline(False)
    tablet.page.goto(f"{tablet.address}/login")
    tablet.page.locator("[name=email]").fill("lan@example.vn")
    tablet.page.locator("[name=password]").fill(PASSWORD)
    tablet.page.locator("main button").click()
    sign_out(tablet.page)
    expect(tablet.page.locator("[name=password]")).to_be_visible()
    assert office.stored() == []

    tablet.open()
    tablet.unlock()
    tablet.until_received(1)
    assert [one.case_id for one in office.stored()] == [office.case(1).id]
