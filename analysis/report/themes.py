"""Part two of the report, what people wrote: how many spoke of what, by theme; never the comment itself.

Themes that the public may not see are kept back as everywhere. Nothing is computed here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.blocks import KEPT_BACK, Column, Draft, Row, Run
from analysis.report.cells import row, shown
from analysis.report.source import Figure, Release
from analysis.report.undrawn import series_words
from analysis.report.words import count, text
from analysis.site.cells import MINIMUM

COLUMNS = (Column("Nhóm vấn đề", 100), Column("Số người nêu", 30, "right"), Column("Tỷ lệ (%)", 30, "right"))
CODED_BY_PEOPLE = (
    "Người phân tích đọc từng ý kiến và xếp vào một hoặc nhiều nhóm vấn đề. Người viết ý kiến là người tự nguyện, nên "
    "các tỷ lệ dưới đây không gia quyền, không đại diện cho toàn bộ người dân và không tính vào chỉ số."
)


def themes(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    found = list(_tables(release))
    if found:
        draft.text(CODED_BY_PEOPLE)
    for title, rows, note in found:
        draft.table(title, COLUMNS, rows, note)
    return "Ý KIẾN THEO NHÓM VẤN ĐỀ"


def coded(release: Release) -> Iterator[tuple[Mapping[str, Any], list[Figure]]]:
    """What was coded in each wave and series, and its figures: those of most people first, those kept back last."""
    for counts in release.context.get("themes", {}).get("counts", ()):
        figures = [
            figure
            for figure in release.figures.values()
            if figure.level == "theme"
            and figure.series == counts["series"]
            and figure.domain in ("all", counts["wave"])
        ]
        if not all(figure.kept_back for figure in figures):
            yield counts, sorted(figures, key=lambda figure: -(figure.estimate or 0.0))


def _tables(release: Release) -> Iterator[tuple[str, list[Row], str]]:
    waves = {wave["slug"]: text(wave["name"]) for wave in release.context["waves"]}
    named = names(release)
    for counts, figures in coded(release):
        of_wave = f", {waves[counts['wave']]}" if len(waves) > 1 else ""
        rows = [row(named[figure.code], people(counts, figure), shown(release, figure)) for figure in figures]
        yield f"Ý kiến theo nhóm vấn đề, {series_words(release, counts['series'])}{of_wave}", rows, _note(counts)


def people(counts: Mapping[str, Any], figure: Figure) -> Run:
    """How many spoke of it, told as its figure is."""
    return KEPT_BACK if figure.kept_back else Run(count(counts["people"][figure.code]))


def names(release: Release) -> Mapping[str, str]:
    return {one["code"]: text(one["name"]) for one in release.context.get("themes", {}).get("names", ())}


def _note(counts: Mapping[str, Any]) -> str:
    waiting = counts["wrote"] - counts["coded"]
    whole = "" if waiting < MINIMUM else f" Chưa phân nhóm ý kiến của {count(waiting)} người khác."
    return (
        f"Cơ sở: {count(counts['said'])} người có ý kiến đã được phân nhóm.{whole} Một ý kiến có thể thuộc nhiều "
        "nhóm, nên tổng các tỷ lệ có thể vượt 100%."
    )
