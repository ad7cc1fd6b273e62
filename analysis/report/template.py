"""The report in an office's own Word template: which fields and places a template may name, and one to begin with.

FIELDS are words; PLACES stand in a paragraph of their own. How they are filled in is left to `office_template`.
"""

from collections.abc import Sequence
from pathlib import Path

from docx.document import Document

from analysis.report import collected, office_template, undrawn
from analysis.report.blocks import Block, Heading, Report
from analysis.report.cells import counted, point_reading, verdict_words
from analysis.report.source import Release
from analysis.report.words import day, number

FIELDS = {
    "co_quan_chu_quan": "tên cơ quan chủ quản",
    "co_quan": "tên cơ quan ban hành",
    "so_ky_hieu": "số, ký hiệu văn bản",
    "dia_danh_ngay_thang": "địa danh, ngày tháng năm",
    "trich_yeu": "trích yếu của báo cáo",
    "tu_ngay": "ngày đầu thu thập ý kiến",
    "den_ngay": "ngày cuối thu thập ý kiến, không quá ngày chốt số liệu",
    "ten_chi_so": "tên chỉ số",
    "muc_tieu": "mục tiêu (trên bao nhiêu phần trăm)",
    "gia_tri": "giá trị ước lượng của chỉ số",
    "can_duoi": "giới hạn dưới của khoảng tin cậy",
    "can_tren": "giới hạn trên của khoảng tin cậy",
    "ket_luan": "kết luận so với mục tiêu",
    "doc_theo_diem": "đọc theo giá trị điểm",
    "so_nguoi": "số người trả lời",
    "du_thao": "“DỰ THẢO” khi chưa có số, trống khi đã có",
    "mo_phong": "dòng báo số liệu mô phỏng, trống khi là thật",
    "ban_phat_hanh": "mã bản kết quả và dữ liệu",
}
PLACES = {
    "noi_dung": "tóm tắt và ba phần",
    "tom_tat": "riêng phần tóm tắt",
    "phan_1": "riêng Phần thứ nhất",
    "phan_2": "riêng Phần thứ hai",
    "phan_3": "riêng Phần thứ ba",
    "ky_ten": "nơi nhận và chữ ký",
    "phu_luc": "các phụ lục",
}
PARTS = ("tom_tat", "phan_1", "phan_2", "phan_3")


def render(template: Path, report: Report, release: Release) -> Document:
    """Raises office_template.TemplateFault; nothing is written."""
    return office_template.render(template, _fields(report, release), PLACES)


def check(template: Path) -> None:
    """Raises office_template.TemplateFault."""
    office_template.check(template, FIELDS, PLACES)


def put(document: Document, report: Report, charts: Path, file: Path) -> None:
    """The mark of simulated answers stands on every page, whether or not the template has its field."""
    if report.simulated_mark:
        office_template.mark(document, report.simulated_mark)
    office_template.put(document, _pieces(report.blocks), charts, file)


def _fields(report: Report, release: Release) -> dict[str, str]:
    front, index, (first, last) = report.front, release.index, collected.days(release)
    values = (
        *(front.superior, front.issuer, front.number, front.place, front.abstract.split("\n")[0]),
        *(day(first), day(last), release.instrument.index.name.vi, number(release.target)),
        *(release.shown(index) or "–", release.shown(index, "low") or "–", release.shown(index, "high") or "–"),
        *(_conclusion(release), point_reading(release, index), counted(index, "n").text),
        *(report.draft_mark, report.simulated_mark, report.trace),
    )
    return dict(zip(FIELDS, values, strict=True))


def _conclusion(release: Release) -> str:
    """With what belongs to it where no plan drew those who answered: a template may show nothing else of it."""
    return ". ".join([verdict_words(release.index), *(note["vi"] for note in undrawn.notes(release))])


def _pieces(blocks: Sequence[Block]) -> office_template.Pieces:
    """Parts begin at a heading of level 0; what stands before the first is the summary."""
    part = 0

    def part_of(block: Block) -> tuple[str]:
        nonlocal part
        part += isinstance(block, Heading) and block.level == 0
        return (PARTS[max(part - 1, 0)],)

    return office_template.pieces(PLACES, blocks, part_of)


def starter(file: Path) -> None:
    abstract = "{{ trich_yeu }}\n(thu thập ý kiến từ ngày {{ tu_ngay }} đến ngày {{ den_ngay }})"
    office_template.starter(file, "BÁO CÁO", abstract, "{{ ban_phat_hanh }}", "Báo cáo kết quả khảo sát")
