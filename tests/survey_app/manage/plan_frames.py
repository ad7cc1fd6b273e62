"""Frames as an office would upload them, small and always the same."""

import io
from random import Random

UNITS = ("15520", "15523", "15526", "15529")
HEADS = {
    "dossiers": "Mã hồ sơ,Mã đơn vị,Lĩnh vực,Thủ tục,Đối tượng,Kết quả,Ngày trả kết quả",
    "households": "Mã hộ,Mã đơn vị,Mã thôn,Tên thôn,Nhân khẩu",
    "schools": "Mã lớp,Mã đơn vị,Cấp học,Mã trường,Tên trường,Lớp,Sĩ số",
    "visits": "Mã lượt khám,Mã đơn vị,Mã cơ sở,Dịch vụ,Ngày",
}


def frame(kind: str) -> io.BytesIO:
    rows = {"dossiers": _dossiers, "households": _households, "schools": _schools, "visits": _visits}[kind]()
    return io.BytesIO("\n".join([HEADS[kind], *rows]).encode())


def _dossiers(count: int = 480) -> list[str]:
    random = Random(1)
    return [
        f"HS-2026-{number:06},{UNITS[number % 4]},{random.choice(['Đất đai', 'Hộ tịch'])},Đăng ký,"
        f"{'tổ chức' if random.random() < 0.2 else 'cá nhân'},{'trễ hạn' if random.random() < 0.1 else 'đúng hạn'},"
        f"{random.randrange(1, 29):02}/{random.randrange(1, 11):02}/2026"
        for number in range(1, count + 1)
    ]


def _households() -> list[str]:
    return [
        f"H{place:02}{hamlet}{number:03},{unit},{unit}-{hamlet},Thôn {hamlet},{1 + number % 5}"
        for place, unit in enumerate(UNITS)
        for hamlet in range(1, 9)
        for number in range(30)
    ]


def _schools() -> list[str]:
    return [
        f"{level}-{school}-{letter},{UNITS[school % 4]},{level},"
        f"{level[:2]}-{school},Trường {school},{letter},{25 + school}"
        for level in ("mầm non", "tiểu học")
        for school in range(1, 9)
        for letter in "AB"
    ]


def _visits() -> list[str]:
    random = Random(2)
    return [
        f"LK{number:05},{UNITS[number % 4]},TYT-{UNITS[number % 4]},{random.choice(['ngoại trú', 'tiêm chủng'])},"
        f"{random.randrange(1, 29):02}/0{random.randrange(1, 9)}/2026"
        for number in range(400)
    ]
