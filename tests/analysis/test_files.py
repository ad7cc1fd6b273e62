"""Files for analysts, read back by other programs: labels, codes that are no answer, weights, what is left out."""

import csv
import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from click.testing import CliRunner
from lxml import etree

from analysis.display import number
from analysis.extract import read_extract
from analysis.files import make
from analysis.files.__main__ import main
from analysis.files.naming import cut, spss_names, stata_names
from analysis.files.statistical import write_sav
from analysis.files.variables import Variable
from analysis.files.words import both
from tests.analysis.every_kind import make_files_of_open_answers, make_files_of_plan, make_files_of_waves
from tests.analysis.random_answers import WRITTEN

FILES = ["codebook.csv", "codebook.html", "counters.xlsx", "ddi.xml", "field.xlsx", "replication.zip"]
FILES += [f"responses.{kind}" for kind in ("csv", "dta", "parquet", "sav")]
Read = tuple[pd.DataFrame, Any]
MARK = "SỐ LIỆU MÔ PHỎNG – không phải kết quả thật"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_files_of_plan(tmp_path_factory.mktemp("planned"))
    make(read_extract(made / "extract"), made / "release", made / "files")
    return made


@pytest.fixture(scope="module")
def extract(folder: Path) -> pd.DataFrame:
    """The responses as they were extracted, by id."""
    return duckdb.sql(f"SELECT * FROM '{folder}/extract/responses.parquet'").df().set_index("id")


@pytest.fixture(scope="module")
def sav(folder: Path) -> Read:
    frame, about = pyreadstat.read_sav(folder / "files" / "responses.sav", user_missing=True)
    return frame.set_index("id"), about


@pytest.fixture(scope="module")
def dta(folder: Path) -> Read:
    frame, about = pyreadstat.read_dta(folder / "files" / "responses.dta", user_missing=True)
    return frame.set_index("id"), about


def test_all_files_are_there_and_marked_as_simulated(folder: Path) -> None:
    files = folder / "files"
    assert sorted(path.name for path in files.iterdir()) == FILES
    assert pyreadstat.read_sav(files / "responses.sav")[1].file_label.startswith(MARK)
    assert pyreadstat.read_dta(files / "responses.dta")[1].file_label.startswith(MARK)
    for name in ("codebook.html", "ddi.xml"):
        assert MARK in (files / name).read_text("utf-8")
    assert pq.read_metadata(files / "responses.parquet").metadata[b"simulated"] == b"true"
    assert set(pd.read_csv(files / "responses.csv")["simulated"]) == {1}


def test_spss_has_every_rating_with_its_labels_and_reasons(sav: Read, extract: pd.DataFrame) -> None:
    frame, about = sav

    assert (frame["A2"] == extract["A2"].reindex(frame.index)).all()
    assert about.variable_value_labels["A2"] == {
        **{-2.0: "Không được hỏi", -1.0: "Bỏ trống", 0.0: "not used"},
        **{float(level): str(level) for level in range(1, 6)},
    }
    assert about.missing_ranges["A2"] == [{"lo": -4.0, "hi": -1.0}, {"lo": 0.0, "hi": 0.0}]
    # A1 offers no "not used", but "don't know" and "prefers not to say".
    assert about.missing_ranges["A1"] == [{"lo": -4.0, "hi": -1.0}]
    assert about.variable_value_labels["A1"][-3.0] == "Không biết"
    assert about.variable_measure["A1"] == "ordinal"


def test_stata_has_letters_for_reasons(dta: Read, extract: pd.DataFrame) -> None:
    frame, about = dta
    letters = {-1: "a", -2: "b", -3: "c", -4: "d", 0: "e"}
    expected = [letters.get(code, code) for code in extract["A2"].reindex(frame.index)]

    assert frame["A2"].tolist() == expected
    assert about.variable_value_labels["A2"]["a"] == "Bỏ trống"
    assert about.variable_value_labels["A2"]["e"] == "not used"
    assert about.variable_value_labels["wave"] == {1: "w1"}


