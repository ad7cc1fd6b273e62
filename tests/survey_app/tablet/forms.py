"""A form open on an empty page, as a device opens it, and what a person there sees and does."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route

STATIC = Path(__file__).parents[3] / "survey_app" / "static"
ADDRESS = "http://device.test/"
TYPES = {".js": "text/javascript", ".css": "text/css"}
BLANK = """<!doctype html><html lang="vi"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phiếu</title><link rel="stylesheet" href="answer.css"><link rel="stylesheet" href="form.css">
<body><main data-root></main></body></html>"""
OPEN = """async ([form, options]) => {
  const { openForm } = await import("/form.js");
  globalThis.changed = 0;
  globalThis.done = globalThis.left = 0;
  globalThis.opened = openForm(document.querySelector("[data-root]"), form, {
    ...options, onChange: () => (changed += 1), onDone: () => (done += 1), onLeave: () => (left += 1),
  });
  globalThis.began = performance.now();
}"""
WORDS = {"office": "Bộ phận Một cửa <b>", "unit": "Xã Thọ Hải", "owner": "Phòng Nội vụ", "procedure": "việc vừa làm"}
SHOWN = "[...document.querySelectorAll('.part:not([hidden]) .q:not([hidden])')].map(q => q.id.slice(2))"


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(ADDRESS)
    found = next((path for path in (STATIC / "tablet" / name, STATIC / name) if name and path.is_file()), None)
    if found is None:
        route.fulfill(content_type="text/html", body=BLANK)
    else:
        route.fulfill(content_type=TYPES[found.suffix], body=found.read_text())


class FormPage:
    def __init__(self, page: Page, form: dict[str, Any], **options: Any) -> None:
        self.page = page
        page.route(f"{ADDRESS}**", serve)
        page.goto(ADDRESS)
        self.open(form, **options)

    def open(self, form: dict[str, Any], **options: Any) -> None:
        self.page.evaluate(OPEN, [form, {"words": WORDS} | options])

    def answers(self) -> dict[str, list[str]]:
        return json.loads(self.page.evaluate("JSON.stringify(opened.answers())"))  # type: ignore[no-any-return]

    def paradata(self) -> dict[str, Any]:
        return self.page.evaluate("opened.paradata()")  # type: ignore[no-any-return]

    def shown(self) -> list[str]:
        """The questions on the screen, in their order."""
        return self.page.evaluate(SHOWN)  # type: ignore[no-any-return]

    def done(self) -> bool:
        return bool(self.page.evaluate("done"))

    def at(self, code: str) -> Locator:
        return self.page.locator(f'[id="q-{code}"]')

    def tick(self, code: str, *values: str) -> None:
        for value in values:
            self.at(code).locator(f'input[value="{value}"]').check()

    def write(self, code: str, typed: str) -> None:
        control = self.at(code).locator(f'[name="{code}"]').first
        control.fill(typed)
        control.blur()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
