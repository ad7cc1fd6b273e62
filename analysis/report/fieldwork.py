"""How interviews were done, in the report: the units that bear a sign, and which; no officer, no number of theirs.

What a sign is `field_checks.rules` states; numbers by unit and officer stand in an annex for analysts (`files.field`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.field_checks.rules import LEAST
from analysis.report.blocks import Column, Draft
from analysis.report.cells import row
from analysis.report.source import Release
from analysis.report.words import count, text, upper_first

SIGNS: Mapping[str, str] = {
    "quick": "ít nhất một phần ba số cuộc phỏng vấn nhanh dưới một nửa thời gian thường thấy",
    "same": "ít nhất một nửa số phiếu cho mọi tiêu chí cùng một mức, nhiều hơn nơi khác 25 điểm phần trăm trở lên",
    "alike": "ít nhất ba phiếu, và một phần mười số phiếu, có bộ câu trả lời giống hệt nhau",
    "high": "tỷ lệ mức cao nhất hơn nơi khác 25 điểm phần trăm trở lên",
    "smooth": "không trường hợp nào từ chối, vắng mặt hay sai thông tin, trong khi nơi khác có nhiều",
}
NO_VERDICT = (
    "Dấu hiệu chỉ cho biết nơi cần xem lại, chẳng hạn bằng phúc tra; dấu hiệu không phải là kết luận về sai phạm của "
    "ai."
)


def add_fieldwork(draft: Draft, release: Release) -> None:
    waves = {wave["slug"]: text(wave["name"]) for wave in release.context["waves"]}
    for found in release.context.get("field", ()):
        looked_at = [unit for unit in found["units"] if unit["group"] and unit["interviews"] >= LEAST]
        if looked_at:
            _add_wave(draft, release, waves[found["wave"]], looked_at)


def _add_wave(draft: Draft, release: Release, wave: str, units: Sequence[Mapping[str, Any]]) -> None:
    named = [unit for unit in units if unit["signs"] and _is_told(release, unit["group"])]
    unnamed = sum(bool(unit["signs"]) for unit in units) - len(named)
    draft.table(
        f"Dấu hiệu cần xem lại trong cách phỏng vấn, {wave}",
        (Column("Đơn vị", 50), Column("Dấu hiệu", 110)),
        [row(upper_first(release.units.get(unit["group"], unit["group"])), said(unit["signs"])) for unit in named],
        f"Cơ sở: {count(len(units))} đơn vị có từ {LEAST} phiếu phỏng vấn trở lên. {NO_VERDICT}",
    )
    if not named and not unnamed:
        draft.text(
            f"Trong {count(len(units))} đơn vị có từ {LEAST} phiếu phỏng vấn trở lên, không đơn vị nào có dấu hiệu cần "
            "xem lại trong cách phỏng vấn."
        )
    if unnamed:
        draft.text(f"{count(unnamed)} đơn vị nữa có dấu hiệu cần xem lại nhưng quá ít người trả lời nên không nêu tên.")


def _is_told(release: Release, unit: str) -> bool:
    """As its figures are: of few people not even a sign is told."""
    figure = release.find("overall", "index", ("unit", unit))
    return figure is not None and not figure.kept_back


def said(signs: Sequence[str]) -> str:
    return upper_first("; ".join(SIGNS[sign] for sign in signs))


def of_open_series(release: Release) -> Iterator[str]:
    """What stands beside the open series: answers that repeat each other at one point on one day, and bursts."""
    opened = [found["open"] for found in release.context.get("field", ()) if found["open"]]
    sums = {name: sum(one.get(name, 0) for one in opened) for one in opened for name in one}
    if sums:
        yield (
            f"{count(sums['alike'])} trong {count(sums['forms'])} phiếu kênh mở có bộ câu trả lời giống hệt ít nhất "
            "hai phiếu khác cùng điểm và cùng ngày, không kể phiếu cho mọi tiêu chí cùng một mức (số lượt điểm và "
            f"ngày: {count(sums['alike_places'])})."
        )
    if "bursts" in sums:
        yield (
            f" {count(sums['bursts'])} phiếu được gửi dồn dập, mỗi phiếu nhanh hơn thời gian đọc (số lượt điểm và "
            f"ngày: {count(sums['bursts_places'])})."
        )