def test_choices_become_numbers_with_their_words(sav: Read, extract: pd.DataFrame) -> None:
    frame, about = sav
    known = extract.reindex(frame.index)
    answered = known["why__state"] == 0

    assert about.variable_value_labels["why"][1.0] == "Phí"
    numbers = known["why"].map({"fee": 1, "time": 2, "other": 3})
    assert (frame["why"][answered] == numbers[answered]).all()
    assert (frame["why"][~answered] == known["why__state"][~answered]).all()
    ranked = known["first.of.all"].map(lambda named: ["", *named].index("time") if "time" in named else 0, "ignore")
    asked = known["first.of.all__state"] == 0
    assert (frame["first.of.all__time"][asked] == ranked[asked]).all()
    assert about.variable_value_labels["first.of.all__time"][2.0] == "Thứ hai"


def test_numbers_and_days_keep_their_values(sav: Read, dta: Read, extract: pd.DataFrame) -> None:
    frame, about = sav
    known = extract.reindex(frame.index)
    answered = known["change__state"] == 0

    assert (frame["change"][answered] == known["change"][answered]).all()
    assert frame["change"][~answered].isna().all()
    assert (frame["change"] < 0).any()
    assert set(frame["change__state"][~answered]) <= {-1.0, -2.0}
    assert "change" not in about.missing_ranges
    handed_in = frame["handed_in"].dropna()
    assert set(handed_in.map(type)) == {date}
    assert (pd.to_datetime(handed_in) == pd.to_datetime(known["handed_in"].dropna())).all()
    assert (dta[0]["local_day"].reindex(frame.index) == frame["local_day"]).all()


def test_long_labels_and_vietnamese_survive(sav: Read, dta: Read) -> None:
    whole = "Ông/Bà đánh giá thế nào về thời hạn trả kết quả ở cơ quan, "
    spss, stata = (about.column_names_to_labels["why"] for _, about in (sav, dta))

    assert spss.startswith(whole)
    assert len(spss.encode()) <= 255
    assert len(stata) <= 80
    assert stata.endswith("…")
    assert set(sav[0]["unit_name"]) >= {"Xã 001", "Xã 002"}


def test_the_design_stands_in_every_row(sav: Read, extract: pd.DataFrame) -> None:
    frame, _ = sav
    sampled = frame[frame["mode"] == 2]
    outside = frame[frame["counted"] == 0]
    series = frame[frame["series"] == 2]

    assert (sampled["design_weight"] == extract["weight"].reindex(sampled.index)).all()
    assert (sampled["design_psu"] == extract["psu"].reindex(sampled.index)).all()
    assert (sampled["psus_in_frame"] == 50).all()
    assert len(outside) == 3
    assert outside["design_weight"].isna().all()
    assert (series["design_weight"] == 1).all()
    assert (series["design_psu"] == series.index).all()


def test_no_case_and_no_words_of_people_unless_asked_for(folder: Path, tmp_path: Path) -> None:
    usual = pd.read_csv(folder / "files" / "responses.csv")
    command = [str(folder / "extract"), str(folder / "release"), "--out", str(tmp_path / "texts"), "--texts"]
    result = CliRunner().invoke(main, command)
    texts = pd.read_csv(tmp_path / "texts" / "responses.csv")
    spss, _ = pyreadstat.read_sav(tmp_path / "texts" / "responses.sav")
    stata, _ = pyreadstat.read_dta(tmp_path / "texts" / "responses.dta")

    assert result.exit_code == 0, result.output
    assert {"case", "comment", "word", "why__specified"}.isdisjoint(usual.columns)
    assert {"comment", "word", "why__specified", "first.of.all__specified"} == set(texts.columns) - set(usual.columns)
    # A spreadsheet must not take what somebody wrote for a formula.
    assert set(texts["comment"].dropna()) == {"'=1+1", *WRITTEN[1:]}
    assert set(spss["comment"]) - {""} == set(stata["comment"]) - {""} == set(WRITTEN)


def test_csv_and_parquet_are_the_same_rows(folder: Path) -> None:
    table = pq.read_table(folder / "files" / "responses.parquet").to_pandas()
    lines = pd.read_csv(folder / "files" / "responses.csv", dtype={"unit": str}, parse_dates=["local_day", "handed_in"])
    lines = lines.astype({name: kind for name, kind in table.dtypes.items() if name not in ("local_day", "handed_in")})

    assert len(lines) == 303
    for name in table:
        same = (lines[name] == table[name]) | (lines[name].isna() & table[name].isna())
        assert same.all() or pd.to_datetime(table[name]).equals(lines[name])


