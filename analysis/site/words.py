"""What the public site says of verdicts, series, modes and days, in both languages; templates hold the sentences."""

import re
from collections.abc import Mapping
from typing import Any

from analysis.report import words as report_words
from analysis.report.publication import Person
from analysis.report.source import Figure
from questionnaires.model import Language

Both = Mapping[str, str]

SHORT: Mapping[str, Both] = {
    "met": {"vi": "Đạt", "en": "Met"},
    "not_met": {"vi": "Chưa đạt", "en": "Not met"},
    "undecided": {"vi": "Chưa đủ cơ sở kết luận", "en": "Undecided"},
    "": {"vi": "Không đủ số liệu", "en": "Too few data"},
    "undrawn": {"vi": "Không kết luận", "en": "Not judged"},
}
HEADLINES: Mapping[str, Both] = {
    "met": {"vi": "Đạt mục tiêu: mức hài lòng trên {target}%", "en": "Target met: satisfaction is above {target}%"},
    "not_met": {
        "vi": "Chưa đạt mục tiêu: mức hài lòng không trên {target}%",
        "en": "Target not met: satisfaction is not above {target}%",
    },
    "undecided": {
        "vi": "Chưa đủ cơ sở kết luận: chưa biết mức hài lòng có trên {target}% hay không",
        "en": "Undecided: we do not know whether satisfaction is above {target}%",
    },
    "": {
        "vi": "Không đủ số liệu: không kết luận về mức {target}%",
        "en": "Too few data: nothing is said about {target}%",
    },
    "undrawn": {
        "vi": "Không kết luận về mức {target}%: không có kế hoạch niêm phong",
        "en": "Not judged against {target}%: no sealed plan",
    },
}
REASONS: Mapping[str, Both] = {
    "met": {
        "vi": "Kể cả khi tính sai số do chỉ hỏi một mẫu, mức hài lòng vẫn trên {target}%.",
        "en": "Even allowing for the error of asking only a sample, satisfaction is above {target}%.",
    },
    "not_met": {
        "vi": "Kể cả khi tính sai số do chỉ hỏi một mẫu, mức hài lòng vẫn không trên {target}%.",
        "en": "Even allowing for the error of asking only a sample, satisfaction is not above {target}%.",
    },
    "undecided": {
        "vi": "Khoảng tin cậy chứa mức {target}%. Không được đọc là “đạt”, cũng không được đọc là “chưa đạt”.",
        "en": "The confidence interval contains {target}%. This is neither “met” nor “not met”.",
    },
    "": {
        "vi": "Số người trả lời quá ít hoặc không tính được sai số.",
        "en": "Too few people answered, or the error cannot be computed.",
    },
    "undrawn": {
        "vi": "Không ai biết người trả lời đã được chọn thế nào, nên không nói là đạt hay chưa đạt.",
        "en": "Nobody knows how those who answered were chosen, so neither “met” nor “not met” is said.",
    },
}
SERIES: Mapping[str, Both] = {
    "combined": {"vi": "Tổng hợp các đợt", "en": "All waves combined"},
    "probability": {"vi": "Mẫu chọn ngẫu nhiên", "en": "Random sample"},
    "open": {"vi": "Trả lời tự nguyện (kênh mở)", "en": "Voluntary answers (open channel)"},
    "counter_3": {"vi": "Nút bấm ba mức tại quầy", "en": "Three-level buttons at counters"},
    "modelled": {"vi": "Ước lượng theo mô hình", "en": "Modelled estimates"},
}
MODES: Mapping[str, str] = {
    "qr_slip": "One-use slip (QR code)",
    "tablet": "Officer with a tablet",
    "phone": "Telephone interview",
    "paper_self": "Paper form, filled in by the citizen",
    "paper_officer": "Paper form, filled in by an officer",
    "qr_open": "Open QR code at the place",
    "visit_code": "Code of a visit",
    "kiosk": "Screen at the counter",
    "counter_3": "Three-level buttons at the counter",
}
RATES: Mapping[str, Both] = {
    "RR1": {
        "vi": "Tỷ lệ trả lời (AAPOR RR1: phiếu đầy đủ trên mọi trường hợp được chọn)",
        "en": "Response rate (AAPOR RR1: complete forms of all cases drawn)",
    },
    "RR3": {
        "vi": "Tỷ lệ trả lời (AAPOR RR3: trường hợp chưa rõ được tính một phần)",
        "en": "Response rate (AAPOR RR3: cases of unknown eligibility counted in part)",
    },
    "COOP1": {
        "vi": "Tỷ lệ hợp tác (AAPOR COOP1: phiếu đầy đủ trên số người gặp được)",
        "en": "Cooperation rate (AAPOR COOP1: complete forms of people contacted)",
    },
    "REF1": {"vi": "Tỷ lệ từ chối (AAPOR REF1)", "en": "Refusal rate (AAPOR REF1)"},
    "CON1": {"vi": "Tỷ lệ gặp được (AAPOR CON1)", "en": "Contact rate (AAPOR CON1)"},
}
STATES: Mapping[str, Both] = {
    "0": {"vi": "Không dùng", "en": "Not used"},
    "skipped": {"vi": "Bỏ trống", "en": "Left blank"},
    "dont_know": {"vi": "Không biết", "en": "Does not know"},
    "prefer_not": {"vi": "Không muốn trả lời", "en": "Prefers not to say"},
}
INTERVALS: Mapping[str, Both] = {
    "korn_graubard_capped": {
        "vi": report_words.INTERVALS["korn_graubard_capped"],
        "en": "Korn–Graubard interval (Clopper–Pearson limits at the effective sample size, which is at most the "
        "number of answers)",
    },
    "wilson": {"vi": report_words.INTERVALS["wilson"], "en": "Wilson interval at the effective sample size"},
    "logit": {"vi": report_words.INTERVALS["logit"], "en": "Logit interval at the effective sample size"},
}
STEPS: Mapping[str, str] = {
    "entered": "Entered the release",
    "approved": "Approved it",
    "shown": "Showed it to the rated offices",
    "published": "Published it",
    "by_link": "Offices with nothing to say, by links that this person gave out",
    "by_staff": "Offices with nothing to say, recorded by this person in their place",
    "unknown": "Offices with nothing to say, recorded by this person or by links of theirs",
}
UNIT_TYPES: Mapping[str, str] = {"xã": "commune", "thị trấn": "township", "phường": "ward", "huyện": "district"}


