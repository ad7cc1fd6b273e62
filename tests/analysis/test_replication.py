"""The replication pack: real R recomputes every figure of a release, and names the one that was changed."""

import csv
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from analysis.extract import read_extract
from analysis.files import make
from tests.analysis.every_kind import make_files_of_open_answers, make_files_of_plan, make_files_of_waves


@cache
def why_no_r() -> str:
    if not shutil.which("Rscript"):
        return "Rscript is missing: apt install r-base-core r-cran-survey"
    found = subprocess.run(["Rscript", "-e", "library(survey)"], capture_output=True, check=False)
    return "R has no package survey: apt install r-cran-survey" if found.returncode else ""


@pytest.fixture(autouse=True)
def needs_r() -> None:
    if reason := why_no_r():
        pytest.skip(reason)


def make_pack(folder: Path) -> Path:
    """The unpacked pack of the extract and release in `folder`."""
    make(read_extract(folder / "extract"), folder / "release", folder / "files")
    with zipfile.ZipFile(folder / "files" / "replication.zip") as pack:
        pack.extractall(folder / "pack")
    return folder / "pack"


def replicate(pack: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["Rscript", "replicate.R"], cwd=pack, capture_output=True, text=True, check=False)


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write_rows(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("survey", "options"),
    [
        (make_files_of_plan, ()),
        (make_files_of_plan, ("--first-stage", "without-replacement", "--interval", "logit", "--level", "0.9")),
        (make_files_of_open_answers, ("--interval", "wilson")),
        (make_files_of_waves, ("--lonely-psu", "average")),
    ],
)
def test_r_finds_every_published_figure(tmp_path: Path, survey: Callable[..., Path], options: tuple[str, ...]) -> None:
    pack = make_pack(survey(tmp_path, *options))
    published = [row["id"] for row in rows_of(tmp_path / "release" / "figures.csv")]
    result = replicate(pack)
    matched = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("match ")]

    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    assert sorted(matched) == sorted(published)
    assert f"{len(published)} figures match, 0 do not." in result.stdout
    assert "SIMULATED DATA" in result.stdout


def test_r_names_what_was_changed(tmp_path: Path) -> None:
    """First one published figure by a millionth of a point and one verdict, then one answer of one person."""
    pack = make_pack(make_files_of_plan(tmp_path))
    figures = rows_of(pack / "figures.csv")
    item = next(row for row in figures if row["id"] == "probability/item/A2/unit/001")
    index = next(row for row in figures if row["id"] == "probability/overall/index/all/all")
    item["high"] = str(float(item["high"]) + 2e-6)
    index["verdict"] = "met" if index["verdict"] != "met" else "not_met"
    write_rows(pack / "figures.csv", figures)
    changed = replicate(pack)

    shutil.copy(tmp_path / "release" / "figures.csv", pack)
    responses = rows_of(pack / "responses.csv")
    one = next(row for row in responses if row["B1"] == "5" and row["counted"] == "1" and row["mode"] != "6")
    one["B1"] = "1"
    write_rows(pack / "responses.csv", responses)
    other = replicate(pack)

    named = [line for line in changed.stdout.splitlines() if line.startswith("MISMATCH")]
    assert (changed.returncode, other.returncode) == (1, 1)
    assert len(named) == 2
    assert "probability/overall/index/all/all (verdict published" in named[0] + named[1]
    assert "probability/item/A2/unit/001 (high published" in named[0] + named[1]
    assert "MISMATCH probability/item/B1/all/all (estimate published" in other.stdout
    assert "match    probability/item/A1/all/all" in other.stdout


def test_a_pack_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    pack = make_pack(make_files_of_open_answers(tmp_path))
    (pack / "waves.csv").unlink()
    result = replicate(pack)

    assert (result.returncode, "waves.csv is missing" in result.stdout) == (2, True)
