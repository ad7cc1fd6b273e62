"""Bad lines and a troubled office: nothing is lost, nothing counts twice, and the screen says why."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from survey_app.models import DeviceEntry
from tests.browser import live_server, wait_until
from tests.survey_app.tablet.driver import QUICK_PIN, Tablet
from tests.survey_app.tablet.office import Office, address, office

__all__ = ["address", "live_server", "office"]
pytestmark = pytest.mark.browser
ENTRIES = "**/api/device/entries"


@pytest.fixture
def line(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """Requests that the test may cut and change: with a worker in between it would not see them."""
    context = browser.new_context(**browser_context_args, service_workers="block", accept_downloads=True)
    context.add_init_script(QUICK_PIN)
    yield context
    context.close()


@pytest.fixture
def enrolled(line: BrowserContext, address: str, office: Office) -> Tablet:
    tablet = Tablet(line.new_page(), address)
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    return tablet


def _lose_the_answer(route: Route) -> None:
    route.fetch()
    route.abort("connectionreset")


@pytest.mark.parametrize(
    "act",
    [
        _lose_the_answer,
        lambda route: route.abort("internetdisconnected"),
        lambda route: route.fulfill(status=500, body="<h1>Internal Server Error</h1>"),
        lambda route: route.fulfill(status=503, json={"error": {"kind": "away"}}, headers={"Retry-After": "1"}),
        lambda route: route.fulfill(status=200, body="<h1>Đăng nhập wifi</h1>", content_type="text/html"),
        lambda route: route.fulfill(status=302, headers={"Location": "/login"}),
        lambda route: route.fulfill(status=413, body="too large"),
    ],
    ids=["answer lost", "cut", "500", "503", "somebody's page", "redirected", "413"],
)
def test_after_trouble_it_arrives_once(
    enrolled: Tablet, office: Office, line: BrowserContext, act: Callable[[Route], None]
) -> None:
    tries: list[str] = []

    def cut(route: Route) -> None:
        tries.append(route.request.url)
        act(route)

    line.route(ENTRIES, cut)
    enrolled.interview(1)
    enrolled.see("Không mất gì. Máy sẽ thử lại lúc")
    before = len(tries)
    enrolled.press("Gửi ngay")
    wait_until(enrolled.page, lambda: len(tries) > before)
    line.unroute(ENTRIES)
    enrolled.until_received(1)

    assert len(office.stored()) == 1


@pytest.mark.parametrize("trouble", ["new Trouble('server')", "new Error('a fork')"])
def test_whoever_asks_while_a_run_fails_is_not_left_until_the_next_time(modules: Page, trouble: str) -> None:
    states = modules.evaluate(
        f"""async () => {{
            const {{ Sync }} = await import("/static/tablet/sync.js");
            const {{ Trouble }} = await import("/static/tablet/office.js");
            let fail = null;
            const states = [];
            const begun = () => new Promise((_, no) => (fail = no));
            const sync = new Sync({{ name: "none" }}, begun, {{ onState: ({{ name }}) => states.push(name) }});
            const run = async () => {{ while (!fail) await new Promise((done) => setTimeout(done)); }};
            sync.now();
            await run();
            const done = sync.now();
            const first = fail;
            fail = null;
            first({trouble});
            await Promise.race([run(), done]);
            fail?.(new Error("the last one"));
            await done;
            return states;
        }}"""
    )

    assert states == ["sending", "sending", "stopped"]


def test_batches_grow_on_a_good_line_and_shrink_on_a_bad_one(enrolled: Tablet, line: BrowserContext) -> None:
    line.set_offline(True)
    enrolled.note_attempts(20)
    sizes: list[int] = []

    def handle(route: Route) -> None:
        sizes.append(len(route.request.post_data_json["entries"]))
        route.abort() if len(sizes) == 4 else route.continue_()

    line.route(ENTRIES, handle)
    line.set_offline(False)
    enrolled.press("Gửi ngay")
    enrolled.until_received(20)

    assert sizes == [1, 2, 4, 8, 4, 8, 1]


def test_waits_grow_to_five_minutes_and_differ(modules: Page) -> None:
    found = modules.evaluate(
        """async () => {
            const { delay } = await import("/static/tablet/backoff.js");
            const all = [...Array(12).keys()].map((n) => [delay(n + 1, () => 0), delay(n + 1, () => 1)]);
            return [all, new Set([...Array(200)].map(() => delay(9))).size];
        }"""
    )
    (bounds, different) = found

    assert bounds[0] == [1000, 2000]
    assert bounds[3] == [8000, 16000]
    assert bounds[11] == [150_000, 300_000]
    assert different > 100


def test_an_office_that_fell_back_gets_the_rest_again(enrolled: Tablet, office: Office) -> None:
    """It was restored from yesterday's copy: what it had signed for since is with the tablet still."""
    for number in (1, 2, 3):
        enrolled.interview(number)
        enrolled.until_received(number)
    office.fall_back_to(1)
    enrolled.interview(4)
    enrolled.until_received(4)
    enrolled.press("Kết thúc ngày")
    expect(enrolled.count("closed")).to_contain_text("máy và cơ quan khớp nhau")

    assert {one.case_id for one in office.stored()} == {office.case(number).id for number in (1, 2, 3, 4)}
    assert [one.seq for one in office.rows(DeviceEntry)] == [1, 2, 3, 4]


