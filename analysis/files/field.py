"""The internal annex on how the field was done: measures and signs by unit and by officer, as a workbook for analysts.

Officers are running numbers. What is printed for everybody is left to `report.fieldwork`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.files.counters import INTERNAL
from analysis.report import source
from analysis.report.content import as_document, front
from analysis.report.fieldwork import NO_VERDICT, SIGNS, said
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.report.words import upper_first
from analysis.report.xlsx import Book, Cell

FILE = "field.xlsx"
TITLES = (
    *("Đợt / Wave", "Số hoặc mã / Number or code", "Đơn vị / Unit", "Số phiếu / Interviews"),
    *("Trung vị giây / Median seconds", "Dưới nửa thời gian thường thấy (%) / Under half the usual time"),
    *("Mọi tiêu chí một mức (%) / One value throughout", "Nhóm giống hệt lớn nhất / Largest identical set"),
    *("Mức cao nhất (%) / Best value", "Nơi khác (%) / Elsewhere"),
    *("Từ chối / Refused", "Chuyển đi / Moved", "Sai thông tin / Wrong data", "Chưa gặp / Not reached"),
    *("Dự phòng đã dùng / Reserves used", "Dấu hiệu cần xem lại / Signs"),
)
WIDTHS = (14, 12, 26, *[13] * 12, 70)
SMALL = "Dưới 5 phiếu, gộp chung / Fewer than 5, together"
MEASURES = ("seconds", "quick", "same", "alike", "fives", "fives_elsewhere")
OUTCOMES = ("refused", "moved", "wrong_data", "not_reached")


def write(folder: Path, out: Path) -> None:
    """Of the release in `folder`; nothing where officers asked nobody."""
    release = source.read(folder)
    found = [one for one in release.context.get("field", ()) if one["units"]]
    if not found:
        return
    about = as_document(release, Publication(), front(release, Publication(), "PHỤ LỤC NỘI BỘ"), ())
    book = Book(out / FILE, replace(about, draft_mark=INTERNAL))
    for name, kind in (("Đơn vị", "units"), ("Điều tra viên", "officers")):
        book.sheet(name, TITLES, [row for one in found for row in _rows(release, one, kind)], WIDTHS)
    rules = [(upper_first(words), code) for code, words in SIGNS.items()]
    book.sheet("Dấu hiệu", ("Quy tắc", "Mã"), [*rules, (NO_VERDICT, "")], (120, 12))
    book.book.close()


def _rows(release: Release, found: Mapping[str, Any], kind: str) -> Iterator[Sequence[Cell]]:
    for one in found[kind]:
        unit = upper_first(release.units.get(one["group"], one["group"])) if kind == "units" else ""
        yield (
            *(found["wave"], one["group"], unit if one["group"] else SMALL, one["interviews"]),
            *(one[name] for name in MEASURES),
            *(one["outcomes"][name] for name in OUTCOMES),
            *(one["reserves"], said(one["signs"]) if one["signs"] else ""),
        )
