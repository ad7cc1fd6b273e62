"""A kiosk in a real Chromium: one person after the other, and nothing of one is left for the next."""

import json
import re

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from questionnaires.answers import Answers
from tests import qr
from tests.browser import accessibility_faults, wait_until
from tests.survey_app.answer.conftest import Citizen, token_in
from tests.survey_app.kiosk.conftest import EXIT, Kiosk

pytestmark = pytest.mark.browser
# All that a page can keep: storage, databases and their second copies, caches, the address and the form.
LEFT = """async () => {
  const store = await import("/static/tablet/store.js");
  const second = await navigator.storageBuckets.open("hailong-kiosk");
  const all = [];
  for (const databases of [indexedDB, second.indexedDB]) {
    const db = await store.open("hailong-kiosk", databases);
    all.push(...await Promise.all(["settings", "vault", "journal"].map((name) => store.readAll(db, name))));
    db.close();
  }
  return JSON.stringify([all, { ...localStorage }, { ...sessionStorage }, location.href, history.state])
    + document.body.innerHTML.replaceAll(/<template[^]*?<\\/template>/g, "");
}"""


def _values(kiosk: Kiosk) -> list[dict[str, object]]:
    return [dict(Answers.from_json(one.answers).values) for one in kiosk.responses()]


def test_what_somebody_answers_arrives_and_the_next_one_finds_nothing(kiosk: Kiosk) -> None:
    kiosk.fill_in("2")
    expect(kiosk.page.locator("h1")).to_contain_text("Xin cảm ơn")
    assert kiosk.entries() == []
    kiosk.until_taken(1)
    kiosk.idle()

    assert _values(kiosk) == [{"K1": 2, "K2": "trips1"}]
    assert [one.mode for one in kiosk.responses()] == ["kiosk"]
    assert "trips1" not in kiosk.page.evaluate(LEFT)
    kiosk.press("Bắt đầu")
    kiosk.page.locator("#q-K1").wait_for()
    assert kiosk.page.locator("input:checked").count() == 0


def test_faces_have_words_and_one_size(kiosk: Kiosk) -> None:
    kiosk.press("Bắt đầu")
    kiosk.page.locator("#q-K1").wait_for()
    labels = kiosk.page.locator("#q-K1 label")

    assert kiosk.page.locator("#q-K1 svg[aria-hidden=true]").count() == 5
    assert labels.first.text_content() == "Rất không hài lòng"
    boxes = [label.bounding_box() for label in labels.all()]
    assert len({(round(box["y"]), round(box["width"])) for box in boxes if box}) == 1


def test_a_cut_line_loses_nothing_and_a_start_without_one_works(kiosk: Kiosk) -> None:
    active = "navigator.serviceWorker.getRegistrations().then(([one]) => Boolean(one?.active))"
    wait_until(kiosk.page, lambda: kiosk.page.evaluate(active))
    kiosk.page.reload()
    kiosk.idle()
    kiosk.page.context.set_offline(True)
    kiosk.fill_in("1")
    kiosk.idle()
    kiosk.page.reload()
    kiosk.idle()
    kiosk.fill_in("5")
    kiosk.idle()
    assert kiosk.responses() == []
    kiosk.page.context.set_offline(False)
    kiosk.until_taken(2)

    assert sorted(value["K1"] for value in _values(kiosk)) == [1, 5]
    # The receipts come back and are kept before the entries go.
    wait_until(kiosk.page, lambda: 'sealed":"' not in kiosk.page.evaluate(LEFT), 10)


def test_a_call_to_the_office_takes_no_button_from_under_a_finger(kiosk: Kiosk) -> None:
    kiosk.page.evaluate("window.button = document.querySelector('main button')")
    with kiosk.page.expect_response("**/api/device/package*"):
        kiosk.page.evaluate("dispatchEvent(new Event('online'))")
    kiosk.page.wait_for_timeout(500)

    assert kiosk.page.evaluate("window.button === document.querySelector('main button')")


def test_a_kiosk_whose_browser_lost_everything_goes_on(kiosk: Kiosk) -> None:
    kiosk.page.context.set_offline(True)
    kiosk.fill_in("1")
    kiosk.idle()
    kiosk.page.goto("about:blank")
    kiosk.page.context.set_offline(False)
    kiosk.page.goto(f"{kiosk.address}/health/live")
    kiosk.page.evaluate(
        """new Promise((gone, failed) => {
            const request = indexedDB.deleteDatabase("hailong-kiosk");
            Object.assign(request, { onsuccess: gone, onerror: failed });
        })"""
    )
    assert kiosk.responses() == []
    kiosk.page.goto(f"{kiosk.address}/kiosk/")
    kiosk.idle()
    kiosk.until_taken(1)
    kiosk.fill_in("5")
    kiosk.until_taken(2)

    assert sorted(value["K1"] for value in _values(kiosk)) == [1, 5]