def test_a_fork_stops_and_says_what_to_do(enrolled: Tablet, office: Office) -> None:
    enrolled.interview(1)
    enrolled.until_received(1)
    office.change_device(head="e" * 64)
    office.change_entry(1, hash="e" * 64)
    enrolled.interview(2)

    enrolled.see("Cơ quan đã có một mục")
    assert enrolled.unsent() == 1


def test_a_former_identity_that_cannot_go_on_holds_up_nobody(
    enrolled: Tablet, office: Office, line: BrowserContext
) -> None:
    line.set_offline(True)
    enrolled.interview(1)
    office.change_device(seq=1, head="e" * 64)
    line.set_offline(False)
    enrolled.enrol(office.enrol_code())
    enrolled.interview(2)
    enrolled.until_received(1)

    enrolled.see("Cơ quan đã có một mục")
    assert [one.case_id for one in office.stored()] == [office.case(2).id]


def test_a_pin_without_its_check_opens_nothing(enrolled: Tablet) -> None:
    enrolled.in_store('await store.write(db, [["vault", "delete", "check"]]);')

    assert enrolled.in_store('return (await identity.openWithPin(db, "274951")) === null;')


def test_a_blocked_tablet_keeps_everything_and_offers_the_file(
    enrolled: Tablet, office: Office, line: BrowserContext
) -> None:
    line.set_offline(True)
    enrolled.interview(1)
    office.revoke()
    line.set_offline(False)
    enrolled.press("Gửi ngay")
    enrolled.see("Cơ quan đã khóa máy này. Mọi thứ vẫn còn trên máy")
    expect(enrolled.count("waiting")).to_have_text("1")
    enrolled.page.evaluate("location.hash = 'storage'")
    enrolled.see("Mục 1 đang chờ: máy đã bị khóa.")
    with enrolled.page.expect_download() as download:
        enrolled.press("Xuất ra tệp")
    enrolled.see("Tệp có 1 mục.")
    file = json.loads(Path(download.value.path()).read_text())

    assert file["format"] == "hailong-journal-1"
    assert [entry["seq"] for entry in file["entries"]] == [1]
    assert office.stored() == []


