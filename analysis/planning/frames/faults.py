"""What is wrong with a frame's file, as data and as one sentence in each language, with its row and column."""

from collections.abc import Sequence
from dataclasses import dataclass

SENTENCES: dict[str, tuple[str, str]] = {
    "unreadable": (
        "Không đọc được tệp này; hãy lưu lại dưới dạng XLSX hoặc CSV (UTF-8) rồi nhập lại",
        "this file cannot be read; save it as XLSX or CSV (UTF-8) and try again",
    ),
    "too_large": (
        "Tệp quá lớn (tối đa {most}); hãy bỏ các trang và cột thừa hoặc chia theo đơn vị",
        "the file is too large (at most {most}); leave out spare sheets and columns, or split it by unit",
    ),
    "bomb": (
        "Tệp nén chứa nhiều dữ liệu bất thường hoặc khai báo XML lạ; hãy xuất lại từ phần mềm một cửa",
        "the file unpacks to far more than it is, or declares entities; export it anew from its software",
    ),
    "empty": ("Tệp không có dòng dữ liệu nào", "the file has no row of data"),
    "too_many_rows": ("Dòng {row}: tệp có hơn {most} dòng", "row {row}: the file has more than {most} rows"),
    "too_many_columns": ("Dòng {row}: tệp có hơn {most} cột", "row {row}: the file has more than {most} columns"),
    "long_cell": (
        "Dòng {row}, cột {column}: ô dài quá {most} ký tự",
        "row {row}, column {column}: the cell is longer than {most} signs",
    ),
    "formula": (
        "Dòng {row}, cột {column}: ô là công thức; hãy dán giá trị thay cho công thức",
        "row {row}, column {column}: the cell is a formula; paste its value in its place",
    ),
    "sign": (
        "Dòng {row}, cột {column}: ô chứa ký tự không dùng được ({text})",
        "row {row}, column {column}: the cell holds a sign that cannot be used ({text})",
    ),
    "missing_column": (
        "Dòng {row}: thiếu cột {column}; có thể đặt tên cột là: {text}",
        "row {row}: the column {column} is missing; it may be headed {text}",
    ),
    "double_column": (
        "Dòng {row}, cột {column}: có hai cột cùng ý nghĩa ({text}); hãy bỏ một cột",
        "row {row}, column {column}: two columns mean the same ({text}); leave one out",
    ),
    "personal_heading": (
        "Cột {column}: dàn mẫu không được chứa dữ liệu cá nhân ({text}); hãy xóa cột này trước khi nhập",
        "column {column}: a frame must not hold personal data ({text}); delete the column before the import",
    ),
    "personal_content": (
        "Dòng {row}, cột {column}: nội dung giống {vi}; dàn mẫu không được chứa dữ liệu cá nhân, hãy xóa cột này",
        "row {row}, column {column}: this looks like {en}; a frame must not hold personal data, delete the column",
    ),
    "blank": ("Dòng {row}, cột {column}: ô trống", "row {row}, column {column}: the cell is empty"),
    "day": (
        "Dòng {row}, cột {column}: {text!r} không phải ngày; viết ngày/tháng/năm, ví dụ 05/06/2017",
        "row {row}, column {column}: {text!r} is no day; write day/month/year, as 05/06/2017",
    ),
    "count": (
        "Dòng {row}, cột {column}: {text!r} không phải số nguyên từ 1 đến 9999",
        "row {row}, column {column}: {text!r} is no whole number from 1 to 9999",
    ),
    "word": (
        "Dòng {row}, cột {column}: không hiểu {text!r}; dùng một trong: {known}",
        "row {row}, column {column}: {text!r} is not known; use one of {known}",
    ),
    "duplicate": (
        "Dòng {row}, cột {column}: mã {text!r} đã có ở dòng {first}",
        "row {row}, column {column}: the code {text!r} stands in row {first} already",
    ),
}


@dataclass(frozen=True)
class Fault:
    """`row` counts as the office's program does, from 1; 0 where no one row is at fault."""

    code: str
    row: int
    column: str
    vi: str
    en: str


class FrameFaults(Exception):
    """The file is no frame; `faults` says why, the first of them first."""

    def __init__(self, faults: Sequence[Fault], more: int = 0) -> None:
        self.faults, self.more = tuple(faults), more
        rest = f" (and {len(faults) - 1 + more} more)" if len(faults) + more > 1 else ""
        super().__init__(faults[0].en + rest)


def fault(code: str, row: int = 0, column: str = "", **said: object) -> Fault:
    vi, en = (words.format(row=row, column=column, **said) for words in SENTENCES[code])
    return Fault(code, row, column, vi, en)
