"""The form on a device, by clicks and keys in a real Chromium: conditions, faults, languages, what is kept of it."""

from typing import Any
from uuid import UUID

import pytest
from flask_babel import force_locale
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from questionnaires.checking import check
from questionnaires.model import AnyInstrument
from survey_app.answer import messages
from survey_app.answer.rotation import order_of, rotated
from survey_app.field.forms import device_form
from survey_app.instruments import instrument_versions
from tests import factories
from tests.browser import accessibility_faults, browser_context_args, browser_type_launch_args
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part, text
from tests.survey_app.answer.showcase import every_widget
from tests.survey_app.tablet.forms import FormPage

__all__ = ["browser_context_args", "browser_type_launch_args"]
pytestmark = pytest.mark.browser


def _form(session: Session, instrument: AnyInstrument | None = None, language: str = "vi") -> dict[str, Any]:
    version = instrument_versions.publish(session, instrument or every_widget(), factories.NOON)
    return device_form(version, language, "tablet", "xã")


def _waiting() -> AnyInstrument:
    """Whoever waited is asked how long and, in a part of its own, why."""
    waited = {"question": "waited", "any_of": ["yes"]}
    minutes = {"kind": "number", "code": "minutes", "text": text("Bao lâu?"), "maximum": 240, "show_if": waited}
    why = {"kind": "text", "code": "why", "text": text("Vì sao?"), "max_length": 20, "show_if": {"number": "minutes"}}
    needed = make_choice("N9", required=True, prefer_not=True)
    return make_instrument(
        [
            make_factor([make_item()]),
            make_part([make_choice("waited"), minutes], "wait"),
            make_part([why | {"show_if": {"number": "minutes", "at_least": 60}}], "reason"),
            make_part([needed], "last"),
        ]
    )


def _said(kind: str) -> str:
    """The server's sentence."""
    with force_locale("vi"):
        return messages.WORDS[kind](None)


@pytest.fixture
def waiting(page: Page, session: Session) -> FormPage:
    return FormPage(page, _form(session, _waiting()))


def test_the_words_of_the_place_are_text(page: Page, session: Session) -> None:
    FormPage(page, _form(session))

    expect(page.locator("legend").first).to_contain_text("việc vừa làm tại Bộ phận Một cửa <b>?")
    expect(page.locator(".notice")).to_contain_text("Phòng Nội vụ")
    assert page.locator("legend b").first.text_content() == "1."


def test_conditions_open_and_close_questions_and_parts(waiting: FormPage) -> None:
    waiting.tick("A1.1", "4")
    waiting.press("Tiếp tục")
    assert waiting.shown() == ["waited"]
    waiting.tick("waited", "yes")
    waiting.write("minutes", "59")
    waiting.press("Tiếp tục")
    assert waiting.shown() == ["N9"]
    waiting.press("Quay lại")
    waiting.write("minutes", "60")
    waiting.press("Tiếp tục")
    assert waiting.shown() == ["why"]
    waiting.press("Quay lại")
    waiting.tick("waited", "no")

    assert waiting.shown() == ["waited"]
    assert waiting.page.get_by_role("button", name="Hoàn thành").is_hidden()


def test_what_is_wrong_is_said_at_its_part_in_the_words_of_the_server(waiting: FormPage) -> None:
    waiting.press("Tiếp tục")
    waiting.tick("waited", "yes")
    waiting.write("minutes", "lâu lắm")
    waiting.press("Tiếp tục")
    fault = waiting.at("minutes").locator(".error")
    expect(fault).to_have_text(_said("not_a_number"))
    expect(waiting.page.locator("#minutes")).to_be_focused()
    assert "e-minutes" in (waiting.page.locator("#minutes").get_attribute("aria-describedby") or "")
    waiting.write("minutes", "241")
    expect(fault).to_have_text("Số này vượt quá giới hạn là 240.")
    waiting.write("minutes", "20")

    expect(fault).to_have_count(0)


