"""Random questionnaires answered by real clicks, with and without script: the page asks what `routing` says, no more
and no less, and the server takes all that the page can send. `WALKS` sets how many there are.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from questionnaires.answers import Answers
from questionnaires.checking import check
from questionnaires.conditions import Setting
from questionnaires.model import (
    AnyQuestion,
    Choice,
    Day,
    GeneralRating,
    Instrument,
    Number,
    Percentage,
    Ranking,
    RatedItem,
    SingleChoice,
)
from questionnaires.routing import questions_asked
from survey_app import database
from survey_app.answer import paging, views
from survey_app.instruments import instrument_versions
from survey_app.models import CollectionPoint, Response
from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args, live_server
from tests.survey_app.answer.generated import instruments, settings_of_points

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]
pytestmark = pytest.mark.browser
WALKS = int(os.environ.get("WALKS", "8"))  # With script, and as many without.
# One look at the page: what is asked, what of it can be seen, what has a fault; `page` of a form in pages.
SEEN = """() => {
  const name = (one) => one.id.slice(2);
  const asked = [...document.querySelectorAll(".q")].filter((q) => getComputedStyle(q).display !== "none");
  const visible = (q) => q.getBoundingClientRect().height > 0 && getComputedStyle(q).visibility !== "hidden";
  return {
    open: Boolean(document.querySelector("form[data-next]")),
    page: Number(document.querySelector("[name=_page]")?.value ?? 1),
    asked: asked.map(name),
    visible: asked.filter(visible).map(name),
    faulty: [...document.querySelectorAll(".q.fault")].map(name),
  };
}"""


class Walk:
    """One respondent on the way through one form; knows what was clicked."""

    def __init__(self, page: Page, instrument: Instrument, setting: Setting, data: st.DataObject) -> None:
        self.page, self.instrument, self.setting, self.data = page, instrument, setting, data
        self.laid = paging.layout(instrument, setting)
        self.typed: dict[str, list[str]] = {}
        self.done: set[str] = set()
        self.ticked: set[str] = set()  # Of which the answer may still be changed, once.

    def to_the_end(self) -> None:
        while (seen := self.page.evaluate(SEEN))["open"]:
            self.compare(seen)
            todo = [code for code in seen["visible"] if code not in self.done]
            if todo:
                self.answer(todo[0])
            elif not self.change_mind(seen["visible"]):
                self.go_on()

    def compare(self, seen: dict[str, Any]) -> None:
        """The questions on the page are those that are asked; a question with a fault stays, to be repaired."""
        values = check(self.instrument, self.typed, True, self.setting).values
        of_page, here = self.laid.page_of, seen["page"]
        asked = {code for code in questions_asked(self.instrument, values, self.setting) if of_page[code] == here}

        assert set(seen["asked"]) == asked | set(seen["faulty"])

    def at(self, code: str) -> Locator:
        return self.page.locator(f'[id="q-{code}"]')

    def answer(self, code: str) -> None:
        question = self.instrument.question(code)
        if code == "A1.1" or question.required or self.data.draw(st.integers(0, 4)):
            self.typed[code] = self.choose(question)
        if isinstance(question, Choice) and "d" in self.typed.get(code, ()):
            self.at(code).locator(".other input").fill("Ý riêng")
            self.typed[f"{code}__other"] = ["Ý riêng"]
        self.done.add(code)

    def choose(self, question: AnyQuestion) -> list[str]:
        if question.prefer_not and self.data.draw(st.integers(0, 3)) == 0:
            self.at(question.code).locator("[value=pn]").check()
            return ["pn"]
        if isinstance(question, RatedItem | GeneralRating | SingleChoice):
            self.ticked.add(question.code)
            return self.tick(question.code, [self.data.draw(st.sampled_from(self.offered(question.code)))])
        if isinstance(question, Choice):
            codes = st.lists(st.sampled_from([option.code for option in question.options]), min_size=1, max_size=3)
            chosen = self.data.draw(codes.map(lambda some: list(dict.fromkeys(some))))
            return (
                self.rank(question.code, chosen) if isinstance(question, Ranking) else self.tick(question.code, chosen)
            )
        value = "Chữ «nhỏ»" if not isinstance(question, Day) else "2026-11-25"
        if isinstance(question, Number | Percentage):
            value = str(self.data.draw(st.integers(0, 9)))
        self.at(question.code).locator(f'[name="{question.code}"]').first.fill(value)
        return [value]

    def offered(self, code: str) -> list[str]:
        return [
            value
            for value in self.page.evaluate(f"[...document.getElementsByName('{code}')].map(e => e.value)")
            if value != "pn"
        ]

    def tick(self, code: str, values: list[str]) -> list[str]:
        for value in values:
            self.at(code).locator(f'[value="{value}"]').check()
        return values

    def rank(self, code: str, values: list[str]) -> list[str]:
        for place, value in enumerate(values):
            self.at(code).locator("select").nth(place).select_option(value)
        return values

    def change_mind(self, visible: list[str]) -> bool:
        """Sometimes an answer is given anew, and what hung on it no longer applies."""
        again = [code for code in self.typed if code in self.ticked and code in visible]
        if not again or not self.data.draw(st.integers(0, 3)):
            return False
        code = self.data.draw(st.sampled_from(again))
        self.ticked.remove(code)
        self.typed[code] = self.tick(code, [self.data.draw(st.sampled_from(self.offered(code)))])
        return True

    def go_on(self) -> None:
        without = self.page.locator(".summary [name=_drop_not_asked]")
        button = without if without.count() else self.page.locator("button.main:visible")
        if button.get_attribute("type") == "button":  # Script shows the next part.
            return button.click()
        with self.page.expect_navigation():
            button.click()

    def expected(self) -> Answers:
        answers = check(self.instrument, self.typed, True, self.setting).answers
        assert answers is not None
        return answers


@contextmanager
def point(app: Flask, instrument: Instrument, setting: Setting) -> Iterator[str]:
    with app.app_context():
        session = database.session()
        code = make_point(session, instrument, setting)
        session.commit()
        yield code


def make_point(session: Session, instrument: Instrument, setting: Setting) -> str:
    number = session.query(CollectionPoint).count()
    wave = factories.make_wave(
        session,
        survey=factories.make_survey(session, f"s{number}"),
        instrument_version=instrument_versions.publish(session, instrument, factories.NOON),
    )
    unit = factories.make_unit(session, f"{number}")
    fields: dict[str, Any] = {"kind": setting.kind, "mode": setting.mode, "variant": setting.variant}
    return factories.make_point(session, wave=wave, unit=unit, **fields).code


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_page_asks_what_routing_says_and_takes_what_it_asks(
    app: Flask,
    live_server: Callable[[Flask], str],
    browser: Browser,
    browser_context_args: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    script: bool,
) -> None:
    app.config["CLOCK"] = lambda: factories.NOON
    address = live_server(app)
    page = browser.new_context(**browser_context_args, java_script_enabled=script).new_page()

    @settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), instruments(), settings_of_points(), st.sampled_from([3, 50]), st.integers(0, 7))
    def walk(data: st.DataObject, instrument: Instrument, setting: Setting, most: int, order: int) -> None:
        monkeypatch.setattr(paging, "MOST_QUESTIONS", most)
        # Items rotate by the id: so a walk can be repeated.
        monkeypatch.setattr(views, "uuid4", lambda: UUID(int=uuid4().int & ~7 | order))
        with point(app, instrument, setting) as code:
            walker = Walk(page, instrument, setting, data)
            page.goto(f"{address}/p/{code}")
            walker.to_the_end()
            expect(page.locator(".receipt")).to_be_visible()
            [kept] = database.session().query(Response).join(CollectionPoint).filter(CollectionPoint.code == code)

            assert Answers.from_json(kept.answers) == walker.expected()
            assert (kept.item_order is not None) == any(factor.rotate for factor in instrument.factors)

    walk()
    page.context.close()
