"""The life of a wave: each step is refused where it makes no sense, kept where it was taken; rehearsals never leak."""

import json
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey_app import accounts, database, extract, points, surveys, wave_life, waves
from survey_app.casework import progress
from survey_app.models import Response, SlipBatch, Wave, WaveStep
from survey_app.proofs import slips
from survey_app.wave_life import By
from tests import factories
from tests.survey_app.answer.conftest import GOOD, token_in

NOON = factories.NOON
BY = By(NOON)
REASON = "Bão số 9 làm gián đoạn thu phiếu"


@pytest.fixture
def wave(app: Flask) -> Wave:
    return factories.make_wave(database.session())


def kinds(wave: Wave) -> list[tuple[str, str]]:
    return [(step.kind, step.detail) for step, _who in wave_life.steps(database.session(), wave)]


def test_a_wave_is_extended_with_a_reason(wave: Wave) -> None:
    wave_life.extend(database.session(), wave, date(2026, 12, 15), BY, f"  {REASON} ")
    ((step, who),) = wave_life.steps(database.session(), wave)

    assert waves.state(wave, NOON + timedelta(days=20)) == "open"
    assert (step.kind, step.reason, step.at, who) == ("extended", REASON, NOON, "")
    assert step.detail == "2026-11-30 → 2026-12-15"


def test_who_did_it_is_named(wave: Wave) -> None:
    session = database.session()
    user = accounts.add_user(session, "an@example.vn", "một mật khẩu dài", ("manager",), "Lê Thị An")
    wave_life.close(session, wave, By(NOON, user.id), REASON)

    assert [who for _step, who in wave_life.steps(session, wave)] == ["Lê Thị An"]


def test_a_wave_closed_early_opens_again_until_a_new_day(wave: Wave) -> None:
    session = database.session()
    wave_life.close(session, wave, BY, REASON)
    assert waves.state(wave, NOON) == "closed"
    wave_life.reopen(session, wave, date(2026, 11, 25), BY, REASON)

    assert [waves.state(wave, NOON + timedelta(days=days)) for days in (0, 2, 3)] == ["open", "open", "closed"]
    assert kinds(wave) == [
        ("closed", "2026-11-23 12:00 ← 2026-11-30"),
        ("reopened", "2026-11-23 → 2026-11-25"),
    ]


def test_what_makes_no_sense_is_refused_in_words_and_leaves_no_trace(wave: Wave) -> None:
    session, late = database.session(), By(NOON + timedelta(days=30))
    day = date(2026, 12, 31)
    refused = (
        ("Give the reason", lambda: wave_life.extend(session, wave, day, BY, "  ")),
        ("too long", lambda: wave_life.extend(session, wave, day, BY, "x" * 501)),
        ("after the present", lambda: wave_life.extend(session, wave, wave.closes_on, BY, REASON)),
        ("has ended", lambda: wave_life.extend(session, wave, day, late, REASON)),
        ("nothing to close", lambda: wave_life.close(session, wave, late, REASON)),
        ("has not ended", lambda: wave_life.reopen(session, wave, day, BY, REASON)),
        ("in the past", lambda: wave_life.reopen(session, wave, date(2026, 12, 1), late, REASON)),
        ("in the past", lambda: wave_life.rehearse(session, wave, date(2026, 11, 22), BY)),
    )
    for words, step in refused:
        with pytest.raises(ValueError, match=words):
            step()
    wave.instrument_version.state = "retired"
    with pytest.raises(ValueError, match="retired"):
        wave_life.reopen(session, wave, day, late, REASON)

    assert kinds(wave) == []
    assert (wave.closed_at, wave.closes_on) == (None, date(2026, 11, 30))


def test_days_change_by_steps_only_once_somebody_has_answered(wave: Wave) -> None:
    session = database.session()
    assert surveys.fixed_of_wave(session, wave) == {}
    _answer(session, wave)

    assert surveys.fixed_of_wave(session, wave).keys() == {"instrument_version_id", "opens_on", "closes_on"}


