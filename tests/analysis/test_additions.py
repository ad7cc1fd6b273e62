"""What the analysis command adds when asked: modelled units and two sources; and that it changes nothing else."""

import csv
import json
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analysis.__main__ import main
from tests.analysis.extracts import make_extract, make_plan, make_row, read_figures

UNITS = [f"{number:03d}" for number in range(1, 13)]
PLAN = make_plan({f"S{unit}": (unit, [f"{unit}-{i}" for i in range(6)]) for unit in UNITS})


def run(extract: Path, out: Path, *options: str) -> Result:
    return CliRunner().invoke(main, [str(extract), "--out", str(out), "--no-documents", *options])


@cache
def planned_rows() -> tuple[dict[str, Any], ...]:
    """12 units that differ, six PSUs in each, six people in a PSU."""
    draw = random.Random(3)
    rows = []
    for number, unit in enumerate(UNITS):
        for psu in (f"{unit}-{i}" for i in range(6)):
            for i in range(6):
                levels = [5, 4] * (4 + number % 5) + [3, 2, 1]
                rows.append(
                    make_row(
                        unit=unit,
                        stratum=f"S{unit}",
                        psu=psu,
                        case=f"{psu}-{i}",
                        weight=10.0 + number,
                        respondent_type=draw.choice(["citizen", "business"]),
                        **{item: draw.choice(levels) for item in ("A1", "A2", "B1")},
                    )
                )
    return tuple(rows)


@cache
def open_rows() -> tuple[dict[str, Any], ...]:
    """25 open answers a unit from two points, more business and more satisfied; unit 001 far less."""
    draw = random.Random(4)
    return tuple(
        make_row(
            unit=unit,
            mode="qr_open",
            point=f"{unit}-{i % 2}",
            respondent_type="business" if draw.random() < 0.75 else "citizen",
            **{item: draw.choice([1, 2, 3, 1] if unit == "001" else [5, 5, 4, 4, 3]) for item in ("A1", "A2", "B1")},
        )
        for unit in UNITS
        for i in range(25)
    )


def make_release(folder: Path, *options: str, rows: Sequence[dict[str, Any]] | None = None) -> Path:
    extract = make_extract(folder / "extract", rows or [*planned_rows(), *open_rows()], plans={"w1": PLAN})
    result = run(extract, folder / "release", *options)
    assert result.exit_code == 0, result.output
    return folder / "release"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def json_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_a_release_holds_what_it_held_without_them(tmp_path: Path) -> None:
    plain, asked = make_release(tmp_path / "a"), make_release(tmp_path / "b", "--small-area", "--two-sources")

    assert {path.name for path in asked.iterdir()} - {path.name for path in plain.iterdir()} == {
        "unit_gaps.csv",
        "two_sources.csv",
    }
    assert (asked / "figures.csv").read_bytes().startswith((plain / "figures.csv").read_bytes())
    assert (asked / "multiplicity.csv").read_bytes() == (plain / "multiplicity.csv").read_bytes()
    assert json_of(plain / "display.json").items() <= json_of(asked / "display.json").items()
    added = set(json_of(asked / "context.json")) - set(json_of(plain / "context.json"))
    assert added == {"small_area", "two_sources"}
    assert json_of(plain / "context.json").items() <= json_of(asked / "context.json").items()


def test_modelled_figures_stand_beside_the_direct_ones_and_add_up_to_the_survey(tmp_path: Path) -> None:
    figures = read_figures(make_release(tmp_path, "--small-area"))
    direct = {unit: figures[f"probability/overall/index/unit/{unit}"] for unit in UNITS}
    modelled = {unit: figures[f"modelled/overall/index/unit/{unit}"] for unit in UNITS}
    weights = [10.0 + number for number in range(12)]

    total = sum(w * float(modelled[unit]["estimate"]) for w, unit in zip(weights, UNITS, strict=True)) / sum(weights)
    assert total == pytest.approx(float(figures["probability/overall/index/all/all"]["estimate"]), abs=1e-6)
    assert {row["verdict"] for row in modelled.values()} == {""}
    assert all(row["method"].startswith("modelled, not direct; Fay-Herriot") for row in modelled.values())
    assert all(0 <= float(row["low"]) < float(row["estimate"]) < float(row["high"]) <= 100 for row in modelled.values())
    spreads = [
        max(values) - min(values)
        for values in ([float(row["estimate"]) for row in rows.values()] for rows in (direct, modelled))
    ]
    assert spreads[1] < spreads[0]
    assert not [id_ for id_ in figures if id_.startswith("modelled/") and "/unit/" not in id_]


def test_a_planned_unit_without_answers_is_modelled_and_says_so(tmp_path: Path) -> None:
    rows = [row for row in planned_rows() if row["unit"] != "012"]
    figures = read_figures(make_release(tmp_path, "--small-area", rows=rows))
    silent, heard = (figures[f"modelled/overall/index/unit/{unit}"] for unit in ("012", "011"))

    assert figures["probability/overall/index/unit/012"]["estimate"] == ""
    assert "no answers of its own" in silent["method"]
    assert float(silent["se"]) > float(heard["se"])


