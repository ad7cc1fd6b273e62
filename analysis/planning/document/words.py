"""The fixed words of the plan in Vietnamese: kinds of frame, columns, ways of drawing, rules of allocation."""

from collections.abc import Sequence

from analysis.planning.sizes import Outlook
from analysis.planning.spec import Allocation, FrameKind, SamplePlan, Stage
from analysis.report.words import count

# What one row of a frame is, and what is asked of it.
ROWS: dict[FrameKind, str] = {
    "dossiers": "hồ sơ",
    "households": "hộ gia đình",
    "schools": "lớp",
    "visits": "lượt khám, chữa bệnh",
}
PERSONS: dict[FrameKind, str] = {
    "dossiers": "người",
    "households": "người lớn trong hộ",
    "schools": "học sinh (phụ huynh trả lời)",
    "visits": "người",
}
CASES: dict[FrameKind, str] = {
    "dossiers": "hồ sơ",
    "households": "hộ",
    "schools": "phụ huynh",
    "visits": "lượt",
}
FRAMES: dict[FrameKind, str] = {
    "dossiers": "danh sách hồ sơ đã có kết quả trong kỳ (kể cả hồ sơ trễ hẹn, trả lại, từ chối, rút)",
    "households": "danh sách hộ gia đình theo thôn, tổ dân phố",
    "schools": "danh sách trường, lớp kèm sĩ số học sinh",
    "visits": "danh sách lượt khám, chữa bệnh, tiêm chủng theo cơ sở, dịch vụ và ngày",
}
COLUMNS = {
    "unit": "đơn vị hành chính",
    "respondent_type": "loại đối tượng",
    "field": "lĩnh vực",
    "procedure": "thủ tục",
    "outcome": "kết quả giải quyết",
    "returned_on": "ngày trả kết quả",
    "hamlet": "thôn, tổ dân phố",
    "level": "cấp học",
    "school": "trường",
    "class": "lớp",
    "facility": "cơ sở y tế",
    "service": "loại dịch vụ",
    "day": "ngày",
    "people": "số người",
    "code": "mã",
}
VALUES = {
    "citizen": "người dân",
    "business": "tổ chức, doanh nghiệp",
    "mam_non": "mầm non",
    "tieu_hoc": "tiểu học",
    "thcs": "trung học cơ sở",
    "thpt": "trung học phổ thông",
    "outpatient": "ngoại trú",
    "inpatient": "nội trú",
    "vaccination": "tiêm chủng",
}
OUTLOOKS: dict[Outlook, str] = {
    "impossible": "không thể kết luận",
    "weak": "khó kết luận",
    "possible": "có thể kết luận",
    "sound": "đủ sức kết luận",
}
REASONS = ("không gặp", "chuyển đi", "từ chối", "sai thông tin", "không thuộc đối tượng", "khác")


def column(name: str) -> str:
    return COLUMNS.get(name, name)


def listed(words: Sequence[str]) -> str:
    """a, b và c."""
    return " và ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage: 0.853 → 85,3%."""
    return f"{comma(100.0 * share, digits)}%"


def comma(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def plain(value: float) -> str:
    """A setting as it was set: 0.05 → 0,05."""
    return f"{value:g}".replace(".", ",")


def stage(plan: SamplePlan, place: int) -> str:
    """One stage of the draw as a sentence without its full stop."""
    one = plan.stages[place]
    return f"{_units(plan, one)} {_way(one)}{_number(plan, place)}"


def _units(plan: SamplePlan, one: Stage) -> str:
    if one.unit == "person":
        return PERSONS[plan.kind]
    return ROWS[plan.kind] if one.unit == "code" else column(one.unit)


def _way(one: Stage) -> str:
    if one.method == "all":
        return "được lấy toàn bộ"
    if one.method == "systematic":
        order = f" theo thứ tự {listed([column(name) for name in one.order])}" if one.order else ""
        return f"được chọn hệ thống từ một điểm bắt đầu ngẫu nhiên{order}"
    if one.method == "proportional":
        return "được chọn với xác suất tỷ lệ với quy mô (phương pháp Sampford)"
    return "được chọn ngẫu nhiên đơn giản"


def _number(plan: SamplePlan, place: int) -> str:
    one = plan.stages[place]
    if one.method == "all" or one.number is None:
        return ""
    within = "tầng" if place == 0 else _units(plan, plan.stages[place - 1])
    return f", {count(one.number)} trong mỗi {within}"


def allocation(rule: Allocation) -> str:
    ways = {
        "proportional": "tỷ lệ với quy mô của tầng",
        "equal": "chia đều cho các tầng",
        "power": f"theo lũy thừa {plain(rule.power)} của quy mô tầng (Bankier)",
        "neyman": "theo Neyman (quy mô nhân độ lệch chuẩn dự kiến của tầng)",
    }
    limits = [f"ít nhất {count(rule.minimum)} trường hợp mỗi tầng"] if rule.minimum else []
    limits += [f"nhiều nhất {count(rule.maximum)} trường hợp mỗi tầng"] if rule.maximum else []
    return ", ".join([ways[rule.rule], *limits])
