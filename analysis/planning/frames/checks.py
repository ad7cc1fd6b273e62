"""What is odd about a frame although it can be read: signs that it was tidied up by those whom it is to rate.

Findings are data with a sentence in each language; none of them stops a plan, a person decides. Faults that make a file
unusable are found in `reading`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from scipy import special

from analysis.planning.frames.kinds import UNHAPPY
from analysis.planning.rows import Row
from analysis.planning.spec import CODE, FrameKind

SURE = 1e-4  # A table of 41 units shows something below it by chance once in 244 lists.
FEW = 50  # Rows of a unit below which its lack of bad outcomes says nothing.
ENOUGH = 20  # Codes with a running number below which holes say nothing.
HOLES = 0.02
NUMBER = re.compile(r"^(.*?)(\d{2,9})$")


@dataclass(frozen=True)
class Known:
    """What a frame is compared with: the map's units, the period, last year's frame, the fields said to be easy."""

    units: frozenset[str] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    last_year: tuple[Row, ...] = ()
    easy: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """`unit`: whose rows it is about, empty for all; `details`: the figures behind the sentence."""

    code: str
    unit: str
    details: dict[str, float | int | str]
    vi: str
    en: str


def findings(kind: FrameKind, rows: Sequence[Row], known: Known) -> list[Finding]:
    """`rows` with the office's own codes: their running numbers show what was left out."""
    found = [finding for check in (_units, _holes, _days, _crowded_days) for finding in check(kind, rows, known)]
    checks: tuple[Check, ...] = (_outcomes, _mix, _easy) if kind == "dossiers" else ()
    return found + [finding for check in checks for finding in check(kind, rows, known)]


def _tests_of_tables() -> Any:
    """Loaded where there is last year's list to compare with: it takes as long as all else that a frame needs."""
    from scipy import stats

    return stats


Check = Callable[[FrameKind, Sequence[Row], Known], Iterator[Finding]]


def _units(_kind: FrameKind, rows: Sequence[Row], known: Known) -> Iterator[Finding]:
    there = {row["unit"] for row in rows}
    for unit in sorted(known.units - there):
        yield Finding(
            "unit_missing", unit, {}, f"Đơn vị {unit} có trong danh mục nhưng không có dòng nào trong dàn mẫu",
            f"unit {unit} is on the map but has no row in the frame",
        )  # fmt: skip
    for unit in sorted(there - known.units) if known.units else ():
        yield Finding(
            "unit_unknown", unit, {}, f"Đơn vị {unit} không có trong danh mục đơn vị",
            f"unit {unit} is not on the map",
        )  # fmt: skip


def _holes(_kind: FrameKind, rows: Sequence[Row], _known: Known) -> Iterator[Finding]:
    """Running numbers that are missing between the first and the last of a series."""
    series: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        if match := NUMBER.match(row[CODE]):
            series[row["unit"], match[1]].add(int(match[2]))
    for (unit, start), numbers in sorted(series.items()):
        span = max(numbers) - min(numbers) + 1
        missing = span - len(numbers)
        # A number drawn at random is no running number: its series is nearly all holes.
        if len(numbers) >= ENOUGH and HOLES * span < missing <= span / 2:
            details: dict[str, float | int | str] = {"series": start, "missing": missing, "span": span}
            yield Finding(
                "holes", unit, details,
                f"Đơn vị {unit}, dãy số {start}…: thiếu {missing} trên {span} số thứ tự; hỏi rõ các hồ sơ này ở đâu",
                f"unit {unit}, series {start}…: {missing} of {span} running numbers are missing; ask where they are",
            )  # fmt: skip


def _day_column(kind: FrameKind) -> str:
    return {"dossiers": "returned_on", "visits": "day"}.get(kind, "")


def _days(kind: FrameKind, rows: Sequence[Row], known: Known) -> Iterator[Finding]:
    column = _day_column(kind)
    if not column or known.first_day is None or known.last_day is None:
        return
    window = (known.first_day.isoformat(), known.last_day.isoformat())
    outside = Counter(row["unit"] for row in rows if not window[0] <= row[column] <= window[1])
    for unit, count in sorted(outside.items()):
        yield Finding(
            "outside_period", unit, {"rows": count},
            f"Đơn vị {unit}: {count} dòng có ngày ngoài kỳ khảo sát; bỏ các dòng này hoặc sửa kỳ",
            f"unit {unit}: {count} rows lie outside the period; leave them out or change the period",
        )  # fmt: skip


