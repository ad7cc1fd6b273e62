"""QR sheets to hang at collection points, as one PDF. How a sheet looks, the Typst template beside it says."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import qrcode
import typst
from qrcode.image.svg import SvgPathImage

from survey_app import points
from survey_app.models import CollectionPoint, Wave

SIZES = ("a4", "a5")
TEMPLATE = Path(__file__).parent / "templates" / "sheets" / "point.typ"
WHY = {
    "sipas": {
        "vi": "Ông/Bà vừa được giải quyết công việc tại đây?\nBa phút trả lời của Ông/Bà giúp nơi này phục vụ tốt hơn.",
        "en": "Have you just been served here? Three minutes of your answers help this office to serve better.",
    },
    "health": {
        "vi": "Ông/Bà vừa khám, chữa bệnh tại đây?\nBa phút trả lời của Ông/Bà giúp nơi này phục vụ tốt hơn.",
        "en": "Have you just been treated here? Three minutes of your answers help this place to care better.",
    },
    "education": {
        "vi": "Ông/Bà có con em học tại đây?\nBa phút trả lời của Ông/Bà giúp nhà trường dạy dỗ các em tốt hơn.",
        "en": "Does your child learn here? Three minutes of your answers help the school to teach and care better.",
    },
}
PROMISE = {
    "vi": "Tự nguyện · không cần tài khoản · không ghi tên",
    "en": "Voluntary · no account · no name kept",
}
MARKS = {
    "simulated": {
        "vi": "MÔ PHỎNG – KHÔNG DÙNG ĐỂ KHẢO SÁT THẬT",
        "en": "simulated, not a real survey",
        "short": "MÔ PHỎNG",
    },
    "practice": {"vi": "DIỄN TẬP – KHÔNG TÍNH", "en": "rehearsal, does not count", "short": "DIỄN TẬP – KHÔNG TÍNH"},
}
STEPS = (
    {"vi": "Mở máy ảnh điện thoại", "en": "Open the camera"},
    {"vi": "Đưa vào mã vuông", "en": "Point it at the code"},
    {"vi": "Chạm liên kết, trả lời", "en": "Tap the link, answer"},
)


def qr_svg(address: str) -> bytes:
    """The QR code of an address. Level Q: a quarter of it may be dirty or torn."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=2, image_factory=SvgPathImage)
    code.add_data(address)
    return bytes(code.make_image().to_string())


def pdf(found: Sequence[CollectionPoint], public_url: str, size: str = "a4") -> bytes:
    """One sheet for each point, on A4 or A5."""
    if size not in SIZES:
        raise ValueError(f"The size of a sheet is one of {', '.join(SIZES)}.")
    data = {
        "size": size,
        "title": f"QR · {found[0].wave.survey.name_vi}" if found else "QR",
        "steps": STEPS,
        "sheets": [_sheet(point, public_url) for point in found],
    }
    # Only the fonts that Typst brings along: the sheet looks the same from every machine.
    made: bytes = typst.compile(
        str(TEMPLATE), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, ignore_system_fonts=True
    )
    return made


def _sheet(point: CollectionPoint, public_url: str) -> dict[str, object]:
    survey, wave = point.wave.survey, point.wave
    address = points.url(public_url, point.code)
    link = address.removeprefix("https://").removeprefix("http://")
    return {
        "owner": {"vi": survey.owner_vi, "en": survey.owner_en},
        "office": {"vi": _capital(point.label_vi), "en": _capital(point.label_en)},
        "why": WHY[survey.index_code],
        "promise": PROMISE,
        "days": {
            "vi": f"Từ {official_day(wave.opens_on)} đến hết {official_day(wave.closes_on)}",
            "en": f"From {official_day(wave.opens_on)} to {official_day(wave.closes_on)}",
        },
        "url": address,
        "link": link,
        "link_size": min(24, 560 / max(len(link), 1)),  # A long address still stays on one line.
        "qr": qr_svg(address).decode(),
        "mark": mark_of(wave),
    }


def mark_of(wave: Wave) -> dict[str, str] | None:
    """What is stamped on paper of a wave whose answers do not count."""
    return MARKS["practice"] if wave.practice else MARKS["simulated"] if wave.simulated else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def official_day(day: date) -> str:
    """As Vietnamese papers write it."""
    return f"{day.day:02}/{day.month:02}/{day.year}"