def test_a_visit_code_is_checked_here_and_proven_there(kiosk: Kiosk) -> None:
    code = kiosk.visit_code()
    for proof, said in ((code[:-1], ""), (f"https://khaosat.example.vn/v/ABC/{code}", "visit_code"), (code, "kiosk")):
        kiosk.press("Tôi có mã trên phiếu trả kết quả")
        kiosk.page.get_by_label("Mã gồm 15 chữ và số").fill(proof)
        kiosk.press("Bắt đầu")
        if not said:
            expect(kiosk.page.locator(".error")).to_be_visible()
            kiosk.page.reload()
            kiosk.idle()
            continue
        kiosk.answer()
        kiosk.idle()
    kiosk.until_taken(2)

    # The second use of a code proves nothing, and the answer still counts.
    assert sorted(one.mode for one in kiosk.responses()) == ["kiosk", "visit_code"]


def test_whoever_walks_away_is_covered_and_then_forgotten(kiosk: Kiosk) -> None:
    kiosk.page.clock.install()
    kiosk.page.reload()
    kiosk.idle()
    kiosk.page.clock.pause_at(kiosk.page.evaluate("Date.now() / 1000") + 60)
    kiosk.press("Bắt đầu")
    kiosk.page.locator('[name="K1"][value="1"]').locator("..").click()
    kiosk.page.clock.run_for(9_000)
    expect(kiosk.page.locator("[data-root]")).to_be_visible()
    kiosk.page.clock.run_for(1_500)
    expect(kiosk.page.locator("[data-root]")).to_be_hidden()
    kiosk.press("Chạm để tiếp tục")
    expect(kiosk.page.locator('[name="K1"][value="1"]')).to_be_checked()
    kiosk.page.clock.run_for(30_000)
    expect(kiosk.page.locator("[role=timer]")).to_have_text("Câu trả lời sẽ bị xóa sau 15 giây.")
    kiosk.page.clock.resume()  # The check waits by the page's clock.
    assert accessibility_faults(kiosk.page) == ""
    kiosk.page.clock.run_for(16_000)
    kiosk.idle()
    kiosk.press("Bắt đầu")

    kiosk.page.locator("#q-K1").wait_for()
    assert kiosk.page.locator("input:checked").count() == 0
    assert kiosk.responses() == []


def test_two_taps_are_one_and_haste_is_marked(kiosk: Kiosk) -> None:
    kiosk.press("Bắt đầu")
    kiosk.page.locator("#q-K1").wait_for()
    kiosk.page.evaluate("""() => {
      const tap = (value) => document.querySelector(`[name=K1][value="${value}"]`).parentElement.click();
      const [clock, now] = [performance.now, performance.now()];
      performance.now = () => now;
      tap(5);
      performance.now = () => now + 300;
      tap(1);
      performance.now = clock;
    }""")
    expect(kiosk.page.locator('[name="K1"][value="5"]')).to_be_checked()
    kiosk.page.wait_for_timeout(400)
    kiosk.press("Tiếp tục")
    kiosk.page.wait_for_timeout(400)
    kiosk.press("Tiếp tục")
    kiosk.page.wait_for_timeout(400)
    kiosk.page.get_by_role("button", name="Hoàn thành").dblclick()
    kiosk.idle()
    kiosk.fill_in("3")
    kiosk.idle()
    kiosk.fill_in("3")
    kiosk.until_taken(3)
    marks = [json.loads(one.paradata or "{}") for one in kiosk.responses()]

    assert {tuple(mark) for mark in marks} <= {(), ("burst",)}
    assert sum("burst" in mark for mark in marks) >= 1


def test_haste_is_the_same_again_at_once_or_quicker_than_anybody_reads(kiosk: Kiosk) -> None:
    said = kiosk.page.evaluate("""async () => {
      const { Bursts } = await import("/static/kiosk/pressing.js");
      const bursts = new Bursts();
      const forms = [[{ K1: ["5"] }, 1500], [{ K1: ["4"] }, 1500],
        [{ K1: ["4"] }, 9000], [{ K1: ["4"], K2: ["a"] }, 1500]];
      const found = [];
      for (const [answers, milliseconds] of forms) found.push(await bursts.isOne(answers, milliseconds));
      return found;
    }""")

    assert said == [False, False, True, True]


