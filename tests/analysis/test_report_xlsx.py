"""The workbook: numbers as numbers with full precision, their texts beside them, marks on every sheet."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from analysis import charts, report
from analysis.release import release_hash
from analysis.report import printed
from tests.analysis.release_fixture import corrected_verdicts, make_documents, make_release

SHEETS = ["Tóm tắt", "Số liệu", "Đơn vị", "Tiêu chí", "Phương pháp"]
KEPT_BACK = "Để trống: quá ít người, hoặc từ đó có thể tính ra một nhóm quá ít người."
VERDICTS = {"met": "Đạt", "not_met": "Chưa đạt", "undecided": "Chưa đủ cơ sở kết luận", "": "Không đủ số liệu"}
NUMBERS = ("n", "base", "estimate", "se", "df", "low", "high", "deff")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_documents(tmp_path_factory.mktemp("release"), number_of_units=20)


@pytest.fixture(scope="module")
def book(folder: Path) -> Workbook:
    return openpyxl.load_workbook(folder / "report.xlsx")


def records(book: Workbook, sheet: str) -> list[dict[str, object]]:
    _, titles, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


def test_every_sheet_is_marked_and_keeps_its_head_in_view(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet["A1"].value == "DỰ THẢO · SỐ LIỆU MÔ PHỎNG – không phải kết quả thật"
        assert sheet.freeze_panes == "A3"
        assert not sheet.merged_cells.ranges


def test_every_figure_is_there_with_full_precision_and_its_text(book: Workbook, folder: Path) -> None:
    display = json.loads((folder / "display.json").read_text("utf-8"))
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    found = records(book, "Số liệu")

    assert [row["id"] for row in found] == [row["id"] for row in expected]
    figures = printed.read(folder).figures
    assert 0 < len([one for one in figures.values() if one.kept_back]) < len(expected)
    for row, figure in zip(found, expected, strict=True):
        if figures[figure["id"]].kept_back:
            assert {row[column] for column in (*NUMBERS, "verdict", "estimate (in)", "low (in)")} == {None}
            assert row["Ghi chú"] == KEPT_BACK
            continue
        for column in NUMBERS:
            assert row[column] == (float(figure[column]) if figure[column] else None)
        for part, texts in display[figure["id"]].items():
            assert row[f"{part} (in)"] == texts["vi"]


def test_units_and_items_leave_cells_of_under_five_blank(tmp_path: Path) -> None:
    folder = make_release(tmp_path, number_of_units=2)
    context = json.loads((folder / "context.json").read_text("utf-8"))
    first, second = context["counts"]["by_unit"]
    first["open"], second["open"] = 4, 5
    (folder / "context.json").write_text(json.dumps(context), "utf-8")
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        figures = list(csv.DictReader(file))
    for figure in figures:
        if figure["id"] == f"probability/overall/index/unit/{first['unit']}":
            figure["n"] = "4"
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(figures[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(figures)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "release_hash": release_hash(folder)}), "utf-8")
    charts.draw(folder)
    report.build(folder)
    book = openpyxl.load_workbook(folder / "report.xlsx")
    units, counted = records(book, "Đơn vị"), {figure["id"]: int(figure["n"]) for figure in figures}

    assert [row["Phiếu kênh mở"] for row in units] == [None, 5]
    assert [row["Chỉ số"] is None and row["Số câu trả lời"] is None for row in units] == [True, False]
    assert [row["Ghi chú"] for row in units] == [KEPT_BACK, ""]
    few = []
    for row in records(book, "Tiêu chí"):
        unused = counted[f"probability/item/{row['Mã']}=0/all/all"]
        few.append(unused < 5)
        assert (row["Không dùng"], row["Ghi chú"]) == ((None, KEPT_BACK) if few[-1] else (unused, ""))
    assert True in few
    assert False in few


def test_units_have_one_row_each_with_plan_and_verdict(book: Workbook) -> None:
    rows = records(book, "Đơn vị")

    assert len(rows) == 20
    assert {row["Kế hoạch"] for row in rows} == {32}
    assert {row["Kết luận riêng"] for row in rows} <= {None, *VERDICTS.values()}


def test_units_have_what_multiplicity_says_of_them(book: Workbook, folder: Path) -> None:
    listed, figures = corrected_verdicts(folder), printed.read(folder).figures
    for row in records(book, "Đơn vị"):
        if figures[f"probability/overall/index/unit/{row['Mã']}"].kept_back:
            assert set(list(row.values())[5:-1]) == {None}
            continue
        expected = listed.get(str(row["Mã"]), {})
        numbers = [expected.get(name) for name in ("bh_met", "bh_not_met", "further_responses")]

        assert row["Kết luận khi xét cùng lúc các đơn vị (Holm)"] == VERDICTS[expected.get("verdict_holm", "")]
        assert list(row.values())[-4:-1] == [float(number) if number else None for number in numbers]


def test_a_release_without_corrected_verdicts_has_no_column_for_them(tmp_path: Path) -> None:
    make_documents(tmp_path, number_of_units=2, corrected=False)
    (row, _) = records(openpyxl.load_workbook(tmp_path / "report.xlsx"), "Đơn vị")

    assert list(row)[-3:] == ["Kết luận riêng", "Theo giá trị điểm", "Ghi chú"]


def test_items_have_their_distribution(book: Workbook) -> None:
    rows = records(book, "Tiêu chí")

    assert len(rows) == 22
    assert all(isinstance(row["Mức 5"], int) and isinstance(row["Bỏ trống"], int) for row in rows)


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    make_release(tmp_path, number_of_units=1)
    context = json.loads((tmp_path / "context.json").read_text("utf-8"))
    context["units"][0] |= {"type": "=HYPERLINK(0)", "name": "+1"}
    (tmp_path / "context.json").write_text(json.dumps(context), "utf-8")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    manifest["release_hash"] = release_hash(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    charts.draw(tmp_path)
    report.build(tmp_path)
    cell = openpyxl.load_workbook(tmp_path / "report.xlsx")["Đơn vị"]["B3"]

    assert (cell.value, cell.data_type) == ("=HYPERLINK(0) +1", "s")


def test_release_and_extract_are_named(book: Workbook, folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    method = {row["Nội dung"]: row["Giá trị"] for row in records(book, "Phương pháp")}

    assert method["Bản kết quả"] == manifest["release_hash"]
    assert method["Dữ liệu gốc đã khóa"] == manifest["extract_hash"]


def test_a_real_survey_bears_no_mark_of_simulation(tmp_path: Path) -> None:
    make_documents(tmp_path, number_of_units=1, simulated=False)
    for sheet in openpyxl.load_workbook(tmp_path / "report.xlsx"):
        assert sheet["A1"].value == "DỰ THẢO"
