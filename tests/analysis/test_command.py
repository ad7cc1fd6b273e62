"""python -m analysis as it is used: an extract in, a release out, or one sentence that says what to do."""

import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from analysis.__main__ import main
from analysis.release import DATA_FILES
from tests.analysis.extracts import make_extract, make_plan, make_row, read_figures, write_manifest

PLAN = make_plan({"S1": ("001", ["P1", "P2", "P3"]), "S2": ("002", ["P4", "P5"])})


def run(extract: Path, out: Path, *options: str) -> Result:
    return CliRunner().invoke(main, [str(extract), "--out", str(out), "--no-documents", *options])


def release_of(folder: Path, rows: Sequence[dict[str, Any]], *options: str, **extract: Any) -> Path:
    result = run(make_extract(folder / "extract", rows, **extract), folder / "release", *options)
    assert result.exit_code == 0, result.output
    return folder / "release"


def manifest_of(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / "manifest.json").read_text("utf-8"))
    return found


def context_of(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / "context.json").read_text("utf-8"))
    return found


def planned_rows(count: int = 120) -> list[dict[str, Any]]:
    """Responses of the plan's cases with uneven weights and every state."""
    draw = random.Random(7)
    psus = [("001", "S1", "P1"), ("001", "S1", "P2"), ("002", "S2", "P4"), ("002", "S2", "P5")]
    rows = []
    for i in range(count):
        unit, stratum, psu = psus[i % len(psus)]
        answers = {item: draw.choice([5, 5, 5, 4, 4, 3, 1, 0, -1]) for item in ("A1", "A2", "B1")}
        rows.append(
            make_row(
                unit=unit,
                stratum=stratum,
                psu=psu,
                case=f"{psu}-{i}",
                weight=draw.uniform(1, 90),
                respondent_type=draw.choice(["citizen", "business", None]),
                **answers,
            )
        )
    return rows


def test_a_release_vouches_for_its_files(tmp_path: Path) -> None:
    release = release_of(tmp_path, planned_rows(), plans={"w1": PLAN})
    manifest = manifest_of(release)
    digests = {file: hashlib.sha256((release / file).read_bytes()).hexdigest() for file in manifest["files"]}

    assert {file: entry["sha256"] for file, entry in manifest["files"].items()} == digests
    data = "".join(f"{file} {digests[file]}\n" for file in DATA_FILES if file in digests)
    assert manifest["release_hash"] == hashlib.sha256(data.encode()).hexdigest()
    assert manifest["simulated"] is True


def test_notes_of_how_forms_were_filled_in_change_no_figure(tmp_path: Path) -> None:
    rows = planned_rows()
    plain = release_of(tmp_path / "plain", rows, plans={"w1": PLAN})
    folder = make_extract(tmp_path / "noted" / "extract", rows, plans={"w1": PLAN})
    table = pq.read_table(folder / "responses.parquet")
    by_part = pa.array([[("A", 40)]] * len(rows), pa.map_(pa.string(), pa.int32()))
    for name, column in (("officer", pa.array([7] * len(rows))), ("seconds_by_part", by_part)):
        table = table.append_column(name, column)
    pq.write_table(table, folder / "responses.parquet")
    write_manifest(folder, json.loads((folder / "manifest.json").read_text()))
    result = run(folder, tmp_path / "noted" / "release")

    assert result.exit_code == 0, result.output
    for name in ("figures.csv", "display.json", "multiplicity.csv"):  # The context tells who asked, by numbers.
        assert (tmp_path / "noted" / "release" / name).read_bytes() == (plain / name).read_bytes()


def test_corrected_responses_are_counted_in_the_context(tmp_path: Path) -> None:
    folder = make_extract(tmp_path / "extract", planned_rows(), plans={"w1": PLAN})
    write_manifest(folder, json.loads((folder / "manifest.json").read_text()) | {"corrected": 4})
    result = run(folder, tmp_path / "release")

    assert result.exit_code == 0, result.output
    assert context_of(tmp_path / "release")["counts"]["corrected"] == 4


