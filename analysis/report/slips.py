"""The ledger of slips in the report, and a warning where more people answered than the draw has cases."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.report.blocks import Column, Draft, Run
from analysis.report.cells import row
from analysis.report.source import Release
from analysis.report.words import count, text

LEDGER = {
    "cases": "Trường hợp đang dùng (mẫu và dự phòng đã thay)",
    "made": "Phiếu mời đã tạo",
    "printed": "Phiếu mời đã in, tính cả mỗi lần in lại",
    "used": "Phiếu mời đã dùng để trả lời",
    "returned": "Phiếu mời bị trả lại, đã loại",
    "spoiled": "Phiếu mời bị hỏng, đã loại",
    "replaced": "Phiếu mời được thay bằng phiếu khác, đã loại",
}
EXCEEDING = (
    "Cảnh báo: ở các tầng sau có nhiều phiếu trả lời hơn số trường hợp của mẫu, tức là có phiếu không phải của người "
    "được chọn: {strata}."
)
Strata = Sequence[Mapping[str, Any]]


def add_slips(draft: Draft, release: Release) -> None:
    for wave in release.context["waves"]:
        strata: Strata = release.context.get("slips", {}).get(wave["slug"], ())
        if any(one["made"] for one in strata):
            draft.table(
                f"Sổ theo dõi phiếu mời dùng một lần, {text(wave['name'])}",
                (Column("Nội dung", 125), Column("Số lượng", 35, "right")),
                [row(words, count(sum(one[name] for one in strata))) for name, words in LEDGER.items()],
                "Cơ sở: sổ phiếu mời của đợt; chỉ đếm số phiếu, không ai biết phiếu nào đi với câu trả lời nào.",
            )
        if over := [one["stratum"] for one in strata if one["stratum"] and one["answers"] > one["cases"]]:
            draft.text(Run(EXCEEDING.format(strata=", ".join(over)), bold=True))
