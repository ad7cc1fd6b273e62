"""A counter's three levels from the form to the release: words all the way, shares of their own, never an index."""

from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from flask import Flask

from analysis import report
from analysis.__main__ import main
from questionnaires import loader
from questionnaires.checking import check
from survey_app import clock, database, extract, responses
from survey_app.instruments import instrument_versions
from survey_app.models import CollectionPoint
from tests import factories
from tests.analysis.extracts import read_figures
from tests.questionnaires.test_kinds import counter


def _rate(point: CollectionPoint, form: dict[str, list[str]]) -> None:
    instrument = loader.from_json(point.wave.instrument_version.content)
    answers = check(instrument, form).answers
    assert answers is not None
    session = database.session()
    responses.store(
        session.connection(),
        token_key="key",
        response_id=uuid4(),
        wave=point.wave,
        unit_id=point.unit_id,
        point_id=point.id,
        case_id=None,
        mode=point.mode,
        language="vi",
        answers=answers,
        begun=factories.NOON,
        sent=factories.NOON,
    )


def test_three_levels_end_as_shares_of_their_own_series(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "count_pages", lambda _folder: None)  # Tested in report/test_official_form.
    session = database.session()
    index_wave = factories.make_wave(session)
    counters = instrument_versions.publish(session, loader.read(counter()), clock.now())
    wave = factories.make_wave(session, survey=index_wave.survey, slug="counter", instrument_version=counters)
    unit = factories.make_unit(session)
    desk = factories.make_point(session, wave=wave, unit=unit, mode="counter_3")
    _rate(factories.make_point(session, wave=index_wave, unit=unit), {"respondent_type": ["citizen"], "A1.1": ["4"]})
    for level in ("satisfied", "satisfied", "very_satisfied", "dissatisfied"):
        _rate(desk, {"R1": [level]})
    session.commit()
    extract.write(session, index_wave.survey, tmp_path / "extract", factories.NOON)
    main([str(tmp_path / "extract"), "--out", str(tmp_path / "release")], standalone_mode=False)
    figures = read_figures(tmp_path / "release")
    series = {name: row for name, row in figures.items() if name.startswith("counter_3/")}

    assert set(pq.read_table(tmp_path / "extract/responses.parquet")["R1"].to_pylist()) == {
        None,
        "satisfied",
        "very_satisfied",
        "dissatisfied",
    }
    assert float(series["counter_3/assessment/R1=satisfied/wave/counter"]["estimate"]) == 50.0
    assert series["counter_3/assessment/R1=satisfied/unit/15520"]["base"] == "4"
    assert {row["level"] for row in series.values()} == {"assessment"}
    assert {row["verdict"] for row in series.values()} == {""}
    assert figures["open/overall/index/all/all"]["n"] == "1"
    assert (tmp_path / "release/report.pdf").exists()