def _answer(session: Session, wave: Wave) -> None:
    point = factories.make_point(session, wave=wave)
    fields = {"wave_id": wave.id, "instrument_version_id": wave.instrument_version_id, "unit_id": point.unit_id}
    said = {"mode": "qr_open", "language": "vi", "local_day": NOON.date(), "content_hash": "h", "answers": "{}"}
    session.add(Response(point_id=point.id, id=uuid4(), **fields, **said))
    session.flush()


def test_a_copy_has_the_points_in_use_with_codes_of_their_own_and_nothing_else(app_on_any_database: Flask) -> None:
    session = database.session()
    point = factories.make_point(session, mode="qr_slip", variant="short", procedure_vi="khai sinh", kind="ward")
    wave = point.wave
    slips.add_batch(session, point, 5)
    factories.make_point(session, wave=wave, unit=point.unit, active=False)
    gone = factories.make_unit(session, "15523", name="Xuân Lập", valid_to=date(2026, 12, 31))
    factories.make_point(session, wave=wave, unit=gone, label_vi="Một cửa xã Xuân Lập")
    survey = factories.make_survey(session, slug="sipas-2027", units_on=date(2027, 6, 1))
    fields = wave_life.suggested(wave) | {"slug": "sipas-2027-1"}
    made = wave_life.copy(session, wave, survey, fields, BY)
    (copied,) = points.of_waves(session, wave="sipas-2027-1")

    assert made.left_out == ["Một cửa xã Xuân Lập"]
    assert copied.code != point.code
    assert [getattr(copied, name) for name in ("mode", "variant", "procedure_vi", "kind", "unit_id", "label_vi")] == [
        *("qr_slip", "short", "khai sinh", "ward", point.unit_id, point.label_vi)
    ]
    assert (made.wave.opens_on, made.wave.opens_on.weekday()) == (date(2026, 11, 1) + timedelta(364), 6)
    assert made.wave.instrument_version_id == wave.instrument_version_id
    assert session.scalar(sa.select(sa.func.count()).where(SlipBatch.wave_id == made.wave.id)) == 0
    assert kinds(made.wave) == [("copied", "← sipas-2026-dot-1")]


@pytest.fixture
def rehearsed(app_on_any_database: Flask) -> tuple[FlaskClient, Wave, str]:
    """A real wave and its rehearsal, each with one open point; the code of the rehearsal's."""
    app_on_any_database.config["CLOCK"] = lambda: NOON
    session = database.session()
    point = factories.make_point(session)
    practice = wave_life.rehearse(session, point.wave, date(2026, 11, 24), BY)
    session.commit()
    return app_on_any_database.test_client(), point.wave, points.of_waves(session, wave=practice.slug)[0].code


def _anew() -> Session:
    """What others have written meanwhile is seen, as by a request of its own."""
    return database.writing_anew(database.session())


def test_practice_answers_reach_neither_extract_nor_progress_nor_what_is_fixed(
    rehearsed: tuple[FlaskClient, Wave, str], tmp_path: Path
) -> None:
    client, wave, code = rehearsed
    real = points.of_waves(database.session(), wave=wave.slug)[0].code
    for point in (code, code, real):
        sent = client.post(f"/p/{point}", data=GOOD | {"token": token_in(client.get(f"/p/{point}").text)})
        assert sent.status_code == 303
    session = _anew()
    survey = surveys.find_survey(session, wave.survey.slug)
    assert survey is not None
    extract.write(session, survey, tmp_path / "extract", NOON)
    rows = pq.read_table(tmp_path / "extract" / "responses.parquet").to_pylist()
    written = b"".join(path.read_bytes() for path in (tmp_path / "extract").rglob("*") if path.is_file())
    manifest = json.loads((tmp_path / "extract" / "manifest.json").read_text())

    assert [row["point"] for row in rows] == [real]
    assert (manifest["responses"], [entry["slug"] for entry in manifest["waves"]]) == (1, [wave.slug])
    assert code.encode() not in written
    assert progress.of_wave(session, wave).total.series.total() == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 3


