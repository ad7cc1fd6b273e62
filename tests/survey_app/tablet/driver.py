"""An officer with a tablet: presses what an officer presses, and says what stands on the screen."""

import contextlib
import re
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser import wait_until

PIN = "274951"
GOOD = {"respondent_type": "citizen", "A1.1": "4", "A2.1": "5", "N7": "no"}
DONE = "Hoàn thành"
# Slow on purpose for whoever guesses, and each test sets up a device; `test_survival` keeps the device's own strength.
QUICK_PIN = """const derive = SubtleCrypto.prototype.deriveKey;
SubtleCrypto.prototype.deriveKey = function (how, ...rest) {
  return derive.call(this, how.name === "PBKDF2" ? { ...how, iterations: 1000 } : how, ...rest);
};"""


class Tablet:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open(self) -> None:
        self.page.goto(f"{self.address}/tablet/")

    def enrol(self, code: str, pin: str = PIN) -> None:
        self.page.goto(f"{self.address}/tablet/#enrol={code}")
        self.press("Cài đặt")
        self.page.get_by_label("Mã PIN", exact=True).fill(pin)
        self.page.get_by_label("Nhập lại mã PIN").fill(pin)
        self.press("Lưu mã PIN")
        expect(self.heading()).to_have_text("Hôm nay")

    def unlock(self, pin: str = PIN) -> None:
        expect(self.heading()).to_have_text("Máy đang khóa")
        self.page.get_by_label("Mã PIN", exact=True).fill(pin)
        self.press("Mở")

    def press(self, name: str) -> None:
        """Done when what it set going is done: the same heading may stand there before and after."""
        self.page.get_by_role("button", name=name, exact=True).click()
        expect(self.page.locator("[data-busy]")).to_have_count(0, timeout=30_000)

    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def see(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def count(self, name: str) -> Locator:
        return self.page.locator(f'[data-slot="{name}"]').first

    def until_received(self, entries: int) -> None:
        expect(self.count("taken")).to_have_text(str(entries), timeout=30_000)

    def unsent(self) -> int:
        """Entries for which the tablet holds no receipt, by its own store."""
        script = """const device = await identity.current(db);
            const { unsent, sent } = await journal.counts(db, device.code);
            return unsent + sent;"""
        return int(self.in_store(script))

    def note_attempts(self, count: int) -> None:
        """Straight into the journal: as many attempts at the first case."""
        self.in_store(
            """const device = await identity.current(db);
            const [day, at] = [new Date().toISOString().slice(0, 10), new Date().toISOString()];
            const how = { outcome: "not_contacted", channel: "call", day, part: "morning" };
            const attempt = { kind: "attempt", case: 1, ...how, at };
            for (let n = 0; n < args[0]; n += 1) await journal.append(db, device, attempt);""",
            count,
        )

    def to_case(self, number: int) -> None:
        row = self.page.get_by_role("link", name=re.compile(rf"^Trường hợp {number}\b"))
        if not row.first.is_visible():
            for group in self.page.locator("details.group:not([open]) summary").all():
                group.click()
        here = self.page.get_by_role("heading", level=1, name=re.compile(rf"^Trường hợp {number}\b"))
        row.first.click()
        with contextlib.suppress(TimeoutError):  # A row that changes is drawn anew: one presses again.
            here.wait_for(timeout=5_000)
        if not here.is_visible():
            row.first.click()
        expect(self.heading()).to_have_text(f"Trường hợp {number}")

    def begin(self, number: int, way: str = "Phỏng vấn trực tiếp") -> None:
        self.to_case(number)
        self.press(way)
        expect(self.page.locator("[data-root] [name]").first).to_be_attached()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f'[data-root] [name="{name}"][value="{value}"]').check()

    def write(self, name: str, text: str) -> None:
        self.page.locator(f'[data-root] [name="{name}"]:not([type=checkbox]):not([type=radio])').fill(text)

    def answer(self, answers: dict[str, str] | None = None, comment: str = "") -> None:
        """Fills in what is shown, page after page, and finishes."""
        left = dict(GOOD if answers is None else answers)
        expect(self.page.locator("[data-root] [name]").first).to_be_attached()
        for _page in range(40):
            for name, value in list(left.items()):
                if self.page.locator(f'[data-root] [name="{name}"][value="{value}"]').first.is_visible():
                    self.choose(name, left.pop(name) and value)
            if comment and self.page.locator('[data-root] textarea[name="comment"]').is_visible():
                self.write("comment", comment)
            following = self.page.get_by_role("button", name="Tiếp tục", exact=True)
            done = self.page.get_by_role("button", name=DONE, exact=True)
            expect(following.or_(done).first).to_be_visible()
            if not following.is_visible():
                break
            following.click()
        self.press(DONE)

    def answer_until(self, name: str) -> None:
        """Turns pages until a question is shown, with the answers that must be given on the way."""
        self.choose("respondent_type", "citizen")
        while not self.page.locator(f'[data-root] [name="{name}"]').first.is_visible():
            self.press("Tiếp tục")

    def interview(self, number: int, comment: str = "") -> None:
        """A whole interview, back to the list."""
        self.begin(number)
        self.answer(comment=comment)
        expect(self.heading()).to_have_text("Đã lưu trên máy")
        self.press("Tiếp tục")
        expect(self.heading()).to_have_text("Hôm nay")

    def until_saved(self) -> None:
        expect(self.page.locator('[data-slot="saved"]')).to_contain_text("Đã lưu trên máy")

    def until_worker(self, is_so: str) -> None:
        """Until something holds of the registration `one` of the worker."""
        script = f"navigator.serviceWorker.getRegistration('/tablet/').then((one) => Boolean({is_so}))"
        wait_until(self.page, lambda: self.page.evaluate(script))

    def until_in_store(self, is_so: str) -> None:
        """Until the body returns true."""
        wait_until(self.page, lambda: self.in_store(is_so))

    def until_held(self) -> None:
        """The worker has everything that a start without a line needs."""
        self.until_worker("one && one.active && navigator.serviceWorker.controller")

    def back_to_list(self) -> None:
        self.page.evaluate("location.hash = 'today'")
        expect(self.heading()).to_have_text("Hôm nay")

    def in_store(self, script: str, *arguments: Any) -> Any:
        """Runs a body with `db` and the modules of the tablet; `args` are the arguments."""
        body = f"""async (args) => {{
            const [store, journal, identity, vault] = await Promise.all(
                ["store", "journal", "identity", "vault"].map((name) => import(`/static/tablet/${{name}}.js`)));
            const db = await store.open();
            try {{ return await (async () => {{ {script} }})(); }} finally {{ db.close(); }}
        }}"""
        return self.page.evaluate(body, list(arguments))
