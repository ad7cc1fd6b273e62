"""The command on a release: each file opened by its own reader, figures compared with figures.csv, pages counted."""

import csv
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner

from analysis import charts
from analysis.report import printed, source
from analysis.short_forms import building, conversion, periods
from analysis.short_forms.__main__ import main
from analysis.short_forms.conversion import BadConversion
from tests.analysis.release_fixture import display_texts, make_release

UNITS = 12
BANDS = """most_points = 12.5
kind = "bands"
bands = [{from = 90, share = 100}, {from = 80, share = 75}, {from = 50, share = 40}]
"""


def finished(folder: Path, **wanted: object) -> Path:
    """A release with its charts, its manifest as the analysis writes it."""
    make_release(folder, **wanted)  # type: ignore[arg-type]
    charts.draw(folder)
    manifest = folder / "manifest.json"
    known = json.loads(manifest.read_text("utf-8")) | {"created_at": "2026-10-01T08:00:00+00:00"}
    manifest.write_text(json.dumps(known), "utf-8")
    return folder


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = finished(tmp_path_factory.mktemp("release"), number_of_units=UNITS)
    run(folder, "--period", "2026-Q3")
    return folder


def pages(file: Path) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(file)]


def word_text(file: Path) -> str:
    document = docx.Document(str(file))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_brief_is_one_page_with_verdict_numbers_and_what_to_fix(release: Path) -> None:
    (page,) = pages(release / "short" / "brief.pdf")

    for words in (
        "ĐẠT MỤC TIÊU",
        "84,30%",
        "1.230",
        f"{UNITS} đơn vị",
        "Nên khắc phục trước",
        "Ai đã trả lời",
        "DỰ THẢO",
    ):
        assert words in page


@pytest.mark.parametrize(
    "wanted",
    [{"verdict": "undecided", "instrument": "sipas2022"}, {"verdict": ""}, {"series": ("open",)}],
)
def test_the_brief_stays_one_page(tmp_path: Path, wanted: dict[str, object]) -> None:
    run(finished(tmp_path, number_of_units=2, **wanted))

    assert len(pages(tmp_path / "short" / "brief.pdf")) == 1


@pytest.mark.parametrize("name", ["brief", "period_report"])
def test_every_decimal_in_word_and_pdf_is_the_text_of_a_figure(release: Path, name: str) -> None:
    allowed = display_texts(release)
    for text in (word_text(release / "short" / f"{name}.docx"), "".join(pages(release / "short" / f"{name}.pdf"))):
        numbers = re.findall(r"\d+,\d+", text)

        assert len(numbers) >= 3
        assert set(numbers) <= allowed


