"""The periods that reports are due for: quarter, six months, nine months, year, ad hoc; and how titles say them."""

import re
from dataclasses import dataclass

from analysis.report import collected
from analysis.report.source import Release
from analysis.report.words import ROMAN

AD_HOC = "ad-hoc"
FORM = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<nine>9M)))?")
HALVES = {"1": "6 tháng đầu năm", "2": "6 tháng cuối năm"}


class UnknownPeriod(ValueError):
    """A period that is not written as periods are."""


@dataclass(frozen=True)
class Period:
    """`code` names files, `words` stand in titles; `kind` is the word for such a report."""

    code: str
    words: str
    kind: str


def parse(code: str) -> Period:
    """2026-Q3, 2026-H1, 2026-9M, 2026 or ad-hoc. Raises UnknownPeriod."""
    if code == AD_HOC:
        return Period(code, "", "BÁO CÁO ĐỘT XUẤT")
    found = FORM.fullmatch(code)
    if found is None:
        raise UnknownPeriod(f"{code} is no period; write 2026-Q3, 2026-H1, 2026-9M, 2026 or {AD_HOC}")
    year = found["year"]
    if found["quarter"]:
        return Period(code, f"quý {ROMAN[int(found['quarter']) - 1]} năm {year}", "BÁO CÁO QUÝ")
    if found["half"]:
        return Period(code, f"{HALVES[found['half']]} {year}", "BÁO CÁO 6 THÁNG")
    return Period(code, f"9 tháng năm {year}", "BÁO CÁO 9 THÁNG") if found["nine"] else _year(code)


def _year(code: str) -> Period:
    return Period(code, f"năm {code}", "BÁO CÁO NĂM")


def words(period: Period, release: Release) -> str:
    """How a title ends: an ad hoc report names the days of its answers."""
    return period.words or collected.words(*collected.days(release))
