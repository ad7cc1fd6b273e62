"""The formulas of the indices on answers that can be counted by hand, and the base rule."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from analysis.__main__ import main
from questionnaires import loader
from tests.analysis.extracts import make_extract, make_instrument, make_plan, make_row, read_figures

# A1: 4 of 5 satisfied. A2: 1 of 2, two not used, one skipped. B1: 1 of 1, four not asked.
FIVE = [
    {"A1": 5, "A2": 0, "B1": -2},
    {"A1": 4, "A2": 0, "B1": -2},
    {"A1": 4, "A2": -1, "B1": -2},
    {"A1": 3, "A2": 4, "B1": 5},
    {"A1": 5, "A2": 1, "B1": -2},
]

PLAN = make_plan({"S1": ("001", ["P0", "P1"])})


def analyse(folder: Path, rows: Sequence[dict[str, object]], **formula: object) -> dict[str, dict[str, str]]:
    plans = {"w1": PLAN} if any(row["stratum"] for row in rows) else None
    make_extract(folder / "extract", rows, instrument=make_instrument(**formula), plans=plans)
    main([str(folder / "extract"), "--out", str(folder / "release"), "--no-documents"], standalone_mode=False)
    return read_figures(folder / "release")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("O_crit", (80 + 50 + 100) / 3),
        ("O_pool", 100 * 6 / 8),
        ("H1", 100 * 6 / 8),
        ("O_fac", ((80 + 50) / 2 + 100) / 2),
    ],
)
def test_each_formula_by_hand(tmp_path: Path, formula: str, expected: float) -> None:
    figures = analyse(tmp_path, [make_row(**row) for row in FIVE], name=formula)

    assert float(figures["probability/overall/index/all/all"]["estimate"]) == pytest.approx(expected, abs=1e-9)


def test_what_is_shown_beside_the_headline(tmp_path: Path) -> None:
    """H2: three rated only 4 and 5. H3: 21 + 5 + 5 points over 8 answers, in fifths."""
    figures = analyse(tmp_path, [make_row(**row) for row in FIVE])
    beside = {code: figures[f"probability/overall/{code}/all/all"] for code in ("H2", "H3", "O_pool", "O_fac")}

    assert float(beside["H2"]["estimate"]) == pytest.approx(60.0)
    assert beside["H2"]["base"] == "5"
    assert float(beside["H3"]["estimate"]) == pytest.approx(100 * 31 / 8 / 5)
    assert {figure["verdict"] for figure in beside.values()} == {""}


def test_every_state_is_in_the_distribution_and_only_ratings_are_in_the_base(tmp_path: Path) -> None:
    figures = analyse(tmp_path, [make_row(**row) for row in FIVE])
    item = figures["probability/item/A2/all/all"]
    counts = {state: figures[f"probability/item/A2={state}/all/all"]["n"] for state in ("5", "4", "1", "0", "skipped")}

    assert (item["n"], item["base"], item["estimate"]) == ("5", "2", "50.0")
    assert counts == {"5": "0", "4": "1", "1": "1", "0": "2", "skipped": "1"}
    assert figures["probability/item/B1=5/all/all"]["base"] == "1"


def test_other_questions_are_reported_and_never_indexed(tmp_path: Path) -> None:
    rows = [
        make_row(N1="yes", trips=1, M1=["yes", "no"], G=1),
        make_row(N1="no", trips=4, M1=["no"], G=5),
        make_row(N1=None, N1__state=-1, trips=None, trips__state=-1, M1=None, M1__state=-2, G=-1),
    ]
    figures = analyse(tmp_path, rows)
    found = {
        code: (figures[code]["estimate"], figures[code]["base"])
        for code in (
            "probability/assessment/N1=yes/all/all",
            "probability/assessment/trips~mean/all/all",
            "probability/assessment/G/all/all",
            "probability/expectation/M1=no/all/all",
            "probability/profile/respondent_type=citizen/all/all",
        )
    }

    assert list(found.values()) == [("50.0", "2"), ("2.5", "2"), ("50.0", "2"), ("100.0", "2"), ("100.0", "3")]
    assert figures["probability/overall/index/all/all"]["estimate"] == "100.0"
    assert not any("comment" in figure for figure in figures)


def _unit(asked_feedback: int, **fields: object) -> list[dict[str, object]]:
    """Forty satisfied people of one unit, of whom a few were asked B1 and all of those were not satisfied."""
    return [make_row(B1=1 if i < asked_feedback else -2, **fields) for i in range(40)]


def test_a_criterion_with_a_small_base_leaves_its_unit_and_not_the_whole(tmp_path: Path) -> None:
    figures = analyse(tmp_path, _unit(29), base_minimum=30)
    unit, whole = (figures[f"probability/overall/index/{place}"] for place in ("unit/001", "all/all"))

    assert (unit["estimate"], unit["base"]) == ("100.0", "80")
    assert float(whole["estimate"]) == pytest.approx(200 / 3)
    assert figures["probability/factor/B/unit/001"]["estimate"] == ""
    assert figures["probability/overall/O_fac/unit/001"]["estimate"] == ""
    assert figures["probability/item/B1/unit/001"]["base"] == "29"


def test_a_criterion_at_the_minimum_counts(tmp_path: Path) -> None:
    figures = analyse(tmp_path, _unit(30), base_minimum=30)

    assert float(figures["probability/overall/index/unit/001"]["estimate"]) == pytest.approx(200 / 3)


def test_a_unit_below_the_base_rule_has_neither_index_nor_verdict(tmp_path: Path) -> None:
    rows = [make_row(stratum="S1", psu=f"P{number % 2}", weight=1.0) for number in range(29)]
    figures = analyse(tmp_path, rows, base_minimum=30)
    unit, whole = (figures[f"probability/overall/index/{place}"] for place in ("unit/001", "all/all"))

    assert (unit["estimate"], unit["verdict"], unit["n"]) == ("", "", "29")
    assert "no criterion with a sufficient base" in unit["method"]
    assert (whole["estimate"], whole["verdict"]) == ("100.0", "")
    assert "fewer than 30 respondents" in whole["method"]


def test_blocks_are_means_of_their_criteria_and_o_block_weighs_them(tmp_path: Path) -> None:
    content = json.loads(loader.to_json(make_instrument()))
    content["formula"]["beside"] = ["O_block"]
    content["blocks"] = [
        {"code": "policy", "title": {"vi": "Chính sách", "en": "Policy"}, "weight": 3},
        {"code": "service", "title": {"vi": "Dịch vụ", "en": "Service"}, "weight": 1},
    ]
    for part, block in zip(content["parts"][1:3], ("policy", "service"), strict=True):
        part["block"] = block
    instrument = loader.read(content)
    make_extract(tmp_path / "extract", [make_row(**row) for row in FIVE], instrument=instrument)
    main([str(tmp_path / "extract"), "--out", str(tmp_path / "release"), "--no-documents"], standalone_mode=False)
    figures = read_figures(tmp_path / "release")

    assert float(figures["probability/block/policy/all/all"]["estimate"]) == pytest.approx(65.0)
    assert figures["probability/block/policy/all/all"]["base"] == "7"
    assert float(figures["probability/block/service/all/all"]["estimate"]) == pytest.approx(100.0)
    assert float(figures["probability/overall/O_block/all/all"]["estimate"]) == pytest.approx((3 * 65 + 100) / 4)


def test_a_ranking_counts_who_named_an_option_and_who_put_it_first(tmp_path: Path) -> None:
    content = json.loads(loader.to_json(make_instrument()))
    question = next(part for part in content["parts"] if part["code"] == "M")["questions"][0]
    question |= {"kind": "ranking", "ranks": 2}
    rows = [make_row(M1=answer) for answer in (["no", "yes"], ["yes"], ["yes", "no"])]
    rows.append(make_row(M1=None, M1__state=-1))
    make_extract(tmp_path / "extract", rows, instrument=loader.read(content))
    main([str(tmp_path / "extract"), "--out", str(tmp_path / "release"), "--no-documents"], standalone_mode=False)
    figures = read_figures(tmp_path / "release")
    shares = {
        code: float(figures[f"probability/expectation/{code}/all/all"]["estimate"])
        for code in ("M1=yes", "M1=no", "M1~first=yes", "M1~first=no")
    }

    assert shares == pytest.approx({"M1=yes": 100, "M1=no": 200 / 3, "M1~first=yes": 200 / 3, "M1~first=no": 100 / 3})
