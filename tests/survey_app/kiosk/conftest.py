"""A collection point with a kiosk that was set up, and somebody who stands before it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from survey_app import clock, database
from survey_app.enrolment import devices
from survey_app.models import CollectionPoint, DeviceEntry, Response
from survey_app.proofs import visits
from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args, live_server, wait_until
from tests.conftest import make_app
from tests.survey_app.tablet.driver import QUICK_PIN

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]
EXIT = "274951"


class Kiosk:
    """`taken` and `waiting` are entries as the office has them."""

    def __init__(self, page: Page, app: Flask, address: str) -> None:
        self.page, self.app, self.address = page, app, address

    def set_up(self) -> None:
        self.page.goto(f"{self.address}/kiosk/#enrol={self._code()}")
        self.page.get_by_label("Mã để mở khóa máy").fill(EXIT)
        self.press("Cài đặt")
        self.idle()

    def _code(self) -> str:
        with self.app.app_context():
            session = database.writing(database.session())
            point, key = session.query(CollectionPoint).one(), self.app.config["SETTINGS"].token_key
            _device, code = devices.add_kiosk(session, key, point, "Sảnh", datetime.now(UTC))
            session.commit()
            return code

    def visit_code(self) -> str:
        with self.app.app_context():
            point = database.session().query(CollectionPoint).one()
            key = visits.point_key(self.app.config["SETTINGS"].token_key, point.code)
            return visits.new_code(key, "A", clock.local_day(datetime.now(UTC)))

    def idle(self) -> None:
        expect(self.page.locator("body")).to_have_attribute("data-on", "idle", timeout=20_000)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def tick(self, code: str, value: str) -> None:
        self.page.locator(f'[name="{code}"][value="{value}"]').locator("..").click()
        self.page.wait_for_timeout(400)  # As nobody reads faster.

    def fill_in(self, level: str = "4") -> None:
        self.press("Bắt đầu")
        self.answer(level)

    def answer(self, level: str = "4") -> None:
        self.tick("K1", level)
        self.press("Tiếp tục")
        self.page.wait_for_timeout(400)
        self.tick("K2", "trips1")
        self.press("Tiếp tục")
        self.page.wait_for_timeout(400)
        self.press("Hoàn thành")

    def responses(self) -> list[Response]:
        with self.app.app_context():
            return list(database.session().query(Response))

    def entries(self) -> list[Any]:
        with self.app.app_context():
            return list(database.session().query(DeviceEntry))

    def until_taken(self, count: int) -> None:
        """The line comes back, or a quarter of an hour is over."""
        self.page.locator("body[data-on=thanks], body[data-on=idle]").wait_for()
        self.page.evaluate("dispatchEvent(new Event('online'))")

        def left() -> object:
            return [(entry.state, entry.reason) for entry in self.entries()]

        wait_until(self.page, lambda: len(self.responses()) == count, found=left)


@pytest.fixture
def kiosk_app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    today = clock.local_day(datetime.now(UTC))
    with app.app_context():
        session = database.session()
        days = {"opens_on": today - timedelta(days=5), "closes_on": today + timedelta(days=20)}
        factories.make_point(session, wave=factories.make_wave(session, "quay_motcua", **days), mode="kiosk")
        session.commit()
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def kiosk(context: BrowserContext, kiosk_app: Flask, live_server: Callable[[Flask], str]) -> Kiosk:
    context.add_init_script(QUICK_PIN)
    page = context.new_page()
    page.set_viewport_size({"width": 800, "height": 1280})
    found = Kiosk(page, kiosk_app, live_server(kiosk_app))
    found.set_up()
    return found
