"""A day of an officer with a tablet, against the real office: interviews, attempts, handing over, practice, PIN."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from survey_app import database
from survey_app.models import Case, CaseAttempt, DeviceEntry, Wave
from tests.browser import live_server
from tests.survey_app.tablet.driver import GOOD, PIN, Tablet
from tests.survey_app.tablet.office import Office, address, office, tablet

__all__ = ["address", "live_server", "office", "tablet"]
pytestmark = pytest.mark.browser


@pytest.fixture
def enrolled(tablet: Tablet, office: Office) -> Tablet:
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    return tablet


def test_an_interview_is_stored_at_its_case_and_receipted(enrolled: Tablet, office: Office) -> None:
    enrolled.interview(1, comment="Nhanh, gọn.")
    enrolled.until_received(1)
    response = office.stored()[0]

    assert json.loads(response.answers)["values"]["comment"] == "Nhanh, gọn."
    assert (response.mode, response.language, response.case_id) == ("tablet", "vi", office.case(1).id)
    assert office.case(1).disposition == "complete"
    assert json.loads(response.paradata)["handed_over"] is False
    enrolled.see("Đã phỏng vấn bằng máy này")


def test_a_run_takes_no_row_from_under_a_finger_that_it_does_not_change(enrolled: Tablet) -> None:
    row, other = (enrolled.page.get_by_role("link", name=f"Trường hợp {number}") for number in (1, 2))
    group = enrolled.page.locator("details.group", has=other)
    row.evaluate("row => { window.row = row }")
    other.evaluate("other => { window.other = other }")
    group.locator("summary").click()
    enrolled.note_attempts(1)
    enrolled.press("Gửi ngay")

    expect(row).to_contain_text("đã tiếp cận 1 lần")
    assert enrolled.page.evaluate("[window.row.isConnected, window.other.isConnected]") == [False, True]
    expect(other).to_be_hidden()  # As the officer folded it.


def test_the_day_is_closed_when_both_sides_have_the_same(enrolled: Tablet) -> None:
    enrolled.interview(1)
    enrolled.press("Kết thúc ngày")

    expect(enrolled.count("closed")).to_contain_text("máy và cơ quan khớp nhau")


def test_an_attempt_is_noted_with_its_channel(enrolled: Tablet, office: Office) -> None:
    enrolled.to_case(2)
    enrolled.press("Ghi lần tiếp cận")
    enrolled.see("Hãy chọn kết quả.")
    enrolled.page.get_by_label("Tôi đã gọi điện").check()
    enrolled.page.get_by_label("không gặp").check()
    enrolled.press("Ghi lần tiếp cận")
    expect(enrolled.page.locator('[data-list="attempts"] li')).to_have_count(1)
    enrolled.see("gọi điện · không gặp")
    enrolled.back_to_list()
    enrolled.until_received(1)

    assert [(one.channel, one.outcome) for one in office.rows(CaseAttempt)] == [("call", "not_contacted")]


def test_somebody_of_another_type_than_drawn_is_confirmed(enrolled: Tablet, office: Office) -> None:
    enrolled.begin(4)
    enrolled.answer(GOOD | {"respondent_type": "business"})
    expect(enrolled.heading()).to_have_text("Ai đã trả lời?")
    enrolled.see("Kết quả rút mẫu")
    enrolled.press("Quay lại phiếu")
    expect(enrolled.page.locator("[data-root] [name]").first).to_be_attached()
    assert office.stored() == []
    enrolled.answer({})
    enrolled.press("Đúng, người này đã trả lời")
    expect(enrolled.heading()).to_have_text("Đã lưu trên máy")
    enrolled.press("Tiếp tục")
    enrolled.until_received(1)

    assert [json.loads(one.paradata)["other_type"] for one in office.stored()] == [True]


def test_the_pin_is_changed_wholly_or_not_at_all(enrolled: Tablet) -> None:
    page = enrolled.page
    enrolled.begin(3)
    enrolled.choose("respondent_type", "citizen")
    enrolled.until_saved()
    enrolled.press("Tạm dừng")
    expect(enrolled.heading()).to_have_text("Hôm nay")
    # The device dies within the write: whatever was put under the new key goes with it.
    cut_off = """const put = IDBObjectStore.prototype.put;
        let left = 2;
        IDBObjectStore.prototype.put = function (...what) {
          if (left-- === 0) throw new DOMException("cut", "AbortError");
          return put.apply(this, what);
        };
        const key = await identity.openWithPin(db, args[0]);
        left = 2;
        const said = await identity.changePin(db, key, "836152").then(() => "changed", () => "failed");
        IDBObjectStore.prototype.put = put;
        const old = await identity.openWithPin(db, args[0]);
        return [said, await identity.openWithPin(db, "836152"), (await vault.drafts(db, old)).length];"""
    assert enrolled.in_store(cut_off, PIN) == ["failed", None, 1]

    page.get_by_role("link", name="Bộ nhớ").click()
    page.get_by_role("link", name="Đổi mã PIN").click()
    page.get_by_label("Mã PIN hiện tại").fill(PIN)
    page.get_by_label("Mã PIN mới").fill("836152")
    page.get_by_label("Nhập lại mã PIN").fill("836152")
    enrolled.press("Lưu mã PIN")
    expect(enrolled.heading()).to_have_text("Bộ nhớ")
    page.reload()
    enrolled.unlock("836152")
    expect(enrolled.heading()).to_have_text("Bộ nhớ")
    drafts = """return [await identity.openWithPin(db, args[0]),
        (await vault.drafts(db, await identity.openWithPin(db, args[1])))[0].answers];"""
    assert enrolled.in_store(drafts, PIN, "836152") == [None, {"respondent_type": ["citizen"]}]


def test_a_telephone_interview_says_so_and_after_how_many_calls(enrolled: Tablet, office: Office) -> None:
    enrolled.to_case(3)
    enrolled.page.get_by_label("Tôi đã gọi điện").check()
    enrolled.page.get_by_label("không gặp").check()
    enrolled.press("Ghi lần tiếp cận")
    expect(enrolled.page.locator('[data-list="attempts"] li')).to_have_count(1)
    enrolled.press("Phỏng vấn qua điện thoại")
    enrolled.answer()
    enrolled.press("Tiếp tục")
    enrolled.until_received(2)

    assert office.stored()[0].mode == "phone"
    assert json.loads(office.stored()[0].paradata)["calls"] == 1


def test_handed_over_nothing_but_the_form_is_there_until_the_pin(enrolled: Tablet, office: Office) -> None:
    enrolled.begin(4, "Giao máy cho người trả lời")
    page = enrolled.page
    expect(page.locator("html")).to_have_class("large")
    expect(page.locator("[data-nav]")).to_be_hidden()
    expect(page.get_by_role("button", name="Xóa bản nháp này")).to_be_hidden()
    for somewhere in ("today", "storage", "case/1"):
        page.evaluate(f"location.hash = '{somewhere}'")
        expect(page.locator("[data-root] [name]").first).to_be_attached()
        expect(page.locator("[data-nav]")).to_be_hidden()
    enrolled.press("Dành cho điều tra viên")
    page.get_by_label("Mã PIN", exact=True).fill("111222")
    enrolled.press("Mở")
    enrolled.see("Mã PIN không đúng.")
    enrolled.press("Quay lại phiếu")
    enrolled.answer()
    enrolled.see("Xin trả lại máy cho điều tra viên")
    enrolled.press("Tiếp tục")
    enrolled.unlock()
    enrolled.until_received(1)

    assert json.loads(office.stored()[0].paradata)["handed_over"] is True


@pytest.mark.parametrize("way", ["the language", "back"])
def test_whoever_goes_back_after_the_end_meets_the_pin(enrolled: Tablet, office: Office, way: str) -> None:
    enrolled.begin(4, "Giao máy cho người trả lời")
    enrolled.answer()
    enrolled.see("Xin trả lại máy cho điều tra viên")
    if way == "back":
        enrolled.page.evaluate("history.back()")
    else:
        enrolled.press("English")
        expect(enrolled.heading()).to_have_text("Locked")
        enrolled.press("Tiếng Việt")
    enrolled.unlock()
    enrolled.until_received(1)

    assert len(office.stored()) == 1


def test_the_right_pin_gives_the_form_back_to_the_officer(enrolled: Tablet) -> None:
    enrolled.begin(4, "Giao máy cho người trả lời")
    enrolled.choose("respondent_type", "citizen")
    enrolled.press("Dành cho điều tra viên")
    enrolled.page.get_by_label("Mã PIN", exact=True).fill(PIN)
    enrolled.press("Mở")

    expect(enrolled.page.get_by_role("button", name="Giao máy cho người trả lời")).to_be_visible()
    expect(enrolled.page.locator('[name="respondent_type"][value="citizen"]')).to_be_checked()


def test_every_screen_says_that_the_data_are_simulated(enrolled: Tablet, office: Office) -> None:
    said = enrolled.page.get_by_text("Dữ liệu mô phỏng, không phải khảo sát thật.")
    expect(said.filter(visible=True)).to_have_count(0)
    with office.app.app_context():
        session = database.writing(database.session())
        session.get_one(Wave, office.wave).simulated = True
        session.commit()
    enrolled.press("Gửi ngay")
    for where in ("storage", "about", "case/1", "today"):
        enrolled.page.evaluate(f"location.hash = '{where}'")
        expect(said.filter(visible=True)).to_have_count(1)
    enrolled.begin(1)
    expect(said.filter(visible=True)).to_have_count(1)


def test_many_drafts_are_kept_and_one_can_be_deleted(enrolled: Tablet) -> None:
    for number in (1, 2, 3):
        enrolled.begin(number)
        enrolled.choose("respondent_type", "citizen" if number < 3 else "business")
        enrolled.until_saved()
        enrolled.back_to_list()
    rows = enrolled.page.locator('[data-list="drafts"] li')
    expect(rows).to_have_count(3)
    rows.filter(has_text="Trường hợp 3").get_by_role("link").click()
    expect(enrolled.page.locator('[name="respondent_type"][value="business"]')).to_be_checked()
    enrolled.press("Xóa bản nháp này")
    enrolled.press("Xóa")

    expect(rows).to_have_count(2)


def test_the_language_changes_in_the_middle_and_the_answers_stay(enrolled: Tablet, office: Office) -> None:
    enrolled.begin(5)
    enrolled.choose("respondent_type", "citizen")
    enrolled.press("English")
    expect(enrolled.page.get_by_role("button", name="Delete this draft")).to_be_visible()
    expect(enrolled.page.locator('[name="respondent_type"][value="citizen"]')).to_be_checked()
    assert enrolled.page.locator("html").get_attribute("lang") == "en"
    enrolled.press("Tiếng Việt")
    enrolled.answer()
    enrolled.press("Tiếp tục")
    enrolled.until_received(1)

    assert office.stored()[0].language == "vi"


def test_practice_never_enters_the_journal(enrolled: Tablet, office: Office) -> None:
    enrolled.press("Luyện tập")
    enrolled.page.locator('[data-list="waves"] a').click()
    expect(enrolled.page.locator("[data-practice]")).to_have_text("Luyện tập: phỏng vấn này không được tính.")
    enrolled.answer()
    enrolled.see("Không có gì được lưu hay gửi đi.")
    enrolled.press("Tiếp tục")
    enrolled.press("Gửi ngay")
    enrolled.see("Đã gửi hết.")
    expect(enrolled.page.locator("[data-practice]")).to_be_hidden()

    assert enrolled.in_store('return (await store.readAll(db, "journal")).length;') == 0
    assert enrolled.in_store("return (await vault.countDrafts(db));") == 0
    assert office.rows(DeviceEntry) == office.stored() == []


def test_wrong_pins_cost_time_and_a_reload_does_not_give_it_back(enrolled: Tablet) -> None:
    enrolled.press("Khóa")
    for _time in range(5):
        enrolled.unlock("000111")
        expect(enrolled.page.locator('[data-slot="fault"]')).to_be_visible()
    enrolled.see("Sai quá nhiều lần.")
    enrolled.page.reload()
    enrolled.unlock()
    enrolled.see("Sai quá nhiều lần.")
    enrolled.in_store(
        'const w = await store.setting(db, "wrong"); await store.keepSetting(db, "wrong", { ...w, at: 0 });'
    )
    enrolled.unlock()

    expect(enrolled.heading()).to_have_text("Hôm nay")


def test_it_locks_itself_after_some_minutes_and_keeps_the_draft(enrolled: Tablet) -> None:
    enrolled.page.clock.install()
    enrolled.page.reload()
    enrolled.unlock()
    enrolled.begin(1)
    enrolled.choose("respondent_type", "citizen")
    enrolled.until_saved()
    enrolled.page.clock.run_for(301_000)
    enrolled.unlock()
    enrolled.page.get_by_role("link", name="Trường hợp 1").first.click()

    expect(enrolled.page.locator('[name="respondent_type"][value="citizen"]')).to_be_checked()


def test_a_forgotten_pin_loses_drafts_and_says_so_but_no_finished_interview(
    enrolled: Tablet, office: Office, context: BrowserContext
) -> None:
    enrolled.begin(2)
    enrolled.choose("respondent_type", "citizen")
    enrolled.until_saved()
    enrolled.back_to_list()
    context.set_offline(True)
    enrolled.interview(1)
    enrolled.press("Khóa")
    enrolled.press("Quên mã PIN")
    enrolled.see("1 bản nháp trên máy sẽ không ai đọc được nữa và bị xóa.")
    enrolled.see("Chưa có biên nhận của cơ quan: 1.")
    context.set_offline(False)
    enrolled.press("Tôi có mã mới")
    enrolled.page.get_by_label("Mã", exact=True).fill(office.enrol_code())
    enrolled.press("Cài đặt")
    enrolled.page.get_by_label("Mã PIN", exact=True).fill("918273")
    enrolled.page.get_by_label("Nhập lại mã PIN").fill("918273")
    enrolled.press("Lưu mã PIN")
    enrolled.until_received(1)

    assert office.case(1).disposition == "complete"
    assert enrolled.in_store("return vault.countDrafts(db);") == 0


def test_a_second_window_waits_until_the_first_is_closed(enrolled: Tablet, context: BrowserContext) -> None:
    second: Page = context.new_page()
    second.goto(f"{enrolled.address}/tablet/")
    expect(second.get_by_role("heading", level=1)).to_have_text("Đang mở ở cửa sổ khác")
    enrolled.page.close()

    expect(second.get_by_role("heading", level=1)).to_have_text("Máy đang khóa")


def test_a_code_that_is_not_valid_says_what_to_do(tablet: Tablet) -> None:
    tablet.page.goto(f"{tablet.address}/tablet/#enrol=AAAAAAAAAA")
    tablet.press("Cài đặt")

    tablet.see("Mã không đúng: đã dùng, quá một ngày hoặc gõ nhầm.")


def test_second_interviews_are_marked(enrolled: Tablet, office: Office) -> None:
    with office.app.app_context():
        session = database.session()
        first, second = (session.get_one(Case, office.case(number).id) for number in (1, 2))
        first.disposition, second.reinterview_of_id = "complete", first.id
        session.commit()
    enrolled.press("Gửi ngay")
    expect(enrolled.page.get_by_role("link", name="Trường hợp 1")).to_have_count(0)
    enrolled.to_case(2)

    enrolled.see("Đây là phúc tra")


def test_the_form_does_not_move_while_it_is_saved(enrolled: Tablet) -> None:
    """A page that moves between pressing and letting go loses the tap."""
    enrolled.begin(1)
    place = "document.querySelector('[data-root]').getBoundingClientRect().top + scrollY"
    tops = {enrolled.page.evaluate(place)}
    for word in ("", "Đang lưu…", "Đã lưu trên máy lúc 10:16"):
        enrolled.page.evaluate("(text) => { document.querySelector('[data-slot=saved]').textContent = text }", word)
        tops.add(enrolled.page.evaluate(place))

    assert len(tops) == 1