def test_a_form_that_says_nothing_is_not_finished(waiting: FormPage) -> None:
    for _ in range(2):
        waiting.press("Tiếp tục")
    waiting.press("Hoàn thành")
    expect(waiting.page.locator(".summary")).to_be_focused()
    expect(waiting.page.locator(".summary li")).to_have_count(2)
    assert waiting.shown() == ["N9"]
    waiting.page.locator(".summary a").click()
    expect(waiting.at("N9").locator("input").first).to_be_focused()
    waiting.tick("N9", "pn")
    waiting.press("Hoàn thành")
    assert waiting.shown() == ["A1.1"]
    waiting.tick("A1.1", "2")
    for _ in range(2):
        waiting.press("Tiếp tục")
    waiting.press("Hoàn thành")

    assert waiting.done()
    assert waiting.answers() == {"A1.1": ["2"], "N9": ["pn"]}


def test_answers_that_no_longer_apply_are_told_and_left_out_on_consent(waiting: FormPage) -> None:
    waiting.tick("A1.1", "4")
    waiting.press("Tiếp tục")
    waiting.tick("waited", "yes")
    waiting.write("minutes", "90")
    waiting.press("Tiếp tục")
    waiting.write("why", "Đông người")
    waiting.press("Quay lại")
    waiting.tick("waited", "no")
    waiting.press("Tiếp tục")
    waiting.tick("N9", "no")
    waiting.press("Hoàn thành")
    expect(waiting.page.locator(".summary li")).to_have_count(2)
    assert waiting.shown() == ["waited", "minutes"]
    assert not waiting.done()
    waiting.press("Hoàn thành, bỏ các câu trả lời không áp dụng")

    assert waiting.done()
    assert waiting.answers() == {"A1.1": ["4"], "waited": ["no"], "N9": ["no"]}
    assert check(_waiting(), waiting.answers()).answers is not None


def test_every_widget_gives_back_what_was_put_in(page: Page, session: Session) -> None:
    answers = {
        "A1.1": ["5"],
        "day": ["1.3.2026"],
        "where": ["Thôn 3 “cũ”"],
        "first": ["other", "wait"],
        "first__other": ["Ghế <hỏng>"],
        "waited": ["yes"],
        "minutes": ["75"],
        "why": ["Mất điện\nhai lần"],
    }
    opened = FormPage(page, _form(session), answers=answers, part="assessment")

    assert opened.answers() == answers | {"day": ["2026-03-01"]}
    assert opened.shown() == ["day", "where", "first", "waited", "minutes", "why"]
    assert opened.at("first").locator(".other").is_visible()
    assert page.locator("#q-first select").nth(1).locator("option[value=other]").is_disabled()


def test_what_is_no_day_comes_back_as_it_was_typed(page: Page, session: Session) -> None:
    opened = FormPage(page, _form(session), answers={"A1.1": ["5"], "day": ["hôm kia"]}, part="assessment")
    opened.press("Hoàn thành")

    expect(opened.at("day").locator(".error")).to_have_text(_said("not_a_day"))
    assert opened.answers()["day"] == ["hôm kia"]


def test_another_language_keeps_answers_and_place(page: Page, session: Session) -> None:
    opened = FormPage(page, _form(session), answers={"A1.1": ["4"], "waited": ["yes"]}, part="assessment")
    kept, part = opened.answers(), page.evaluate("opened.part()")
    page.evaluate("opened.close()")
    assert page.locator("form").count() == 0
    opened.open(_form(session, language="en"), answers=kept, part=part)

    expect(opened.at("waited").locator("legend")).to_contain_text("Did you have to wait?")
    assert opened.answers() == kept
    assert page.locator("form").get_attribute("lang") == "en"


def test_not_knowing_is_no_answer_beside_an_answer(page: Page, session: Session) -> None:
    opened = FormPage(page, _form(session), part="assessment")
    opened.write("day", "2026-03-01")
    opened.tick("day", "dk")
    assert opened.answers() == {"day": ["dk"]}
    opened.write("day", "2026-03-02")
    assert opened.answers() == {"day": ["2026-03-02"]}
    page.locator("#q-first select").first.select_option("wait")
    opened.tick("first", "pn")

    assert opened.answers()["first"] == ["pn"]


