"""Finds what names people: headings and contents that a frame must not hold, with the reason."""

import re
from collections.abc import Iterator, Sequence

from analysis.planning.frames.faults import Fault, fault
from analysis.planning.frames.files import Sheet, letter
from analysis.planning.frames.kinds import PLACES, plain

HEADINGS = (
    *(
        "ho ten",
        "ho va ten",
        "ten nguoi",
        "nguoi nop",
        "chu ho",
        "ten chu",
        "nguoi dai dien",
        "full name",
        "first name",
    ),
    *(
        "last name",
        "surname",
        "dien thoai",
        "sdt",
        "so dt",
        "di dong",
        "phone",
        "mobile",
        "zalo",
        "email",
        "e mail",
        "thu dien tu",
    ),
    *(
        "cccd",
        "cmnd",
        "can cuoc",
        "chung minh",
        "dinh danh",
        "ho chieu",
        "passport",
        "identity",
        "id number",
        "id card",
    ),
    *("dia chi", "so nha", "address", "ngay sinh", "nam sinh", "birth", "bhyt", "bao hiem y te", "ma so thue"),
    *("insurance number", "tax code", "bien so", "facebook"),
)
EXACT = ("ten", "name", "ho", "tuoi", "age", "gioi tinh", "sex")

PHONE = re.compile(r"(\+?84|0)[35789]\d{8}")
CITIZEN_ID = re.compile(r"0(0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}")  # Province, century and sex, year, number.
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
SURNAMES = frozenset(
    (
        *("nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô"),
        *("dương", "lý", "đinh", "trịnh", "hà", "mai", "đào", "đoàn", "lương", "cao", "trương", "lưu", "tô", "tạ"),
        *("đàm", "lại", "kiều", "hứa", "tống", "quách", "thái"),
    )
)
NAME_WORDS = range(2, 6)
MANY = 0.3  # Of the cells of a column: fewer names may be chance ("Lê Lợi" as a street's procedure).
MOST = 0.5  # Of the codes: some numbers of dossiers look like those of phones.


def personal(sheet: Sheet, columns: Sequence[str]) -> Iterator[Fault]:
    """`columns`: what each column of the sheet was taken for, empty where it was not known."""
    for place, heading in enumerate(sheet.headings):
        known = columns[place]
        said = f" {plain(heading)} "
        if not known and (said.strip() in EXACT or any(f" {word} " in said for word in HEADINGS)):
            yield fault("personal_heading", sheet.head_row, letter(place), text=heading[:40])
        elif found := _content(sheet, place, known):
            yield found


def _content(sheet: Sheet, place: int, known: str) -> Fault | None:
    cells = [(row, cells[place]) for row, cells in sheet.rows if cells[place]]
    for looks, vi, en, least in (
        (_is_phone, "số điện thoại", "a phone number", MOST if known == "code" else 0.0),
        (_is_citizen_id, "số căn cước công dân", "a citizen's identity number", MOST if known == "code" else 0.0),
        (_is_email, "địa chỉ thư điện tử", "an e-mail address", 0.0),
        (_is_name, "họ tên người", "a person's name", 2.0 if known in PLACES else MANY),
    ):
        hits = [row for row, text in cells if looks(text)]
        if hits and len(hits) > least * len(cells):
            return fault("personal_content", hits[0], letter(place), vi=vi, en=en)
    return None


def _is_phone(text: str) -> bool:
    return bool(PHONE.fullmatch(re.sub(r"[\s.\-()]", "", text)))


def _is_citizen_id(text: str) -> bool:
    return bool(CITIZEN_ID.fullmatch(text.replace(" ", "")))


def _is_email(text: str) -> bool:
    return bool(EMAIL.search(text))


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        len(words) in NAME_WORDS and words[0].lower() in SURNAMES and all(w[0].isupper() and w.isalpha() for w in words)
    )