def test_a_survey_with_nothing_but_a_rehearsal_gives_no_extract(
    rehearsed: tuple[FlaskClient, Wave, str], tmp_path: Path
) -> None:
    _client, wave, _code = rehearsed
    session = database.session()
    session.execute(sa.update(Wave).where(Wave.id == wave.id).values(practice=True))
    session.expire_all()

    with pytest.raises(ValueError, match="has no wave yet"):
        extract.write(session, wave.survey, tmp_path / "extract", NOON)


def test_a_rehearsal_takes_no_place_of_a_real_wave(rehearsed: tuple[FlaskClient, Wave, str]) -> None:
    """One wave is all that this survey may have, and its days stay free until a real answer comes."""
    client, wave, code = rehearsed
    client.post(f"/p/{code}", data=GOOD | {"token": token_in(client.get(f"/p/{code}").text)})
    session = _anew()
    survey = surveys.find_survey(session, wave.survey.slug)
    assert survey is not None
    fields = {column.key: getattr(survey, column.key) for column in survey.__table__.columns}

    assert surveys.faults_of_survey(session, survey, fields | {"target": 75.0}) == {}
    assert len(survey.waves) == 2
    assert kinds(wave) == [("rehearsed", "→ sipas-2026-dot-1-dien-tap")]
    again = wave_life.rehearse(session, wave, date(2026, 11, 24), BY)
    assert again.slug == "sipas-2026-dot-1-dien-tap-2"
    with pytest.raises(ValueError, match=r"rehearsal itself|đợt gốc"):
        wave_life.rehearse(session, again, date(2026, 11, 24), BY)


@pytest.mark.parametrize(("language", "mark"), [("vi", "Diễn tập – không tính"), ("en", "Rehearsal – does not count")])
def test_every_page_of_a_rehearsal_says_so(rehearsed: tuple[FlaskClient, Wave, str], language: str, mark: str) -> None:
    client, wave, code = rehearsed
    session = database.session()
    practice = session.scalars(sa.select(Wave).where(Wave.practice)).one()
    real = points.of_waves(session, wave=wave.slug)[0].code
    unit = factories.make_unit(session, "15523")
    slip_point = factories.make_point(session, wave=practice, unit=unit, mode="qr_slip", code="K7QF3MX")
    batch = slips.add_batch(session, slip_point, 5)
    slips.take_out(session, slips.Slip(batch.code, 1), "spoiled")
    session.commit()
    spoiled = slips.Slip(batch.code, 1).code("token key of the tests")
    query = f"?lang={language}"
    form = client.get(f"/p/{code}{query}").text
    token = token_in(form)
    faulty = client.post(f"/p/{code}{query}", data=GOOD | {"token": token, "A1.1": "9"}).text
    thanks = client.post(f"/p/{code}{query}", data=GOOD | {"token": token})
    conflict = client.post(f"/p/{code}{query}", data=GOOD | {"token": token, "A1.1": "1"}).text
    with_slip = [client.get(f"/p/K7QF3MX{query}").text, client.get(f"/s/{spoiled}{query}").text]
    wave_life.close(_anew(), practice, BY, REASON)
    session.commit()
    pages = [form, faulty, client.get(thanks.location).text, conflict, *with_slip, client.get(f"/p/{code}{query}").text]

    assert [mark in page for page in pages] == [True] * 7
    assert mark not in client.get(f"/p/{real}{query}").text


def test_the_manifest_lists_the_steps(app: Flask, tmp_path: Path) -> None:
    session = database.session()
    wave = factories.make_wave(session)
    wave_life.extend(session, wave, date(2026, 12, 15), BY, REASON)
    extract.write(session, wave.survey, tmp_path / "extract", NOON)
    manifest = json.loads((tmp_path / "extract" / "manifest.json").read_text())

    assert manifest["waves"][0]["steps"] == [
        {
            "kind": "extended",
            "at": "2026-11-23T12:00+07:00",
            "by": "",
            "reason": REASON,
            "detail": "2026-11-30 → 2026-12-15",
        }
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(WaveStep)) == 1
