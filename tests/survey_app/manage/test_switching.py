"""Points switched off and on: freely until somebody answers in the wave, then with a reason that is kept by unit."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import accounts, database
from survey_app.models import CollectionPoint, Wave, WaveStep
from survey_app.proofs import slips
from tests import factories
from tests.staff import PASSWORD, Staff, signed_in
from tests.survey_app.test_extract import SIPAS, make_answers, make_response

WAVE = "/manage/waves/sipas-2026-dot-1"
MINE, OTHERS = ("K7QF3M2", "K7QF3M3", "K7QF3M4"), "K7QF3M5"


@pytest.fixture
def answered(console_app: Flask) -> Callable[[], None]:
    """A wave with three points of Thọ Hải and one of Tây Hồ; called, somebody answers at that of Tây Hồ."""
    with console_app.app_context():
        session = database.session()
        factories.make_unit(session, "395", type="huyện", name="Thọ Xuân")
        own = factories.make_unit(session, "15520", parent_code="395")
        other = factories.make_unit(session, "15523", name="Tây Hồ", parent_code="395")
        wave = factories.make_wave(session)
        for code in MINE:
            factories.make_point(session, wave=wave, unit=own, code=code)
        point = factories.make_point(session, wave=wave, unit=other, code=OTHERS)
        accounts.add_user(session, "branch@example.vn", PASSWORD, ("manager",), branch=own)
        session.commit()
        unit_id, point_id = other.id, point.id

    def answer() -> None:
        with console_app.app_context():
            session = database.session()
            found = session.get_one(CollectionPoint, point_id)
            make_response(session, found.wave, make_answers(SIPAS), unit_id=unit_id, point_id=point_id)
            session.commit()

    return answer


@pytest.fixture
def manager(console_app: Flask, answered: Callable[[], None]) -> Staff:
    """Limited to Thọ Hải, which is rated."""
    return Staff(console_app, "branch@example.vn")


def _now(app: Flask) -> tuple[set[str], list[tuple[str, str, str]]]:
    """The points that are off, and the steps of the wave."""
    with app.app_context():
        session = database.session()
        steps = session.scalars(sa.select(WaveStep).order_by(WaveStep.id))
        off = set(session.scalars(sa.select(CollectionPoint.code).where(~CollectionPoint.active)))
        return off, [(step.kind, step.reason, step.detail) for step in steps]


def test_before_anybody_answers_points_are_switched_at_once_and_leave_no_step(
    console_app: Flask, manager: Staff
) -> None:
    manager.post(f"/manage/points/{MINE[0]}/active", active="0")
    manager.post(f"{WAVE}/points/several/off", row=list(MINE[1:]), sure="1")

    assert _now(console_app) == (set(MINE), [])


def test_after_the_first_answer_anywhere_in_the_wave_nothing_is_switched_without_a_reason(
    console_app: Flask, manager: Staff, answered: Callable[[], None]
) -> None:
    """The answer lies in another unit, of which an account of the branch finds nothing."""
    answered()
    page = manager.get(f"{WAVE}/points").text
    direct = manager.post(f"/manage/points/{MINE[0]}/active", active="0", follow=True)
    asked = manager.post(f"{WAVE}/points/several/off", row=[MINE[0]])
    silent = manager.post(f"{WAVE}/points/several/off", row=[MINE[0]], sure="1", reason="  ")

    assert (f"/manage/points/{MINE[0]}/active" in page, f'name="row" value="{MINE[0]}"' in page) == (False, True)
    assert "Hãy nêu lý do" in direct.text
    assert (asked.status_code, silent.status_code) == (200, 422)
    assert 'name="reason"' in asked.text
    assert _now(console_app) == (set(), [])


def test_with_a_reason_one_step_for_each_unit_says_how_many(
    console_app: Flask, manager: Staff, answered: Callable[[], None]
) -> None:
    answered()
    manager.post(f"{WAVE}/points/several/off", row=[MINE[0]], sure="1", reason="quầy sửa chữa")
    everybody = signed_in(console_app, "manager")
    everybody.post(f"{WAVE}/points/several/off", row=[*MINE, OTHERS], sure="1", reason="bão")
    off = _now(console_app)[0]
    everybody.post(f"{WAVE}/points/several/on", row=list(MINE[:2]), sure="1", reason="bão tan")
    page = everybody.get(WAVE).text

    assert off == {*MINE, OTHERS}
    assert _now(console_app) == (
        {MINE[2], OTHERS},
        [
            ("points_off", "quầy sửa chữa", "xã Thọ Hải: 1 (3 → 2)"),
            ("points_off", "bão", "xã Thọ Hải: 2 (2 → 0)"),
            ("points_off", "bão", "xã Tây Hồ: 1 (1 → 0)"),
            ("points_on", "bão tan", "xã Thọ Hải: 2 (0 → 2)"),
        ],
    )
    assert "tắt điểm khảo sát" in page
    assert "xã Tây Hồ: 1 (1 → 0)" in page


def test_a_rehearsal_asks_no_reason(console_app: Flask, manager: Staff, answered: Callable[[], None]) -> None:
    answered()
    with console_app.app_context():
        session = database.session()
        session.execute(sa.update(Wave).values(practice=True))
        session.commit()
    manager.post(f"/manage/points/{MINE[0]}/active", active="0")

    assert _now(console_app) == ({MINE[0]}, [])


def test_whoever_holds_a_slip_answers_although_the_point_is_off(console_app: Flask, manager: Staff) -> None:
    with console_app.app_context():
        session = database.session()
        first = session.scalars(sa.select(CollectionPoint)).first()
        assert first is not None
        shut: dict[str, Any] = {"wave": first.wave, "unit": first.unit, "active": False}
        batch = slips.add_batch(session, factories.make_point(session, mode="qr_slip", **shut), 2)
        open_to_all = factories.make_point(session, **shut).code
        session.commit()
        code = slips.codes(console_app.config["SETTINGS"].token_key, batch)[0]
    visitor = console_app.test_client()
    form = visitor.get(f"/s/{code}")

    assert form.status_code == 200
    assert 'name="token"' in form.text
    assert visitor.get(f"/p/{open_to_all}").status_code == 410
