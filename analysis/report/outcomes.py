"""What became of the cases, by AAPOR's codes, and the outcome rates that follow; both are read from the release."""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.blocks import Column, Draft, Row
from analysis.report.cells import row
from analysis.report.source import Release
from analysis.report.words import DISPOSITIONS, RATES, count, text

NOTE = (
    "Cơ sở: các trường hợp trong mẫu và các trường hợp dự phòng đã dùng, không tính phúc tra, không tính quyền số. "
    "Mã và công thức theo Định nghĩa chuẩn của Hiệp hội Nghiên cứu Dư luận Hoa Kỳ (AAPOR Standard Definitions)."
)


def add_outcomes(draft: Draft, release: Release, alt: dict[str, str]) -> None:
    if any(waves_with_cases(release)):
        note = "Các đợt có danh sách trường hợp, tính chung."
        draft.picture("Từ mẫu đến kết quả", "funnel", alt.get("funnel", ""), note)
    for wave, found in waves_with_cases(release):
        draft.table(
            f"Kết quả tiếp cận các trường hợp, {text(wave['name'])}",
            (Column("Mã AAPOR", 24), Column("Kết quả", 106), Column("Số trường hợp", 30, "right")),
            [*_dispositions(found), row(" ", "Cộng", count(found["cases"]), strong=True)],
            NOTE,
        )
        draft.table(
            f"Tỷ lệ trả lời và tiếp cận, {text(wave['name'])}",
            (Column("Ký hiệu", 24), Column("Ý nghĩa", 106), Column("Tỷ lệ (%)", 30, "right")),
            [row(name, RATES[name], found["shown"][name]["vi"]) for name in RATES if name in found["shown"]],
            "Cơ sở: các trường hợp ở bảng trên, không tính quyền số; công thức theo AAPOR.",
        )


def waves_with_cases(release: Release) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    cases = release.context.get("cases", {})
    yield from ((wave, cases[wave["slug"]]) for wave in release.context["waves"] if wave["slug"] in cases)


def _dispositions(found: Mapping[str, Any]) -> Iterator[Row]:
    for one in found["dispositions"]:
        yield row(one["aapor"], DISPOSITIONS[one["disposition"]], count(one["cases"]))
