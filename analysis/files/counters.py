"""The internal annex: results by unit with the collection points beneath each, as a workbook for analysts only.

No document that leaves the office has figures of points: taken from their unit, one point gives away the few who
answered elsewhere (`site.cells`). Which points have figures at all is left to `waves` and `counter`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.counter import SERIES as THREE_LEVELS
from analysis.report import source
from analysis.report.content import as_document, front
from analysis.report.publication import Publication
from analysis.report.source import Figure, Release
from analysis.report.words import SERIES, upper_first
from analysis.report.xlsx import Book, Cell
from analysis.targets import MINIMUM_RESPONDENTS

FILE = "counters.xlsx"
INTERNAL = "LƯU HÀNH NỘI BỘ – không công bố"
FEW = f"Dưới {MINIMUM_RESPONDENTS} phiếu: không nêu kết quả"
NUMBERS = ("n", "base", "estimate", "se", "low", "high")
TITLES = ("Mã đơn vị", "Đơn vị", "Mã điểm", "Điểm khảo sát", "Loạt số liệu")
INDEX_TITLES = ("Số người", "Số câu trả lời", "Chỉ số (%)", "Sai số chuẩn", "Cận dưới", "Cận trên")
LEVEL_TITLES = ("Câu hỏi và mức", "Số lượt", "Cơ sở", "Tỷ lệ (%)", "Sai số chuẩn", "Cận dưới", "Cận trên")
LAST_TITLES = ("Ghi chú", "Mã số liệu")


def write(folder: Path, out: Path) -> None:
    """Of the release in `folder`; nothing where nobody answered at a point."""
    release = source.read(folder)
    if not release.context.get("points"):
        return
    about = as_document(release, Publication(), front(release, Publication(), "PHỤ LỤC NỘI BỘ"), ())
    book = Book(out / FILE, replace(about, draft_mark=INTERNAL))
    factors = [factor.title.vi for factor in release.instrument.factors]
    titles = (*TITLES, *INDEX_TITLES, *factors, *LAST_TITLES)
    book.sheet("Đơn vị và điểm", titles, _index_rows(release), (10, 26, 12, 34, 26, *[13] * (len(titles) - 7), 34, 44))
    if levels := list(_level_rows(release)):
        widths = (10, 26, 12, 34, 26, 20, *[13] * 6, 34, 44)
        book.sheet("Nút bấm ba mức", (*TITLES, *LEVEL_TITLES, *LAST_TITLES), levels, widths)
    book.book.close()


def _index_rows(release: Release) -> Iterator[Sequence[Cell]]:
    """One row a unit and series, then its points in that series."""
    for place, names, point in _places(release):
        if names[-1] != SERIES[THREE_LEVELS]:
            series, domain = place
            index = release.find("overall", "index", domain, series)
            factors = (release.find("factor", one.code, domain, series) for one in release.instrument.factors)
            known = (index.estimate is not None) if index else False
            numbers = _numbers(index) if known else [None] * len(NUMBERS)
            rates = [one.estimate if one else None for one in factors]
            yield (*names, *numbers, *rates, _note(point), index.id if index else "")


def _level_rows(release: Release) -> Iterator[Sequence[Cell]]:
    for (series, domain), names, point in _places(release):
        if series == THREE_LEVELS:
            here = [
                one
                for one in release.figures.values()
                if (one.series, (one.domain_type, one.domain)) == (series, domain)
            ]
            yield from ((*names, one.code, *_numbers(one), "", one.id) for one in here)
            if not here:
                yield (*names, "", *[None] * len(NUMBERS), _note(point), "")


def _numbers(figure: Figure | None) -> list[Cell]:
    return [getattr(figure, name) for name in NUMBERS] if figure else [None] * len(NUMBERS)


def _note(point: Mapping[str, Any] | None) -> str:
    """A small point is told by its band alone."""
    return FEW if point and point["responses"] < MINIMUM_RESPONDENTS else ""


Place = tuple[str, tuple[str, str]]  # Series, and type and code of the domain.


def _places(release: Release) -> Iterator[tuple[Place, Sequence[str], Mapping[str, Any] | None]]:
    """Units and, beneath each, its points; with the words that begin their row."""
    points = release.context["points"]
    for code in (one["unit"] for one in release.context["counts"]["by_unit"]):
        unit = upper_first(release.units.get(code, code))
        for series, words in SERIES.items():
            here = [one for one in points if (one["unit"], one["series"]) == (code, series)]
            if here or release.find("overall", "index", ("unit", code), series):
                yield (series, ("unit", code)), (code, unit, "", "", words), None
            for one in here:
                yield (series, ("point", one["point"])), (code, unit, one["point"], one["name"]["vi"], words), one
