"""Days without a line: the program starts, interviews are held and kept; with the line back, all of it is sent."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from survey_app import database
from survey_app.models import CaseAttempt, Recording
from survey_app.tablet import held
from tests.browser import live_server, wait_until
from tests.survey_app.tablet.driver import Tablet
from tests.survey_app.tablet.office import Office, address, office, tablet

__all__ = ["address", "live_server", "office", "tablet"]
pytestmark = pytest.mark.browser
# The word to the new version goes when the test says so, once.
LATE = """const post = ServiceWorker.prototype.postMessage;
ServiceWorker.prototype.postMessage = function (...what) { window.takeOver = () => post.apply(this, what); };"""


@pytest.fixture
def away(tablet: Tablet, office: Office, context: BrowserContext) -> Tablet:
    """Set up at the office, then out of reach."""
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    tablet.until_held()
    context.set_offline(True)
    return tablet


def test_whole_days_without_a_line_then_everything_arrives_once(
    away: Tablet, office: Office, context: BrowserContext
) -> None:
    for number in (1, 2):
        away.interview(number, comment=f"Ngày {number}")
    expect(away.count("unsent")).to_have_text("2")
    away.page.close()
    next_day = Tablet(context.new_page(), away.address)
    next_day.open()
    next_day.see("Chưa có biên nhận của cơ quan: 2.")
    next_day.unlock()
    next_day.interview(3, comment="Ngày 3")
    next_day.to_case(4)
    next_day.page.get_by_label("Tôi đã đến tận nơi").check()
    next_day.page.get_by_label("từ chối").check()
    next_day.press("Ghi lần tiếp cận")
    next_day.back_to_list()
    expect(next_day.count("unsent")).to_have_text("4")
    assert office.stored() == []
    context.set_offline(False)
    next_day.press("Gửi ngay")
    next_day.until_received(4)

    comments = {json.loads(one.answers)["values"]["comment"] for one in office.stored()}
    assert comments == {"Ngày 1", "Ngày 2", "Ngày 3"}
    assert [one.outcome for one in office.rows(CaseAttempt)] == ["refused"]


def test_recordings_are_heard_without_a_line_within_a_size(
    tablet: Tablet, office: Office, context: BrowserContext
) -> None:
    names = ["aa.mp3", "bb.mp3", "cc.mp3"]
    with office.app.app_context():
        session = database.session()
        session.add_all([Recording(name=name, content=name.encode() * 100) for name in names])
        session.commit()
    tablet.enrol(office.enrol_code())
    tablet.until_held()
    tablet.until_in_store(
        'return (await store.setting(db, "recordings")) !== undefined;'
    )  # What it does by itself is over.
    keep = """const { keepRecordings } = await import("/static/tablet/recordings.js");
        await store.write(db, [["forms", "put", { audio: args[0] }, "test"]]);
        return keepRecordings(db, args[1]);"""
    found = tablet.in_store(keep, names, 1300)
    context.set_offline(True)
    listen = "(name) => fetch(`/audio/${name}`).then((one) => one.text(), () => null)"
    heard = [tablet.page.evaluate(listen, name) for name in names]
    tablet.page.get_by_role("link", name="Bộ nhớ").click()

    assert found == {"all": 3, "kept": 2, "bytes": 1200}
    assert heard == [names[0] * 100, names[1] * 100, None]
    tablet.see("1 bản ghi âm câu hỏi chưa được lưu trên máy")


def test_the_line_coming_back_is_enough(away: Tablet, office: Office, context: BrowserContext) -> None:
    away.interview(1)
    expect(away.count("sync")).to_contain_text("Không có mạng. Không mất gì.")
    context.set_offline(False)
    away.until_received(1)

    assert len(office.stored()) == 1


def test_the_other_language_is_there_without_a_line(away: Tablet) -> None:
    away.press("English")
    expect(away.heading()).to_have_text("Today")
    away.page.reload()

    expect(away.heading()).to_have_text("Locked")


def test_a_form_that_was_retired_meanwhile_is_finished_and_kept(
    away: Tablet, office: Office, context: BrowserContext
) -> None:
    away.begin(1)
    away.choose("respondent_type", "citizen")
    away.until_saved()
    away.back_to_list()
    office.retire_version()
    context.set_offline(False)
    away.press("Gửi ngay")
    away.see("Đã gửi hết.")
    away.to_case(2)
    away.see("Phiếu này không còn dùng: không bắt đầu phỏng vấn mới được.")
    away.back_to_list()
    away.page.locator('[data-list="drafts"] a').click()
    away.answer()
    away.press("Tiếp tục")
    away.until_received(1)

    assert len(office.stored()) == 1


def test_a_new_version_waits_for_the_next_start_and_the_draft_stays(
    away: Tablet, office: Office, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held.shell
    away.begin(1)
    away.choose("respondent_type", "business")
    away.until_saved()
    monkeypatch.setattr(held, "shell", lambda: before().replace("<body ", '<body data-version="2" ', 1))
    context.set_offline(False)
    away.page.evaluate("navigator.serviceWorker.getRegistration('/tablet/').then((one) => one.update())")
    away.until_worker("one.waiting")
    expect(away.page.locator('[name="respondent_type"][value="business"]')).to_be_checked()
    assert away.page.locator("body").get_attribute("data-version") is None
    context.set_offline(True)
    away.page.close()
    away.page = context.new_page()
    away.open()
    expect(away.page.locator("body")).to_have_attribute("data-version", "2")
    away.unlock()
    away.page.get_by_role("link", name="Trường hợp 1").first.click()

    expect(away.page.locator('[name="respondent_type"][value="business"]')).to_be_checked()
    programs = [name for name in away.page.evaluate("caches.keys()") if name.startswith("hailong-tablet")]
    assert len(programs) == 1


@pytest.mark.parametrize("unlocked", [True, False])
def test_a_new_version_that_is_late_takes_over_behind_the_pin(
    away: Tablet, context: BrowserContext, monkeypatch: pytest.MonkeyPatch, unlocked: bool
) -> None:
    before = held.shell
    monkeypatch.setattr(held, "shell", lambda: before().replace("<body ", '<body data-version="2" ', 1))
    context.set_offline(False)
    away.page.evaluate("navigator.serviceWorker.getRegistration('/tablet/').then((one) => one.update())")
    away.until_worker("one.waiting")
    away.page.add_init_script(LATE)
    away.page.reload()
    if unlocked:
        away.unlock()
        expect(away.heading()).to_have_text("Hôm nay")
        away.page.evaluate("window.takeOver()")
        away.until_worker("!one.waiting")
        assert away.page.locator("body").get_attribute("data-version") is None
        away.press("Khóa")
    else:
        expect(away.heading()).to_have_text("Máy đang khóa")
        away.page.evaluate("window.takeOver()")

    expect(away.page.locator("body")).to_have_attribute("data-version", "2")


def test_half_a_version_never_takes_over(
    away: Tablet, office: Office, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server in the middle of an update announces what it does not serve."""
    digests = held.digests
    monkeypatch.setattr(held, "digests", lambda: {**digests(), "/static/tablet/app.js": "0" * 64})
    context.set_offline(False)
    away.page.evaluate("""async () => {
      const found = await navigator.serviceWorker.getRegistration("/tablet/");
      found.addEventListener("updatefound", () => (window.half = found.installing));
      await found.update();
    }""")
    wait_until(away.page, lambda: away.page.evaluate("window.half?.state ?? 'installing'") != "installing")
    state = away.page.evaluate("window.half.state")
    context.set_offline(True)
    away.page.reload()
    away.unlock()

    assert state == "redundant"
    expect(away.heading()).to_have_text("Hôm nay")


def test_the_worker_answers_nothing_but_get_and_never_for_the_office(away: Tablet, context: BrowserContext) -> None:
    asked: list[Any] = []
    context.set_offline(False)
    context.on("request", lambda request: asked.append((request.method, request.url, bool(request.service_worker))))
    away.interview(1)
    away.until_received(1)
    answered = away.page.evaluate(
        """async () => {
            const by = async (url, options) => (await fetch(url, options)).status;
            return [await by("/tablet/", { method: "POST" }), await by("/api/device/package"), await by("/tablet/")];
        }"""
    )

    assert answered == [405, 401, 200]
    assert [one for one in asked if "/api/" in one[1] and one[2]] == []


def test_in_a_window_that_is_not_controlled_yet_it_works_as_well(page: Page, address: str, office: Office) -> None:
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined })")
    tablet = Tablet(page, address)
    tablet.enrol(office.enrol_code())
    tablet.interview(1)
    tablet.until_received(1)

    assert len(office.stored()) == 1