def test_a_unit_where_far_more_was_taken_back_than_elsewhere_is_marked(tmp_path: Path) -> None:
    folder = make_extract(tmp_path / "extract", planned_rows(), plans={"w1": PLAN})
    units = {"a": (100, 15), "b": (100, 5), "c": (1_000, 9)}
    by_unit = [{"unit": code, "received": sent, "withdrawn": back} for code, (sent, back) in units.items()]
    by_mode = [{"mode": "qr_open", "received": 1_200, "withdrawn": 29}]
    told = {"received": 1_200, "withdrawn": 29, "by_mode": by_mode, "by_unit": by_unit}
    (folder / "withdrawals.json").write_text(json.dumps(told), "utf-8")
    change = {"unit": "a", "kind": "voided", "mode": "tablet", "day": "2017-11-08", "reason": "nhầm"}
    changes = [change | {"answers_opened": False}]
    (folder / "changes.json").write_text(json.dumps({"changes": changes}), "utf-8")
    write_manifest(folder, json.loads((folder / "manifest.json").read_text()))
    result = run(folder, tmp_path / "release")
    context = context_of(tmp_path / "release")
    found = context["withdrawals"]

    assert result.exit_code == 0, result.output
    # The others together: a 14 of 1,100, b 24 of 1,100, c 20 of 200.
    assert [(one["unit"], one["far_above"]) for one in found["by_unit"]] == [("a", True), ("b", False), ("c", False)]
    assert [one["share"]["vi"] for one in found["by_unit"]] == ["15,00", "5,00", "0,90"]
    assert (found["far_above"], found["by_mode"][0]["share"]["en"]) == (3, "2.42")
    assert context["changes"] == changes


@pytest.mark.parametrize("files", [1, 2, 7])
def test_order_and_splitting_of_rows_change_no_hash(tmp_path: Path, files: int) -> None:
    rows = planned_rows() + [make_row(mode="qr_open", A1=level) for level in (1, 3, 4, 5)]
    shuffled = random.Random(files).sample(rows, len(rows))
    straight = release_of(tmp_path / "straight", rows, plans={"w1": PLAN})
    other = release_of(tmp_path / "other", shuffled, plans={"w1": PLAN}, files=files)

    assert manifest_of(straight)["release_hash"] == manifest_of(other)["release_hash"]
    assert manifest_of(straight)["extract_hash"] != manifest_of(other)["extract_hash"]


