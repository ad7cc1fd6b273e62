"""What was done while the survey ran, each step with its reason; what became of responses that came late.

What the details of a step say was written where the step was taken; here they become a sentence.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analysis.report.blocks import Column, Draft, Row
from analysis.report.cells import row
from analysis.report.source import Release
from analysis.report.words import WAVE_STEPS, count, day, text

COLUMNS = (
    Column("Đợt", 24),
    Column("Thời điểm", 28),
    Column("Việc", 44),
    Column("Lý do", 40),
    Column("Người làm", 24),
)
WITH_LOOKS = (
    *(replace(one, width=width) for one, width in zip(COLUMNS, (20, 24, 36, 32, 22), strict=True)),
    Column("Kết quả đã có lúc đó", 26),
)
LOOKS_NOTE = (
    "Cột cuối: số bản kết quả và số lần chụp kết quả tạm thời của cuộc khảo sát đã có khi thay đổi ngày kết thúc."
)
# Within the detail of a step: a day is written as in Vietnam, a hash is named by its beginning.
ISO_DAY, HASH = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"([0-9a-f]{12})[0-9a-f]{52}")
# What a detail looks like, and the sentence that its parts make.
_SWITCHED = r"(?P<place>.+): (?P<number>\d+) \((?P<before>\d+) → (?P<after>\d+)\)"
_ON_A_DAY, _ON_DAYS = r"(?P<first>[\d-]+): (?P<number>\d+)", r"(?P<first>[\d-]+) – (?P<last>[\d-]+): (?P<number>\d+)"
SENTENCES = {
    "weighed": (
        (r"(?P<before>[\d.]+) → (?P<after>[\d.]+)", "Đổi quyền số kết hợp của đợt từ {before} thành {after}"),
        (r"(?P<after>[\d.]+)", "Thêm đợt với quyền số kết hợp {after} khi đã có phiếu trả lời"),
    ),
    "points_off": ((_SWITCHED, "Tắt {number} điểm khảo sát tại {place} (số điểm đang dùng: {before} → {after})"),),
    "points_on": ((_SWITCHED, "Bật {number} điểm khảo sát tại {place} (số điểm đang dùng: {before} → {after})"),),
    "late_accepted": (
        (_ON_A_DAY, "Chấp nhận {number} phiếu đến muộn, gửi ngày {first}"),
        (_ON_DAYS, "Chấp nhận {number} phiếu đến muộn, gửi từ ngày {first} đến ngày {last}"),
    ),
    "late_refused": (
        (_ON_A_DAY, "Không chấp nhận {number} phiếu đến muộn, gửi ngày {first}"),
        (_ON_DAYS, "Không chấp nhận {number} phiếu đến muộn, gửi từ ngày {first} đến ngày {last}"),
    ),
}


def add_steps(draft: Draft, release: Release) -> None:
    """Whoever moves days, weights, points or late responses of a survey says why; and everybody reads it."""
    waves = release.context["waves"]
    steps = [(text(wave["name"]), step) for wave in waves for step in wave.get("steps", ())]
    has_looks = any("releases" in step for _wave, step in steps)
    draft.table(
        "Các bước trong quá trình thực hiện đợt khảo sát",
        WITH_LOOKS if has_looks else COLUMNS,
        [_row(wave, step, has_looks) for wave, step in steps],
        "Cơ sở: sổ ghi của hệ thống; mọi lần gia hạn, đóng sớm, mở lại và, khi đã có phiếu trả lời, mọi lần đổi quyền "
        "số kết hợp, tắt hoặc bật điểm khảo sát, quyết định về phiếu đến muộn đều được ghi kèm lý do."
        + (f" {LOOKS_NOTE}" if has_looks else ""),
    )


def _row(wave: str, step: Mapping[str, Any], has_looks: bool) -> Row:
    at, who = step["at"], step["by"] or "Bằng câu lệnh"
    said = (f"{at[11:16]}, {day(at)}", _what(step["kind"], step.get("detail", "")), step["reason"] or "–", who)
    return row(wave, *said, *([_looks(step)] if has_looks else []))


def _looks(step: Mapping[str, Any]) -> str:
    """What there was to see of the results when the end was moved."""
    if "releases" not in step:
        return "–"
    return f"Bản kết quả: {count(step['releases'])}; kết quả tạm thời: {count(step['snapshots'])}"


def _what(kind: str, detail: str) -> str:
    for pattern, sentence in SENTENCES.get(kind, ()):
        if found := re.fullmatch(pattern, detail):
            return sentence.format(**{name: _part(name, part) for name, part in found.groupdict().items()})
    said = ISO_DAY.sub(lambda found: day(found[0]), HASH.sub(r"\1…", detail))
    return WAVE_STEPS.get(kind, kind) + (f" ({said})" if said else "")


def _part(name: str, part: str) -> str:
    if name in ("first", "last"):
        return day(part)
    return part if name == "place" else part.replace(".", ",")


def add_late(draft: Draft, release: Release) -> None:
    """All that came late, by what was decided; of which units and with which answers, nobody asked."""
    late = release.context["counts"].get("late", {})
    accepted, refused, undecided = (late.get(state, 0) for state in ("late_accepted", "late_refused", "late"))
    if total := accepted + refused + undecided:
        draft.text(
            f"{count(total)} phiếu được gửi sau khi đợt khảo sát đã đóng (phiếu đến muộn): {count(accepted)} phiếu "
            f"được chấp nhận, {count(refused)} phiếu không được chấp nhận, {count(undecided)} phiếu chưa được xem xét. "
            "Người quyết định chỉ biết ngày gửi, đơn vị và số phiếu, không xem câu trả lời; lý do nêu trong bảng các "
            "bước."
        )
