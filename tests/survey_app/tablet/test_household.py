"""A household on a tablet: counted once, the person chosen by the draw, and the weight right at the office."""

import json

import pytest
from playwright.sync_api import expect

from survey_app import database
from survey_app.casework import persons
from survey_app.models import Case, Plan
from tests.browser import live_server
from tests.survey_app.tablet.driver import Tablet
from tests.survey_app.tablet.office import Office, address, office, tablet

__all__ = ["address", "live_server", "office", "tablet"]
pytestmark = pytest.mark.browser

SEAL, NUMBER, ASK = "ab" * 32, "012345", "Phỏng vấn trực tiếp"
COUNT = "Hộ này có bao nhiêu người từ 18 tuổi trở lên?"


@pytest.fixture
def enrolled(tablet: Tablet, office: Office) -> Tablet:
    with office.app.app_context():
        session = database.session()
        drawn = {"state": "drawn", "commitment": SEAL, "public_number": NUMBER}
        session.add(Plan(wave_id=office.wave, frame_kind="households", **drawn))
        persons.count(session, session.get_one(Case, office.case(2).id), 5)
        session.commit()
    tablet.enrol(office.enrol_code())
    expect(tablet.count("synced")).to_contain_text("Lần liên lạc gần nhất")
    return tablet


def told(case: int, eligible: int) -> str:
    place = persons.place(SEAL, NUMBER, case, eligible)
    return f"Hộ có {eligible} người lớn: hỏi người ở vị trí thứ {place}, tính từ người nhiều tuổi nhất."


def test_a_household_is_counted_once_before_it_is_asked(enrolled: Tablet, office: Office) -> None:
    page = enrolled.page
    enrolled.to_case(1)
    expect(page.get_by_role("button", name=ASK)).to_be_hidden()
    for wrong in ("0", "31", "ba", ""):
        page.get_by_label(COUNT).fill(wrong)
        enrolled.press("Cho biết hỏi ai")
        expect(page.get_by_label(COUNT)).to_be_focused()
        enrolled.see("từ 1 đến 30")
    page.get_by_label(COUNT).fill("4")
    enrolled.press("Cho biết hỏi ai")
    enrolled.see(told(1, 4))
    enrolled.see("Không ai được trả lời thay")
    page.get_by_text("Số đã nhập bị nhầm?").click()
    page.get_by_label("Số người từ 18 tuổi trở lên đúng là").fill("6")
    enrolled.press("Sửa số này")
    enrolled.see(told(1, 6))
    enrolled.see("Lần đầu đếm 4, đã sửa thành 6.")
    expect(page.get_by_text("Số đã nhập bị nhầm?")).to_be_hidden()
    page.reload()
    enrolled.unlock()
    enrolled.back_to_list()
    enrolled.press("Gửi ngay")
    enrolled.see("Đã gửi hết.")  # The package came anew.
    enrolled.to_case(1)
    enrolled.see(told(1, 6))
    expect(page.get_by_label(COUNT)).to_be_hidden()
    expect(page.get_by_text("Số đã nhập bị nhầm?")).to_be_hidden()
    enrolled.press(ASK)
    enrolled.answer()
    enrolled.press("Tiếp tục")
    enrolled.to_case(2)
    enrolled.see(told(2, 5))
    expect(page.get_by_label(COUNT)).to_be_hidden()
    enrolled.back_to_list()
    enrolled.interview(2)
    enrolled.until_received(2)

    assert [office.case(number).eligible for number in (1, 2, 3)] == [6, 5, None]
    firsts = {one.case_id: json.loads(one.paradata).get("first_count") for one in office.stored()}
    assert firsts == {office.case(1).id: 4, office.case(2).id: None}
