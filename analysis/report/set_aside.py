"""What was received and does not count, or counts otherwise than it came: left out, taken back, voided, corrected.

No answer stands here; counts of what staff did are printed however small they are.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from analysis.report.blocks import Column, Draft, Row
from analysis.report.cells import row
from analysis.report.source import Release
from analysis.report.words import CHANGES, EXCLUDED, MODES, count, day, upper_first


def add_set_aside(draft: Draft, release: Release) -> None:
    _excluded(draft, release)
    if found := release.context.get("withdrawals"):
        _withdrawals(draft, release, found)
    if changes := release.context.get("changes"):
        _changes(draft, release, changes)


def _excluded(draft: Draft, release: Release) -> None:
    excluded = [entry for entry in release.context["counts"]["excluded"] if entry["count"]]
    corrected = release.context["counts"].get("corrected", 0)
    if corrected:
        draft.text(
            f"{count(corrected)} phiếu do cán bộ nhập đã được sửa có lý do trước khi chốt số liệu; nội dung ban đầu "
            "vẫn được lưu giữ. Câu trả lời do người dân tự gửi không ai được sửa."
        )
    if not excluded:
        draft.text("Không có phiếu nào đã nhận mà bị loại khỏi việc tính toán.")
        return
    draft.table(
        "Số phiếu đã nhận nhưng không đưa vào tính toán",
        (Column("Lý do", 130), Column("Số phiếu", 30, "right")),
        [row(EXCLUDED.get(entry["reason"], entry["reason"]), count(entry["count"])) for entry in excluded],
        f"Cơ sở: mọi phiếu đã nhận. {_kept(entry['reason'] for entry in excluded)}",
    )


def _kept(reasons: Iterable[str]) -> str:
    if "withdrawn" in reasons:
        return "Các phiếu này vẫn được lưu giữ, trừ nội dung của phiếu mà người trả lời đã rút lại."
    return "Các phiếu này vẫn được lưu giữ."


def _withdrawals(draft: Draft, release: Release, found: Mapping[str, Any]) -> None:
    rows = [_taken_back(MODES.get(one["mode"], one["mode"]), one) for one in found["by_mode"]]
    if found["by_unit"]:
        rows.append(row("Đơn vị có từ 5 phiếu được rút lại", " ", " ", " ", " ", leads=True))
        rows += [_taken_back(_name(release, one["unit"]), one) for one in found["by_unit"]]
    draft.table(
        "Phiếu người trả lời đã rút lại, theo kênh và theo đơn vị",
        (
            Column("Kênh hoặc đơn vị", 62),
            Column("Đã nhận", 22, "right"),
            Column("Đã rút lại", 22, "right"),
            Column("Tỷ lệ (%)", 22, "right"),
            Column("Cần xem xét", 32),
        ),
        rows,
        "Cơ sở: phiếu do người dân tự gửi. Đơn vị có dưới 5 phiếu được rút lại không nêu riêng. Cần xem xét: tỷ lệ rút "
        f"lại của đơn vị cao hơn {count(found['far_above'])} lần tỷ lệ của tất cả các đơn vị khác cộng lại.",
    )


def _taken_back(name: str, one: Mapping[str, Any]) -> Row:
    flag = "cao bất thường" if one.get("far_above") else "–"
    return row(name, count(one["received"]), count(one["withdrawn"]), one["share"]["vi"], flag)


def _changes(draft: Draft, release: Release, changes: Iterable[Mapping[str, Any]]) -> None:
    draft.table(
        "Phiếu do cán bộ nhập đã bị hủy, khôi phục hoặc sửa, theo đơn vị",
        (
            Column("Việc", 36),
            Column("Kênh", 34),
            Column("Ngày", 24, "center"),
            Column("Lý do", 50),
            Column("Số phiếu", 16, "right"),
        ),
        [line for code, ours in groupby(changes, lambda one: one["unit"]) for line in _of_unit(release, code, ours)],
        "Cơ sở: sổ ghi của hệ thống, kể cả phiếu phúc tra. Lý do được in như người thực hiện đã ghi, trừ họ tên và các "
        "dãy số. Không câu trả lời nào được in ở đây.",
    )


def _of_unit(release: Release, code: str, changes: Iterable[Mapping[str, Any]]) -> list[Row]:
    """One line for what was done alike on the same day, for the same reason."""
    rows, total = [], 0
    for (kind, opened, mode, on, reason), alike in groupby(sorted(changes, key=_alike), key=_alike):
        number = len(list(alike))
        total += number
        what = CHANGES[kind] + (" (sau khi câu trả lời đã được mở xem)" if opened else "")
        rows.append(row(what, MODES.get(mode, mode), day(on), reason, count(number)))
    return [row(upper_first(_name(release, code)), " ", " ", " ", count(total), leads=True), *rows]


def _alike(change: Mapping[str, Any]) -> tuple[str, bool, str, str, str]:
    return change["kind"], change["answers_opened"], change["mode"], change["day"], change["reason"]


def _name(release: Release, code: str) -> str:
    return release.units.get(code, code)
