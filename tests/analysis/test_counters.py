"""Collection points: their figures from enough answers on, beside their unit's, in a workbook for analysts alone."""

import csv
import random
from pathlib import Path

import openpyxl
import pytest

from analysis.extract import read_extract
from analysis.files import make
from analysis.report import xlsx
from analysis.report.content import compose
from analysis.report.source import read
from questionnaires import loader
from tests.analysis.extracts import make_extract, make_instrument, read_figures, write_manifest
from tests.analysis.random_answers import make_random_rows, make_schema
from tests.analysis.test_command import manifest_of, run

POINTS = (("DX-01", 40, "qr_open"), ("DX-02", 29, "qr_open"), ("NUT-1", 60, "counter_3"), ("NUT-2", 8, "counter_3"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit with four points, one of each kind too small; and its name stands in points.csv."""
    folder, draw = tmp_path_factory.mktemp("points"), random.Random(5)
    form, counter = make_instrument(), loader.load_builtin("nd61_ba_muc")
    rows = make_random_rows(form, 90, draw, unit="001")
    for point, count, mode in POINTS:
        asked, wave = (counter, "w2") if mode == "counter_3" else (form, "w1")
        rows += make_random_rows(asked, count, draw, unit="001", point=point, mode=mode, wave=wave)
    extract = make_extract(folder / "extract", rows, schema=make_schema(form, counter), others={"w2": counter})
    with (extract / "points.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "wave", "unit", "kind", "mode", "label_vi", "label_en"))
        writer.writerows((code, "w1", "001", "counter", mode, f"Quầy {code}", code) for code, _, mode in POINTS)
    write_manifest(extract, manifest_of(extract))
    result = run(extract, folder / "release")
    assert result.exit_code == 0, result.output
    make(read_extract(extract), folder / "release", folder / "files")
    return folder


def test_points_have_figures_from_thirty_answers_on(folder: Path) -> None:
    figures = read_figures(folder / "release")
    of_points = [row for row in figures.values() if row["domain_type"] == "point"]
    index = figures["open/overall/index/point/DX-01"]

    assert {(row["series"], row["domain"]) for row in of_points} == {("open", "DX-01"), ("counter_3", "NUT-1")}
    assert {row["level"] for row in of_points if row["series"] == "open"} == {"overall", "factor"}
    assert (index["n"], index["verdict"]) == ("40", "")
    assert float(index["low"]) < float(index["estimate"]) < float(index["high"])


def test_points_stand_beneath_their_unit_for_analysts(folder: Path) -> None:
    figures, book = read_figures(folder / "release"), openpyxl.load_workbook(folder / "files" / "counters.xlsx")
    marks, titles, *rows = book["Đơn vị và điểm"].iter_rows(values_only=True)
    found = [dict(zip(titles, row, strict=True)) for row in rows]
    pressed = [row[2] for row in book["Nút bấm ba mức"].iter_rows(min_row=3, values_only=True)]

    assert "không công bố" in str(marks[0])
    assert [(one["Mã điểm"] or "", one["Loạt số liệu"][:3], one["Điểm khảo sát"] or "") for one in found] == [
        ("", "Mẫu", ""), ("", "Trả", ""), ("DX-01", "Trả", "Quầy DX-01"), ("DX-02", "Trả", "Quầy DX-02"),
    ]  # fmt: skip
    for one in found[:3]:
        assert one["Chỉ số (%)"] == pytest.approx(float(figures[one["Mã số liệu"]]["estimate"]), abs=1e-9)
    assert [found[3][name] for name in ("Số người", "Chỉ số (%)", "Ghi chú")] == [
        None, None, "Dưới 30 phiếu: không nêu kết quả",
    ]  # fmt: skip
    assert {"NUT-1", "NUT-2"} <= set(pressed)


def test_no_document_tells_of_points(folder: Path, tmp_path: Path) -> None:
    release = read(folder / "release")
    report = compose(release, {})
    xlsx.write(report, release, tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}

    assert not any(code in text for code, *_ in POINTS for text in (str(report), *cells))
