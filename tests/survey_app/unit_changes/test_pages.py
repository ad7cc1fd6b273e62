"""The pages of a change: who reaches them, how units are chosen without script, what is said before it is confirmed."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.models import CollectionPoint, Survey, UnitChange
from survey_app.web import choosing
from tests import staff
from tests.survey_app.unit_changes.conftest import BASIS, DAY, EVE, Manager, answer

NEW = "/units/changes/new/merge"
MERGER: dict[str, Any] = {"codes": ["101", "102"], "code": "104", "name": "Thọ Hải Diên", "type": "xã"}


def boxes(page: str) -> dict[str, bool]:
    """By the text of each box whether it is ticked."""
    found = re.findall(r'name="codes" value="[^"]*"( checked)?> <label[^>]*>([^<]*)', page)
    return {unescape(text): bool(ticked) for ticked, text in found}


def changes(app: Flask) -> int:
    with app.app_context():
        return database.session().scalar(sa.select(sa.func.count(UnitChange.id))) or 0


def test_units_are_ticked_in_a_list_of_those_of_the_day_before(district: Flask, manager: Manager) -> None:
    manager.merge(code="104")
    past, now = (manager.post(NEW, form_on="/units/changes", effective_on=f"{day}").text for day in (EVE, DAY))
    later = manager.post(NEW, form_on="/units/changes", effective_on=f"{DAY + timedelta(days=1)}").text

    assert boxes(manager.get(NEW).text) == boxes(later)
    assert list(boxes(later)) == ["xã Xuân Sinh (103)", "xã Thọ Hải Diên (104)", "huyện Thọ Xuân (395)"]
    assert boxes(past) == boxes(now)
    assert [text for text in boxes(now) if "10" in text] == [
        "xã Thọ Hải (101)",
        "xã Thọ Diên (102)",
        "xã Xuân Sinh (103)",
    ]


def test_of_many_units_those_ticked_stay_while_one_looks_for_the_next(
    district: Flask, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "FITTING", 2)
    asked = {**MERGER, "effective_on": DAY.isoformat(), "basis": BASIS}
    empty = manager.get(NEW).text
    looked = manager.post(NEW, **{**asked, "codes": ["101"]}, **{"codes-look": "tho", "codes-find": "1"})
    nothing = manager.post(NEW, **{**asked, "codes": ["101"]}, **{"codes-look": "khong co", "codes-find": "1"})
    unclear = manager.post(NEW, **{**asked, "codes": ["103"]}, **{"codes-look": "tho"})
    seen = manager.post(NEW, **{**asked, "codes": ["101"]}, **{"codes-look": "dien"})

    assert boxes(empty) == {}
    assert boxes(looked.text) == {"xã Thọ Hải (101)": True, "xã Thọ Diên (102)": False}
    assert (looked.status_code, 'value="Thọ Hải Diên"' in looked.text) == (200, True)
    assert "Không có mục nào phù hợp" in nothing.text
    assert (unclear.status_code, "Có nhiều mục phù hợp" in unclear.text) == (422, True)
    assert "xã Thọ Hải (101), xã Thọ Diên (102)" in seen.text
    assert changes(district) == 0


def test_a_unit_that_goes_on_is_chosen_and_takes_the_others_in(district: Flask, manager: Manager) -> None:
    page = manager.preview(codes=["102"], joined="101")

    assert "xã Thọ Diên (102) trở thành: xã Thọ Hải (101)" in page
    assert manager.enter(codes=["102"], joined="101").status_code == 302


def test_an_administrator_reads_the_units_and_enters_their_changes(district: Flask) -> None:
    staff.make_staff(district, "administrator")
    person = Manager(district, "administrator@example.vn")
    units = person.get("/manage/units")

    assert units.status_code == 200
    assert "<code>101</code>" in units.text
    assert "/manage/units" in person.get(NEW).text
    assert 'type="file"' not in units.text
    assert person.post("/manage/units", form_on="/units/changes").status_code == 403
    assert person.enter(**MERGER).status_code == 302


def test_before_it_is_confirmed_the_page_says_what_makes_it_final(district: Flask, manager: Manager) -> None:
    seen = manager.preview(**MERGER)
    shown = manager.enter(**MERGER).headers["Location"]

    warning = seen.index("Chỉ cần một câu trả lời ở đơn vị mới là không hoàn tác được nữa.")
    assert warning < seen.index('name="sure"')
    assert "kể cả khi câu trả lời đó được rút lại" in seen
    assert "cho đến khi đơn vị mới có câu trả lời đầu tiên" in manager.get(shown).text


def test_a_change_entered_late_says_that_it_takes_effect_now_and_what_becomes_of_answers(
    district: Flask, manager: Manager
) -> None:
    late = DAY - timedelta(days=2)
    with district.app_context():
        session = database.session()
        session.scalars(sa.select(Survey)).one().units_on = DAY
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN12")).one()
        for day in (late - timedelta(days=1), late, DAY):
            answer(session, point.wave, point, day)
        session.commit()
    seen = unescape(manager.preview(**MERGER, effective_on=late.isoformat()))
    done = manager.enter(**MERGER, effective_on=late.isoformat())

    assert "Đã đến ngày 21/11/2026: thay đổi có hiệu lực ngay khi xác nhận." in seen
    assert "Từ ngày đó đã có 2 câu trả lời: chúng thuộc đơn vị mới." in seen
    assert "theo danh mục đơn vị ngày 23/11/2026, khi thay đổi đã có hiệu lực" in seen
    assert "2 câu trả lời từ ngày đầu tiên nay thuộc đơn vị mới" in manager.get(done.headers["Location"]).text


def test_a_day_to_come_says_that_it_waits_and_nothing_of_today(district: Flask, manager: Manager) -> None:
    seen = manager.preview(**MERGER, effective_on=(DAY + timedelta(days=1)).isoformat())

    assert "Đã đến ngày" not in seen
    assert "theo danh mục đơn vị ngày" not in seen


def test_the_list_says_from_when_a_change_is_in_force(district: Flask, manager: Manager) -> None:
    manager.merge()

    assert re.findall(r'<th scope="col">([^<]*)</th>', manager.get("/units/changes").text)[0] == "Hiệu lực từ ngày"
