"""The replication pack: real R and PSPP recompute the figures of a release, and name the one that was changed."""

import csv
import re
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import pyreadstat
import pytest

from analysis.extract import read_extract
from analysis.files import make
from tests import made_once
from tests.analysis.every_kind import (
    make_files_of_open_answers,
    make_files_of_plan,
    make_files_of_undrawn_answers,
    make_files_of_waves,
)

SURVEYS = {
    **{"plan": make_files_of_plan, "open answers": make_files_of_open_answers},
    **{"undrawn": make_files_of_undrawn_answers, "waves": make_files_of_waves},
}


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


def make_pack(folder: Path, survey: str = "plan", *options: str) -> Path:
    """The unpacked pack of a survey of SURVEYS, beside its extract and release in `folder`."""
    return made_once.copied(folder, _make_pack, survey, *options) / "pack"


def _make_pack(folder: Path, survey: str, *options: str) -> None:
    SURVEYS[survey](folder, *options)
    make(read_extract(folder / "extract"), folder / "release", folder / "files")
    with zipfile.ZipFile(folder / "files" / "replication.zip") as pack:
        pack.extractall(folder / "pack")


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
        ("plan", ()),
        ("plan", ("--first-stage", "without-replacement", "--interval", "logit", "--level", "0.9")),
        ("open answers", ("--interval", "wilson")),
        ("undrawn", ()),
        ("waves", ("--lonely-psu", "average")),
    ],
)
def test_r_finds_every_published_figure(tmp_path: Path, survey: str, options: tuple[str, ...]) -> None:
    pack = make_pack(tmp_path, survey, *options)
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
    pack = make_pack(tmp_path)
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
    pack = make_pack(tmp_path, "open answers")
    (pack / "waves.csv").unlink()
    result = replicate(pack)

    assert (result.returncode, "waves.csv is missing" in result.stdout) == (2, True)


BY_THE_PACKAGE = """
suppressPackageStartupMessages(library(survey))
rows <- read.csv("responses.csv")
codes <- read.csv("codebook.csv")
sampled <- codes$code[codes$name == "series" & codes$key %in% "probability"]
rows <- rows[rows$counted == 1 & rows$series == as.numeric(sampled), ]
unseen <- read.csv("unseen_psus.csv")  # Sampled PSUs without a response: rows of weight 0.
empty <- rows[rep(NA_integer_, 2 * nrow(unseen)), ]
for (name in c("design_stratum", "design_psu")) empty[[name]] <- rep(unseen[[name]], each = 2)
empty$design_weight <- rep(0, nrow(empty))
rows <- rbind(rows, empty)
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~design_weight, data = rows, nest = TRUE)
measures <- read.csv("measures.csv")
measures <- measures[measures$level %in% c("assessment", "expectation"), ]
for (i in seq_len(nrow(measures))) {
  one <- measures[i, ]
  x <- rows[[one$variable]]
  asked <- subset(update(design, x = x), !is.na(x) & x >= one$at_least)
  asked <- update(asked, hit = if (one$kind == "mean") x else as.numeric(x %in% strsplit(one$hits, " ")[[1]]))
  found <- svymean(~hit, asked)
  limits <- if (one$kind == "mean") confint(found, df = degf(asked))
    else attr(svyciprop(~hit, asked, method = "beta"), "ci")
  unit <- if (one$kind == "mean") 1 else 100
  numbers <- format(c(unit * coef(found), unit * SE(found), degf(asked), unit * limits), digits = 15)
  cat("said", one$code, numbers, "\\n", sep = "\\t")
}
"""


