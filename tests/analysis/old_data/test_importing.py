"""Foreign files become an extract, from every format the same; faulty and hostile ones nothing."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from click.testing import CliRunner

import survey_app
from analysis import earlier
from analysis.__main__ import main as analyse
from analysis.extract import read_extract
from analysis.old_data import units
from analysis.old_data.__main__ import main
from questionnaires import loader

UNITS = Path(survey_app.__file__).parent / "data" / "units_tho_xuan.csv"
ITEMS = [item.code for item in loader.load_builtin("sipas2017").items]  # type: ignore[union-attr]
# Of each response: unit of 2017, kind, levels of the items (9: does not know).
ANSWERS = [("15481", "1", 5), ("15499", "1", 4), ("15499", "2", 2), ("15487", "1", 9)]


def make_mapping(folder: Path, heads: dict[str, str], levels: dict[str, object], **more: str) -> Path:
    columns = "\n".join(f'"{head}" = "{code}"' for head, code in heads.items())
    meant = "\n".join(f'"{text}" = {level!r}' for text, level in levels.items())
    path = folder / "map.toml"
    path.write_text(
        f"""
instrument = "sipas2017"
mode = "paper_self"
unit = {{ column = "{more.get("unit", "xa")}" }}
respondent_type = {{ column = "{more.get("kind", "loai")}", codes = {{ "1" = "citizen", "2" = "business" }} }}
[survey]
slug = "sipas-2017-cu"
name = {{ vi = "Khảo sát cũ", en = "Old survey" }}
first_day = 2017-05-01
last_day = 2017-06-30
owner = {{ vi = "Phòng Nội vụ", en = "Home Affairs" }}
method = {{ vi = "Phiếu giấy", en = "Paper forms" }}
[levels]
{meant}
[columns]
{columns}
""",
        "utf-8",
    )
    return path


def run(file: Path, mapping: Path, out: Path, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        main, [str(file), "--mapping", str(mapping), "--units", str(UNITS), "--out", str(out), *more]
    )
    return done.exit_code, done.output


def as_csv(folder: Path, heads: list[str], rows: list[list[object]], mark: str = ",") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark).writerows([heads, *rows])
    path = folder / "old.csv"
    path.write_text("\ufeff" + text.getvalue(), "utf-8")
    return path


def spss(folder: Path) -> tuple[Path, Path]:
    heads = {f"A{number}": code for number, code in enumerate(ITEMS)}
    frame = pd.DataFrame([{"xa": unit, "loai": kind, **dict.fromkeys(heads, level)} for unit, kind, level in ANSWERS])
    frame["loai"] = frame["loai"].astype(float)
    path = folder / "old.sav"
    labels = {head: {5.0: "Rất hài lòng", 9.0: "Không biết"} for head in heads}
    ranges = {head: [{"lo": 9, "hi": 9}] for head in heads}
    pyreadstat.write_sav(frame, path, variable_value_labels=labels, missing_ranges=ranges)
    return path, make_mapping(folder, heads, {str(n): n for n in range(1, 6)} | {"9": "dont_know"})


def kobo(folder: Path) -> tuple[Path, Path]:
    """Groups before the names, a semicolon between cells, and columns of the system's own."""
    heads = {f"phan_a/{code.replace('.', '_')}": code for code in ITEMS}
    rows = [
        ["2017-05-02T08:00:00+07:00", unit, kind, *([level] * len(heads)), "=1+1\nhay quá", f"uuid:{number}"]
        for number, (unit, kind, level) in enumerate(ANSWERS)
    ]
    path = as_csv(folder, ["start", "chung/xa", "chung/loai", *heads, "y_kien", "_uuid"], rows, ";")
    return path, make_mapping(
        folder, heads, {str(n): n for n in range(1, 6)} | {"9": "dont_know"}, unit="chung/xa", kind="chung/loai"
    )


def limesurvey(folder: Path) -> tuple[Path, Path]:
    """Subquestions in brackets, and answers by their codes."""
    heads = {f"A[SQ{number:03}]": code for number, code in enumerate(ITEMS)}
    rows = [
        [number, "2017-05-02 08:00:00", "vi", unit, kind, *([f"A{level}"] * len(heads))]
        for number, (unit, kind, level) in enumerate(ANSWERS)
    ]
    path = as_csv(folder, ["id", "submitdate", "startlanguage", "xa", "loai", *heads], rows)
    return path, make_mapping(folder, heads, {f"A{n}": n for n in range(1, 6)} | {"A9": "dont_know"})


def workbook(folder: Path) -> tuple[Path, Path]:
    book = openpyxl.Workbook()
    assert book.active
    book.active.append(["xa", "loai", *ITEMS])
    for unit, kind, level in ANSWERS:
        book.active.append([unit, kind, *[level] * len(ITEMS)])
    book.save(folder / "old.xlsx")
    levels = {str(n): n for n in range(1, 6)} | {"9": "dont_know"}
    return folder / "old.xlsx", make_mapping(folder, {code: code for code in ITEMS}, levels)


