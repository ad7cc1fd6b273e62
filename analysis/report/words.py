"""The fixed words of the report in Vietnamese: verdicts, modes, series, dates, counts. Figures have their text elsewhere."""

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

MODES = {
    "qr_slip": "Phiếu dùng một lần (mã QR)",
    "tablet": "Điều tra viên dùng máy tính bảng",
    "phone": "Phỏng vấn qua điện thoại",
    "paper_self": "Phiếu giấy, người dân tự điền",
    "paper_officer": "Phiếu giấy, điều tra viên ghi",
    "qr_open": "Mã QR để ngỏ tại nơi giao dịch",
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

EXCLUDED = {
    "late_undecided": "Gửi sau khi đợt khảo sát đã đóng, chưa được xem xét",
    "voided": "Phiếu đã bị hủy",
}

FORMULAS = {
    "O_crit": "Trung bình các tiêu chí",
    "O_pool": "Gộp mọi câu trả lời",
    "O_fac": "Trung bình các yếu tố",
    "H1": "Tỷ lệ hài lòng chung",
    "H2": "Hài lòng toàn diện (hài lòng ở mọi tiêu chí đã đánh giá)",
    "H3": "Điểm trung bình quy đổi (điểm trung bình chia 5)",
}

CERTAINTY = {
    "found": "đã đọc trong văn bản",
    "recalled_high": "ghi theo hiểu biết, cần đối chiếu văn bản gốc",
    "recalled_medium": "ghi theo hiểu biết, cần đối chiếu văn bản gốc",
    "recalled_low": "ghi theo hiểu biết, cần đối chiếu văn bản gốc",
    "proposed": "đề xuất, chưa phải văn bản chính thức",
}

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def text(value: Any) -> str:
    """The Vietnamese of a text in both languages; a plain string stays as it is."""
    return str(value["vi"] if isinstance(value, Mapping) else value or "")


def count(number: int) -> str:
    """1234 → 1.234, as numbers are written in Vietnam."""
    return f"{number:,}".replace(",", ".")


def number(value: float) -> str:
    """A setting of the survey (target, level): 80.0 → 80, 82.5 → 82,5."""
    return f"{value:g}".replace(".", ",")


def day(iso: str) -> str:
    """2017-06-05 → 05/6/2017: a leading 0 for days under 10 and for months 1 and 2 (NĐ 30/2020/NĐ-CP)."""
    year, month, date = iso[:10].split("-")
    return f"{date}/{month if int(month) < 3 else int(month)}/{year}"


def lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]