def test_covariates_of_the_units_come_from_a_file(tmp_path: Path) -> None:
    known = tmp_path / "units.csv"
    known.write_text("code,level\n" + "".join(f"{unit},{i % 5}\n" for i, unit in enumerate(UNITS)), "utf-8")
    release = make_release(tmp_path, "--small-area-covariates", str(known))
    model = json_of(release / "context.json")["small_area"]

    assert [one["term"] for one in model["coefficients"]] == ["(Intercept)", "level"]
    assert model["coefficients"][1]["estimate"] > 0
    assert len(model["covariates_sha256"]) == 64
    assert "given level" in read_figures(release)["modelled/overall/index/unit/001"]["method"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("code,level\n001,1\n", "lack 11 units, the first being 002"),
        ("unit,level\n001,1\n", "needs a column code"),
        ("code,level\n" + "".join(f"{unit},\n" for unit in UNITS), "12 areas lack a covariate"),
    ],
)
def test_covariates_that_do_not_fit_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    known = tmp_path / "units.csv"
    known.write_text(text, "utf-8")
    extract = make_extract(tmp_path / "extract", planned_rows(), plans={"w1": PLAN})
    result = run(extract, tmp_path / "release", "--small-area", "--small-area-covariates", str(known))

    assert (result.exit_code, sentence in result.output) == (2, True), result.output
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize(
    ("option", "sentence"),
    [("--small-area", "areas are too few"), ("--two-sources", "nothing can be compared")],
)
def test_what_has_no_ground_is_refused(tmp_path: Path, option: str, sentence: str) -> None:
    rows = [make_row(unit=unit, A1=level) for unit in ("001", "002") for level in (5, 5, 1, 3)]
    result = run(make_extract(tmp_path / "extract", rows), tmp_path / "release", option)

    assert (result.exit_code, sentence in result.output) == (2, True), result.output


def test_gaps_are_between_the_published_figures(tmp_path: Path) -> None:
    release = make_release(tmp_path, "--two-sources")
    figures, gaps = read_figures(release), rows_of(release / "unit_gaps.csv")

    assert [(row["domain_type"], row["domain"]) for row in gaps] == [("all", "all"), *(("unit", u) for u in UNITS)]
    for row in gaps:
        for series in ("probability", "open"):
            published = figures[f"{series}/overall/index/{row['domain_type']}/{row['domain']}"]
            assert row[series] == published["estimate"]
        assert float(row["gap"]) == pytest.approx(float(row["open"]) - float(row["probability"]), abs=1e-8)
        assert float(row["low"]) < float(row["gap"]) < float(row["high"])
    assert [row["domain"] for row in gaps if row["domain_type"] == "unit" and row["differs"] == "yes"] == ["001"]


def test_adjusted_figures_print_their_assumptions_and_the_gap_that_remains(tmp_path: Path) -> None:
    release = make_release(tmp_path, "--two-sources")
    rows, figures = rows_of(release / "two_sources.csv"), read_figures(release)
    index = {row["method"]: row for row in rows if row["target"] == "O_crit"}
    about = json_of(release / "context.json")["two_sources"]

    assert {row["target"] for row in rows} == {"O_crit", "A1", "A2", "B1"}
    for row in index.values():
        assert row["direct"] == figures["probability/overall/index/all/all"]["estimate"]
        assert row["basis"] == "additional"
        assert row["assumptions"]
    assert index["naive"]["estimate"] == figures["open/overall/index/all/all"]["estimate"]
    assert index["doubly_robust"]["estimate"] != index["naive"]["estimate"]
    assert about["waves"] == {"w1": {"covariates": ["respondent_type"]}}
    assert set(about["assumptions"]["doubly_robust"]) == {"vi", "en"}


def test_the_gap_knows_how_the_sample_was_drawn(tmp_path: Path) -> None:
    """6 of 50 PSUs and 6 of 100 people in each: the finite population takes a little of the doubt."""
    releases = [
        make_release(tmp_path / stage, "--two-sources", "--first-stage", stage)
        for stage in ("with-replacement", "without-replacement")
    ]
    errors = [
        next(float(row["gap_se"]) for row in rows_of(release / "two_sources.csv") if row["method"] == "doubly_robust")
        for release in releases
    ]

    assert 0.9 * errors[0] < errors[1] < errors[0]


def test_series_that_nothing_tells_apart_are_compared_and_not_adjusted(tmp_path: Path) -> None:
    rows = [make_row(A1=level, mode=mode) for mode in ("tablet", "qr_open") for level in (5, 4, 3, 2, 1) * 8]
    extract = make_extract(tmp_path / "extract", rows)
    assert run(extract, tmp_path / "release", "--two-sources").exit_code == 0

    assert (tmp_path / "release" / "unit_gaps.csv").exists()
    assert not (tmp_path / "release" / "two_sources.csv").exists()
    about = json_of(tmp_path / "release" / "context.json")["two_sources"]["waves"]["w1"]
    assert "nothing to adjust by" in about["not_adjusted"]


def test_order_of_rows_changes_no_hash(tmp_path: Path) -> None:
    rows = [*planned_rows(), *open_rows()]
    options = ("--small-area", "--two-sources")
    straight = make_release(tmp_path / "a", *options)
    other = make_release(tmp_path / "b", *options, rows=random.Random(1).sample(rows, len(rows)))

    assert json_of(straight / "manifest.json")["release_hash"] == json_of(other / "manifest.json")["release_hash"]


def test_documents_are_written_beside_them(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", [*planned_rows(), *open_rows()], plans={"w1": PLAN})
    options = [str(extract), "--out", str(tmp_path / "release"), "--small-area", "--two-sources"]
    result = CliRunner().invoke(main, options)

    assert result.exit_code == 0, result.output
    assert {"unit_gaps.csv", "two_sources.csv", "report.docx"} <= set(
        json_of(tmp_path / "release/manifest.json")["files"]
    )
