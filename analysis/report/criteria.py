"""Part two of the report, the criteria: blocks and factors, items with their distribution."""

from collections.abc import Iterable, Iterator

from analysis.report.blocks import Column, Draft, Row
from analysis.report.cells import counted, interval, level, row, shown
from analysis.report.source import Release
from analysis.report.summary import base_words
from analysis.report.words import ROMAN, number
from questionnaires.model import RatedItem


def factors(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    rows = [*_block_rows(release)]
    for position, factor in enumerate(release.instrument.factors):
        figure = release.find("factor", factor.code)
        if figure:
            cells = (counted(figure, "base"), shown(release, figure), interval(release, figure))
            rows.append(row(ROMAN[position], factor.title.vi, str(len(factor.items)), *cells))
    draft.table(
        "Tỷ lệ hài lòng theo yếu tố",
        (
            Column("TT", 10, "center"),
            Column("Yếu tố", 62),
            Column("Số tiêu chí", 16, "right"),
            Column("Cơ sở", 20, "right"),
            Column("Tỷ lệ (%)", 20, "right"),
            Column(f"Khoảng tin cậy {level(release)}%", 32, "center"),
        ),
        rows,
        "Cơ sở: số câu trả lời ở mức 1 đến mức 5 cho các tiêu chí của yếu tố.",
    )
    if rows:
        draft.picture(
            "Tỷ lệ hài lòng theo yếu tố so với mức mục tiêu", "factors", alt.get("factors", ""), interval_note(release)
        )
    return "THEO YẾU TỐ"


def _block_rows(release: Release) -> Iterator[Row]:
    """The blocks above their factors, where the instrument has blocks."""
    for block in release.instrument.blocks or ():
        figure = release.find("block", block.code)
        if figure:
            items = sum(len(factor.items) for factor in release.instrument.factors if factor.block == block.code)
            cells = (counted(figure, "base"), shown(release, figure), interval(release, figure))
            yield row(" ", block.title.vi, str(items), *cells, leads=True)


def interval_note(release: Release) -> str:
    marks = f"Vạch ngang: khoảng tin cậy {level(release)}%; đường đứt: mức {number(release.target)}%."
    return f"{marks} {base_words(release.index)}"


def items(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    states = {state: words for state, words in OTHER_STATES.items() if _occurs(release, state)}
    rows: list[Row] = []
    for position, factor in enumerate(release.instrument.factors):
        items = [_item_row(release, item, states) for item in factor.items if release.find("item", item.code)]
        if items:
            figure = release.find("factor", factor.code)
            factor_cells = (counted(figure, "base"), shown(release, figure), interval(release, figure))
            blanks = [" " for _ in states]
            rows += [row(ROMAN[position], factor.title.vi, *factor_cells, *blanks, leads=True), *items]
    columns = (
        Column("Mã", 12),
        Column("Tiêu chí", 91 - 15 * len(states)),
        Column("Cơ sở", 15, "right"),
        Column("Tỷ lệ (%)", 15, "right"),
        Column(f"Khoảng tin cậy {level(release)}%", 27, "center"),
        *(Column(words, 15, "right") for words in states.values()),
    )
    note = "Cơ sở: số câu trả lời ở mức 1 đến mức 5. Các cột sau khoảng tin cậy: số phiếu không tính vào cơ sở."
    draft.table("Tỷ lệ hài lòng theo tiêu chí", columns, rows, note)
    if rows:
        note = "Cơ sở (n): số câu trả lời ở mức 1 đến mức 5 của từng tiêu chí."
        draft.picture("Cơ cấu câu trả lời theo tiêu chí", "items", alt.get("items", ""), note)
    return "THEO TIÊU CHÍ"


# States of an item that is not rated, each a column where the instrument offers it.
OTHER_STATES = {"0": "Không dùng", "dont_know": "Không biết", "prefer_not": "Không trả lời", "skipped": "Bỏ trống"}


def _occurs(release: Release, state: str) -> bool:
    return any(release.find("item", f"{item.code}={state}") for item in release.instrument.items)


def _item_row(release: Release, item: RatedItem, states: Iterable[str]) -> Row:
    figure = release.find("item", item.code)
    others = (counted(release.find("item", f"{item.code}={state}"), "n") for state in states)
    return row(
        item.code,
        item.criterion.vi,
        counted(figure, "base"),
        shown(release, figure),
        interval(release, figure),
        *others,
    )
