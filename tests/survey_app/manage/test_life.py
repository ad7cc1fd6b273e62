"""The steps of a wave on their pages: asked for with a reason, kept with who and when, shown on the wave's page."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.models import Wave, WaveStep
from tests import factories
from tests.staff import Staff, signed_in

WAVE = "/manage/waves/sipas-2026-dot-1"


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    with console_app.app_context():
        factories.make_point(database.session())
        database.session().commit()
    return signed_in(console_app, "manager")


def look(app: Flask, what: Any) -> list[Any]:
    with app.app_context():
        return list(database.session().execute(sa.select(what)).scalars())


def test_extend_close_and_open_again(console_app: Flask, manager: Staff) -> None:
    steps = (("extend", "2026-12-15", "bão"), ("close", "", "đủ mẫu"), ("reopen", "2026-12-01", "thiếu phiếu ở hai xã"))
    for step, day, reason in steps:
        assert manager.get(f"{WAVE}/{step}").status_code == 200
        assert manager.post(f"{WAVE}/{step}", closes_on=day, reason=reason).status_code == 302
    page = manager.get(WAVE).text

    assert [step.kind for step in look(console_app, WaveStep)] == ["extended", "closed", "reopened"]
    assert {step.by_id for step in look(console_app, WaveStep)} == {1}
    assert look(console_app, Wave.closes_on) == [date(2026, 12, 1)]
    for words in ("bão", "đủ mẫu", "thiếu phiếu ở hai xã", "manager@example.vn", "12:00, 23/11/2026", "gia hạn"):
        assert words in page


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        ("extend", {"closes_on": "2026-12-15"}, 'id="reason-error"'),
        ("extend", {"closes_on": "", "reason": "bão"}, 'id="closes_on-error"'),
        ("extend", {"closes_on": "2026-11-30", "reason": "bão"}, "phải sau ngày cuối hiện nay"),
        ("close", {}, 'id="reason-error"'),
        ("reopen", {"closes_on": "2026-12-15", "reason": "bão"}, "chưa kết thúc"),
        ("rehearse", {"closes_on": "2026-11-01"}, "trong quá khứ"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(
    console_app: Flask, manager: Staff, step: str, fields: dict[str, str], words: str
) -> None:
    page = manager.post(f"{WAVE}/{step}", **fields)

    assert page.status_code == 422
    assert words in page.text
    assert look(console_app, WaveStep) == []


def test_a_rehearsal_has_its_own_page_that_counts_nothing(manager: Staff) -> None:
    made = manager.post(f"{WAVE}/rehearse", closes_on="2026-11-24", reason="thử máy tính bảng")
    page = manager.get(made.location).text

    assert made.location.endswith("-dien-tap")
    assert "Diễn tập – không tính." in page
    assert "Số phiếu diễn tập đã nhận: 0" in page
    assert "Diễn tập – không tính." in manager.get(f"{made.location}/points").text
    assert "Diễn tập – không tính." not in manager.get(WAVE).text
    assert "thử máy tính bảng" in manager.get(WAVE).text


def test_last_years_wave_is_copied_into_this_years_survey(console_app: Flask, manager: Staff) -> None:
    with console_app.app_context():
        factories.make_survey(database.session(), slug="sipas-2027")
        database.session().commit()
    form = manager.get(f"{WAVE}/copy").text
    fields = {"name_vi": "Đợt 1", "name_en": "Wave 1", "instrument_version_id": "1", "opens_on": "2027-10-31"}
    new = fields | {"closes_on": "2027-11-29", "slug": "sipas-2027-1"}
    taken = manager.post(f"{WAVE}/copy", **new | {"slug": "sipas-2026-dot-1"}, survey="sipas-2027")
    full = manager.post(f"{WAVE}/copy", **new, survey="sipas-2026")
    made = manager.post(f"{WAVE}/copy", **new, survey="sipas-2027")

    assert 'value="2027-10-31"' in form
    assert (taken.status_code, full.status_code, made.status_code) == (422, 422, 302)
    assert 'id="slug-error"' in taken.text
    assert look(console_app, Wave.slug) == ["sipas-2026-dot-1", "sipas-2027-1"]
    assert "← sipas-2026-dot-1" in manager.get(made.location).text