def test_the_component_has_a_row_a_unit_with_its_figure_and_points(release: Path) -> None:
    figures = printed.read(release).figures
    with (release / "short" / "par_component.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert len(rows) == UNITS
    for row in rows:
        figure = figures[row["figure"]]
        if figure.kept_back:
            kept_back = (row["n"], row["base"], row["index"], row["points"], row["verdict"])
            assert kept_back == ("", "", "", "", "không đủ số liệu")
        else:
            assert int(row["n"]) == figure.n >= 30
            assert Decimal(row["index"]) == Decimal(str(figure.estimate)).quantize(Decimal("0.01"))
            assert abs(Decimal(row["points"]) - Decimal(row["index"]) / 10) <= Decimal("0.005")
    assert 0 < sum(not row["points"] for row in rows) < UNITS


def test_the_workbook_says_the_same_as_the_csv_under_its_marks(release: Path) -> None:
    sheet = openpyxl.load_workbook(release / "short" / "par_component.xlsx").worksheets[0]
    with (release / "short" / "par_component.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [list(row.values()) for row in csv.DictReader(lines)]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]

    assert "DỰ THẢO" in str(sheet["A1"].value)
    assert "MÔ PHỎNG" in str(sheet["A1"].value)
    for row, texts in zip(cells, rows, strict=True):
        for cell, text in zip(row, texts, strict=True):
            assert (cell or "") == (float(text) if isinstance(cell, int | float) else text)


@pytest.mark.parametrize(
    ("index", "points"),
    [("100", "12.50"), ("90,00", "12.50"), ("89,99", "9.38"), ("80", "9.38"), ("79,999", "5.00"), ("49,99", "0.00")],
)
def test_a_limit_belongs_to_the_band_that_it_opens(tmp_path: Path, index: str, points: str) -> None:
    (tmp_path / "rule.toml").write_text(BANDS, "utf-8")

    assert str(conversion.read(tmp_path / "rule.toml").points(index)) == points


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("most_points = 10", "kind"),
        ('most_points = 10\nkind = "bands"', "go with"),
        ('most_points = 10\nkind = "linear"\nbands = [{from = 1, share = 1}]', "go with"),
        ('most_points = 10\nkind = "bands"\nbands = [{from = 80, share = 1}, {from = 80, share = 2}]', "go down"),
        ('most_points = 0\nkind = "linear"', "most_points"),
        ("most points", "no TOML"),
    ],
)
def test_a_wrong_conversion_says_why(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "rule.toml").write_text(content, "utf-8")

    with pytest.raises(BadConversion, match=fault):
        conversion.read(tmp_path / "rule.toml")


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        ("2026-Q1", "quý I năm 2026", "BÁO CÁO QUÝ"),
        ("2026-Q3", "quý III năm 2026", "BÁO CÁO QUÝ"),
        ("2026-H1", "6 tháng đầu năm 2026", "BÁO CÁO 6 THÁNG"),
        ("2026-H2", "6 tháng cuối năm 2026", "BÁO CÁO 6 THÁNG"),
        ("2026-9M", "9 tháng năm 2026", "BÁO CÁO 9 THÁNG"),
        ("2026", "năm 2026", "BÁO CÁO NĂM"),
        ("ad-hoc", "", "BÁO CÁO ĐỘT XUẤT"),
    ],
)
def test_periods_are_said_as_titles_say_them(code: str, words: str, kind: str) -> None:
    found = periods.parse(code)

    assert (found.words, found.kind) == (words, kind)


def test_the_period_stands_in_the_title_and_no_year_twice(release: Path, tmp_path: Path) -> None:
    run(release, "--out", tmp_path / "year", "--period", "2017")
    run(release, "--out", tmp_path / "once")

    assert "quý III năm 2026" in pages(release / "short" / "period_report.pdf")[0]
    assert pages(tmp_path / "year" / "period_report.pdf")[0].count("năm 2017") == 1
    assert "từ ngày 05/9/2017 đến ngày 20/10/2017" in pages(tmp_path / "once" / "period_report.pdf")[0]


def test_an_unknown_period_or_file_is_refused_before_anything_is_written(release: Path, tmp_path: Path) -> None:
    bad = tmp_path / "dossiers.csv"
    bad.write_text("indicator,two_points,one_point,no_points\n11,1,1,1\n", "utf-8")
    for options in (("--period", "2026-Q5"), ("--dossiers", bad)):
        result = CliRunner().invoke(main, [str(release), "--out", str(tmp_path / "out"), *map(str, options)])
        assert result.exit_code == 1
        assert "2026-Q3" in result.output or "indicator 11" in result.output
    assert not (tmp_path / "out").exists()


def test_a_published_release_is_no_draft_and_carries_its_number(tmp_path: Path) -> None:
    folder = finished(tmp_path, simulated=False, number_of_units=2)
    run(folder)
    assert "DỰ THẢO" in pages(folder / "short" / "brief.pdf")[0]
    published = {"format": "hailong-publication/1", "release_hash": source.read(folder).release_hash}
    content = json.dumps(published | {"document_number": "12/BC-PNV", "document_day": "2026-10-05"})
    (folder / "publication.json").write_text(content, "utf-8")
    building.again(folder)
    for name in ("brief", "bulletin", "period_report"):
        text = "".join(pages(folder / "short" / f"{name}.pdf"))
        assert "Số: 12/BC-PNV" in text
        assert "DỰ THẢO" not in text
        assert "MÔ PHỎNG" not in text


def test_the_same_release_gives_the_same_files_and_the_manifest_vouches_for_them(release: Path, tmp_path: Path) -> None:
    run(release, "--out", tmp_path, "--period", "2026-Q3")
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))["files"]
    for file in sorted(tmp_path.iterdir()):
        assert contents(file) == contents(release / "short" / file.name), file.name
        assert f"short/{file.name}" in manifest


def contents(file: Path) -> object:
    """Packed files hold the time of packing: their parts count."""
    if file.suffix not in (".docx", ".xlsx"):
        return file.read_bytes()
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist() if name != "docProps/core.xml"}
