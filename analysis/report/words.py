"""The fixed words of the report in Vietnamese: verdicts, modes, series, dates, counts.

The text of a figure is not made here but read from the release.
"""

import re
from collections.abc import Mapping
from typing import Any

SIMULATED = "SỐ LIỆU MÔ PHỎNG – không phải kết quả thật"
DRAFT = "DỰ THẢO"

VERDICTS = {
    "met": "đạt",
    "not_met": "chưa đạt",
    "undecided": "chưa đủ cơ sở kết luận",
    "": "không đủ số liệu",
}

UNDRAWN = "undrawn"  # Beside the verdicts: none was given, because no plan drew those who answered.
UNDRAWN_SAID = "không kết luận: không có kế hoạch niêm phong"

# The two verdicts of a unit: its own, and the one corrected for the length of the list.
OWN_VERDICT = "Kết luận riêng"
LIST_VERDICT = "Kết luận khi xét cùng lúc các đơn vị (Holm)"

MODES = {
    "qr_slip": "Mã QR trên phiếu mời",
    "tablet": "Máy tính bảng, có điều tra viên",
    "phone": "Điện thoại",
    "paper_self": "Phiếu giấy tự điền",
    "paper_officer": "Phiếu giấy, có điều tra viên",
    "qr_open": "Mã QR để ngỏ",
    "visit_code": "Mã lượt giao dịch",
    "kiosk": "Máy đặt tại quầy",
    "counter_3": "Nút bấm ba mức tại quầy",
}

SERIES = {
    "probability": "Mẫu chọn theo xác suất",
    "open": "Trả lời tự nguyện (kênh mở)",
    "counter_3": "Nút bấm ba mức tại quầy",
    "modelled": "Ước lượng theo mô hình",
    "combined": "Tổng hợp các đợt",
}
SERIES_OF_MODE = {
    **dict.fromkeys(("qr_slip", "tablet", "phone", "paper_self", "paper_officer"), "probability"),
    **dict.fromkeys(("qr_open", "kiosk", "visit_code"), "open"),
    "counter_3": "counter_3",
}

WAVE_STEPS = {
    "copied": "Sao từ đợt trước",
    "sealed": "Niêm phong kế hoạch chọn mẫu",
    "drawn": "Rút mẫu",
    "rehearsed": "Diễn tập (câu trả lời không được tính)",
    "extended": "Gia hạn",
    "closed": "Đóng sớm",
    "reopened": "Mở lại",
    "amended": "Sửa kế hoạch (hủy niêm phong hoặc thay đơn vị mẫu)",
    "weighed": "Nêu hoặc đổi quyền số kết hợp của đợt",
    "points_off": "Tắt điểm khảo sát",
    "points_on": "Bật điểm khảo sát",
    "late_accepted": "Chấp nhận phiếu đến muộn",
    "late_refused": "Không chấp nhận phiếu đến muộn",
}

DISPOSITIONS = {
    "complete": "Đã trả lời",
    "partial": "Trả lời một phần",
    "refused": "Từ chối",
    "broken_off": "Bỏ dở",
    "not_contacted": "Không gặp",
    "moved": "Đã chuyển đi",
    "being_tried": "Chưa gặp được",
    "other": "Lý do khác",
    "not_attempted": "Chưa đến",
    "wrong_data": "Sai thông tin",
    "not_eligible": "Không thuộc đối tượng",
}
RATES = {
    "RR1": "Tỷ lệ trả lời thấp nhất, không tính phiếu một phần",
    "RR2": "Tỷ lệ trả lời thấp nhất, gồm phiếu một phần",
    "RR3": "Tỷ lệ trả lời, tính một phần trường hợp chưa rõ",
    "RR4": "Tỷ lệ trả lời gồm phiếu một phần, tính một phần trường hợp chưa rõ",
    "COOP1": "Tỷ lệ hợp tác của người gặp được",
    "REF1": "Tỷ lệ từ chối",
    "CON1": "Tỷ lệ gặp được",
}

ROLES = {
    "administrator": "quản trị viên",
    "manager": "quản lý",
    "officer": "điều tra viên",
    "analyst": "chuyên viên phân tích",
    "approver": "người phê duyệt",
    "viewer": "người xem",
}
PUBLICATION_STEPS = {
    "entered": "Nhập bản kết quả",
    "approved": "Phê duyệt",
    "shown": "Gửi các cơ quan được đánh giá",
    "published": "Công bố",
}
SILENT = {
    "by_link": "Cơ quan không có ý kiến, gửi qua liên kết do người này cấp",
    "by_staff": "Cơ quan không có ý kiến, do người này ghi nhận thay",
    "unknown": "Cơ quan không có ý kiến, do người này ghi nhận hoặc cấp liên kết",
}
CHANGES = {"voided": "Hủy", "restored": "Khôi phục", "corrected": "Sửa"}
EXCLUDED = {
    "late_undecided": "Gửi sau khi đợt khảo sát đã đóng, chưa được xem xét",
    "late_refused": "Gửi sau khi đợt khảo sát đã đóng, không được chấp nhận",
    "voided": "Phiếu do cán bộ nhập, đã bị hủy có lý do",
    "withdrawn": "Người trả lời đã rút lại bằng mã biên nhận",
    "device_waiting": "Mục gửi từ máy tính bảng, máy đặt tại quầy còn chờ người quản lý xem xét",
    "device_dropped": "Mục gửi từ máy tính bảng, máy đặt tại quầy đã bị người quản lý loại, có lý do",
    "outside_frame": "Trả lời qua kênh của mẫu nhưng không thuộc trường hợp nào trong dàn mẫu",
}

