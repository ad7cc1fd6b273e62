"""Part two of the report, beside earlier years: every period's figure, and the change where nothing broke between two.

Periods, changes and breaks are read from the release; they are made in `analysis.earlier`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.blocks import Column, Draft, Row, Run, Runs
from analysis.report.cells import NOTHING, row
from analysis.report.source import Release
from analysis.report.words import count, day

BREAKS = {
    "the method": "phương pháp khảo sát",
    "the list of units": "danh mục đơn vị hành chính",
    "the instrument": "mẫu phiếu",
    "the formula": "công thức tính",
    "the computation": "cách tính (số liệu đã công bố, không tính lại được)",
}
NO_DIFFERENCE = (
    "Ở những chỗ phương pháp, mẫu phiếu, công thức hoặc danh mục đơn vị đã thay đổi, các kỳ không so sánh được với "
    "nhau: báo cáo không tính chênh lệch mà nêu rõ điều gì đã thay đổi."
)


def earlier(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    if release.earlier:
        draft.text("Bảng dưới đây nêu chỉ số của các kỳ trước bên cạnh kỳ này. ", NO_DIFFERENCE)
        draft.picture(
            f"{release.instrument.index.name.vi} qua các kỳ khảo sát",
            "trend",
            alt.get("trend", ""),
            "Vạch dọc: khoảng tin cậy. Chỗ đường nối bị ngắt: hai kỳ không so sánh được.",
        )
        for name, title in _compared(release):
            draft.table(
                f"{title} qua các kỳ khảo sát",
                COLUMNS,
                list(_rows(release, name)),
                "Cơ sở: số người và số câu trả lời ghi trong từng dòng. Chênh lệch: so với kỳ đứng ngay trước, tính "
                "bằng điểm phần trăm, kèm khoảng tin cậy 95% của chênh lệch.",
            )
    return "SO VỚI CÁC KỲ TRƯỚC"


COLUMNS = (
    Column("Kỳ khảo sát", 34),
    Column("Số người", 15, "right"),
    Column("Câu trả lời", 17, "right"),
    Column("Giá trị (%)", 16, "right"),
    Column("Khoảng tin cậy", 28, "center"),
    Column("Chênh lệch, hoặc điều đã thay đổi", 50),
)


def _compared(release: Release) -> Iterator[tuple[str, str]]:
    """The figures that at least two periods have: the index, then factors."""
    named = {f"{release.series}/overall/index/all/all": release.instrument.index.name.vi}
    for factor in release.instrument.factors:
        named[f"{release.series}/factor/{factor.code}/all/all"] = f"Yếu tố “{factor.title.vi}”"
    for name, title in named.items():
        now = release.figures.get(name)
        many = sum(name in period["figures"] for period in release.earlier["periods"]) > 1
        if many and not (now and now.kept_back):
            yield name, title


def _rows(release: Release, name: str) -> Iterator[Row]:
    changes = {one["to"]: one for one in release.earlier["changes"] if one["id"] == name}
    for period in release.earlier["periods"]:
        if figure := period["figures"].get(name):
            yield _row(period, name, figure, changes.get(period["slug"]))


def _row(period: Mapping[str, Any], name: str, figure: Mapping[str, Any], change: Mapping[str, Any] | None) -> Row:
    place, texts = f"earlier/{period['slug']}/{name}", figure["texts"]
    limits: Runs = (NOTHING,)  # Of results that were only published.
    if "low" in texts:
        low, high = (Run(texts[part]["vi"], figure=f"{place}#{part}") for part in ("low", "high"))
        limits = (low, Run(" – "), high)
    return row(
        f"{day(period['period']['from'])} – {day(period['period']['to'])}",
        Run(count(figure["n"]), figure=f"{place}#n"),
        Run(count(figure["base"]), figure=f"{place}#base") if figure["base"] is not None else NOTHING,
        Run(texts["estimate"]["vi"], figure=f"{place}#estimate"),
        limits,
        change_words(change),
    )


def change_words(change: Mapping[str, Any] | None) -> Runs:
    """The difference with its interval; where there was a break, what it was."""
    if change is None:
        return (NOTHING,)
    if change["breaks"]:
        what = ", ".join(dict.fromkeys(BREAKS[one["what"]] for one in change["breaks"]))
        return (Run(f"Không so sánh được, vì đã thay đổi: {what}."),)
    place = f"change/{change['from']}/{change['to']}/{change['id']}"
    texts = {part: found["vi"] for part, found in change["texts"].items()}
    value, low, high = (Run(texts.get(part, ""), figure=f"{place}#{part}") for part in ("change", "low", "high"))
    if not low.text:
        return (value,)
    noted = " (mẫu phiếu có thay đổi nhỏ)" if change.get("remarks") else ""
    return (value, Run(" (từ "), low, Run(" đến "), high, Run(f"){noted}."))
