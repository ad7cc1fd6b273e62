"""Comments with the keyboard alone."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from survey_app import database
from tests import factories, staff
from tests.browser import (
    browser_context_args,
    browser_type_launch_args,
    live_server,
)
from tests.survey_app.comments.wave_of_comments import make_comments

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("#email", "analyst@example.vn")
    page.fill("#password", staff.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Việc chờ")).to_be_visible()


def test_a_page_of_comments_is_coded_with_the_keyboard(
    console_app: Flask, live_server: Callable[[Flask], str], page: Page
) -> None:
    console_app.config["CLOCK"] = lambda: factories.NOON
    staff.make_staff(console_app, "analyst")
    with console_app.app_context():
        make_comments(database.session())
        database.session().commit()
    address = live_server(console_app)
    sign_in(page, address)
    page.goto(f"{address}/comments/")
    page.get_by_role("link", name="Đợt 1").press("Enter")
    unread = page.get_by_role("group", name="Nhóm vấn đề").filter(has_not=page.locator(":checked"))
    unread.get_by_role("checkbox", name="Nội dung khác").press("Space")
    page.keyboard.press("Enter")  # In a box of the form, as in any field of it.
    expect(page.get_by_role("status")).to_contain_text("5 ý kiến")
    page.get_by_role("button", name="Hoàn tác").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác: 5 ý kiến")
