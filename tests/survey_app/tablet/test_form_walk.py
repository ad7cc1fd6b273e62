"""Random questionnaires filled in on the device by real clicks: it asks what `routing` says, and whatever it lets pass,
Python's check accepts with the same answers. `WALKS` sets how many there are.
"""

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

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
from questionnaires.portable import rules
from questionnaires.routing import questions_asked
from survey_app import database
from survey_app.answer import paging
from survey_app.field.forms import device_form
from survey_app.instruments import instrument_versions
from survey_app.models import CollectionPoint
from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args
from tests.survey_app.answer.generated import instruments, settings_of_points
from tests.survey_app.tablet.forms import FormPage

__all__ = ["browser_context_args", "browser_type_launch_args"]
pytestmark = pytest.mark.browser
WALKS = int(os.environ.get("WALKS", "12"))
CANONICAL = """async (rules) => {
  const { canonicalJson, check } = await import("/rules.js");
  return canonicalJson(check(rules, opened.answers()).answers);
}"""
WRONG = ["", "mười", "-1", "10", "99999999999", "x" * 3000, "2026-02-30", "\u200b", " 5 ", "５"]


class Walk:
    """Somebody who taps about on one form, changes answers and sometimes writes what cannot be."""

    def __init__(self, page: FormPage, instrument: Instrument, setting: Setting, data: st.DataObject) -> None:
        self.page, self.instrument, self.setting, self.data = page, instrument, setting, data
        self.done: set[str] = set()
        self.changes = 6

    def to_the_end(self) -> None:
        for _ in range(200):
            self.look()
            todo = [code for code in self.page.shown() if code not in self.done]
            faulty = self.page.page.locator(".part:not([hidden]) .q.fault").count()
            if faulty:
                self.mend()
            elif todo:
                self.answer(todo[0])
            elif self.changes and self.data.draw(st.integers(0, 3)) == 0 and self.page.shown():
                self.changes -= 1
                self.answer(self.data.draw(st.sampled_from(self.page.shown())))
            elif self.go_on():
                return
        raise AssertionError("the form does not end")

    def look(self) -> None:
        """What is on the screen is asked, in this part; a question with a fault stays, to be repaired."""
        values = check(self.instrument, self.page.answers(), True, self.setting).values
        asked = set(questions_asked(self.instrument, values, self.setting))
        part = self.page.page.evaluate("opened.part()")
        here = {question.code for one in self.instrument.parts if one.code == part for question in one.questions}
        faulty = {code for code in here if self.page.at(code).and_(self.page.page.locator(".fault")).count()}

        assert set(self.page.shown()) == here & asked | faulty

    def answer(self, code: str, good: bool = False) -> None:
        self.done.add(code)
        question = self.instrument.question(code)
        if code != "A1.1" and not question.required and not good and self.data.draw(st.integers(0, 4)) == 0:
            return
        if question.prefer_not and self.data.draw(st.integers(0, 3)) == 0:
            return self.page.tick(code, "pn")
        if isinstance(question, RatedItem | GeneralRating):
            return self.page.tick(code, str(self.data.draw(st.integers(1, 5))))
        if isinstance(question, Choice):
            return self.choose(question)
        wrong = not good and self.data.draw(st.integers(0, 2)) == 0
        self.write(question, self.data.draw(st.sampled_from(WRONG)) if wrong else self.right(question))

    def right(self, question: AnyQuestion) -> str:
        if isinstance(question, Number | Percentage):
            return str(self.data.draw(st.integers(0, 9)))
        return "2026-11-25" if isinstance(question, Day) else "Chữ «nhỏ»"

    def write(self, question: AnyQuestion, typed: str) -> None:
        if isinstance(question, Day) and typed != "2026-11-25":
            return
        self.page.write(question.code, typed)

    def choose(self, question: SingleChoice | Choice) -> None:
        codes = [option.code for option in question.options]
        some = self.data.draw(st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True))
        at = self.page.at(question.code)
        if isinstance(question, Ranking):
            for select in at.locator("select").all():
                select.select_option("")
            for place, value in enumerate(some):
                at.locator("select").nth(place).select_option(value)
        else:
            self.page.tick(question.code, *(some[:1] if isinstance(question, SingleChoice) else some))
        if at.locator(".other").count() and at.locator(".other").is_visible():
            at.locator(".other input").fill("Ý riêng")
            at.locator(".other input").blur()

    def mend(self) -> None:
        """What does not apply is left to the consent at the end; the rest is answered well."""
        without = self.page.page.locator(".summary button")
        if without.count() and self.data.draw(st.booleans()):
            return without.click()
        for code in self.page.shown():
            if "fault" in (self.page.at(code).get_attribute("class") or ""):
                if without.count():
                    return without.click()
                self.answer(code, good=True)

    def go_on(self) -> bool:
        without = self.page.page.locator(".summary button")
        button = without if without.count() else self.page.page.locator("button.main:visible")
        button.click()
        return self.page.done()


def test_what_the_device_lets_pass_the_server_accepts(browser: Browser, app: Flask) -> None:
    page = browser.new_page()
    session = database.session()

    @settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), instruments(), settings_of_points(), st.integers(0, 7))
    def walk(data: st.DataObject, instrument: Instrument, setting: Setting, order: int) -> None:
        version = instrument_versions.publish(session, instrument, factories.NOON)
        point = CollectionPoint(kind=setting.kind, variant=setting.variant)
        form = device_form(version, "vi", setting.mode, setting.unit_type, point=point)
        assert form["rules"] == rules(instrument, setting)
        opened = FormPage(page, form, order=order)
        walker = Walk(opened, instrument, setting, data)
        walker.to_the_end()
        checked = check(instrument, opened.answers(), setting=setting)

        assert checked.answers is not None, checked.faults
        assert page.evaluate(CANONICAL, form["rules"]) == checked.answers.canonical_json()
        assert paging.layout(instrument, setting).numbers.keys() == {
            code for code in page.evaluate("[...document.querySelectorAll('.q')].map(q => q.id.slice(2))")
        }

    walk()
    page.close()