@pytest.mark.parametrize("make", [spss, kobo, limesurvey, workbook])
def test_every_format_becomes_the_same_extract_on_the_map_of_2025(tmp_path: Path, make: object) -> None:
    file, mapping = make(tmp_path)  # type: ignore[operator]
    code, said = run(file, mapping, tmp_path / "e", "--units-on", "2025-07-01")
    assert code == 0, said
    extract = read_extract(tmp_path / "e")
    rows = pq.read_table(tmp_path / "e" / "responses.parquet").to_pylist()

    assert extract.manifest["survey"]["units_on"] == "2025-07-01"
    found = sorted((row["unit"], row["respondent_type"], *{row[item] for item in ITEMS}) for row in rows)
    assert found == [
        ("15499", "business", 2),
        ("15499", "citizen", 4),
        ("15499", "citizen", 5),
        ("15553", "citizen", -3),
    ]
    assert {row["N1__state"] for row in rows} == {-2}
    assert (tmp_path / "e" / "mapping.toml").read_text() == mapping.read_text()


def test_the_41_units_of_2017_become_30_and_8_and_reused_codes_keep_their_meaning() -> None:
    known = units.read(UNITS)
    then, now = date(2017, 6, 1), date(2025, 7, 1)
    communes = [code for code, one in units.valid(known, then).items() if one["type"] in ("xã", "thị trấn")]
    to_2019 = {code: units.successor(known, code, then, date(2020, 1, 1)) for code in communes}
    to_2025 = {code: units.successor(known, code, then, now) for code in communes}

    assert (len(communes), len(set(to_2019.values())), len(set(to_2025.values()))) == (41, 30, 8)
    assert None not in to_2025.values()
    assert (to_2025["15517"], to_2025["15556"], to_2025["15586"]) == ("15520", "15544", "15592")
    assert units.successor(known, "no such", then, now) is None


def test_all_faults_are_named_with_their_place_and_nothing_is_imported(tmp_path: Path) -> None:
    file, mapping = workbook(tmp_path)
    book = openpyxl.load_workbook(file)
    assert book.active
    book.active["A3"], book.active["B4"], book.active["C2"] = "99999", "7", "<script>alert(1)</script>"
    book.save(file)
    code, said = run(file, mapping, tmp_path / "e")

    assert code == 2
    for place in ("row 3, column A (xa): '99999'", "row 4, column B (loai): '7'", "row 2, column C (A1.1): '<script>"):
        assert place in said
    assert said.count("Error:") == 3
    assert not (tmp_path / "e").exists()


def test_faults_of_the_mapping_are_named_at_once(tmp_path: Path) -> None:
    file, mapping = workbook(tmp_path)
    text = mapping.read_text()
    mapping.write_text(text.replace('"A1.1" = "A1.1"', '"A1.1" = "Z9"').replace('"A1.2" = "A1.2"', '"A1.2" = "A1.3"'))
    code, said = run(file, mapping, tmp_path / "e")

    assert (code, "Z9 is no item" in said, "two columns are A1.3" in said) == (2, True, True)
    mapping.write_text(text.replace("first_day = 2017-05-01", 'first_day = "gestern"\nodd = 1'))
    code, said = run(file, mapping, tmp_path / "e")
    assert (code, "survey.first_day" in said, "survey.odd" in said) == (2, True, True)


def test_hostile_files_are_refused(tmp_path: Path) -> None:
    file, mapping = workbook(tmp_path)
    formula = openpyxl.load_workbook(file)
    assert formula.active
    formula.active["C2"] = "=HYPERLINK(1)"
    formula.save(tmp_path / "formula.xlsx")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    (tmp_path / "page.xlsx").write_text("<html><table><tr><td>xa</td></tr></table></html>")
    (tmp_path / "broken.sav").write_bytes(b"$FL2" + b"\xff" * 5000)
    (tmp_path / "rows.csv").write_text("xa,loai,A1.1" + "\n15499,1,5" * 310_000)
    tried = ("formula.xlsx", "bomb.xlsx", "page.xlsx", "broken.sav", "rows.csv")
    found = {name: run(tmp_path / name, mapping, tmp_path / "e") for name in tried[:-1]}
    one_item = make_mapping(tmp_path, {"A1.1": "A1.1"}, {"5": 5})
    found["rows.csv"] = run(tmp_path / "rows.csv", one_item, tmp_path / "e")

    assert {name: code for name, (code, _) in found.items()} == dict.fromkeys(tried, 2)
    words = ("is a formula", "unpacks to far more", "is missing", "no readable .sav", "more than 300000 rows")
    assert [word in found[name][1] for name, word in zip(tried, words, strict=True)] == [True] * len(tried)
    assert not (tmp_path / "e").exists()


def test_an_old_year_is_analysed_like_any_other_and_stands_beside_a_new_one(tmp_path: Path) -> None:
    file, mapping = workbook(tmp_path)
    assert run(file, mapping, tmp_path / "e")[0] == 0
    analysed = CliRunner().invoke(
        analyse, [str(tmp_path / "e"), "--out", str(tmp_path / "r"), "--no-documents"], catch_exceptions=False
    )
    period = earlier.read(tmp_path / "r")

    assert analysed.exit_code == 0
    assert (period.slug, period.target) == ("sipas-2017-cu", 80.0)
    assert period.context["survey"]["units_on"] == "2017-06-30"
