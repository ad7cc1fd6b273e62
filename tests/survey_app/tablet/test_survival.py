"""The browser is killed, the disk is full, the clock is wrong, somebody copies the profile: nothing is lost or told."""

import contextlib
import json
import os
import random
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, BrowserType, Error, Locator, Page, expect

from survey_app import clock
from tests.browser import live_server, wait_until
from tests.survey_app.tablet.driver import Tablet
from tests.survey_app.tablet.office import Office, address, office

__all__ = ["address", "live_server", "office"]
pytestmark = pytest.mark.browser
Start = Callable[[], Tablet]
MARK = "Mốc-dấu-vết-4711"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def start(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], profile: Path, address: str
) -> Iterator[Start]:
    """Starts the browser on the profile of the tablet, again and again."""
    opened: list[BrowserContext] = []

    def go() -> Tablet:
        context = browser_type.launch_persistent_context(str(profile), locale="vi-VN", **browser_type_launch_args)
        opened.append(context)
        return Tablet(context.pages[0], address)

    yield go
    for context in opened:
        _close(context)


def _close(context: BrowserContext) -> None:
    with contextlib.suppress(Error):  # It may have been killed.
        context.close()


def _kill(profile: Path) -> None:
    """The processes that run on this profile, and no others: it is ours alone."""
    ours = [
        one for one in psutil.process_iter(["cmdline"]) if f"--user-data-dir={profile}" in (one.info["cmdline"] or [])
    ]
    for process in ours:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(ours, timeout=10)


def _traces(profile: Path, text: str) -> list[str]:
    looked_for = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le")]
    files = [path for path in profile.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path.name for path in files if any(one in path.read_bytes() for one in looked_for)]


