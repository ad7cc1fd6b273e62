"""The annexes: one row per unit, units by factor, omissions by the base rule, and the trace back to the data."""

from collections import defaultdict

from analysis.report.blocks import Column, Draft, Row
from analysis.report.cells import (
    counted,
    imprecise,
    interval,
    level,
    list_words,
    point_reading,
    row,
    shown,
    verdict_words,
)
from analysis.report.method_notes import add_method
from analysis.report.results import omissions_of
from analysis.report.source import Figure, Release
from analysis.report.undrawn import of_sample
from analysis.report.words import LIST_VERDICT, OWN_VERDICT, ROMAN, UNDRAWN, VERDICTS, count, number, upper_first


def add_annexes(draft: Draft, release: Release) -> None:
    _units(draft, release)
    _units_by_factor(draft, release)
    _omissions(draft, release)
    add_method(draft, release)
    _trace(draft, release)


def _units(draft: Draft, release: Release) -> None:
    planned = {unit["unit"]: unit for unit in release.context["counts"]["by_unit"]}
    codes = _codes(release)
    draft.heading(3, f"PHỤ LỤC I\nChỉ số theo đơn vị so với mức {number(release.target)}%", new_page=True)
    if not codes:
        draft.text(f"Không có đơn vị nào có phiếu của {of_sample(release)}.")
    rows = [
        _unit_row(release, position, code, planned.get(code, {}).get("planned"))
        for position, code in enumerate(codes, 1)
    ]
    draft.table(
        "Chỉ số theo đơn vị",
        _unit_columns(release),
        rows,
        f"Cơ sở: số người và số câu trả lời ghi trong từng dòng, phiếu của {of_sample(release)}. “Điểm trên mức”: "
        "chỉ so giá "
        f"trị ước lượng với {number(release.target)}%, không xét sai số chọn mẫu. Dấu *: kém chính xác."
        + (f" {list_words(release)}" if release.corrects_units else ""),
    )


def _unit_columns(release: Release) -> tuple[Column, ...]:
    return (
        Column("TT", 6.5, "center"),
        Column("Đơn vị", 28.8),
        Column("Kế hoạch", 11, "right"),
        Column("Số người", 11.3, "right"),
        Column("Câu trả lời", 9.8, "right"),
        Column("Chỉ số (%)", 10, "right"),
        Column(f"Khoảng tin cậy {level(release)}%", 22, "center"),
        Column(OWN_VERDICT, 25.6),
        *((Column(LIST_VERDICT, 22.8),) if release.corrects_units else ()),
        Column("Điểm trên mức", 12.2, "center"),
    )


def _unit_row(release: Release, position: int, code: str, planned: int | None) -> Row:
    figure = release.find("overall", "index", ("unit", code))
    reading = point_reading(release, figure).split()[0]
    return row(
        str(position),
        upper_first(release.units[code]),
        count(planned) if planned else "–",
        counted(figure, "n"),
        counted(figure, "base"),
        shown(release, figure),
        interval(release, figure),
        _short_verdict(figure, figure.kind if figure else "") + (" *" if figure and imprecise(figure) else ""),
        *((_short_verdict(figure, release.corrected(figure).verdict_holm),) if release.corrects_units else ()),
        {"trên": "Có", "không": "Không"}.get(reading, reading),
    )


def _short_verdict(figure: Figure | None, verdict: str) -> str:
    """The verdict on one line of a narrow column."""
    if figure and figure.kept_back:
        return verdict_words(figure)
    if figure and figure.kind == UNDRAWN:
        return "Không kết luận"
    return {"undecided": "Chưa đủ cơ sở", "": "Thiếu số liệu"}.get(verdict) or upper_first(VERDICTS[verdict])


def _codes(release: Release) -> list[str]:
    """Units that were planned, answered in, or have a figure; none when the headline series has no unit at all."""
    with_figure = {figure.domain for figure in release.of_domain_type("unit")}
    received = {unit["unit"] for unit in release.context["counts"]["by_unit"]}
    return [code for code in release.units if with_figure and code in received | with_figure]


def _units_by_factor(draft: Draft, release: Release) -> None:
    factors = release.instrument.factors
    rows = [_factor_row(release, position, code) for position, code in enumerate(_codes(release), 1)]
    draft.heading(3, "PHỤ LỤC II\nTỷ lệ hài lòng theo đơn vị và yếu tố (%)", new_page=bool(rows))
    if not rows:
        draft.text("Không có số liệu.")
    names = "; ".join(f"{ROMAN[place]}: {factor.title.vi}" for place, factor in enumerate(factors))
    width = 94 / (len(factors) + 1)
    draft.table(
        "Tỷ lệ hài lòng theo đơn vị và yếu tố (%)",
        (
            Column("TT", 10, "center"),
            Column("Đơn vị", 38),
            Column("Số người", 18, "right"),
            *(Column(ROMAN[place], width, "right") for place in range(len(factors))),
            Column("Chỉ số", width, "right"),
        ),
        rows,
        f"{names}. Cơ sở: phiếu của mẫu ở từng đơn vị. Dấu “–”: không đủ số liệu theo quy tắc cơ sở tối thiểu.",
    )


def _factor_row(release: Release, position: int, code: str) -> Row:
    index = release.find("overall", "index", ("unit", code))
    factors = (
        shown(release, release.find("factor", factor.code, ("unit", code))) for factor in release.instrument.factors
    )
    return row(str(position), upper_first(release.units[code]), counted(index, "n"), *factors, shown(release, index))


def _omissions(draft: Draft, release: Release) -> None:
    items: dict[str, list[str]] = defaultdict(list)
    for unit, item in omissions_of(release):
        items[unit].append(item)
    title = "PHỤ LỤC III\nTiêu chí không đưa vào kết quả của đơn vị do không đủ câu trả lời"
    draft.heading(3, title, new_page=bool(items))
    if not items:
        draft.text("Không có tiêu chí nào bị loại.")
    draft.table(
        "Tiêu chí bị loại theo đơn vị",
        (Column("TT", 10, "center"), Column("Đơn vị", 45), Column("Tiêu chí bị loại", 105)),
        [
            row(str(position), upper_first(release.units.get(unit, unit)), ", ".join(codes))
            for position, (unit, codes) in enumerate(items.items(), 1)
        ],
        "Cơ sở: số câu trả lời ở mức 1 đến mức 5 của tiêu chí trong đơn vị; không nêu ở đây, vì quá ít.",
    )


def _trace(draft: Draft, release: Release) -> None:
    draft.heading(3, "PHỤ LỤC V\nTruy vết số liệu", new_page=True)
    draft.text("Báo cáo này được lập từ một bản kết quả đã khóa. Hai mã băm SHA-256 dưới đây nhận dạng bản đó.")
    waves = release.context["waves"]
    draft.table(
        "Mã nhận dạng của số liệu",
        (Column("Nội dung", 38), Column("Mã", 122)),
        [
            row("Bản kết quả", release.release_hash),
            row("Dữ liệu gốc đã khóa", release.extract_hash),
            *(row(f"Mẫu phiếu ({wave['instrument']})", wave["content_hash"]) for wave in waves),
        ],
        "",
    )
