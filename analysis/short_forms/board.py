"""The sheet of the board of NĐ 61: nine indicators with both scores, total, band, and the three-level answers.

What a score is, and which band it gives, is left to `board_scores`.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from analysis.report.blocks import Column, Draft, Report, Row, Run, runs
from analysis.report.cells import NOTHING, counted, row, shown
from analysis.report.content import as_document, front
from analysis.report.publication import Publication
from analysis.report.source import Figure, Release
from analysis.report.words import count, text
from analysis.short_forms import periods
from analysis.short_forms.board_scores import COUNTED, INDICATORS, MOST_POINTS, OFFICERS, Scored, band, total
from analysis.short_forms.periods import Period

COLUMNS = (
    Column("TT", 9, "center"),
    Column("Chỉ số", 52),
    Column("Điểm chuẩn", 16, "right"),
    Column("Tự chấm", 16, "right"),
    Column("Thẩm định", 18, "right"),
    Column("Ghi chú", 49),
)
BANDS_NOTE = (
    "Xếp loại theo tổng điểm: từ 15 điểm trở lên là xuất sắc; từ 12 đến dưới 15 là tốt; từ 9 đến dưới 12 là khá; từ 6 "
    "đến dưới 9 là trung bình; dưới 6 là yếu."
)
COUNTED_NOTE = (
    "Điểm của chỉ số chấm theo hồ sơ là trung bình của 2, 1 và 0 điểm mỗi hồ sơ, làm tròn hai chữ số; tổng điểm là "
    "tổng các điểm đã làm tròn."
)


def document(release: Release, publication: Publication, scores: Mapping[int, Scored], period: Period) -> Report:
    draft = Draft()
    draft.table(
        "Điểm đánh giá việc giải quyết thủ tục hành chính",
        COLUMNS,
        [*(_indicator(one, scores.get(one)) for one in INDICATORS), *_totals(scores)],
        COUNTED_NOTE,
    )
    draft.text(BANDS_NOTE)
    _bands(draft, scores)
    _three_levels(draft, release)
    when = periods.words(period, release)
    owner = text(release.survey["owner"])
    head = front(release, publication, "BẢNG ĐIỂM", f"Đánh giá việc giải quyết thủ tục hành chính\n{when}, {owner}")
    return as_document(release, publication, head, draft.blocks)


def _indicator(number: int, found: Scored | None) -> Row:
    name = INDICATORS[number]
    if found is None:
        return row(str(number), name, points(MOST_POINTS), NOTHING, NOTHING, "Chưa có số liệu.")
    dossiers = _dossiers(found)
    note = runs(dossiers, f" {found.note}" if dossiers and found.note else found.note)  # The office's words apart.
    scores = (points(MOST_POINTS), points(found.self_score), points(found.appraised))
    return row(str(number), name, *scores, note or " ")


def _dossiers(found: Scored) -> str:
    """The numbers of dossiers behind a score."""
    if found.counts is None:
        return ""
    names = COUNTED.get(found.indicator, ("2 điểm", "1 điểm", "0 điểm"))
    each = [f"{name}: {count(size)}" for name, size in zip(names, found.counts, strict=True) if name or size]
    return f"{count(sum(found.counts))} hồ sơ ({'; '.join(each)})."


def _totals(scores: Mapping[int, Scored]) -> Iterator[Row]:
    for name, wanted in (
        (f"Cộng các chỉ số {', '.join(map(str, OFFICERS))} (điểm của cán bộ, công chức)", OFFICERS),
        ("TỔNG ĐIỂM", tuple(INDICATORS)),
    ):
        both = (total(scores, wanted=wanted), total(scores, appraised=True, wanted=wanted))
        yield row(" ", name, points(MOST_POINTS * len(wanted)), *map(points, both), " ", strong=True)


def points(value: Decimal | None) -> str:
    return NOTHING.text if value is None else f"{value:.2f}".replace(".", ",")


def _bands(draft: Draft, scores: Mapping[int, Scored]) -> None:
    for name, appraised in (("tự chấm", False), ("thẩm định", True)):
        found = total(scores, appraised)
        if found is None:
            draft.text(f"Xếp loại theo điểm {name}: chưa xếp loại, vì chưa đủ điểm của chín chỉ số.")
        else:
            draft.text(f"Xếp loại theo điểm {name}: ", Run(f"{band(found)} ({points(found)} điểm)", bold=True), ".")


def _three_levels(draft: Draft, release: Release) -> None:
    """Shares of the counter's answers, wave by wave: a series of its own, never part of the index."""
    rows = [
        row(text(wave["name"]), name, *_share(figure, release))
        for wave in release.context["waves"]
        for name, figure in _answers(release, wave)
    ]
    draft.table(
        "Mức độ hài lòng ba mức tại quầy",
        (Column("Đợt", 50), Column("Mức", 50), Column("Số lượt", 30, "right"), Column("Tỷ lệ (%)", 30, "right")),
        rows,
        "Cơ sở: lượt bấm tại quầy. Ba mức không quy đổi được sang năm mức nên không tính vào chỉ số.",
    )


def _answers(release: Release, wave: Mapping[str, Any]) -> Iterator[tuple[str, Figure]]:
    """The three levels of each question of a counter's instrument, with their figures."""
    instrument = release.context["instruments"][wave["content_hash"][:12]]
    here = {one.code: one for one in release.figures.values() if _of_counter(one, wave)}
    for part in instrument["parts"] if instrument.get("kind") == "counter_3" else ():
        for question in part["questions"]:
            for answer, level in enumerate(question["levels"], 1):
                if figure := here.get(f"{question['code']}={answer}"):
                    yield text(level), figure


def _of_counter(one: Figure, wave: Mapping[str, Any]) -> bool:
    return (one.series, one.domain_type, one.domain) == ("counter_3", "wave", wave["slug"])


def _share(figure: Figure, release: Release) -> tuple[Run, Run]:
    return counted(figure, "n"), shown(release, figure)