def mode(code: str, language: Language) -> str:
    return MODES.get(code, code) if language == "en" else report_words.MODES.get(code, code)


def step(person: Person, language: Language) -> str:
    """What somebody did for a publication."""
    vietnamese = report_words.PUBLICATION_STEPS | report_words.SILENT
    said = (STEPS if language == "en" else vietnamese).get(person.what, person.what)
    return f"{said} ({person.offices})" if person.offices else said


def roles(person: Person, language: Language) -> str:
    return ", ".join(role if language == "en" else report_words.ROLES.get(role, role) for role in person.roles)


def unit_name(unit: Mapping[str, str], language: Language) -> str:
    """xã Thọ Hải → Xã Thọ Hải; in English Thọ Hải commune."""
    kind, name = unit["type"], unit["name"]
    if kind.lower() in name.lower():
        return name
    if language == "vi":
        return report_words.upper_first(f"{kind} {name}".strip())
    return f"{name} {UNIT_TYPES.get(kind, kind)}".strip()


def both(value: Any, language: Language) -> str:
    """A text in two languages, or a plain one."""
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get("vi") or "")
    return str(value or "")


def count(number: int, language: Language) -> str:
    """1234 → 1.234 or 1,234."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "vi" else text


def setting(value: float, language: Language) -> str:
    """A target or level as it was set: 80.0 → 80."""
    text = f"{value:g}"
    return text.replace(".", ",") if language == "vi" else text


def weight(value: float, language: Language) -> str:
    text = report_words.weight(value)
    return text if language == "vi" else text.replace(",", ".")


def day(iso: str, language: Language) -> str:
    """2017-06-05 → 05/6/2017 or 5 June 2017; of an instant, its day in Vietnam stands in the text already."""
    if not iso:
        return ""
    if language == "vi":
        return report_words.day(iso)
    year, month, date = iso[:10].split("-")
    return f"{int(date)} {MONTHS[int(month) - 1]} {year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def point_reading(figure: Figure, target: float, language: Language) -> str:
    """The estimate alone against the target: strictly above, or not."""
    above = figure.estimate is not None and figure.estimate > target
    goal = setting(target, language)
    if language == "vi":
        return f"{'trên' if above else 'không trên'} {goal}%"
    return f"{'above' if above else 'not above'} {goal}%"


def is_imprecise(figure: Figure) -> bool:
    return re.search(r"\bimprecise\b", figure.method) is not None
