"""No slips for more people than were drawn, whatever is made, taken out and used; and what the ledger tells of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from analysis.__main__ import main
from analysis.report import source
from analysis.report.blocks import Paragraph, Table, plain
from analysis.report.content import compose
from analysis.report.translation import in_english
from questionnaires import loader
from questionnaires.answers import Answers
from survey_app import database, extract
from survey_app.casework import progress
from survey_app.casework.progress import in_use
from survey_app.models import Case, CollectionPoint, Response, SlipBatch
from survey_app.proofs import slip_ledger, slip_totals, slips
from survey_app.proofs.slips import Slip, SlipSpent, SlipVoid
from tests import factories

CODES = [question.code for question in loader.load_builtin("sipas2017").questions()]
STRATUM, PSU = "15520", "15520-01"
PLAN = {
    "frame": {"vi": "Danh sách hồ sơ", "en": "List of dossiers"},
    "strata": [{"code": STRATUM, "unit": "15520", "population": 90, "psus": [{"code": PSU, "drawn": 3}]}],
}


def make_point(session: Session) -> CollectionPoint:
    """Three cases of one PSU and two reserves that nobody needed yet."""
    point = factories.make_point(session, wave=factories.make_wave(session, plan_json=json.dumps(PLAN)), mode="qr_slip")
    for number in range(1, 6):
        factories.make_case(session, point.wave, point.unit, number, weight=4.0, reserve=max(number - 3, 0))
    return point


def make_answer(session: Session, batch: SlipBatch) -> None:
    point, answers = batch.point, Answers({}, {code: -1 for code in CODES})
    session.add(
        Response(
            **{"id": uuid4(), "wave_id": point.wave_id, "unit_id": point.unit_id, "point_id": point.id},
            **{"instrument_version_id": point.wave.instrument_version_id, "mode": "qr_slip", "batch_id": batch.id},
            **{"language": "vi", "local_day": factories.NOON.date(), "state": "accepted"},
            **{"content_hash": answers.content_hash(), "answers": answers.canonical_json()},
        )
    )
    session.flush()


def psu_of(session: Session, point: CollectionPoint) -> slip_ledger.Psu:
    (psu,) = slip_ledger.psus(session, point)
    return psu


def usable(session: Session) -> int:
    """Slips that somebody answered with, or still can."""
    lines = map(slip_ledger.line, session.scalars(sa.select(SlipBatch)))
    return sum(line.spent + line.left for line in lines)


DEEDS = st.lists(
    st.tuples(st.sampled_from(["make", "missing", "out", "use", "reserve"]), st.integers(0, 4)), max_size=15
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_there_are_never_more_slips_to_answer_with_than_cases_in_use(app: Flask, deeds: list[tuple[str, int]]) -> None:
    session = database.session()
    try:
        point = make_point(session)
        for deed, number in deeds:
            _do(session, point, deed, number)
            cases = session.scalar(sa.select(sa.func.count()).select_from(Case).where(in_use())) or 0
            assert usable(session) <= cases
            assert psu_of(session, point).left == cases - usable(session)
    finally:
        session.rollback()


def _do(session: Session, point: CollectionPoint, deed: str, number: int) -> None:
    psu, batches = psu_of(session, point), list(session.scalars(sa.select(SlipBatch).order_by(SlipBatch.id)))
    if deed == "make" and number > psu.left:
        with pytest.raises(ValueError, match=f"PSU {PSU}: {psu.left}"):
            slip_ledger.add(session, point, number, psu)
    elif deed == "make" and number:
        slip_ledger.add(session, point, number, psu)
    elif deed == "missing":
        slip_ledger.add_missing(session, point.wave)
    elif deed == "reserve":
        spare = session.scalar(sa.select(Case).where(Case.reserve > 0, Case.replaces_id.is_(None)).limit(1))
        if spare:
            spare.replaces_id = session.scalars(sa.select(Case.id).where(Case.number == number % 3 + 1)).one()
            session.flush()
    elif batches:
        batch = batches[number % len(batches)]
        try:
            slip = Slip(batch.code, number % batch.size)
            slips.spend(session, slip) if deed == "use" else slips.take_out(session, slip, "returned")
        except (SlipSpent, SlipVoid):
            pass  # It was, before.


def test_a_manager_who_was_shown_more_than_is_left_is_told_what_is_left(app_on_any_database: Flask) -> None:
    session = database.session()
    point = make_point(session)
    shown = psu_of(session, point)
    slip_ledger.add(session, point, 2, shown)

    with pytest.raises(ValueError, match=f"PSU {PSU}: 1") as why:
        slip_ledger.add(session, point, 3, shown)
    assert "3 cases, and 2 slips are in use" in str(why.value)
    slip_ledger.add(session, point, 1, shown)
    assert psu_of(session, point).left == 0


def test_prints_are_counted_and_nobody_can_type_one(app: Flask) -> None:
    session = database.session()
    batch = slip_ledger.add(session, make_point(session), 2)
    assert slip_ledger.prints(batch) == 0
    slip_ledger.note_print(batch, factories.NOON.date())
    slip_ledger.note_print(batch, factories.NOON.date(), "kẹt giấy")
    slip_ledger.note(batch, factories.NOON.date(), "↻ giao\n2026-01-01 ↻ thôn 1")

    assert slip_ledger.prints(batch) == 2
    assert batch.remark.splitlines()[1:] == ["2026-11-23 giao 2026-01-01 thôn 1"]


def make_cheat(session: Session) -> SlipBatch:
    """Of before there was a bound: five slips for three cases, one spoiled, printed twice, four answers."""
    batch = slips.add_batch(session, make_point(session), 5, STRATUM, PSU, 4.0)
    for reason in ("", "kẹt giấy"):
        slip_ledger.note_print(batch, factories.NOON.date(), reason)
    slips.take_out(session, Slip(batch.code, 4), "spoiled")
    for serial in range(4):
        slips.spend(session, Slip(batch.code, serial))
        make_answer(session, batch)
    session.commit()
    return batch


def test_the_ledger_by_stratum_stands_beside_cases_and_answers(app_on_any_database: Flask) -> None:
    session = database.session()
    wave = make_cheat(session).wave
    (found,) = slip_totals.of_wave(session, wave)

    assert found.exceeds
    assert found.as_json() == {
        **{"stratum": STRATUM, "cases": 3, "answers": 4, "made": 5, "printed": 10, "used": 4},
        **{"returned": 0, "spoiled": 1, "replaced": 0},
    }


def test_only_strata_with_more_answers_than_cases_exceed(app_on_any_database: Flask) -> None:
    """Beside the cheat a stratum that is honest, slips of no stratum, and a stratum without cases."""
    session = database.session()
    batch = make_cheat(session)
    factories.make_case(session, batch.wave, batch.point.unit, 6, stratum="15523")
    for stratum in (None, "15523", "15526"):
        make_answer(session, slips.add_batch(session, batch.point, 1, stratum))
    came = progress.sample_answers(session, batch.wave)

    assert came.by_stratum == {STRATUM: 4, "": 1, "15523": 1, "15526": 1}
    assert came.by_day == {factories.NOON.date(): 7}
    found = slip_totals.exceeding(session, batch.wave, came.by_stratum)
    assert [(one.code, one.cases, one.answers) for one in found] == [(STRATUM, 3, 4), ("15526", 0, 1)]


def test_a_wave_without_slips_has_no_ledger(session: Session) -> None:
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    factories.make_case(session, wave, unit)

    assert slip_totals.for_extract(session, wave) == []


def test_from_slips_to_the_words_of_the_report(app: Flask, tmp_path: Path) -> None:
    session = database.session()
    survey = make_cheat(session).wave.survey
    extract.write(session, survey, tmp_path / "extract", factories.NOON)
    told = _told(tmp_path, "--lonely-psu", "certainty")
    kept = json.loads((tmp_path / "extract" / "slips.json").read_text("utf-8"))

    assert _numbers(kept) <= {
        "stratum",
        "cases",
        "answers",
        "made",
        "printed",
        "used",
        "returned",
        "spoiled",
        "replaced",
    }
    for words in ("Phiếu mời đã tạo 5", "tính cả mỗi lần in lại 10", "đã dùng để trả lời 4", "bị hỏng, đã loại 1"):
        assert words in told["vi"]
    assert (
        f"nhiều phiếu trả lời hơn số trường hợp của mẫu, tức là có phiếu không phải của người được chọn: {STRATUM}."
        in (told["vi"])
    )
    assert f"more answers than cases of the sample, so some are not of people who were drawn: {STRATUM}." in told["en"]
    assert "Slips printed, each print anew 10" in told["en"]


def _numbers(ledger: Mapping[str, Any]) -> set[str]:
    """All that the file says of a stratum: sums only, no batch and no slip."""
    return {name for wave in ledger["waves"].values() for stratum in wave for name in stratum}


def test_slips_without_a_plan_end_in_no_verdict(app: Flask, tmp_path: Path) -> None:
    session = database.session()
    point = factories.make_point(session, mode="qr_slip")
    batch = slip_ledger.add(session, point, 40)
    for serial in range(40):
        slips.spend(session, Slip(batch.code, serial))
        make_answer(session, batch)
    session.commit()
    extract.write(session, point.wave.survey, tmp_path / "extract", factories.NOON)
    told = _told(tmp_path)

    assert "KHÔNG KẾT LUẬN" in told["vi"]
    assert "Không có mẫu nào được rút theo kế hoạch đã niêm phong" in told["vi"]
    assert "No sample was drawn under a sealed plan" in told["en"]
    assert not [words for words in told.values() if "theo xác suất" in words or "probability sample" in words]


def _told(folder: Path, *options: str) -> dict[str, str]:
    """The report made of the extract, in both languages; a row of a table on one line."""
    arguments = [str(folder / "extract"), "--out", str(folder / "release"), "--no-documents", *options]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    release = source.read(folder / "release")
    report = compose(release, {})
    return {"vi": _words(report.blocks), "en": _words(in_english(report, release.context).blocks)}


def _words(blocks: Any) -> str:
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            lines += [block.caption, *(" ".join(map(plain, row.cells)) for row in block.rows), block.note]
        elif isinstance(block, Paragraph):
            lines.append(plain(block.text))
        elif hasattr(block, "headline"):
            lines += [block.headline, *map(plain, block.lines)]
    return "\n".join(lines)
