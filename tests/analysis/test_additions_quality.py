"""The instrument's quality and the drivers that the analysis command adds when asked; and that nothing else changes."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import estimators
from analysis.drivers.importance import importance
from analysis.release import release_hash
from analysis.reliability.answers import rated
from analysis.reliability.consistency import consistency
from analysis.survey_data import SurveyData
from questionnaires.model import Instrument
from tests.analysis.extracts import ITEMS, make_extract, make_instrument, make_plan, make_row, read_figures
from tests.analysis.test_additions import json_of, rows_of, run

BOTH = ("--instrument-quality", "--drivers")
PSUS = [f"P{number}" for number in range(12)]
PLAN = make_plan({"S1": ("001", PSUS[:6]), "S2": ("002", PSUS[6:])})


@cache
def planned_rows(seed: int = 7, people: int = 25) -> tuple[dict[str, Any], ...]:
    """Two strata of six PSUs; who is satisfied with one item is so with the others, A2 follows the person closest.

    On paper B1 is rated a level lower than equally satisfied people rate it on a tablet.
    """
    draw = random.Random(seed)
    rows = []
    for number, psu in enumerate(PSUS):
        for person in range(people):
            mood = draw.gauss(3.6 + 0.05 * number, 0.9)
            paper = person % 2 == 1
            levels = {item: mood + draw.gauss(0, spread) for item, spread in zip(ITEMS, (0.9, 0.3, 0.8), strict=True)}
            levels["B1"] -= 1.2 * paper
            answers = {item: min(5, max(1, round(level))) for item, level in levels.items()}
            if draw.random() < 0.1:
                answers["A1"] = draw.choice([0, -1])
            rows.append(
                make_row(
                    unit="001" if number < 6 else "002",
                    stratum="S1" if number < 6 else "S2",
                    psu=psu,
                    case=f"{psu}-{person}",
                    weight=10.0 + number,
                    mode="paper_self" if paper else "tablet",
                    **answers,
                )
            )
    return tuple(rows)


def one_scale() -> Instrument:
    """The small instrument with all three items in factor A: a scale that can have an omega and be compared."""
    small = make_instrument()
    whole = small.factors[0].model_copy(update={"items": small.items})
    parts = [whole if part == small.factors[0] else part for part in small.parts if part != small.factors[1]]
    return small.model_copy(update={"parts": tuple(parts)})


def make_release(
    folder: Path,
    *options: str,
    rows: Sequence[dict[str, Any]] | None = None,
    instrument: Instrument | None = None,
) -> Path:
    extract = make_extract(folder / "extract", rows or planned_rows(), plans={"w1": PLAN}, instrument=instrument)
    result = run(extract, folder / "release", *options)
    assert result.exit_code == 0, result.output
    return folder / "release"


def make_data() -> SurveyData:
    """The same answers, by hand."""
    frame = pd.DataFrame(list(planned_rows())).sort_values("id").reset_index(drop=True)
    return SurveyData.of(frame.assign(**rated(frame, ITEMS)), strata="stratum", psu="psu", weight="weight")


def test_a_release_holds_what_it_held_without_them(tmp_path: Path) -> None:
    plain = make_release(tmp_path / "a", instrument=one_scale())
    asked = make_release(tmp_path / "b", *BOTH, instrument=one_scale())

    new = {"reliability.csv", "dif.csv", "drivers.csv"}
    assert {path.name for path in asked.iterdir()} - {path.name for path in plain.iterdir()} == new
    for name in ("figures.csv", "display.json", "multiplicity.csv"):
        assert (asked / name).read_bytes() == (plain / name).read_bytes()
    about = json_of(asked / "context.json")
    assert set(about) - set(json_of(plain / "context.json")) == {"instrument_quality", "drivers"}
    before, after = (json_of(folder / "manifest.json")["release_hash"] for folder in (plain, asked))
    (asked / "reliability.csv").write_text("", "utf-8")
    assert len({before, after, release_hash(asked)}) == 3


def test_every_column_is_explained_with_its_unit(tmp_path: Path) -> None:
    release = make_release(tmp_path, *BOTH, instrument=one_scale())
    about = json_of(release / "context.json")
    for addition, file in (("instrument_quality", "reliability.csv"), ("instrument_quality", "dif.csv")):
        assert set(rows_of(release / file)[0]) == set(about[addition]["columns"][file])
    columns = set(rows_of(release / "drivers.csv")[0]) - {"rank_2", "rank_3"}
    assert columns == set(about["drivers"]["columns"]["drivers.csv"])
    assert (about["drivers"]["seed"], about["drivers"]["rise"]) == (1, 10.0)


def test_reliability_is_of_the_weighted_answers(tmp_path: Path) -> None:
    rows = rows_of(make_release(tmp_path, "--instrument-quality") / "reliability.csv")
    by_code = {row["code"]: row for row in rows}
    expected = consistency(make_data(), ["A1", "A2"], weighted=True)

    assert [row["code"] for row in rows] == ["A", "A1", "A2", "B", "B1"]
    assert {(row["wave"], row["series"]) for row in rows} == {("w1", "probability")}
    assert float(by_code["A"]["alpha"]) == pytest.approx(expected.alpha, abs=1e-9)
    assert float(by_code["A"]["alpha_standardised"]) == pytest.approx(expected.standardised_alpha, abs=1e-9)
    assert int(by_code["A"]["n"]) == expected.n
    assert float(by_code["A1"]["item_rest"]) == pytest.approx(expected.item_rest[0], abs=1e-9)
    assert {by_code["B"][column] for column in ("n", "alpha", "omega", "asked", "ceiling")} == {""}
    assert "at least two items" in by_code["B"]["fault"]


def test_gaps_and_extremes_have_the_errors_of_the_design(tmp_path: Path) -> None:
    release = make_release(tmp_path, "--instrument-quality")
    item = {row["code"]: row for row in rows_of(release / "reliability.csv")}["A1"]
    data, states = make_data(), pd.DataFrame(list(planned_rows())).sort_values("id")["A1"].to_numpy()
    frame = data.frame.assign(not_used=states == 0, no_answer=states == -1, top=(data.frame["A1"] == 5))
    shares = estimators.mean(
        replace(data, frame=frame.astype({"not_used": float, "no_answer": float})), ["not_used", "no_answer"]
    )

    assert float(item["not_used"]) == pytest.approx(100 * shares.value[0], abs=1e-9)
    assert float(item["not_used_se"]) == pytest.approx(100 * shares.se[0], abs=1e-9)
    assert float(item["no_answer"]) == pytest.approx(100 * shares.value[1], abs=1e-9)
    assert float(item["ceiling"]) == pytest.approx(
        float(read_figures(release)["probability/item/A1=5/all/all"]["estimate"]) / (1 - shares.value.sum()), abs=1e-6
    )
    assert int(item["asked"]) == len(states)
    assert int(item["answered"]) == int((states >= 1).sum())


def test_an_item_that_paper_rates_lower_is_found(tmp_path: Path) -> None:
    release = make_release(tmp_path, "--instrument-quality", instrument=one_scale())
    rows = {row["item"]: row for row in rows_of(release / "dif.csv")}

    assert (rows["B1"]["by"], rows["B1"]["factor"], rows["B1"]["left_out"]) == ("mode", "A", "")
    assert {rows["B1"]["reference"], rows["B1"]["group"]} == {"tablet", "paper_self"}
    sign = -1 if rows["B1"]["group"] == "paper_self" else 1
    assert sign * float(rows["B1"]["log_odds"]) > 1
    assert float(rows["B1"]["p_adjusted"]) < 0.01
    assert rows["B1"]["size"] != "negligible"
    assert rows["A2"]["size"] == "negligible"
    faults = json_of(release / "context.json")["instrument_quality"]["waves"]["w1"]["probability"]["not_computed"]
    assert faults == ["language: fewer than two groups have 30 responses; items are not compared between them"]


def test_drivers_are_of_each_respondents_own_index(tmp_path: Path) -> None:
    release = make_release(tmp_path, "--drivers", instrument=one_scale())
    rows, figures = rows_of(release / "drivers.csv"), read_figures(release)
    answers = make_data().frame[list(ITEMS)]
    satisfied = (answers >= 4).astype(float).where(answers.notna())
    own = replace(make_data(), frame=satisfied.assign(index=satisfied.mean(axis=1)))
    expected = importance(own, outcome="index", drivers=ITEMS)
    at = [ITEMS.index(row["code"]) for row in rows]

    assert at == (-expected.importance).argsort().tolist()
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert [float(row["importance"]) for row in rows] == pytest.approx(expected.importance[at], abs=1e-9)
    assert [float(row["inflation"]) for row in rows] == pytest.approx(expected.inflation[at], abs=1e-9)
    assert sum(float(row["importance_share"]) for row in rows) == pytest.approx(100)
    for row in rows:
        assert float(row["importance_low"]) < float(row["importance"]) < float(row["importance_high"])
        assert sum(float(row[f"rank_{k}"]) for k in (1, 2, 3)) == pytest.approx(100)
        assert float(row["gain_low"]) < float(row["gain"]) < float(row["gain_high"])
        assert float(row["gain_alone"]) == pytest.approx(10 / 3, abs=0.2)
        assert row["performance"] == figures[f"probability/item/{row['code']}/all/all"]["estimate"]
        assert (row["level"], row["factor"], row["method"], row["outcome"]) == ("item", "A", "lmg", "O_crit")
        assert row["replicates"] == "1000"


def test_an_index_of_factors_gains_each_factors_weight_alone(tmp_path: Path) -> None:
    rows = rows_of(make_release(tmp_path, "--drivers", instrument=make_instrument(name="O_fac")) / "drivers.csv")
    factors = [row for row in rows if row["level"] == "factor"]

    assert {row["code"] for row in factors} == {"A", "B"}
    for row in factors:
        assert row["outcome"] == "O_fac"
        for column in ("gain_alone", "gain_alone_low", "gain_alone_high"):
            assert float(row[column]) == pytest.approx(5.0, abs=1e-6)
        assert float(row["gain"]) > 5


def test_open_answers_have_rows_of_their_own(tmp_path: Path) -> None:
    came = [
        {
            **row,
            "id": f"9{row['id'][1:]}",
            "mode": "qr_open",
            "point": row["psu"],
            "case": None,
            "psu": None,
            "stratum": None,
        }
        for row in planned_rows(seed=8)
    ]
    release = make_release(tmp_path, *BOTH, rows=[*planned_rows(), *came])
    for file in ("reliability.csv", "drivers.csv"):
        alone = rows_of(make_release(tmp_path / file, *BOTH) / file)
        rows = rows_of(release / file)
        assert [row for row in rows if row["series"] == "probability"] == alone
        assert {row["series"] for row in rows} == {"probability", "open"}


def test_a_wave_with_too_few_responses_says_so(tmp_path: Path) -> None:
    late = [{**row, "id": f"8{row['id'][1:]}", "wave": "w2"} for row in planned_rows()[::30]]
    extract = make_extract(
        tmp_path / "extract",
        [*planned_rows(), *late],
        plans={"w1": PLAN, "w2": PLAN},
        waves=("w1", "w2"),
        weights={"w1": 0.5, "w2": 0.5},
    )
    assert run(extract, tmp_path / "release", *BOTH).exit_code == 0
    about = json_of(tmp_path / "release/context.json")

    assert {row["wave"] for row in rows_of(tmp_path / "release/drivers.csv")} == {"w1"}
    for addition in ("drivers", "instrument_quality"):
        assert about[addition]["waves"]["w2"]["probability"] == {
            "responses": 10,
            "not_computed": ["wave w2 has 10 responses in the series probability; at least 30 are needed"],
        }


@pytest.mark.parametrize("option", BOTH)
def test_a_survey_with_too_few_responses_is_refused(tmp_path: Path, option: str) -> None:
    rows = [make_row(A1=level) for level in (5, 5, 1, 3)]
    result = run(make_extract(tmp_path / "extract", rows), tmp_path / "release", option)

    assert result.exit_code == 2
    assert "no wave has 30 responses in one series, the most are 4" in result.output
    assert not (tmp_path / "release").exists()


def test_what_everybody_answers_alike_is_named_and_stops_nothing_else(tmp_path: Path) -> None:
    rows = [{**row, "A1": 5} for row in planned_rows()]
    release = make_release(tmp_path, *BOTH, rows=rows)
    about = json_of(release / "context.json")["drivers"]["waves"]["w1"]["probability"]

    assert about["not_computed"] == [
        "items of A: left out, because all are alike: A1",
        "items of A: fewer than two are left to compare",
        "items of B: fewer than two are left to compare",
    ]
    assert {row["code"] for row in rows_of(release / "drivers.csv")} == {"A", "B"}
    scale = {row["code"]: row for row in rows_of(release / "reliability.csv")}
    assert "everybody gave the same answer to A1" in scale["A"]["fault"]
    assert scale["A1"]["ceiling"] == "100.0"


def test_a_psu_without_a_bootstrap_leaves_the_ranks_empty(tmp_path: Path) -> None:
    plan = make_plan({"S1": ("001", PSUS[:6]), "S2": ("002", PSUS[6:7])})
    rows = [row for row in planned_rows() if row["psu"] not in PSUS[7:]]
    extract = make_extract(tmp_path / "extract", rows, plans={"w1": plan})
    sure, mean = tmp_path / "certainty", tmp_path / "average"
    for out in (sure, mean):
        assert run(extract, out, "--drivers", "--lonely-psu", out.name).exit_code == 0

    assert rows_of(sure / "drivers.csv")[0]["rank_1"]
    assert rows_of(mean / "drivers.csv")[0]["rank_1"] == ""
    sentences = json_of(mean / "context.json")["drivers"]["waves"]["w1"]["probability"]["not_computed"]
    assert [sentence.split(":")[0] for sentence in sentences] == [
        "ranks of factors",
        "ranks of items of A",
        "items of B",
    ]
    assert "S2" in sentences[0]


def test_order_of_rows_changes_no_hash(tmp_path: Path) -> None:
    straight = make_release(tmp_path / "a", *BOTH, instrument=one_scale())
    mixed = random.Random(1).sample(planned_rows(), len(planned_rows()))
    other = make_release(tmp_path / "b", *BOTH, rows=mixed, instrument=one_scale())

    assert json_of(straight / "manifest.json")["release_hash"] == json_of(other / "manifest.json")["release_hash"]