@pytest.mark.slow
def test_killed_at_random_nothing_that_was_shown_as_saved_is_lost(start: Start, profile: Path, office: Office) -> None:
    chance = random.Random(20261126)
    tablet = start()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    finished = 0
    for number in (1, 2, 3, 4):
        tablet.page.context.set_offline(True)
        tablet.begin(number)
        tablet.choose("respondent_type", "citizen")
        tablet.until_saved()
        tablet.page.get_by_role("button", name="Tiếp tục", exact=True).click()
        tablet.page.wait_for_timeout(chance.random() * 300)
        if number % 2:
            tablet.answer({"A1.1": "4", "A2.1": "5", "N7": "no"})
            expect(tablet.heading()).to_have_text("Đã lưu trên máy")
            finished += 1
        _kill(profile)
        _close(tablet.page.context)
        tablet = start()
        tablet.open()
        tablet.unlock()
        expect(tablet.heading()).to_have_text("Hôm nay")
        expect(tablet.page.locator('[data-list="drafts"] li')).to_have_count(number // 2)
    tablet.page.get_by_role("link", name="Trường hợp 2").first.click()
    back = tablet.page.get_by_role("button", name="Quay lại", exact=True)
    expect(tablet.page.locator("[data-root] [name]").first).to_be_attached()
    while back.is_visible():
        back.click()
    expect(tablet.page.locator('[name="respondent_type"][value="citizen"]')).to_be_checked()
    tablet.back_to_list()
    tablet.press("Gửi ngay")
    tablet.until_received(finished)

    assert {one.case_id for one in office.stored()} == {office.case(number).id for number in (1, 3)}


@pytest.mark.slow
def test_killed_while_it_writes_an_entry_is_there_whole_or_not_at_all(
    start: Start, profile: Path, office: Office
) -> None:
    """Kills in the middle of many appends: each that was answered is there, and the chain is whole."""
    tablet = start()
    tablet.enrol(office.enrol_code())
    for milliseconds in (0, 120, 333, 571):
        tablet.in_store(
            """window.appended = window.appended ?? [];
            const device = await identity.current(db);
            const own = await store.open();
            (async () => {
                for (;;) window.appended.push((await journal.append(own, device, { filler: "x".repeat(2000) })).seq);
            })();"""
        )
        if milliseconds:
            wait_until(tablet.page, partial(tablet.page.evaluate, "window.appended.length"))
            tablet.page.wait_for_timeout(milliseconds)
        shown = tablet.page.evaluate("window.appended.at(-1) ?? 0")
        _kill(profile)
        _close(tablet.page.context)
        tablet = start()
        tablet.open()
        expect(tablet.heading()).to_have_text("Máy đang khóa")
        there = tablet.in_store(
            """const device = await identity.current(db);
            return [(await journal.head(db, device.code)).seq, await journal.faults(db, device)];"""
        )
        assert there[0] >= shown >= min(1, milliseconds)
        assert there[1] == []


def _tear(profile: Path, databases: str) -> None:
    """As a kill between two writes of the browser does: the head of a record lies there, and no record."""
    (log,) = profile.glob(f"Default/{databases}/*.log")
    with log.open("ab") as behind:
        behind.write(b"torn" + (2000).to_bytes(2, "little") + b"\x01")


@pytest.mark.parametrize("databases", ["IndexedDB/*.leveldb", "WebStorage/*/IndexedDB/*.leveldb"])
def test_a_write_torn_by_a_kill_costs_nothing(start: Start, profile: Path, office: Office, databases: str) -> None:
    """Two starts later the browser throws away all of the torn place: what is there comes from the other one."""
    tablet = start()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    tablet.until_held()
    tablet.page.context.set_offline(True)
    tablet.interview(1)
    _kill(profile)
    _close(tablet.page.context)
    _tear(profile, databases)
    for number in (2, 3):
        tablet = start()
        tablet.page.context.set_offline(True)
        tablet.open()
        tablet.unlock()
        expect(tablet.heading()).to_have_text("Hôm nay")
        expect(tablet.page.locator('[data-list="drafts"] li')).to_have_count(number - 2)
        came_back = tablet.page.get_by_text("lấy lại từ bản sao thứ hai")
        expect(came_back).to_have_count(int(number == 3 and databases.startswith("IndexedDB")))
        tablet.begin(number)
        tablet.choose("respondent_type", "citizen")
        tablet.until_saved()
        _kill(profile)
        _close(tablet.page.context)

    assert office.stored() == []
    tablet = start()
    tablet.open()
    tablet.unlock()
    expect(tablet.page.locator('[data-list="drafts"] li')).to_have_count(2)
    tablet.interview(4)
    tablet.press("Gửi ngay")
    tablet.until_received(2)
    assert {one.case_id for one in office.stored()} == {office.case(1).id, office.case(4).id}


def _twice(tablet: Tablet) -> Locator:
    tablet.page.get_by_role("link", name="Bộ nhớ").click()
    return tablet.page.locator('[data-slot="twice"]')


def test_a_copy_that_cannot_be_written_goes_and_comes_again(start: Start, office: Office) -> None:
    tablet = start()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    expect(_twice(tablet)).to_have_text("có")
    tablet.back_to_list()
    tablet.page.context.set_offline(True)
    tablet.page.evaluate("navigator.storageBuckets.delete('hailong-tablet')")
    tablet.interview(1)
    expect(_twice(tablet)).to_have_text("không: trình duyệt này không có chỗ lưu thứ hai hoặc đã hết chỗ")
    tablet.back_to_list()
    tablet.page.context.set_offline(False)
    tablet.press("Gửi ngay")
    tablet.until_received(1)
    tablet.until_in_store('return (await import("/static/tablet/second_copy.js")).isKeptTwice(db);')

    expect(_twice(tablet)).to_have_text("có")
    assert [one.case_id for one in office.stored()] == [office.case(1).id]


def test_nobody_begins_anew_while_the_copy_cannot_be_asked(start: Start, office: Office) -> None:
    tablet = start()
    tablet.page.add_init_script("StorageBucketManager.prototype.open = () => Promise.reject(new Error('torn'))")
    tablet.open()

    tablet.see("torn")
    expect(tablet.page.get_by_role("button", name="Cài đặt", exact=True)).to_have_count(0)


def test_a_copied_profile_tells_nothing(start: Start, profile: Path, office: Office) -> None:
    tablet = start()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    tablet.page.context.set_offline(True)
    tablet.interview(1, comment=f"{MARK}-xong")
    tablet.begin(2)
    tablet.answer_until("comment")
    tablet.write("comment", f"{MARK}-nháp")
    tablet.until_saved()
    tablet.in_store('await store.keepSetting(db, "control", `${args[0]}-rõ`);', MARK)
    _kill(profile)
    _close(tablet.page.context)

    assert _traces(profile, f"{MARK}-rõ")  # What is not locked is found: the search can find.
    assert _traces(profile, f"{MARK}-xong") == []
    assert _traces(profile, f"{MARK}-nháp") == []
    assert _traces(profile, "15523-01") == []  # The places of the cases.


def _offer(tablet: Tablet, **quota: int) -> None:
    """So much storage, or without a number what the disk has. Chromium looks at it only for what is large."""
    browser = tablet.page.context.new_cdp_session(tablet.page)
    browser.send("Storage.overrideQuotaForOrigin", {"origin": tablet.address, **quota})


def _fill_up(page: Page) -> None:
    """Refuses what is written as a full disk does, until the reserve was given up or `full` is no more."""
    page.evaluate(
        """() => {
            window.full = true;
            const own = IDBObjectStore.prototype;
            for (const verb of ["put", "add"]) {
                const write = own[verb];
                own[verb] = function (...what) {
                    if (window.full) throw new DOMException("No space is left.", "QuotaExceededError");
                    return write.apply(this, what);
                };
            }
            const drop = own.delete;
            own.delete = function (key) {
                if (key === "reserve") window.full = false;
                return drop.call(this, key);
            };
        }"""
    )


def test_a_tablet_that_is_nearly_full_says_so_before(start: Start, office: Office) -> None:
    tablet = start()
    tablet.open()
    _offer(tablet, quotaSize=3 * 1024 * 1024)
    tablet.enrol(office.enrol_code())
    tablet.see("Máy sắp đầy. Hãy dọn chỗ ngay")
    tablet.interview(1)
    tablet.until_received(1)
    tablet.see("Máy sắp đầy. Hãy dọn chỗ ngay")
    _offer(tablet)
    tablet.press("Khóa")
    tablet.unlock()
    expect(tablet.heading()).to_have_text("Hôm nay")

    expect(tablet.page.get_by_text("Máy sắp đầy")).to_have_count(0)


def test_in_a_full_storage_the_reserve_takes_the_interview(start: Start, office: Office) -> None:
    tablet = start()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    tablet.page.context.set_offline(True)
    tablet.begin(1)
    _fill_up(tablet.page)
    tablet.choose("respondent_type", "citizen")
    tablet.see("Bộ nhớ đầy: thay đổi vừa rồi chưa được lưu.")
    tablet.answer()
    expect(tablet.heading()).to_have_text("Đã lưu trên máy")
    tablet.press("Tiếp tục")

    tablet.see("Máy sắp đầy. Hãy dọn chỗ ngay")


def test_a_full_storage_without_reserve_is_said_and_loses_nothing(start: Start, office: Office) -> None:
    tablet = start()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    tablet.in_store('await store.write(db, [["settings", "delete", "reserve"]]);')
    tablet.begin(1)
    _fill_up(tablet.page)
    tablet.answer(comment="Giữ lại nhé")
    expect(tablet.heading()).to_have_text("Chưa lưu được")
    tablet.see("Bộ nhớ của máy đầy")
    tablet.press("Thử lại")
    expect(tablet.heading()).to_have_text("Chưa lưu được")
    tablet.page.evaluate("window.full = false")
    tablet.press("Thử lại")
    expect(tablet.heading()).to_have_text("Đã lưu trên máy")
    tablet.press("Tiếp tục")
    tablet.until_received(1)

    assert json.loads(office.stored()[0].answers)["values"]["comment"] == "Giữ lại nhé"


def test_a_full_tablet_still_opens(start: Start, office: Office) -> None:
    tablet = start()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    tablet.press("Khóa")
    _fill_up(tablet.page)
    tablet.unlock()
    expect(tablet.heading()).to_have_text("Hôm nay")

    tablet.see("Máy đầy: biên nhận của cơ quan không ghi được.")


@pytest.mark.parametrize("years", [-3, 3])
def test_a_wrong_clock_is_said_and_changes_no_day(page: Page, address: str, office: Office, years: int) -> None:
    now = datetime.now(UTC)
    page.clock.install(time=now + timedelta(days=365 * years))
    tablet = Tablet(page, address)
    tablet.enrol(office.enrol_code())
    tablet.see("Đồng hồ của máy chậm hơn" if years < 0 else "Đồng hồ của máy nhanh hơn")
    tablet.interview(1)
    tablet.to_case(2)
    page.get_by_label("Tôi đã đến tận nơi").check()
    page.get_by_label("không gặp").check()
    tablet.press("Ghi lần tiếp cận")
    tablet.back_to_list()
    tablet.until_received(2)
    response = office.stored()[0]
    days = {clock.local_day(now), clock.local_day(datetime.now(UTC))}  # It may be midnight meanwhile.

    assert response.local_day in days
    assert abs(json.loads(response.paradata)["clock"] - years * 365 * 24 * 60) <= 2
    assert {one.day for one in office.attempts()} <= days
    assert len(office.attempts()) == 1