def test_a_choice_can_be_taken_back_and_is_counted_as_changed(waiting: FormPage) -> None:
    waiting.tick("A1.1", "4")
    assert waiting.paradata()["changes"] == 0
    waiting.tick("A1.1", "5")
    waiting.at("A1.1").locator(".undo").click()

    assert waiting.answers() == {}
    assert waiting.paradata()["changes"] == 2


def test_seconds_are_whole_by_part_and_stand_still_while_hidden(waiting: FormPage) -> None:
    wait = "ms => new Promise(done => setTimeout(done, ms))"
    hide = "on => { Object.defineProperty(document, 'hidden', { value: on, configurable: true });"
    hide += " document.dispatchEvent(new Event('visibilitychange')); }"
    waiting.tick("A1.1", "4")
    waiting.page.evaluate(wait, 1100)
    turn = """async ([hide, wait]) => {
      const onward = (one) => one.textContent === "Tiếp tục" && one.checkVisibility();
      [...document.querySelectorAll("button")].find(onward).click();
      const passed = (performance.now() - began) / 1000;
      eval(hide)(true);
      await eval(wait)(1600);
      eval(hide)(false);
      return [passed, opened.paradata()];
    }"""
    passed, paradata = waiting.page.evaluate(turn, [hide, wait])

    assert set(paradata) == {"seconds", "changes"}
    assert paradata["seconds"]["A1"] >= 1
    assert abs(paradata["seconds"]["A1"] - passed) <= 0.9
    assert paradata["seconds"]["wait"] == 0


@pytest.mark.parametrize("number", range(8))
def test_items_rotate_as_on_the_page_of_the_server(page: Page, session: Session, number: int) -> None:
    codes = ("A1.1", "A1.2", "A1.3", "A1.4")
    instrument = make_instrument([make_factor([make_item(code) for code in codes], rotate=True)])
    form = _form(session, instrument)
    id = f"8f14e45f-ceea-4672-a1c6-3f5b7d2e9c4{number}"
    opened = FormPage(page, form)
    order = page.evaluate("async ([form, id]) => (await import('/form.js')).orderOf(form, id)", [form, id])
    opened.open(form, order=order)

    assert order == order_of(instrument, "tablet", UUID(id))
    assert tuple(opened.shown()) == rotated(codes, order)
    assert page.locator("legend b").all_text_contents() == ["1.", "2.", "3.", "4."]


def test_by_keys_alone(waiting: FormPage) -> None:
    keys = waiting.page.keyboard
    waiting.page.locator("h2:visible").focus()
    keys.press("Tab")
    keys.press("Space")
    keys.press("ArrowDown")
    for key in ("Tab", "Tab", "Enter"):  # Past the button that takes the choice back.
        keys.press(key)
    expect(waiting.page.locator("h2:visible")).to_be_focused()
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("15")
    keys.press("Enter")

    assert not waiting.done()
    assert waiting.answers() == {"A1.1": ["2"], "waited": ["yes"], "minutes": ["15"]}


def test_leaving_and_every_change_are_told(waiting: FormPage) -> None:
    waiting.tick("A1.1", "4")
    assert waiting.page.evaluate("changed") >= 1
    waiting.press("Tạm dừng")

    assert waiting.page.evaluate("left") == 1


@pytest.mark.parametrize("width", [360, 800, 1280])
@pytest.mark.parametrize("read_aloud", [False, True])
def test_it_can_be_used_by_everybody(page: Page, session: Session, width: int, read_aloud: bool) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    opened = FormPage(page, _form(session), part="assessment", readAloud=read_aloud)
    opened.tick("waited", "yes")
    page.locator("#q-first select").first.select_option("other")
    opened.press("Hoàn thành")
    small = page.evaluate(
        "[...document.querySelectorAll('button, label, input:not([type=radio], [type=checkbox]), select, textarea')]"
        ".filter(e => e.checkVisibility() && !e.matches('.legend, .other, .rank'))"
        ".filter(e => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 44)"
        ".map(e => e.outerHTML)"
    )

    assert small == []
    assert accessibility_faults(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