def test_the_codebook_tells_every_variable_and_counts_its_codes(folder: Path) -> None:
    files = folder / "files"
    with (files / "codebook.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    frame = pd.read_csv(files / "responses.csv")
    page = (files / "codebook.html").read_text("utf-8")

    assert list(dict.fromkeys(row["name"] for row in rows)) == list(frame.columns)
    for row in rows:
        assert row["label_vi"]
        assert row["label_en"]
        found = (frame[row["name"]] == int(row["code"])).sum() if row["code"] else frame[row["name"]].notna().sum()
        assert int(row["responses"]) == found, row
    assert next(row["key"] for row in rows if (row["name"], row["code"]) == ("why", "2")) == "time"
    assert next(row["stata_code"] for row in rows if (row["name"], row["code"]) == ("A2", "0")) == ".e"
    assert "ô có ít người không bị che" in page
    assert all(f'id="{name}"' in page for name in frame.columns)


# Of ddi:codebook:2_5, as far as it is used: what an element may hold, in this order.
DDI = {
    "codeBook": "stdyDscr fileDscr dataDscr",
    "stdyDscr": "citation stdyInfo method",
    "citation": "titlStmt rspStmt",
    "titlStmt": "titl parTitl IDNo",
    "rspStmt": "AuthEnty",
    "stdyInfo": "abstract sumDscr",
    "sumDscr": "timePrd nation dataKind",
    "method": "dataColl",
    "dataColl": "sampProc collMode weight",
    "fileDscr": "fileTxt",
    "fileTxt": "fileName dimensns fileType",
    "dimensns": "caseQnty varQnty",
    "dataDscr": "var",
    "var": "labl qstn sumStat catgry varFormat",
    "qstn": "qstnLit",
    "catgry": "catValu labl catStat",
}


def test_ddi_is_in_the_order_of_the_standard(folder: Path) -> None:
    root = etree.parse(folder / "files" / "ddi.xml").getroot()
    frame = pd.read_csv(folder / "files" / "responses.csv")

    assert (root.tag, root.get("version")) == ("{ddi:codebook:2_5}codeBook", "2.5")
    for element in root.iter():
        allowed = DDI.get(etree.QName(element).localname, "").split()
        places = [allowed.index(etree.QName(child).localname) for child in element]
        assert places == sorted(places)
    names = {"ddi": "ddi:codebook:2_5"}
    assert root.xpath("//ddi:var/@name", namespaces=names) == list(frame.columns)
    assert root.xpath("//ddi:var[@wgt='wgt']/@name", namespaces=names) == ["design_weight"]
    assert root.xpath("string(//ddi:caseQnty)", namespaces=names) == str(len(frame))


def test_another_release_is_refused(folder: Path, tmp_path: Path) -> None:
    other = make_files_of_open_answers(tmp_path)
    result = CliRunner().invoke(main, [str(other / "extract"), str(folder / "release"), "--out", str(tmp_path / "out")])

    assert (result.exit_code, "was made from another extract" in result.output) == (2, True)


def test_questions_of_one_wave_were_not_asked_in_another(tmp_path: Path) -> None:
    made = make_files_of_waves(tmp_path, "--lonely-psu", "certainty")
    make(read_extract(made / "extract"), made / "release", made / "files")
    frame, about = pyreadstat.read_sav(made / "files" / "responses.sav", user_missing=True)
    buttons = frame[frame["wave"] == 3]

    assert about.variable_value_labels["wave"] == {1.0: "w1", 2.0: "w2", 3.0: "w3"}
    assert len(buttons) == 60
    assert set(buttons["A1"]) == {-2.0}
    assert set(buttons["series"]) == {3.0}


def test_the_name_of_a_survey_may_be_long(tmp_path: Path) -> None:
    title = f"{MARK} – Khảo sát hài lòng về sự phục vụ hành chính của ủy ban nhân dân các xã, thị trấn năm 2026"
    weight = Variable(name="w", label=both("Quyền số", "Weight"), kind="real", sql="w")
    write_sav(pd.DataFrame({"w": [1.0]}), [weight], tmp_path / "a.sav", title)

    assert " ".join(pyreadstat.read_sav(tmp_path / "a.sav")[1].notes) == title


def test_names_are_what_the_programs_take() -> None:
    names = ["A1.1", "a1_1", "with", "x" * 70, "x" * 71]
    spss, stata = spss_names(names), stata_names(names)

    assert list(spss.values())[:3] == ["A1.1", "a1_1", "with_2"]
    assert list(stata.values())[:3] == ["A1_1", "a1_1_2", "with_2"]
    for found, longest in ((spss, 64), (stata, 32)):
        assert len({name.lower() for name in found.values()}) == len(names)
        assert max(map(len, found.values())) <= longest
    assert cut("Thọ Xuân", size=8) == "Thọ…"


R_READS = """
library(haven); library(foreign)
spss <- read_sav("responses.sav", user_na = TRUE); stata <- read_dta("responses.dta")
old <- suppressWarnings(read.spss("responses.sav", use.value.labels = FALSE, to.data.frame = TRUE))
cat(attr(spss$A2, "na_range"), attr(spss$A2, "na_values"), "\\n")
cat(names(which(attr(spss$why, "labels") == 1)), "|", attr(spss$A2, "label"), "\\n")
cat(sum(is.na(spss$A2)), sum(is.na(stata$A2)), sum(is.na(old$A2)), "\\n")
cat(sort(unique(na_tag(stata$A2))), "\\n")
for (read in list(spss, stata, old)) {
  kept <- read$series == 1 & read$counted == 1 & !is.na(read$A2)
  cat(sprintf("%.9f", 100 * weighted.mean(as.numeric(read$A2[kept]) >= 4, read$design_weight[kept])), "\\n")
}
"""


def test_r_reads_both_and_finds_the_published_figure(folder: Path, tmp_path: Path) -> None:
    """By haven and foreign; the share that their data give is the published one."""
    wanted = ["Rscript", "-e", "library(haven); library(foreign)"]
    if not shutil.which("Rscript") or subprocess.run(wanted, capture_output=True, check=False).returncode:
        pytest.skip("R with haven and foreign is missing: apt install r-cran-haven r-cran-foreign")
    (tmp_path / "read.R").write_text(R_READS, "utf-8")
    command = ["Rscript", str(tmp_path / "read.R")]
    said = subprocess.run(command, cwd=folder / "files", capture_output=True, text=True, check=False)
    with (folder / "release" / "figures.csv").open(encoding="utf-8", newline="") as lines:
        figure = next(row for row in csv.DictReader(lines) if row["id"] == "probability/item/A2/all/all")
    missing, labels, counts, tags, *shares = said.stdout.splitlines()

    assert said.returncode == 0, said.stderr
    assert missing.split() == ["-4", "-1", "0"]
    assert labels.startswith("Phí | A2")
    assert len(set(counts.split())) == 1
    assert tags.split() == ["a", "b", "e"]
    assert [float(share) for share in shares] == pytest.approx([float(figure["estimate"])] * 3, abs=1e-8)


def test_spss_knows_the_weight(folder: Path) -> None:
    if not shutil.which("pspp"):
        pytest.skip("pspp is missing: apt install pspp")
    said = subprocess.run(
        ["pspp", "-o", "-", "-"], input="SYSFILE INFO FILE='responses.sav'.", cwd=folder / "files",
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert re.search(r"^\|Weight +\|Quyền số như đã dùng", said.stdout, re.M)


def test_the_sav_gives_the_printed_digits(folder: Path) -> None:
    """Items of the whole sample and of every unit from the file alone: as every document prints them."""
    frame, about = pyreadstat.read_sav(folder / "files" / "responses.sav")
    display = json.loads((folder / "release" / "display.json").read_text("utf-8"))
    sample = frame[(frame["series"] == 1) & (frame["counted"] == 1)]
    domains = {"all/all": sample, **{f"unit/{code}": rows for code, rows in sample.groupby("unit")}}

    assert about.variable_value_labels["series"][1.0].startswith("Mẫu chọn")
    for place, rows in domains.items():
        for item in ("A1", "A2", "B1"):
            answered = rows[rows[item].notna()]
            rate = (answered["design_weight"] * (answered[item] >= 4)).sum() / answered["design_weight"].sum()
            assert number(round(100 * float(rate), 9), 80.0) == display[f"probability/item/{item}/{place}"]["estimate"]