def _crowded_days(kind: FrameKind, rows: Sequence[Row], _known: Known) -> Iterator[Finding]:
    """A day with far more rows than its unit's other days: results entered together, or made up."""
    column = _day_column(kind)
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows if column else ():
        days[row["unit"]][row[column]] += 1
    for unit, counts in sorted(days.items()):
        day, most = max(counts.items(), key=lambda item: (item[1], item[0]))
        others = (counts.total() - most) / max(len(counts) - 1, 1)
        chance = float(special.pdtrc(most - 1, max(others, 1.0))) * len(counts)
        if counts.total() >= FEW and most > 5 * max(others, 1.0) and chance < SURE:
            share = round(100 * most / counts.total(), 1)
            yield Finding(
                "crowded_day", unit, {"day": day, "rows": most, "share": share},
                f"Đơn vị {unit}: {most} dòng cùng một ngày ({day}), các ngày khác trung bình {others:.1f}",
                f"unit {unit}: {most} rows on one day ({day}), {others:.1f} on the others",
            )  # fmt: skip


def _outcomes(_kind: FrameKind, rows: Sequence[Row], _known: Known) -> Iterator[Finding]:
    """A long list in which nobody was served late, sent back or refused was cleaned before it came."""
    by_unit: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        by_unit[row["unit"]][row["outcome"]] += 1
    for unit, counts in sorted(by_unit.items()):
        if counts.total() >= FEW and not any(counts[outcome] for outcome in UNHAPPY):
            yield Finding(
                "all_happy", unit, {"rows": counts.total()},
                f"Đơn vị {unit}: không có hồ sơ trễ hẹn, trả lại, từ chối hay rút nào trong {counts.total()} hồ sơ; "
                "người không được giải quyết cũng phải được hỏi",
                f"unit {unit}: none of {counts.total()} dossiers was late, sent back, refused or withdrawn; those who "
                "failed must be heard too",
            )  # fmt: skip


def _mix(_kind: FrameKind, rows: Sequence[Row], known: Known) -> Iterator[Finding]:
    """Fields against last year's, by Pearson's chi-square of two independent lists."""
    for unit in sorted({row["unit"] for row in rows} & {row["unit"] for row in known.last_year}):
        now = Counter(row["field"] for row in rows if row["unit"] == unit)
        before = Counter(row["field"] for row in known.last_year if row["unit"] == unit)
        fields = sorted(now | before)
        if len(fields) < 2 or min(now.total(), before.total()) < FEW:
            continue
        table = [[year[field] for field in fields] for year in (now, before)]
        found = _tests_of_tables().chi2_contingency(table)
        change = {field: now[field] / now.total() - before[field] / before.total() for field in fields}
        most = max(fields, key=lambda field: abs(change[field]))
        if found.pvalue < SURE and abs(change[most]) > 0.1:
            points = round(100 * change[most], 1)
            yield Finding(
                "mix", unit,
                {"chi2": float(found.statistic), "p": float(found.pvalue), "field": most, "points": points},
                f"Đơn vị {unit}: cơ cấu lĩnh vực khác hẳn năm trước; {most} thay đổi {points:+.1f} điểm phần trăm",
                f"unit {unit}: fields are not those of last year; {most} moved by {points:+.1f} points",
            )  # fmt: skip


def _easy(_kind: FrameKind, rows: Sequence[Row], known: Known) -> Iterator[Finding]:
    """The share of fields in which everybody is served at once, such as certification, against last year's."""
    if not known.easy or not known.last_year:
        return
    for unit in sorted({row["unit"] for row in rows}):
        now = [row["field"] in known.easy for row in rows if row["unit"] == unit]
        before = [row["field"] in known.easy for row in known.last_year if row["unit"] == unit]
        if min(len(now), len(before)) < FEW:
            continue
        risen = sum(now) / len(now) - sum(before) / len(before)
        table = np.array([[sum(now), len(now) - sum(now)], [sum(before), len(before) - sum(before)]])
        if risen > 0.1 and _tests_of_tables().fisher_exact(table, alternative="greater").pvalue < SURE:
            points = round(100 * risen, 1)
            yield Finding(
                "easy", unit, {"points": points, "share": round(100 * sum(now) / len(now), 1)},
                f"Đơn vị {unit}: tỷ lệ lĩnh vực dễ tăng {points:.1f} điểm phần trăm so với năm trước",
                f"unit {unit}: the share of easy fields rose by {points:.1f} points since last year",
            )  # fmt: skip
