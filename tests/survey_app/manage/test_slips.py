"""A manager's way with slips: points that ask for them, batches, prints, the ledger, one taken out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.models import CollectionPoint, SlipBatch
from survey_app.proofs import slips
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.proofs.test_slip_bound import make_answer

CODE, WAVE = "K7QF3MX", "/manage/waves/sipas-2026-dot-1"
PLAN = {"strata": [{"code": "15520", "unit": "15520", "psus": [{"code": "15520-01", "drawn": 2}]}]}


def make_point(app: Flask, **wave: Any) -> None:
    with app.app_context():
        session = database.session()
        point = factories.make_point(session, wave=factories.make_wave(session, **wave), code=CODE, mode="qr_slip")
        for number in (1, 2):
            factories.make_case(session, point.wave, point.unit, number, weight=12.5)
        session.commit()


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    make_point(console_app)
    return signed_in(console_app, "manager")


@pytest.fixture
def batches(console_app: Flask) -> Callable[[], list[SlipBatch]]:
    def look() -> list[SlipBatch]:
        with console_app.app_context():
            return list(database.session().scalars(sa.select(SlipBatch).order_by(SlipBatch.id)))

    return look


def codes(app: Flask, batch: SlipBatch) -> list[str]:
    return slips.codes(app.config["SETTINGS"].token_key, batch)


def test_points_offer_slips_and_visit_codes(manager: Staff) -> None:
    page = manager.get(f"{WAVE}/points").text

    assert 'value="qr_slip"' in page
    assert 'value="visit_code"' in page
    assert "Mỗi kênh chứng minh được gì" in page
    assert f"/manage/points/{CODE}/slips/new" in page
    assert manager.get(f"/manage/points/{CODE}/sheet.pdf").status_code == 404


def test_from_a_new_batch_to_printed_slips(manager: Staff, batches: Any) -> None:
    made = manager.post(f"/manage/points/{CODE}/slips/new", size="30", remark="giao thôn 1")
    (batch,) = batches()
    printed = manager.post(f"{made.location}/print", layout="stickers")
    page = manager.get(made.location).text

    assert (batch.size, batch.stratum, batch.psu, batch.weight) == (30, None, None, None)
    assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
    assert printed.data.startswith(b"%PDF")
    assert batches()[0].issued_on == factories.NOON.date()
    assert "2026-11-23 giao thôn 1" in page
    assert "Không có kế hoạch" in manager.get(f"/manage/points/{CODE}/slips/new").text


def test_a_second_print_needs_a_reason_that_the_page_shows_ever_after(manager: Staff, batches: Any) -> None:
    path = manager.post(f"/manage/points/{CODE}/slips/new", size="3").location
    assert manager.post(f"{path}/print", layout="receipts").status_code == 200
    refused = manager.post(f"{path}/print", layout="receipts")
    again = manager.post(f"{path}/print", layout="receipts", reason="máy kẹt giấy")

    assert (refused.status_code, again.status_code) == (422, 200)
    assert 'id="reason-error"' in refused.text
    assert "2026-11-23 ↻ máy kẹt giấy" in manager.get(path).text
    assert manager.post(f"{path}/remark", remark="").status_code == 422
    manager.post(f"{path}/remark", remark="đã hủy bản cũ")
    assert batches()[0].remark.splitlines() == ["2026-11-23 ↻ máy kẹt giấy", "2026-11-23 đã hủy bản cũ"]


@pytest.mark.parametrize("size", ["", "0", "801", "nhiều", "2.5"])
def test_a_size_that_is_none_is_refused_beside_its_field(manager: Staff, batches: Any, size: str) -> None:
    page = manager.post(f"/manage/points/{CODE}/slips/new", size=size)

    assert page.status_code == 422
    assert 'id="size-error"' in page.text
    assert batches() == []


def test_a_slip_is_taken_out_by_its_code_and_opens_nothing_more(
    console_app: Flask, manager: Staff, batches: Any
) -> None:
    manager.post(f"/manage/points/{CODE}/slips/new", size="5")
    (batch,) = batches()
    code = codes(console_app, batch)[2]
    taken = manager.post(f"{WAVE}/slips/out", code=code.lower(), why="spoiled")
    again = manager.post(f"{WAVE}/slips/out", code=code, why="returned")
    unknown = manager.post(f"{WAVE}/slips/out", code="K7QF", why="returned")

    assert (taken.status_code, again.status_code, unknown.status_code) == (302, 422, 422)
    assert "đã bị loại trước đó" in again.text
    assert 'id="code-error"' in unknown.text
    assert manager.client.get(f"/s/{code}").status_code == 410
    assert (batches()[0].spoiled, batches()[0].returned) == (1, 0)


def test_a_used_slip_and_one_of_another_wave_are_not_taken_out(console_app: Flask, manager: Staff) -> None:
    with console_app.app_context():
        session = database.session()
        survey = factories.make_survey(session, slug="other")
        wave = factories.make_wave(session, survey=survey, slug="other-1")
        unit = factories.make_unit(session, "15523")
        batch = slips.add_batch(session, factories.make_point(session, wave=wave, unit=unit, mode="qr_slip"), 3)
        used, other = codes(console_app, batch)[:2]
        slips.spend(session, slips.read(console_app.config["SETTINGS"].token_key, used))
        session.commit()

    assert "Không có phiếu mời nào" in manager.post(f"{WAVE}/slips/out", code=other, why="returned").text
    answered = manager.post("/manage/waves/other-1/slips/out", code=used, why="returned")
    assert (answered.status_code, "Đã có người trả lời" in answered.text) == (422, True)


def test_the_batches_of_a_plan_come_with_one_press_and_one_print(console_app: Flask, batches: Any) -> None:
    make_point(console_app, plan_json=json.dumps(PLAN))
    manager = signed_in(console_app, "manager")
    chosen = manager.get(f"/manage/points/{CODE}/slips/new").text
    assert "15520-01 thuộc tầng 15520: 2 trường hợp, còn 2 chưa có phiếu mời, quyền số 12,5" in chosen
    for _ in range(2):
        assert manager.post(f"{WAVE}/slips").status_code == 302
    (batch,) = batches()
    ledger = manager.get(f"{WAVE}/slips").text
    printed = manager.post(f"{WAVE}/slips/print", layout="stickers")

    assert (batch.size, batch.stratum, batch.psu, batch.weight) == (2, "15520", "15520-01", 12.5)
    assert "2 phiếu mời đang chờ in" in ledger
    assert printed.mimetype == "application/pdf"
    assert manager.post(f"{WAVE}/slips/print", layout="stickers").status_code == 400


def test_a_batch_of_a_planned_wave_names_a_psu_of_its_own_unit(console_app: Flask, batches: Any) -> None:
    make_point(console_app, plan_json=json.dumps(PLAN))
    manager = signed_in(console_app, "manager")
    without = manager.post(f"/manage/points/{CODE}/slips/new", size="2")
    invented = manager.post(f"/manage/points/{CODE}/slips/new", size="2", psu='["15520", "15520-01", 1.0]')
    drawn = manager.post(f"/manage/points/{CODE}/slips/new", size="2", psu='["15520", "15520-01", 12.5]')

    assert (without.status_code, invented.status_code, drawn.status_code) == (422, 422, 302)
    assert [batch.weight for batch in batches()] == [12.5]


def test_a_psu_gets_no_more_slips_than_it_has_cases(console_app: Flask, batches: Any) -> None:
    make_point(console_app, plan_json=json.dumps(PLAN))
    manager, psu = signed_in(console_app, "manager"), '["15520", "15520-01", 12.5]'
    path = f"/manage/points/{CODE}/slips/new"
    too_many = manager.post(path, size="3", psu=psu)
    assert (too_many.status_code, batches()) == (422, [])
    assert "Số phiếu mời còn có thể tạo cho PSU 15520-01: 2." in too_many.text
    assert [manager.post(path, size="1", psu=psu).status_code for _ in range(3)] == [302, 302, 422]

    manager.post(f"{WAVE}/slips/out", code=codes(console_app, batches()[0])[0], why="spoiled")
    assert [manager.post(path, size="1", psu=psu).status_code for _ in range(2)] == [302, 422]
    assert [batch.size for batch in batches()] == [1, 1, 1]


def test_more_answers_than_cases_are_flagged_where_slips_and_field_are_seen(console_app: Flask) -> None:
    make_point(console_app, plan_json=json.dumps(PLAN))
    manager = signed_in(console_app, "manager")
    pages = [f"{WAVE}/slips", f"{WAVE}/field"]
    assert not any("Nhiều câu trả lời hơn số trường hợp" in manager.get(page).text for page in pages)
    with console_app.app_context():
        session = database.session()
        point = session.scalars(sa.select(CollectionPoint)).one()
        batch = slips.add_batch(session, point, 3, "15520", "15520-01", 12.5)  # Of before there was a bound.
        for _ in range(3):
            make_answer(session, batch)
        session.commit()

    for page in pages:
        assert "3 câu trả lời, 2 trường hợp, đã tạo 3 phiếu mời" in manager.get(page).text


def test_the_pages_exist_for_what_exists(manager: Staff) -> None:
    assert manager.get("/manage/slips/ZZZZ").status_code == 404
    assert manager.get("/manage/points/ZZZZZZZ/slips/new").status_code == 404
    assert "Chưa có phiếu mời" in manager.get(f"{WAVE}/slips").text
