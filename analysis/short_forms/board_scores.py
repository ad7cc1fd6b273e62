"""The board of NĐ 61/2018/NĐ-CP, Điều 31: nine indicators of two points, counted from numbers of dossiers.

Scores are exact decimals. Each indicator is rounded to two places as it is printed, and the total is the sum of what is
printed, so that whoever adds up the sheet gets the same band. How the sheet looks is left to `board`.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

MOST_POINTS = Decimal(2)
INDICATORS = {
    1: "Thời gian giải quyết thủ tục hành chính so với quy định",
    2: "Thời gian thực hiện của từng cơ quan, đơn vị tham gia giải quyết",
    3: "Số lần liên hệ để hoàn thiện hồ sơ",
    4: "Số cơ quan phải liên hệ để hoàn thiện hồ sơ",
    5: "Thực hiện tại Bộ phận Một cửa",
    6: "Công khai thủ tục hành chính",
    7: "Thái độ của cán bộ, công chức, viên chức",
    8: "Tiếp thu, giải trình phản ánh, kiến nghị",
    9: "Cung cấp dịch vụ công trực tuyến: tiến độ và chất lượng",
}
# What the three numbers of dossiers mean, for the indicators that are counted dossier by dossier.
COUNTED = {
    1: ("sớm hẹn", "đúng hẹn", "trễ hẹn"),
    3: ("không phải liên hệ lại", "một lần", "từ hai lần"),
    7: ("không bị phản ánh", "", "bị phản ánh"),
}
OFFICERS = (1, 2, 3, 4, 7)
BANDS = (
    (Decimal(15), "Xuất sắc"),
    (Decimal(12), "Tốt"),
    (Decimal(9), "Khá"),
    (Decimal(6), "Trung bình"),
    (Decimal(0), "Yếu"),
)
COUNTS = ("two_points", "one_point", "no_points")
POINTS = re.compile(r"[01](?:[.,][0-9]{1,2})?|2(?:[.,]0{1,2})?")
COLUMNS = ("indicator", *COUNTS, "self_score", "appraised_score", "note")


class BadDossiers(ValueError):
    """The file of dossiers cannot be scored; the message lists every fault with its line."""


@dataclass(frozen=True)
class Scored:
    """One indicator: its numbers of dossiers where it was counted, and the two scores of the sheet."""

    indicator: int
    counts: tuple[int, int, int] | None
    self_score: Decimal
    appraised: Decimal | None
    note: str


def band(total: Decimal) -> str:
    """From the top down, the limit belonging to the better band: 15 is "xuất sắc", 14.99 is "tốt"."""
    return next(name for limit, name in BANDS if total >= limit)


def total(scores: Mapping[int, Scored], appraised: bool = False, wanted: Iterable[int] = INDICATORS) -> Decimal | None:
    """The sum of the wanted indicators; None where one of them has no such score."""
    found = [scores.get(one) for one in wanted]
    points = [(one.appraised if appraised else one.self_score) if one else None for one in found]
    known = [one for one in points if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(points) else None


def read(file: Path) -> Mapping[int, Scored]:
    """Raises BadDossiers."""
    faults: list[str] = []
    scores: dict[int, Scored] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = {*COLUMNS[:4]} - set(reader.fieldnames or ())
            if missing:
                raise BadDossiers(
                    f"{file} lacks the columns {', '.join(sorted(missing))}; they are {', '.join(COLUMNS)}"
                )
            for row in reader:
                _add(row, reader.line_num, scores, faults)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDossiers(f"{file} is no CSV in UTF-8 ({error}); save it as such") from error
    if faults:
        raise BadDossiers("; ".join(faults))
    return dict(sorted(scores.items()))


def _add(row: Mapping[str, str], line: int, scores: dict[int, Scored], faults: list[str]) -> None:
    try:
        found = _scored({name: (row.get(name) or "").strip() for name in COLUMNS})
        if found.indicator in scores:
            raise ValueError(f"indicator {found.indicator} stands twice")
        scores[found.indicator] = found
    except ValueError as error:
        faults.append(f"line {line}: {error}")


def _scored(row: Mapping[str, str]) -> Scored:
    if row["indicator"] not in map(str, INDICATORS):
        raise ValueError(f"indicator {row['indicator'] or '(empty)'} is not one of 1 to 9")
    counts = _counts(row)
    if counts is None and not row["self_score"]:
        raise ValueError("neither numbers of dossiers nor a self_score; give one of them")
    own = _of_counts(counts) if counts else _points(row["self_score"], "self_score")
    if counts and row["self_score"] and _points(row["self_score"], "self_score") != own:
        raise ValueError(f"self_score is {row['self_score']}, but the numbers of dossiers give {own}; correct one")
    appraised = _points(row["appraised_score"], "appraised_score") if row["appraised_score"] else None
    return Scored(int(row["indicator"]), counts, own, appraised, row["note"])


def _counts(row: Mapping[str, str]) -> tuple[int, int, int] | None:
    texts = [row[name] for name in COUNTS]
    if not any(texts):
        return None
    if not all(text.isascii() and text.isdigit() for text in texts if text):
        raise ValueError(f"{', '.join(COUNTS)} must be whole numbers")
    two, one, none = (int(text or 0) for text in texts)
    if two + one + none == 0:
        raise ValueError("no dossier at all; leave the numbers empty and give a self_score")
    return two, one, none


def _of_counts(counts: tuple[int, int, int]) -> Decimal:
    """The mean of 2, 1 and 0 points over the dossiers."""
    exact = Fraction(2 * counts[0] + counts[1], sum(counts))
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _points(text: str, name: str) -> Decimal:
    if not POINTS.fullmatch(text):
        raise ValueError(f"{name} {text} is not from 0 to 2 with at most two decimals")
    return Decimal(text.replace(",", "."))