def test_the_office_takes_the_file_that_a_tablet_without_a_line_exports(
    enrolled: Tablet, office: Office, line: BrowserContext
) -> None:
    line.set_offline(True)
    enrolled.interview(1)
    enrolled.interview(2)
    enrolled.page.evaluate("location.hash = 'storage'")
    with enrolled.page.expect_download() as download:
        enrolled.press("Xuất ra tệp")
    content = Path(download.value.path()).read_bytes()
    assert [office.import_file(content) for _time in range(2)] == [2, 0]
    line.set_offline(False)
    enrolled.back_to_list()
    enrolled.press("Gửi ngay")
    enrolled.until_received(2)

    assert len(office.stored()) == 2


@pytest.mark.parametrize("change", ["signature", "state", "hash"])
def test_receipts_that_the_office_did_not_sign_are_not_believed(
    enrolled: Tablet, line: BrowserContext, change: str
) -> None:
    def forge(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        signature = said["receipts"][0]["signature"]
        wrong = {"signature": "AAAA" + signature[4:], "state": "dropped", "hash": "0" * 64}
        said["receipts"][0][change] = wrong[change]
        route.fulfill(response=answer, json=said)

    line.route(ENTRIES, forge)
    enrolled.interview(1)
    enrolled.see("Biên nhận của mục 1 không phải do cơ quan ký. Chưa xóa gì cả.")
    assert enrolled.unsent() == 1
    line.unroute(ENTRIES)
    enrolled.press("Gửi ngay")

    enrolled.until_received(1)


def test_what_waits_is_shown_with_its_reason_and_asked_about_again(enrolled: Tablet, office: Office) -> None:
    office.replace(1, by=6)
    enrolled.interview(1)
    expect(enrolled.count("waiting")).to_have_text("1")
    enrolled.page.evaluate("location.hash = 'storage'")
    enrolled.see("Mục 1 đang chờ: trường hợp này đã có câu trả lời khác.")
    office.change_entry(1, state="dropped", remark="Hỏi hai lần")
    enrolled.press("Hỏi lại cơ quan")
    enrolled.see("Mục 1 đã bị cơ quan bỏ")
    enrolled.back_to_list()

    expect(enrolled.count("dropped")).to_have_text("1")


def test_one_byte_changed_on_the_tablet_is_named_and_not_sent(
    enrolled: Tablet, office: Office, line: BrowserContext
) -> None:
    line.set_offline(True)
    for number in (1, 2, 3):
        enrolled.interview(number)
    enrolled.in_store(
        """const [all] = await store.readAll(db, "journal").then((found) => [found[1]]);
        const turned = all.sealed[100] === "A" ? "B" : "A";
        const sealed = all.sealed.slice(0, 100) + turned + all.sealed.slice(101);
        await store.write(db, [["journal", "put", { ...all, sealed }]]);"""
    )
    line.set_offline(False)
    enrolled.page.reload()
    enrolled.see("Mục 2 trong nhật ký đã bị thay đổi trên máy này.")
    enrolled.unlock()
    enrolled.see("Mục 2 trong nhật ký đã bị thay đổi trên máy này.")
    enrolled.press("Gửi ngay")
    enrolled.see("Việc gửi đã dừng; lý do ghi ở trên.")

    assert enrolled.unsent() >= 2


def test_a_session_that_ended_ends_nothing(enrolled: Tablet, office: Office, line: BrowserContext) -> None:
    line.set_offline(True)
    enrolled.interview(1)
    enrolled.press("Khóa")
    line.clear_cookies()
    line.set_offline(False)
    enrolled.page.reload()
    enrolled.unlock()
    enrolled.until_received(1)

    assert len(office.stored()) == 1


def test_a_locked_tablet_sends_what_is_finished(enrolled: Tablet, office: Office, line: BrowserContext) -> None:
    line.set_offline(True)
    enrolled.interview(1)
    enrolled.press("Khóa")
    line.set_offline(False)
    expect(enrolled.page).to_have_title(re.compile("^Máy đang khóa"))
    wait_until(enrolled.page, office.stored)

    assert len(office.stored()) == 1