@pytest.mark.usefixtures("needs_r")
def test_assessments_and_expectations_are_as_r_survey_has_them(tmp_path: Path) -> None:
    """By svymean and svyciprop themselves, not by the pack's own formulas; never with a verdict. R lets n* exceed the
    answers; where ours is cut there, its interval is the wider one.
    """
    pack = make_pack(tmp_path)
    said = subprocess.run(["Rscript", "-e", BY_THE_PACKAGE], cwd=pack, capture_output=True, text=True, check=True)
    by_r = {line.split("\t")[1]: list(map(float, line.split("\t")[2:7])) for line in said.stdout.splitlines()}
    published = {
        row["code"]: row
        for row in rows_of(pack / "figures.csv")
        if row["level"] in ("assessment", "expectation") and row["id"].startswith("probability/")
        if row["domain_type"] == "all"
    }
    exactly = 0

    assert len(by_r) == len(published) > 15
    for code, (estimate, se, df, low, high) in by_r.items():
        ours = published[code]
        assert [float(ours[part]) for part in ("estimate", "se", "df")] == pytest.approx([estimate, se, df], abs=1e-6)
        assert ours["verdict"] == ""
        limits = [float(ours["low"]), float(ours["high"])]
        cut = not code.endswith("~mean") and float(ours["deff"]) < 1.0
        exactly += not cut
        assert limits == pytest.approx([low, high], abs=1e-6) or (cut and limits[0] <= low and limits[1] >= high)
    assert exactly > 5


def in_spss(pack: Path) -> str:
    command = ["pspp", "replicate.sps", "-o", "-"]
    result = subprocess.run(command, cwd=pack, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[:2000] + result.stderr
    return result.stdout


@pytest.mark.usefixtures("needs_pspp")
@pytest.mark.parametrize(
    ("survey", "options"),
    [("plan", ()), ("open answers", ()), ("waves", ("--lonely-psu", "certainty"))],
)
def test_pspp_finds_every_estimate(tmp_path: Path, survey: str, options: tuple[str, ...]) -> None:
    """Of every series and wave; figures that combine waves are left to R."""
    pack = make_pack(tmp_path, survey, *options)
    figures = rows_of(tmp_path / "release" / "figures.csv")
    wanted = [row["id"] for row in figures if row["estimate"] and row["series"] != "combined"]
    said = in_spss(pack)

    assert sorted(re.findall(r"^match +(\S+)", said, re.M)) == sorted(wanted)
    assert re.search(rf"^ +{len(wanted)} estimates compared, +0 do not match", said, re.M)


@pytest.mark.usefixtures("needs_pspp")
def test_pspp_names_what_was_changed(tmp_path: Path) -> None:
    pack = make_pack(tmp_path)
    rows = rows_of(pack / "spss_published.csv")
    changed = next(row for row in rows if row["id"] == "probability/factor/A/unit/001")
    changed["published"] = str(float(changed["published"]) + 0.01)
    write_rows(pack / "spss_published.csv", rows)
    said = in_spss(pack)

    assert re.findall(r"^MISMATCH +(\S+)", said, re.M) == ["probability/factor/A/unit/001"]
    assert re.search(r"estimates compared, +1 do not match", said)


def test_stata_has_items_design_index_and_all_else_that_is_asked(tmp_path: Path) -> None:
    """There is no Stata to run it: names, codes and design are held against the files."""
    pack = make_pack(tmp_path, "plan", "--first-stage", "without-replacement")
    program = (pack / "design.do").read_text("utf-8")
    topics = [row for row in rows_of(pack / "measures.csv") if row["level"] != "item"]
    known = set(pyreadstat.read_dta(pack / "responses.dta", metadataonly=True)[1].column_names)
    used = set(re.findall(r"inlist\((\w+), 4, 5\)", program))

    assert used == {"A1", "A2", "B1", "G"}
    assert used <= known
    assert {"design_psu", "design_stratum", "design_weight", "psus_in_frame", "people_in_psu", "id"} <= known
    assert "strata(design_stratum) fpc(psus_in_frame) singleunit(missing) || id, fpc(people_in_psu)" in program
    assert program.count("_b[item") == 3
    assert re.findall(r"^\* topic\d+: (.+)", program, re.M) == [f"{one['level']} {one['code']}" for one in topics]
    assert set(re.findall(r"generate byte h\w+ = inlist\((\w+),", program)) <= known
    assert "generate double h_t" in program
