"""The steps of a wave on their pages: asked for with a reason, kept with who and when, shown on the wave's page."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database, extract
from survey_app.models import Survey, Wave, WaveStep
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
    for days in ("30/11/2026 → 15/12/2026", "23/11/2026 12:00 ← 15/12/2026", "23/11/2026 → 01/12/2026"):
        assert days in page


def test_each_step_that_moves_the_end_keeps_what_could_be_seen_by_then(console_app: Flask, manager: Staff) -> None:
    """Of this survey alone; the page, and the extract for the report, tell it."""
    settings = console_app.config["SETTINGS"]
    with console_app.app_context():
        slug = database.session().query(Survey).one().slug
    manager.post(f"{WAVE}/extend", closes_on="2026-12-15", reason="bão")
    for name, survey in (("r-1", slug), ("r-2", slug), ("r-3", "another")):
        (settings.releases / name).mkdir(parents=True)
        (settings.releases / name / "manifest.json").write_text('{"format": "hailong-release/1", "created_at": ""}')
        (settings.releases / name / "context.json").write_text(json.dumps({"survey": {"slug": survey}}))
    (settings.dashboards / slug).mkdir(parents=True)
    (settings.dashboards / slug / "0001.json").touch()
    (settings.dashboards / slug / "ledger.json").touch()
    manager.post(f"{WAVE}/close", reason="đủ mẫu")
    manager.post(f"{WAVE}/reopen", closes_on="2026-12-01", reason="thiếu phiếu")
    page = manager.get(f"{WAVE}?lang=vi").text

    kept = [(0, 0), (2, 1), (2, 1)]
    assert [(step.releases, step.snapshots) for step in look(console_app, WaveStep)] == kept
    assert "Kết quả đã có lúc đó: 2 bản kết quả, 1 lần chụp số liệu" in page
    with console_app.app_context():
        survey = database.session().query(Survey).one()
        extract.write(database.session(), survey, settings.extracts / "e", factories.NOON)
    (wave,) = json.loads((settings.extracts / "e" / "manifest.json").read_text())["waves"]
    assert [(step["releases"], step["snapshots"]) for step in wave["steps"]] == kept


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
