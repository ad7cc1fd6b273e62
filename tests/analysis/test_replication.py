"""The replication pack: real R and PSPP recompute the figures of a release, and name the one that was changed."""

import csv
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyreadstat
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


@pytest.fixture
def needs_r() -> None:
    if reason := why_no_r():
        pytest.skip(reason)


@pytest.fixture
def needs_pspp() -> None:
    if not shutil.which("pspp"):
        pytest.skip("pspp is missing: apt install pspp")


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


@pytest.mark.usefixtures("needs_r")
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


@pytest.mark.usefixtures("needs_r")
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


@pytest.mark.usefixtures("needs_r")
def test_a_pack_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    pack = make_pack(make_files_of_open_answers(tmp_path))
    (pack / "waves.csv").unlink()
    result = replicate(pack)

    assert (result.returncode, "waves.csv is missing" in result.stdout) == (2, True)


def in_spss(pack: Path) -> str:
    command = ["pspp", "replicate.sps", "-o", "-"]
    result = subprocess.run(command, cwd=pack, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[:2000] + result.stderr
    return result.stdout


@pytest.mark.usefixtures("needs_pspp")
@pytest.mark.parametrize(
    ("survey", "options"),
    [(make_files_of_plan, ()), (make_files_of_open_answers, ()), (make_files_of_waves, ("--lonely-psu", "certainty"))],
)
def test_pspp_finds_every_estimate(tmp_path: Path, survey: Callable[..., Path], options: tuple[str, ...]) -> None:
    """Of every series and wave; figures that combine waves are left to R."""
    pack = make_pack(survey(tmp_path, *options))
    figures = rows_of(tmp_path / "release" / "figures.csv")
    wanted = [row["id"] for row in figures if row["estimate"] and row["series"] != "combined"]
    said = in_spss(pack)

    assert sorted(re.findall(r"^match +(\S+)", said, re.M)) == sorted(wanted)
    assert re.search(rf"^ +{len(wanted)} estimates compared, +0 do not match", said, re.M)


@pytest.mark.usefixtures("needs_pspp")
def test_pspp_names_what_was_changed(tmp_path: Path) -> None:
    pack = make_pack(make_files_of_plan(tmp_path))
    rows = rows_of(pack / "spss_published.csv")
    changed = next(row for row in rows if row["id"] == "probability/factor/A/unit/001")
    changed["published"] = str(float(changed["published"]) + 0.01)
    write_rows(pack / "spss_published.csv", rows)
    said = in_spss(pack)

    assert re.findall(r"^MISMATCH +(\S+)", said, re.M) == ["probability/factor/A/unit/001"]
    assert re.search(r"estimates compared, +1 do not match", said)


def test_stata_has_the_items_the_design_and_the_index(tmp_path: Path) -> None:
    """There is no Stata to run it: names, codes and design are held against the files."""
    pack = make_pack(make_files_of_plan(tmp_path, "--first-stage", "without-replacement"))
    program = (pack / "design.do").read_text("utf-8")
    known = set(pyreadstat.read_dta(pack / "responses.dta", metadataonly=True)[1].column_names)
    used = set(re.findall(r"inlist\((\w+), 4, 5\)", program))

    assert used == {"A1", "A2", "B1"}
    assert used <= known
    assert {"design_psu", "design_stratum", "design_weight", "psus_in_frame", "people_in_psu", "id"} <= known
    assert "strata(design_stratum) fpc(psus_in_frame) singleunit(missing) || id, fpc(people_in_psu)" in program
    assert program.count("_b[item") == 3