def test_one_changed_byte_is_refused(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", planned_rows(), plans={"w1": PLAN})
    for file in ("responses.parquet", "plan.json", "units.csv"):
        content = bytearray((extract / file).read_bytes())
        content[len(content) // 2] ^= 1
        (extract / file).write_bytes(content)
        result = run(extract, tmp_path / "release")
        content[len(content) // 2] ^= 1
        (extract / file).write_bytes(content)

        assert result.exit_code == 2
        assert f"Error: {file} was changed" in result.output
        assert not (tmp_path / "release").exists()
    assert run(extract, tmp_path / "release").exit_code == 0


def test_a_folder_that_is_no_extract_is_refused(tmp_path: Path) -> None:
    result = run(tmp_path, tmp_path / "release")

    assert (result.exit_code, "no readable manifest.json" in result.output) == (2, True)


def test_a_file_outside_the_extract_is_refused(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", [make_row()])
    manifest = json.loads((extract / "manifest.json").read_text("utf-8"))
    manifest["files"]["../secret"] = {"sha256": "0", "bytes": 0}
    (extract / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    assert "outside the extract" in run(extract, tmp_path / "release").output


def test_responses_that_are_not_those_of_the_manifest_are_refused(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", [make_row(), make_row(wave="w2")])

    assert "a wave w2 that the manifest does not" in run(extract, tmp_path / "release").output
    manifest = json.loads((extract / "manifest.json").read_text("utf-8")) | {"responses": 3}
    write_manifest(extract, manifest)
    assert "speaks of 3 responses, the files hold 2" in run(extract, tmp_path / "release").output


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"psu": "P9"}, "PSU P9 in stratum S1, which its plan did not sample"),
        ({"weight": None}, "have a case but no weight"),
        ({"weight": -1.0}, "missing, negative or not a number"),
        ({"mode": "telepathy"}, "unknown mode telepathy"),
        ({"A2": None}, "neither a level nor a state for A2"),
        ({"B1": 6}, "neither a level nor a state for B1"),
    ],
)
def test_a_response_that_cannot_be_right_is_refused(tmp_path: Path, fields: dict[str, Any], sentence: str) -> None:
    case = {"stratum": "S1", "psu": "P1", "case": "c", "weight": 1.0}
    extract = make_extract(tmp_path / "extract", [*planned_rows(), make_row(**case | fields)], plans={"w1": PLAN})
    result = run(extract, tmp_path / "release")

    assert (result.exit_code, sentence in result.output) == (2, True), result.output


def test_strata_of_one_psu_stop_the_run_until_a_rule_is_chosen(tmp_path: Path) -> None:
    plan = make_plan({"S1": ("001", ["P1", "P2"]), "S2": ("002", ["P4", "P5"]), "S3": ("003", ["P6"])})
    rows = [*planned_rows(), make_row(unit="003", stratum="S3", psu="P6", case="x", weight=3.0)]
    extract = make_extract(tmp_path / "extract", rows, plans={"w1": plan})
    stopped = run(extract, tmp_path / "release")

    assert stopped.exit_code == 2
    assert "S3" in stopped.output
    assert "--lonely-psu" in stopped.output
    for rule in ("certainty", "average", "centre"):
        assert run(extract, tmp_path / rule, "--lonely-psu", rule).exit_code == 0
        assert context_of(tmp_path / rule)["method"]["lonely_psu"] == rule


def test_series_are_kept_apart_and_only_a_probability_sample_gets_a_verdict(tmp_path: Path) -> None:
    rows = [row | {"A1": 5, "A2": 5, "B1": 5} for row in planned_rows(100)]
    rows += [make_row(mode="qr_open", A1=1, A2=1, B1=1) for _ in range(900)]
    rows += [make_row(mode="counter_3", A1=3) for _ in range(10)]
    figures = read_figures(release_of(tmp_path, rows, plans={"w1": PLAN}))
    index = {series: figures[f"{series}/overall/index/all/all"] for series in ("probability", "open", "counter_3")}

    assert [float(figure["estimate"]) for figure in index.values()] == pytest.approx([100, 0, 200 / 3])
    assert [figure["verdict"] for figure in index.values()] == ["met", "", ""]
    assert "combined/overall/index/all/all" not in figures


def test_probability_responses_without_a_case_are_counted_and_left_out(tmp_path: Path) -> None:
    outside = [make_row(A1=1, A2=1, B1=1, mode="qr_slip") for _ in range(5)]
    release = release_of(tmp_path, planned_rows() + outside, plans={"w1": PLAN})
    counts = context_of(release)["counts"]

    assert {"reason": "outside_frame", "count": 5} in counts["excluded"]
    assert (counts["responses"], counts["by_series"]) == (125, {"probability": 120})
    assert read_figures(release)["probability/overall/index/all/all"]["n"] == "120"


def test_a_planned_unit_without_responses_is_missing_and_not_zero(tmp_path: Path) -> None:
    plan = make_plan({"S1": ("001", ["P1", "P2"]), "S2": ("002", ["P4", "P5"]), "S3": ("003", ["P6", "P7"])})
    figures = read_figures(release_of(tmp_path, planned_rows(), plans={"w1": plan}))
    empty = figures["probability/overall/index/unit/003"]

    assert (empty["n"], empty["base"]) == ("0", "0")
    assert {empty[column] for column in ("estimate", "se", "df", "low", "high", "verdict")} == {""}


@pytest.mark.parametrize("level", [1, 5])
def test_all_yes_and_all_no(tmp_path: Path, level: int) -> None:
    rows = [row | {"A1": level, "A2": level, "B1": level} for row in planned_rows()]
    index = read_figures(release_of(tmp_path, rows, plans={"w1": PLAN}))["probability/overall/index/all/all"]

    assert (index["estimate"], index["se"]) == (("100.0", "0.0") if level == 5 else ("0.0", "0.0"))
    assert float(index["low"]) < float(index["high"])


def test_waves_combine_by_the_stated_weights_with_the_variance_of_the_whole(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = [make_row(wave=wave, A1=draw.choice([5, 4, 2])) for wave in ("w1", "w2") for _ in range(60)]
    figures = read_figures(release_of(tmp_path, rows, waves=("w1", "w2"), weights={"w1": 3.0, "w2": 1.0}))
    whole = figures["combined/overall/index/all/all"]
    waves = [figures[f"probability/overall/index/wave/{wave}"] for wave in ("w1", "w2")]
    value, se = ([float(wave[column]) for wave in waves] for column in ("estimate", "se"))

    assert float(whole["estimate"]) == pytest.approx(0.75 * value[0] + 0.25 * value[1], abs=1e-8)
    assert float(whole["se"]) == pytest.approx(((0.75 * se[0]) ** 2 + (0.25 * se[1]) ** 2) ** 0.5, abs=1e-8)
    assert "probability/overall/index/all/all" not in figures


def test_waves_without_stated_weights_stand_side_by_side(tmp_path: Path) -> None:
    rows = [make_row(wave=wave) for wave in ("w1", "w2") for _ in range(40)]
    figures = read_figures(release_of(tmp_path, rows, waves=("w1", "w2")))

    assert not any(figure.startswith("combined/") for figure in figures)


def test_the_verdict_is_that_of_the_printed_limits(tmp_path: Path) -> None:
    release = release_of(tmp_path, planned_rows(400), plans={"w1": PLAN})
    texts = json.loads((release / "display.json").read_text("utf-8"))
    judged = [figure for figure in read_figures(release).values() if figure["verdict"]]

    assert judged
    for figure in judged:
        low, high = (float(texts[figure["id"]][limit]["en"]) for limit in ("low", "high"))
        assert figure["verdict"] == ("met" if low > 80 else "not_met" if high <= 80 else "undecided")


def test_a_release_replaces_a_release_and_nothing_else(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", [make_row() for _ in range(3)])
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("keep", "utf-8")

    assert run(extract, tmp_path / "release").exit_code == 0
    assert run(extract, tmp_path / "release").exit_code == 0
    refused = run(extract, tmp_path / "notes")
    assert (refused.exit_code, "is not a release" in refused.output) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["extract", "notes", "release"]


def test_one_answer_is_enough_for_a_release(tmp_path: Path) -> None:
    index = read_figures(release_of(tmp_path, [make_row()]))["probability/overall/index/all/all"]

    assert (index["estimate"], index["se"], index["low"], index["verdict"]) == ("100.0", "", "", "")


def test_no_answer_at_all_is_an_empty_release(tmp_path: Path) -> None:
    release = release_of(tmp_path, [])

    assert read_figures(release) == {}
    assert context_of(release)["counts"]["responses"] == 0


def test_documents_come_with_the_release_and_change_no_hash(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", planned_rows(), plans={"w1": PLAN})
    figures_only = tmp_path / "figures"
    assert run(extract, figures_only).exit_code == 0
    whole = CliRunner().invoke(main, [str(extract), "--out", str(tmp_path / "whole")])

    assert whole.exit_code == 0, whole.output
    files = set(manifest_of(tmp_path / "whole")["files"])
    assert {"report.docx", "report.pdf", "report.xlsx"} < files
    assert any(file.startswith("charts/") and file.endswith(".svg") for file in files)
    assert manifest_of(tmp_path / "whole")["release_hash"] == manifest_of(figures_only)["release_hash"]
