"""Comments with the keyboard alone, and axe, from phone to desktop in both languages."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.models import RegisterEntry, Unit, User
from tests import factories, staff
from tests.browser import (
    DESKTOP,
    PHONE,
    accessibility_faults,
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
    expect(page.get_by_role("navigation", name="Điều hướng chính")).to_be_visible()


def make_entry(session: Session) -> int:
    """A public one, long overdue once."""
    user, unit = session.scalars(sa.select(User)).one(), session.scalars(sa.select(Unit)).one()
    day = date(2026, 11, 2)
    entry = RegisterEntry(kind="petition", state="published", unit_id=unit.id, owner_id=user.id, made_by_id=user.id)
    entry.received_on = entry.due_on = entry.made_on = entry.published_on = day
    entry.summary, entry.answer = "Người dân mong có thêm chỗ ngồi chờ.", "Đã kê thêm mười ghế."
    session.add(entry)
    session.flush()
    return entry.id


def test_a_page_of_comments_is_coded_with_the_keyboard_and_axe_finds_nothing(
    console_app: Flask, live_server: Callable[[Flask], str], page: Page
) -> None:
    console_app.config["CLOCK"] = lambda: factories.NOON
    staff.make_staff(console_app, "analyst")
    with console_app.app_context():
        make_comments(database.session())
        entry = f"/register/{make_entry(database.session())}"
        database.session().commit()
    address = live_server(console_app)
    sign_in(page, address)
    faults = []
    for width, query in ((PHONE, "lang=vi"), (DESKTOP, "lang=en"), (DESKTOP, "state=coded&lang=vi")):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}/comments/waves/sipas-2026-dot-1?{query}")
        faults.append(accessibility_faults(page))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for path in ("/comments/", "/register/?lang=vi", f"{entry}?lang=en", "/register/new?kind=petition", "/gop-y/"):
        page.goto(f"{address}{path}")
        faults.append(accessibility_faults(page))
    page.set_viewport_size({"width": PHONE, "height": 800})
    for path in ("/register/", entry, "/gop-y/15520", "/gop-y/15520?lang=en&large=1"):
        page.goto(f"{address}{path}")
        faults.append(accessibility_faults(page))
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE

    assert not any(faults), faults
    page.goto(f"{address}/comments/")
    page.get_by_role("link", name="Đợt 1").press("Enter")
    unread = page.get_by_role("group", name="Nhóm vấn đề").filter(has_not=page.locator(":checked"))
    unread.get_by_role("checkbox", name="Nội dung khác").press("Space")
    page.keyboard.press("Enter")  # In a box of the form, as in any field of it.
    expect(page.get_by_role("status")).to_contain_text("5 ý kiến")
    page.get_by_role("button", name="Hoàn tác").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác: 5 ý kiến")
