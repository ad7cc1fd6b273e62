"""What a frame of each kind holds: its columns, the headings under which offices write them, the words of their values.

How a file is read is left to `files`, how its cells become a frame to `reading`.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.planning.spec import FrameKind

Holds = Literal["code", "text", "day", "count", "word"]


@dataclass(frozen=True)
class FrameColumn:
    """`headings`: as `plain` writes them. `words`: what a value may be called, for columns that hold one of a few."""

    name: str
    holds: Holds
    headings: tuple[str, ...]
    required: bool = True
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def value(self, text: str) -> str | None:
        """The value that a word stands for."""
        said = plain(text)
        return next((value for value, words in self.words.items() if said in (*words, plain(value))), None)


def plain(text: str) -> str:
    """Without tones, signs and capitals: "Ngày trả kết quả *" → "ngay tra ket qua"."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = (letter if letter.isalnum() else " " for letter in bare if not unicodedata.combining(letter))
    return " ".join("".join(letters).lower().split())


OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "early": ("som han", "truoc han", "som"),
    "on_time": ("dung han", "dung hen", "da tra", "hoan thanh"),
    "late": ("tre han", "qua han", "tre hen", "cham", "cham han"),
    "returned": ("tra lai", "tra lai ho so", "yeu cau bo sung", "bo sung", "chua du dieu kien"),
    "refused": ("tu choi", "khong giai quyet", "khong du dieu kien"),
    "withdrawn": ("rut", "rut ho so", "cong dan rut", "dung ho so"),
}
# Who was served badly is most likely to be left out of a list.
UNHAPPY = ("late", "returned", "refused", "withdrawn")

TYPES: Mapping[str, tuple[str, ...]] = {
    "citizen": ("ca nhan", "nguoi dan", "cong dan", "person", "individual"),
    "business": ("to chuc", "doanh nghiep", "hop tac xa", "organisation", "organization", "company"),
}
LEVELS: Mapping[str, tuple[str, ...]] = {
    "mam_non": ("mam non", "mn", "mau giao", "preschool", "kindergarten"),
    "tieu_hoc": ("tieu hoc", "th", "primary"),
    "thcs": ("trung hoc co so", "lower secondary", "secondary"),
    "thpt": ("trung hoc pho thong", "upper secondary", "high school"),
}
SERVICES: Mapping[str, tuple[str, ...]] = {
    "outpatient": ("ngoai tru", "kham ngoai tru", "kham benh"),
    "inpatient": ("noi tru", "dieu tri noi tru"),
    "vaccination": ("tiem chung", "tiem chung mo rong", "tiem"),
}

UNIT = FrameColumn("unit", "text", ("ma don vi", "don vi", "ma xa", "unit code", "unit", "xa", "commune"))
TYPE = FrameColumn(
    "respondent_type", "word", ("loai doi tuong", "doi tuong", "loai khach hang", "respondent type", "applicant type"),
    words=TYPES,
)  # fmt: skip
OPTIONAL_TYPE = FrameColumn(TYPE.name, TYPE.holds, TYPE.headings, required=False, words=TYPES)

COLUMNS: Mapping[FrameKind, tuple[FrameColumn, ...]] = {
    "dossiers": (
        FrameColumn("code", "code", ("ma ho so", "so ho so", "ma an danh", "ma", "code", "dossier", "dossier code")),
        UNIT,
        FrameColumn("field", "text", ("linh vuc", "field")),
        FrameColumn("procedure", "text", ("thu tuc", "ten thu tuc", "ma thu tuc", "thu tuc hanh chinh", "procedure")),
        TYPE,
        FrameColumn("outcome", "word", ("ket qua", "tinh trang", "trang thai", "outcome", "status"), words=OUTCOMES),
        FrameColumn(
            "returned_on", "day", ("ngay tra ket qua", "ngay tra", "ngay co ket qua", "returned on", "result day")
        ),
    ),
    "households": (
        FrameColumn("code", "code", ("ma ho", "so ho", "ma", "code", "household", "household code")),
        UNIT,
        FrameColumn("hamlet", "text", ("ma thon", "thon", "to dan pho", "thon to dan pho", "khu pho", "hamlet")),
        FrameColumn("hamlet_name", "text", ("ten thon", "hamlet name"), required=False),
        FrameColumn("people", "count", ("so nguoi lon", "so nhan khau", "nhan khau", "adults", "people"), False),
        OPTIONAL_TYPE,
    ),
    "schools": (
        FrameColumn("code", "code", ("ma lop", "ma", "code", "class code")),
        UNIT,
        FrameColumn("level", "word", ("cap hoc", "bac hoc", "level"), words=LEVELS),
        FrameColumn("school", "text", ("ma truong", "truong", "school", "school code")),
        FrameColumn("school_name", "text", ("ten truong", "school name"), required=False),
        FrameColumn("class", "text", ("lop", "ten lop", "class")),
        FrameColumn("people", "count", ("si so", "so hoc sinh", "hoc sinh", "pupils", "enrolment", "people")),
        OPTIONAL_TYPE,
    ),
    "visits": (
        FrameColumn("code", "code", ("ma luot kham", "ma luot", "ma", "code", "visit", "visit code")),
        UNIT,
        FrameColumn("facility", "text", ("ma co so", "co so", "co so y te", "facility")),
        FrameColumn("facility_name", "text", ("ten co so", "facility name"), required=False),
        FrameColumn("service", "word", ("dich vu", "loai dich vu", "service"), words=SERVICES),
        FrameColumn("day", "day", ("ngay", "ngay kham", "ngay ra vien", "day", "date")),
        OPTIONAL_TYPE,
    ),
}  # fmt: skip
# Names of places: they may look like names of persons.
PLACES = frozenset({"hamlet", "hamlet_name", "school", "school_name", "facility", "facility_name", "unit", "class"})
# What the frame says of persons beyond its own purpose is dropped; what is hidden is the code of every row.
HIDDEN_KINDS: frozenset[FrameKind] = frozenset({"dossiers", "households", "visits"})