def _press_long(kiosk: Kiosk) -> None:
    """In the corner, for three seconds of the page's clock: not less, not more."""
    code = kiosk.page.get_by_label("Mã để mở khóa máy")
    kiosk.page.clock.install()
    kiosk.page.clock.pause_at(kiosk.page.evaluate("Date.now() / 1000") + 10)
    kiosk.page.mouse.move(20, 20)
    kiosk.page.mouse.down()
    kiosk.page.clock.run_for(2900)
    assert code.count() == 0
    kiosk.page.clock.run_for(200)
    expect(code).to_be_visible()
    kiosk.page.mouse.up()
    kiosk.page.clock.resume()


def test_there_is_no_way_out_without_the_code(kiosk: Kiosk) -> None:
    kiosk.press("Bắt đầu")
    for _ in range(3):
        kiosk.page.evaluate("""() => new Promise((done) => {
          addEventListener("popstate", () => setTimeout(done, 500), { once: true });
          for (let press = 0; press < 6; press += 1) history.back();
        })""")
        assert kiosk.page.evaluate("history.state") == 20
    assert kiosk.page.url.endswith("/kiosk/")
    assert kiosk.page.locator("a[href]").count() == 0
    stopped = "dispatchEvent(new MouseEvent('contextmenu', { cancelable: true, bubbles: true }))"
    assert kiosk.page.evaluate(stopped) is False
    _press_long(kiosk)
    kiosk.page.get_by_label("Mã để mở khóa máy").fill("000000")
    kiosk.press("Mở")
    expect(kiosk.page.locator(".error")).to_be_visible(timeout=15_000)
    kiosk.page.get_by_label("Mã để mở khóa máy").fill(EXIT)
    kiosk.press("Mở")
    expect(kiosk.page.get_by_role("button", name="Thoát toàn màn hình")).to_be_visible(timeout=15_000)
    assert accessibility_faults(kiosk.page) == ""
    kiosk.press("Về màn hình dành cho người dân")

    kiosk.idle()


def test_staff_set_it_up_anew_and_what_was_not_sent_still_arrives(kiosk: Kiosk) -> None:
    kiosk.page.context.set_offline(True)
    kiosk.fill_in("2")
    kiosk.idle()
    _press_long(kiosk)
    kiosk.page.get_by_label("Mã để mở khóa máy").fill(EXIT)
    kiosk.press("Mở")
    kiosk.press("Cài đặt máy này")
    kiosk.page.context.set_offline(False)
    kiosk.page.locator("[name=code]").fill(kiosk._code())
    kiosk.page.locator("[name=exit]").fill(EXIT)
    kiosk.press("Cài đặt")
    kiosk.idle()
    kiosk.fill_in("5")
    kiosk.until_taken(2)

    assert sorted(value["K1"] for value in _values(kiosk)) == [2, 5]
    assert len({one.device_id for one in kiosk.entries()}) == 2


def test_the_start_screen_offers_the_own_phone_with_the_code_of_this_minute(kiosk: Kiosk) -> None:
    picture = cv2.imdecode(np.frombuffer(kiosk.page.locator(".phone svg").screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    shown = qr.read(picture)
    path = shown.removeprefix("http://localhost:8000")

    assert re.fullmatch(r"/k/[A-Z0-9]{7}/[A-Z0-9]{6}", path)
    phone = kiosk.app.test_client()
    token = token_in(phone.get(path).text)
    Citizen(phone, path.split("/")[2]).send(token, {"K1": "1"})
    assert [(one.mode, one.paradata) for one in kiosk.responses()] == [("qr_open", '{"present":true}')]


@pytest.mark.parametrize("size", [(800, 1280), (1280, 800)])
def test_everybody_can_use_it_in_both_languages(kiosk: Kiosk, size: tuple[int, int]) -> None:
    kiosk.page.set_viewport_size({"width": size[0], "height": size[1]})
    for language, begin in (("vi", "Bắt đầu"), ("en", "Begin")):
        if language == "en":
            kiosk.press("English")
        assert accessibility_faults(kiosk.page) == ""
        kiosk.press(begin)
        kiosk.page.wait_for_timeout(400)
        assert kiosk.page.locator("form").get_attribute("lang") == language
        assert accessibility_faults(kiosk.page) == ""
        assert kiosk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        kiosk.press("Xóa và dừng" if language == "vi" else "Delete and stop")
        kiosk.idle()