FORMULAS = {
    "O_crit": "Trung bình các tiêu chí",
    "O_pool": "Gộp mọi câu trả lời",
    "O_fac": "Trung bình các yếu tố",
    "O_block": "Trung bình các khối theo trọng số công bố",
    "H1": "Tỷ lệ hài lòng chung",
    "H2": "Hài lòng toàn diện (hài lòng ở mọi tiêu chí đã đánh giá)",
    "H3": "Điểm trung bình quy đổi (điểm trung bình chia 5)",
}

# A report speaks of all places at once, so what a form says for each is said in general.
PLACE = {
    "office": "cơ quan",
    "unit": "địa phương",
    "survey": "cuộc khảo sát",
    "owner": "cơ quan khảo sát",
    "procedure": "thủ tục đã làm",
}

INTERVALS = {
    "korn_graubard_capped": "Khoảng Korn–Graubard (giới hạn Clopper–Pearson theo cỡ mẫu hiệu dụng, cỡ này không "
    "vượt quá số "
    "câu trả lời)",
    "wilson": "Khoảng Wilson theo cỡ mẫu hiệu dụng",
    "logit": "Khoảng logit theo cỡ mẫu hiệu dụng",
}

LONELY_PSU = {
    "fail": "Trong kỳ này không có tầng nào chỉ có một đơn vị mẫu cấp một.",
    "certainty": "Tầng chỉ có một đơn vị mẫu cấp một, hoặc đơn vị mẫu cấp một chỉ có một người trả lời, được coi như "
    "điều tra toàn bộ.",
    "average": "Tầng chỉ có một đơn vị mẫu cấp một được gán phương sai trung bình của các tầng khác.",
    "centre": "Tầng chỉ có một đơn vị mẫu cấp một được tính phương sai quanh trung bình chung của mẫu.",
}

# Why a figure has no verdict, as `analysis.targets` and `analysis.figures` say it in the column `method`.
OBSTACLES = (
    (r"fewer than (\d+) respondents", r"có dưới \1 người trả lời"),
    (r"no degrees of freedom", "không tính được sai số chọn mẫu"),
    (r"no criterion with a sufficient base", "không tiêu chí nào đủ số câu trả lời"),
    (r"no sealed plan", "không có mẫu nào được rút theo kế hoạch đã niêm phong"),
)

CERTAINTY = {
    "found": "đã đọc trong văn bản",
    "recalled_high": "ghi theo hiểu biết, cần đối chiếu văn bản gốc",
    "recalled_medium": "ghi theo hiểu biết, cần đối chiếu văn bản gốc",
    "recalled_low": "ghi theo hiểu biết, cần đối chiếu văn bản gốc",
    "proposed": "đề xuất, chưa phải văn bản chính thức",
}

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def verdict(kind: str) -> str:
    """In tables; why there is none stands beside the headline."""
    return "không kết luận" if kind == UNDRAWN else VERDICTS[kind]


def text(value: Any) -> str:
    """The Vietnamese of a text in both languages; a plain string stays as it is."""
    return str(value["vi"] if isinstance(value, Mapping) else value or "")


def count(number: int) -> str:
    """1234 → 1.234, as numbers are written in Vietnam."""
    return f"{number:,}".replace(",", ".")


def number(value: float) -> str:
    """A setting of the survey (target, level): 80.0 → 80, 82.5 → 82,5."""
    return f"{value:g}".replace(".", ",")


def weight(value: float) -> str:
    """A stated weight as it was stated, however large or small: 250000.5 → 250000,5."""
    return f"{value:.9f}".rstrip("0").rstrip(".").replace(".", ",")


def day(iso: str) -> str:
    """2017-06-05 → 05/6/2017: a leading 0 for days under 10 and for months 1 and 2 (NĐ 30/2020/NĐ-CP)."""
    year, month, date = iso[:10].split("-")
    return f"{date}/{month if int(month) < 3 else int(month)}/{year}"


def long_day(iso: str | None) -> str:
    """2017-06-05 → ngày 05 tháng 6 năm 2017; left open for the hand where there is none."""
    if not iso:
        return "ngày      tháng      năm        "
    year, month, date = iso[:10].split("-")
    return f"ngày {date} tháng {month if int(month) < 3 else int(month)} năm {year}"


def obstacle(method: str) -> str:
    """The reason in a figure's method why it has no verdict; empty when none is given."""
    found = ((re.search(pattern, method), words) for pattern, words in OBSTACLES)
    return next((match.expand(words) for match, words in found if match), "")


def lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def unit_name(unit: Mapping[str, str]) -> str:
    """Type and name, the type not said twice: «Phòng Nội vụ» is no «phòng Phòng Nội vụ»."""
    kind, name = unit["type"], unit["name"]
    return name if name.lower().startswith(kind.lower()) else f"{kind} {name}".strip()


def upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]
