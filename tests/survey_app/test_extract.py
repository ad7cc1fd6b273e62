"""The extract: what each kind of answer becomes, and that a folder is either whole or not there."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.answers import Answers
from questionnaires.model import Instrument
from survey_app import database, extract
from survey_app.models import Case, Response, ResponseChange, Survey, Wave
from tests.factories import NOON, make_case, make_point, make_survey, make_unit, make_user, make_wave

SIPAS = loader.load_builtin("sipas2017")


def make_answers(instrument: Instrument, **given: Any) -> Answers:
    """Answers in which everything that is not given was skipped; a negative number is a state."""
    values = {code: value for code, value in given.items() if not (isinstance(value, int) and value < 0)}
    states = {question.code: -1 for question in instrument.questions() if question.code not in values}
    return Answers(values, states | {code: value for code, value in given.items() if code not in values})


def make_response(session: Session, wave: Wave, answers: Answers, **fields: Any) -> Response:
    defaults = {"mode": "qr_open", "language": "vi", "local_day": date(2026, 11, 23), "state": "accepted"}
    response = Response(
        **{"id": uuid4(), "wave_id": wave.id, "instrument_version_id": wave.instrument_version_id}
        | defaults
        | {"content_hash": answers.content_hash(), "answers": answers.canonical_json()}
        | fields
    )
    session.add(response)
    session.flush()
    return response


def read(folder: Path) -> list[dict[str, Any]]:
    return pq.read_table(folder / "responses.parquet").to_pylist()


def test_each_kind_of_answer_has_its_column(session: Session, tmp_path: Path) -> None:
    point = make_point(session)
    answers = make_answers(
        SIPAS, **{"respondent_type": "citizen", "A1.1": 5, "A1.2": -1, "A5.2": -2, "N7": "no", "M": ("M2", "M4")}
    )
    response = make_response(session, point.wave, answers, unit_id=point.unit_id, point_id=point.id)

    extract.write(session, point.wave.survey, tmp_path / "out", NOON)

    (row,) = read(tmp_path / "out")
    assert row["id"] == str(response.id)
    assert (row["wave"], row["unit"], row["point"], row["mode"]) == (point.wave.slug, "15520", point.code, "qr_open")
    assert (row["local_day"], row["respondent_type"], row["respondent_type__state"]) == (
        date(2026, 11, 23),
        "citizen",
        0,
    )
    assert (row["A1.1"], row["A1.2"], row["A5.2"]) == (5, -1, -2)
    assert (row["N7"], row["N7__state"], row["N2"], row["N2__state"]) == ("no", 0, None, -1)
    assert (row["stratum"], row["weight"], row["case"]) == (None, None, None)


def test_a_response_of_a_case_carries_its_place_in_the_sample(session: Session, tmp_path: Path) -> None:
    wave = make_wave(session)
    case = make_case(session, wave, make_unit(session), number=7, weight=12.5, respondent_type="business")
    make_response(session, wave, make_answers(SIPAS), unit_id=case.unit_id, case_id=case.id, mode="tablet")

    extract.write(session, wave.survey, tmp_path / "out", NOON)

    (row,) = read(tmp_path / "out")
    assert (row["stratum"], row["psu"], row["case"], row["weight"]) == ("15520", "15520-01", 7, 12.5)
    assert (row["respondent_type"], row["respondent_type__state"]) == ("business", -1)


def test_late_responses_wait_outside_and_are_counted(session: Session, tmp_path: Path) -> None:
    point = make_point(session)
    place = {"unit_id": point.unit_id, "point_id": point.id}
    for state in ("accepted", "late_accepted", "late", "late", "late_refused"):
        make_response(session, point.wave, make_answers(SIPAS), state=state, **place)

    written = extract.write(session, point.wave.survey, tmp_path / "out", NOON)

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert written.responses == manifest["responses"] == len(read(tmp_path / "out")) == 2
    assert manifest["excluded"] == [{"reason": "late_undecided", "count": 2}, {"reason": "late_refused", "count": 1}]
    assert manifest["late"] == {"late_accepted": 1, "late_refused": 1, "late": 2}


def test_voided_responses_are_counted_outside_and_corrected_ones_named(session: Session, tmp_path: Path) -> None:
    wave, unit = make_wave(session), make_unit(session)
    cases = [make_case(session, wave, unit, number) for number in (1, 2, 3, 4)]
    made = [
        make_response(
            session, wave, make_answers(SIPAS), unit_id=unit.id, case_id=case.id, mode="tablet", state=state, void=void
        )
        for case, state, void in zip(
            cases, ("accepted", "accepted", "late", "accepted"), (False, True, True, False), strict=True
        )
    ]
    by = make_user(session).id
    for response in made[:2]:
        same = {"content_hash": response.content_hash, "answers": response.answers}
        change = {"number": 1, "kind": "corrected", "reason": "ghi nhầm", "by_id": by, "at": NOON}
        session.add(ResponseChange(response_id=response.id, **same, **change))
    extract.write(session, wave.survey, tmp_path / "out", NOON)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())

    assert sorted(row["case"] for row in read(tmp_path / "out")) == [1, 4]
    assert (manifest["excluded"], manifest["corrected"]) == ([{"reason": "voided", "count": 2}], 1)


def test_what_was_taken_back_is_told_by_channel_and_by_unit_where_five_did(
    app_on_any_database: Flask, tmp_path: Path
) -> None:
    session = database.session()
    wave = make_wave(session)
    many, few = (make_unit(session, code=code) for code in ("15520", "15523"))
    for unit, mode, kept, back in (
        *((many, "qr_open", 3, 4), (many, "kiosk", 2, 1), (few, "qr_open", 1, 4), (few, "paper_self", 2, 0)),
    ):
        point = make_point(session, wave=wave, unit=unit, mode=mode)
        place = {"unit_id": unit.id, "point_id": point.id, "mode": mode}
        for withdrawn in [False] * kept + [True] * back:
            made = {"withdrawn": withdrawn, "void": withdrawn}
            make_response(session, wave, make_answers(SIPAS), **place, **made)
    extract.write(session, wave.survey, tmp_path / "out", NOON)

    assert json.loads((tmp_path / "out" / "withdrawals.json").read_text()) == {
        **{"received": 15, "withdrawn": 9},
        "by_mode": [
            {"mode": "kiosk", "received": 3, "withdrawn": 1},
            {"mode": "qr_open", "received": 12, "withdrawn": 8},
        ],
        "by_unit": [{"unit": "15520", "received": 10, "withdrawn": 5}],
    }


def test_an_extract_from_which_nothing_was_taken_back_or_changed_says_nothing_of_it(
    session: Session, tmp_path: Path
) -> None:
    point = make_point(session)
    make_response(session, point.wave, make_answers(SIPAS), unit_id=point.unit_id, point_id=point.id)
    extract.write(session, point.wave.survey, tmp_path / "out", NOON)

    assert not {"withdrawals.json", "changes.json"} & {path.name for path in (tmp_path / "out").iterdir()}


def test_a_question_of_the_other_wave_is_null(session: Session, tmp_path: Path) -> None:
    survey = make_survey(session, index_code="health", combination="weighted")
    first = make_wave(session, "yte_ngoaitru", survey=survey, slug="w1", combining_weight=2.0)
    second = make_wave(session, "gd_th_thcs", survey=survey, slug="w2", combining_weight=1.0)
    for wave in (first, second):
        point = make_point(session, wave=wave, unit=make_unit(session, code=f"U-{wave.slug}"))
        answers = make_answers(loader.from_json(wave.instrument_version.content))
        make_response(session, wave, answers, unit_id=point.unit_id, point_id=point.id)
    only_here = loader.load_builtin("yte_ngoaitru").items[0].code

    extract.write(session, survey, tmp_path / "out", NOON)

    rows = {row["wave"]: row for row in read(tmp_path / "out")}
    assert (rows["w1"][only_here], rows["w2"][only_here]) == (-1, None)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["survey"]["combination"] == {"rule": "weighted", "weights": {"w1": 2.0, "w2": 1.0}}


def test_rows_are_ordered_by_id_on_both_databases(app_on_any_database: Flask, tmp_path: Path) -> None:
    session = database.session()
    point = make_point(session)
    ids = [uuid4() for _ in range(50)] + [UUID(int=0xA << 124), UUID(int=0x9 << 124)]
    for id in ids:
        make_response(session, point.wave, make_answers(SIPAS), id=id, unit_id=point.unit_id, point_id=point.id)

    extract.write(session, point.wave.survey, tmp_path / "out", NOON)

    assert [row["id"] for row in read(tmp_path / "out")] == sorted(map(str, ids))


def test_an_empty_survey_has_the_same_columns(session: Session, tmp_path: Path) -> None:
    point = make_point(session)
    extract.write(session, point.wave.survey, tmp_path / "empty", NOON)
    make_response(session, point.wave, make_answers(SIPAS), unit_id=point.unit_id, point_id=point.id)
    extract.write(session, point.wave.survey, tmp_path / "filled", NOON)

    empty, filled = (pq.read_schema(tmp_path / name / "responses.parquet") for name in ("empty", "filled"))
    assert empty == filled
    assert empty.field("A1.1").type == pa.int8()


def test_the_manifest_names_every_file_and_its_hash(session: Session, tmp_path: Path) -> None:
    plan = {"frame": {"vi": "Danh sách hồ sơ", "en": "List of dossiers"}, "strata": []}
    wave = make_wave(session, plan_json=json.dumps(plan), simulated=True)
    written = extract.write(session, wave.survey, tmp_path / "out", NOON)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())

    on_disk = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert set(manifest["files"]) == on_disk - {"manifest.json"}
    for name, entry in manifest["files"].items():
        content = (tmp_path / "out" / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    lines = "".join(f"{name} {manifest['files'][name]['sha256']}\n" for name in sorted(manifest["files"]))
    assert manifest["extract_hash"] == written.hash == hashlib.sha256(lines.encode()).hexdigest()
    assert (manifest["simulated"], manifest["waves"][0]["has_plan"]) == (True, True)
    assert json.loads((tmp_path / "out" / "plan.json").read_text()) == {"waves": {wave.slug: plan}}


def test_cases_are_counted_by_outcome_with_reserves_and_second_interviews(session: Session, tmp_path: Path) -> None:
    wave, unit = make_wave(session), make_unit(session)
    for number, disposition in enumerate(("refused", "open", "not_eligible"), 1):
        make_case(session, wave, unit, number=number, disposition=disposition)
    first = session.query(Case).filter_by(number=1).one()
    make_case(session, wave, unit, number=4, reserve=1, replaces_id=first.id, disposition="complete")
    make_case(session, wave, unit, number=5, reserve=2)
    make_case(session, wave, unit, number=6, reinterview_of_id=first.id)
    extract.write(session, wave.survey, tmp_path / "out", NOON)
    found = json.loads((tmp_path / "out" / "cases.json").read_text())["waves"][wave.slug]

    assert found["rates"]["RR1"] == pytest.approx(1 / 3, abs=1e-6)  # Of the three that may be eligible.
    assert {one["disposition"]: one["cases"] for one in found["dispositions"]} == {
        **{"complete": 1, "refused": 1, "not_attempted": 1, "not_eligible": 1},
    }
    assert (found["reserves"], found["reinterviews"]) == ({"drawn": 2, "used": 1}, {"planned": 1, "done": 0})
    outcomes = {"complete": 1, "refused": 1, "not_attempted": 1, "not_eligible": 1}
    assert found["groups"] == [{"unit": unit.code, "officer": None, "outcomes": outcomes, "reserves": 1}]


def test_a_wave_without_cases_has_no_file_of_them(session: Session, tmp_path: Path) -> None:
    extract.write(session, make_wave(session).survey, tmp_path / "out", NOON)

    assert not (tmp_path / "out" / "cases.json").exists()


def test_the_map_of_units_is_that_of_the_survey(session: Session, tmp_path: Path) -> None:
    make_unit(session, code="15499", name="Hạnh Phúc", valid_to=date(2019, 11, 30), merged_into_code="15499")
    make_unit(session, code="15499", name="Thọ Xuân", type="thị trấn", valid_from=date(2019, 12, 1))
    wave = make_wave(session)

    extract.write(session, wave.survey, tmp_path / "out", NOON)

    assert (tmp_path / "out" / "units.csv").read_text().splitlines() == [
        "code,name,type,valid_from,valid_to,parent_code,merged_into_code,certainty",
        "15499,Hạnh Phúc,xã,,2019-11-30,,15499,",
    ]


def test_collection_points_have_their_names(session: Session, tmp_path: Path) -> None:
    wave = make_wave(session)
    extract.write(session, wave.survey, tmp_path / "without", NOON)
    point = make_point(session, wave=wave, code="ABC2345", label_vi="Quầy số 1", label_en="Counter 1")
    extract.write(session, wave.survey, tmp_path / "out", NOON)

    assert not (tmp_path / "without" / "points.csv").exists()
    assert (tmp_path / "out" / "points.csv").read_text("utf-8").splitlines() == [
        "code,wave,unit,kind,mode,label_vi,label_en",
        f"ABC2345,{wave.slug},{point.unit.code},counter,qr_open,Quầy số 1,Counter 1",
    ]


def test_an_extract_is_never_overwritten(session: Session, tmp_path: Path) -> None:
    wave = make_wave(session)
    extract.write(session, wave.survey, tmp_path / "out", NOON)

    with pytest.raises(ValueError, match="never overwritten"):
        extract.write(session, wave.survey, tmp_path / "out", NOON)


def test_a_failure_leaves_nothing_behind(session: Session, tmp_path: Path) -> None:
    wave = make_wave(session, plan_json="{broken")

    with pytest.raises(ValueError, match="Expecting"):
        extract.write(session, wave.survey, tmp_path / "out", NOON)
    assert list(tmp_path.glob("*out*")) == []


def test_a_survey_without_waves_is_refused_in_words(session: Session, tmp_path: Path) -> None:
    survey: Survey = make_survey(session)

    with pytest.raises(ValueError, match="has no wave yet"):
        extract.write(session, survey, tmp_path / "out", NOON)
