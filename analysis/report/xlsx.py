"""Writes the report's workbook: every figure as a number with its text beside it.

No cell is merged and no text is a formula.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from analysis.report import promises, themes
from analysis.report.blocks import Box, Heading, Paragraph, Report, plain
from analysis.report.cells import confidence, list_words, point_reading, verdict_words
from analysis.report.outcomes import waves_with_cases
from analysis.report.printed import may_be_told
from analysis.report.source import Figure, Release
from analysis.report.undrawn import series_words
from analysis.report.words import (
    DISPOSITIONS,
    INTERVALS,
    LIST_VERDICT,
    OWN_VERDICT,
    RATES,
    VERDICTS,
    count,
    number,
    text,
    upper_first,
)

Cell = str | int | float | None
FIGURE_NUMBERS = ("n", "base", "estimate", "se", "df", "low", "high", "deff")
FIGURE_TITLES = ("id", "series", "level", "code", "domain_type", "domain", *FIGURE_NUMBERS, "verdict", "method")
SHOWN = ("estimate", "low", "high", "se")
NOTE = "Ghi chú"
KEPT_BACK = "Để trống: quá ít người, hoặc từ đó có thể tính ra một nhóm quá ít người."


class Book:
    """A workbook whose sheets all begin with the marks of the report and one frozen row of titles."""

    def __init__(self, file: Path, report: Report) -> None:
        self.book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
        self.book.set_properties({"title": report.title.replace("\n", " "), "comments": report.trace})
        self.marks = " · ".join(mark for mark in (report.draft_mark, report.simulated_mark) if mark)
        self.trace = report.trace
        look = {"font_name": "Times New Roman", "font_size": 12}
        self.mark = self.book.add_format({**look, "bold": True})
        self.title = self.book.add_format({**look, "bold": True, "bg_color": "#DDE8EF", "bottom": 1, "text_wrap": True})
        self.words = self.book.add_format({**look, "text_wrap": True, "valign": "top"})
        self.number = self.book.add_format({**look, "valign": "top"})

    def sheet(self, name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[float]) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, self.marks, self.mark)
        sheet.write_row(1, 0, titles, self.title)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        last = 1
        for last, row in enumerate(rows, 2):
            for place, cell in enumerate(row):
                self._write(sheet, last, place, cell)
        sheet.freeze_panes(2, 0)
        sheet.autofilter(1, 0, max(last, 2), len(titles) - 1)
        self._page(sheet)

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self.words)
        elif cell is not None:
            sheet.write_number(row, column, cell, self.number)

    def _page(self, sheet: Worksheet) -> None:
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        sheet.set_header(f"&C&P&R{self.marks}")
        sheet.set_footer(f"&L{self.trace}")


def write(report: Report, release: Release, file: Path) -> None:
    book = Book(file, report)
    book.sheet("Tóm tắt", ("Nội dung",), _summary(report), (120,))
    titles = (*FIGURE_TITLES, *(f"{part} (in)" for part in SHOWN), NOTE)
    book.sheet("Số liệu", titles, _figures(release), (44, *[13] * 19, 46))
    titles = (*UNIT_TITLES, *(CORRECTED_TITLES if release.corrects_units else ()), NOTE)
    book.sheet("Đơn vị", titles, _units(release), (10, 28, *[14] * (len(titles) - 3), 46))
    book.sheet("Tiêu chí", (*ITEM_TITLES, NOTE), _items(release), (10, 60, *[13] * 12, 46))
    if release.context.get("themes"):
        book.sheet("Ý kiến", THEME_TITLES, _themes(release), (20, 34, 60, *[14] * 4, 46))
    if release.context.get("promises"):
        book.sheet("Cam kết và kết quả", PROMISE_TITLES, _promises(release), (14, 26, 46, *[13] * 4, 60))
    if release.context.get("cases"):
        book.sheet("Kết quả tiếp cận", CASE_TITLES, _cases(release), (14, 12, 60, 14, 14))
    book.sheet("Phương pháp", ("Nội dung", "Giá trị"), _method(report, release), (34, 110))
    book.book.close()


def _summary(report: Report) -> list[Sequence[Cell]]:
    """The first part of the report, up to Part one."""
    rows: list[Sequence[Cell]] = [(report.front.kind,), *((line,) for line in report.front.abstract.split("\n"))]
    headings = 0
    for block in report.blocks:
        headings += isinstance(block, Heading)
        if headings > 1:
            break
        if isinstance(block, Box):
            rows += [(block.headline,), *((plain(line),) for line in block.lines)]
        elif isinstance(block, Paragraph):
            rows.append((plain(block.text),))
    return [*rows, (report.trace,)]


def _figures(release: Release) -> Iterable[Sequence[Cell]]:
    for figure in release.figures.values():
        if figure.domain_type == "point":
            continue  # Told to analysts only, in a workbook of their own.
        values = [getattr(figure, title) for title in FIGURE_TITLES]
        if figure.kept_back:
            blank = (*FIGURE_NUMBERS, "verdict")
            cells = [None if title in blank else value for title, value in zip(FIGURE_TITLES, values, strict=True)]
            yield (*cells, *[None] * len(SHOWN), KEPT_BACK)
        else:
            yield (*values, *_texts(release, figure), "")


def _texts(release: Release, figure: Figure | None) -> list[Cell]:
    return [release.shown(figure, part) for part in ("estimate", "low", "high", "se")]


UNIT_TITLES = (
    "Mã", "Đơn vị", "Kế hoạch", "Phiếu trong mẫu", "Phiếu kênh mở", "Số câu trả lời", "Chỉ số", "Cận dưới", "Cận trên",
    "Chỉ số (in)", OWN_VERDICT, "Theo giá trị điểm",
)  # fmt: skip
CORRECTED_TITLES = (
    LIST_VERDICT, "Trị số p (BH): đạt", "Trị số p (BH): chưa đạt", "Số người cần hỏi thêm để có kết luận riêng",
)  # fmt: skip


def _units(release: Release) -> Iterable[Sequence[Cell]]:
    for counts in release.context["counts"]["by_unit"]:
        code = counts["unit"]
        figure = release.find("overall", "index", ("unit", code))
        is_kept_back = bool(figure and figure.kept_back)
        answered = [_answered(release, code, channel, counts.get(channel)) for channel in ("probability", "open")]
        found = (None,) * 7 if is_kept_back else _found(release, figure)
        yield (
            code, release.units.get(code, code), counts.get("planned"), *answered, *found,
            *(_corrected(release, figure) if release.corrects_units else ()),
            KEPT_BACK if is_kept_back or None in answered else "",
        )  # fmt: skip


def _found(release: Release, figure: Figure | None) -> Sequence[Cell]:
    numbers = (figure.base, figure.estimate, figure.low, figure.high) if figure else (None,) * 4
    return *numbers, release.shown(figure), verdict_words(figure), point_reading(release, figure)


def _answered(release: Release, unit: str, channel: str, number: int | None) -> int | None:
    """How many; nothing where that is kept back."""
    figure = release.find("overall", "index", ("unit", unit), channel)
    return number or 0 if may_be_told(number or 0, figure) else None


def _corrected(release: Release, figure: Figure | None) -> Sequence[Cell]:
    if figure and figure.kept_back:
        return (None,) * len(CORRECTED_TITLES)
    found = release.corrected(figure)
    verdict = upper_first(VERDICTS[found.verdict_holm])
    return verdict, found.bh_met, found.bh_not_met, found.further_responses


FOR_SCREENING = (
    "Trị số p đã hiệu chỉnh theo Benjamini–Hochberg, so với {limit}: giới hạn tỷ lệ kết luận sai trong "
    "số các kết luận nêu ra; chỉ dùng để rà soát xem nên chú ý đơn vị nào trước."
)
FURTHER = (
    "Nếu kết quả và cách chọn mẫu vẫn như kỳ này, cần hỏi thêm chừng ấy người thì kết luận riêng của đơn vị mới là đạt "
    "hoặc chưa đạt; 0: đã có kết luận; để trống: không tính được."
)
STATES = ("5", "4", "3", "2", "1", "0", "skipped")
ITEM_TITLES = (
    "Mã", "Tiêu chí", "Cơ sở", "Tỷ lệ hài lòng", "Cận dưới", "Cận trên", "Tỷ lệ (in)",
    "Mức 5", "Mức 4", "Mức 3", "Mức 2", "Mức 1", "Không dùng", "Bỏ trống",
)  # fmt: skip


def _items(release: Release) -> Iterable[Sequence[Cell]]:
    for item in release.instrument.items:
        figure = release.find("item", item.code)
        if figure:
            found = [release.find("item", f"{item.code}={state}") for state in STATES]
            states = [state.n if state and not state.kept_back else None for state in found]
            numbers = (figure.base, figure.estimate, figure.low, figure.high, release.shown(figure))
            is_kept_back = any(one.kept_back for one in (figure, *found) if one)
            yield (
                item.code, item.criterion.vi, *((None,) * 5 if figure.kept_back else numbers), *states,
                KEPT_BACK if is_kept_back else "",
            )  # fmt: skip


THEME_TITLES = (
    "Đợt", "Loạt số liệu", "Nhóm vấn đề", "Số người nêu", "Cơ sở", "Tỷ lệ (%)", "Tỷ lệ (in)", NOTE,
)  # fmt: skip


def _themes(release: Release) -> Iterable[Sequence[Cell]]:
    for counts, figures in themes.coded(release):
        for figure in figures:
            place = (counts["wave"], series_words(release, figure.series), themes.names(release)[figure.code])
            if figure.kept_back:
                yield (*place, *(None,) * 4, KEPT_BACK)
            else:
                number = counts["people"][figure.code]
                yield (*place, number, figure.base, figure.estimate, release.shown(figure), "")


PROMISE_TITLES = (
    "Đợt", "Phạm vi", "Nội dung", "Cam kết", "Kết quả", "Cam kết (in)", "Kết quả (in)", "Nhận xét",
)  # fmt: skip
CASE_TITLES = ("Đợt", "Mã", "Nội dung", "Giá trị", "Giá trị (in)")


def _promises(release: Release) -> Iterable[Sequence[Cell]]:
    for found in release.context["promises"]:
        yield found["wave"], "", "Mã cam kết (SHA-256)", None, None, found["sealed"]["commitment"], None, ""
        for one in found["rows"]:
            yield (found["wave"], "Toàn bộ", *_promise(one, release), promises.remark(one))
        for domain in found["domains"]:
            told = promises.is_told(domain, release)
            for one in (domain["answers"], domain["half_width"]):
                name, (what, promised, reached, *shown) = promises.domain_name(domain, release), _promise(one, release)
                cells = (what, promised, reached, *shown) if told else (what, promised, None, shown[0], None)
                yield (found["wave"], name, *cells, promises.domain_remark(domain, release) if told else KEPT_BACK)


def _promise(one: Mapping[str, Any], release: Release) -> Sequence[Cell]:
    shown = (one["texts"].get(part, {}).get("vi") for part in ("promised", "reached"))
    return promises.title(one, release), one["promised"], one["reached"], *shown


def _cases(release: Release) -> Iterable[Sequence[Cell]]:
    for wave, found in waves_with_cases(release):
        for one in found["dispositions"]:
            yield wave["slug"], one["aapor"], DISPOSITIONS[one["disposition"]], one["cases"], count(one["cases"])
        for name, rate in found["rates"].items():
            yield wave["slug"], name, RATES.get(name, ""), rate, found["shown"][name]["vi"]


def _method(report: Report, release: Release) -> Iterable[Sequence[Cell]]:
    method = release.context["method"]
    formula = method["formula"]
    yield "Công thức", f"{formula['name']} (phiên bản {formula['version']})"
    yield "Cách đọc công thức", text(formula["reading"])
    yield "Khoảng tin cậy", INTERVALS[method["interval"]]
    yield "Mức tin cậy", method["level"]
    yield "Thiết kế mẫu", text(method["design"])
    if release.corrects_units:
        yield LIST_VERDICT, list_words(release)
        yield "Trị số p (BH)", FOR_SCREENING.format(limit=number((100 - confidence(release)) / 200))
        yield "Số người cần hỏi thêm", FURTHER
    yield "Cơ sở tối thiểu", method["base_minimum"]
    yield "Mục tiêu (trên)", release.target
    yield "Bản kết quả", release.release_hash
    yield "Dữ liệu gốc đã khóa", release.extract_hash
    yield "Trạng thái", " · ".join(mark for mark in (report.draft_mark, report.simulated_mark) if mark)
