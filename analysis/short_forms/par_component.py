"""The commune component for the PAR index: one row a unit with its index and points, as CSV and XLSX.

How an index becomes points is left to `conversion`.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.report.blocks import Report
from analysis.report.cells import imprecise
from analysis.report.source import Figure, Release
from analysis.report.translation import English
from analysis.report.words import UNDRAWN, UNDRAWN_SAID, upper_first, verdict
from analysis.report.xlsx import Book, Cell
from analysis.short_forms.conversion import Conversion

COLUMNS = {
    "unit": "Mã đơn vị",
    "name": "Đơn vị",
    "n": "Số người trả lời",
    "base": "Số câu trả lời",
    "index": "Chỉ số (%)",
    "low": "Cận dưới",
    "high": "Cận trên",
    "verdict": "Kết luận",
    "omitted_items": "Số tiêu chí bị loại (cơ sở tối thiểu)",
    "flags": "Lưu ý",
    "points": "Điểm quy đổi",
    "most_points": "Điểm tối đa",
    "formula": "Công thức",
    "figure": "Mã số liệu",
}
FACTOR = "factor_"
TOO_FEW, WIDE = "dưới 30 người trả lời hoặc không tính được sai số: không quy đổi điểm", "kém chính xác"
FORMULA_STARTS = ("=", "+", "@", "-", "\t", "\r")
SAID = ("name", "verdict", "flags")
TEXTS = ("unit", "name", "verdict", "flags", "formula", "figure")


def rows(release: Release, conversion: Conversion) -> Iterator[Mapping[str, str]]:
    """Numbers as text with a point, as the release prints them; what rests on too little has no points."""
    omitted = Counter(one["domain"] for one in release.context["omissions"] if _of_unit(one, release))
    formula = release.context["method"]["formula"]
    for figure in sorted(release.of_domain_type("unit"), key=lambda one: one.domain):
        index = _printed(release, figure)
        counted = bool(index and figure.verdict)
        yield {
            "unit": figure.domain,
            "name": upper_first(release.units.get(figure.domain, figure.domain)),
            "n": "" if figure.kept_back else str(figure.n),
            "base": "" if figure.kept_back else str(figure.base),
            "index": index,
            "low": _printed(release, figure, "low"),
            "high": _printed(release, figure, "high"),
            **_factors(release, figure.domain),
            "verdict": verdict(figure.kind),
            "omitted_items": str(omitted[figure.domain]),
            "flags": "; ".join(filter(None, [_why_none(figure, counted), WIDE if imprecise(figure) else ""])),
            "points": str(conversion.points(index)) if counted else "",
            "most_points": str(conversion.most_points),
            "formula": f"{formula['name']} v{formula['version']}",
            "figure": figure.id,
        }


def _why_none(figure: Figure, counted: bool) -> str:
    if counted:
        return ""
    return f"{UNDRAWN_SAID}: không quy đổi điểm" if figure.kind == UNDRAWN else TOO_FEW


def _of_unit(one: Mapping[str, str], release: Release) -> bool:
    return (one["series"], one["domain_type"]) == (release.series, "unit")


def _printed(release: Release, figure: Figure | None, part: str = "estimate") -> str:
    return release.shown(figure, part).replace(",", ".")  # type: ignore[arg-type]  # A part of a figure.


def _factors(release: Release, unit: str) -> Mapping[str, str]:
    """The rates of the factors; empty where the release has none of this unit."""
    return {
        f"{FACTOR}{factor.code}": _printed(release, release.find("factor", factor.code, ("unit", unit)))
        for factor in release.instrument.factors
    }


def write_csv(found: list[Mapping[str, str]], file: Path) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as lines:  # The mark tells Excel that it is UTF-8.
        writer = csv.DictWriter(lines, list(found[0]) if found else list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _plain(value) for name, value in row.items()} for row in found)


def _plain(value: str) -> str:
    """A name that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def titles(release: Release) -> Mapping[str, str]:
    return COLUMNS | {f"{FACTOR}{factor.code}": factor.title.vi for factor in release.instrument.factors}


def in_english(found: list[Mapping[str, str]], english: English) -> list[Mapping[str, str]]:
    """Numbers, ids and names of columns are the same in both languages."""
    return [row | {name: english.say(row[name]) for name in SAID} for row in map(dict, found)]


def write_xlsx(found: list[Mapping[str, str]], titles: Mapping[str, str], report: Report, file: Path) -> None:
    names = list(found[0]) if found else list(COLUMNS)
    book = Book(file, report)
    cells = [[_cell(name, one[name]) for name in names] for one in found]
    widths = [26 if name in TEXTS else 13 for name in names]
    name = {"vi": "Thành phần chỉ số CCHC", "en": "PAR component"}[report.language]
    book.sheet(name, [titles[name] for name in names], cells, widths)
    book.book.close()


def _cell(name: str, value: str) -> Cell:
    return value if name in TEXTS or not value else float(value)
