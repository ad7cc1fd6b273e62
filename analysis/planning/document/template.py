"""The plan in an office's own Word template: docxtpl fills in the fields, pieces of the plan go where they are named.

A template is an ordinary document with fields in double braces. FIELDS are words; PLACES stand in a paragraph of their
own and become headings, paragraphs and tables that stay editable. `starter` writes a template to begin with.
"""

from collections.abc import Sequence
from pathlib import Path

from analysis.planning.document import words
from analysis.planning.document.about import About
from analysis.planning.document.content import compose
from analysis.planning.folder import PlanFault, PlanFolder
from analysis.report import office_template
from analysis.report.blocks import Block, Heading, Report
from analysis.report.words import count, day

FIELDS = {
    "co_quan_chu_quan": "tên cơ quan chủ quản",
    "co_quan": "tên cơ quan ban hành",
    "so_ky_hieu": "số, ký hiệu văn bản",
    "dia_danh_ngay_thang": "địa danh, ngày tháng năm",
    "tieu_de": "trích yếu của kế hoạch",
    "tu_ngay": "ngày đầu kỳ khảo sát",
    "den_ngay": "ngày cuối kỳ khảo sát",
    "tong_the": "số trường hợp trong dàn mẫu",
    "co_mau_cong_thuc": "cỡ mẫu theo công thức",
    "so_truong_hop": "số trường hợp rút",
    "du_kien_tra_loi": "số người dự kiến trả lời",
    "sai_so": "sai số toàn địa bàn, điểm phần trăm",
    "ma_cam_ket": "mã cam kết của dàn mẫu và kế hoạch",
    "con_so_cong_khai": "nguồn của con số công khai",
    "ngay_rut": "ngày có con số công khai",
    "chuc_vu_nguoi_ky": "chức vụ người ký",
    "ho_ten_nguoi_ky": "họ tên người ký",
    "du_thao": "“DỰ THẢO” khi chưa có số, trống khi đã có",
    "mo_phong": "dòng báo dàn mẫu mô phỏng, trống khi là thật",
}
PLACES = {
    "noi_dung": "toàn bộ mục I đến XIII",
    **{f"muc_{number}": f"riêng mục {number}" for number in (
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")},
    "ky_ten": "nơi nhận và chữ ký",
    "phu_luc": "các phụ lục",
}  # fmt: skip


def write_into(template: Path, folder: PlanFolder, about: About, file: Path) -> None:
    """Raises PlanFault where the template names a field that there is not, or is no Word document."""
    report = compose(folder, about)
    try:
        document = office_template.render(template, _fields(folder, about, report), PLACES)
    except office_template.TemplateFault as fault:
        raise PlanFault(f"{fault}; see `template --help`") from fault
    office_template.put(document, _pieces(report.blocks), file.parent, file)


def _fields(folder: PlanFolder, about: About, report: Report) -> dict[str, str]:
    whole, number = folder.promise["rows"][0], folder.plan.public_number
    values = (
        *(report.front.superior, report.front.issuer, report.front.number, report.front.place, about.title),
        *(day(about.first_day.isoformat()), day(about.last_day.isoformat())),
        *(count(whole["population"]), count(folder.promise["official"]), count(whole["cases"])),
        *(count(round(whole["answers"])), words.comma(whole["half_width"]) if whole["half_width"] else "–"),
        *(folder.commitment, number.source, day(number.day.isoformat()), about.signer, about.signer_name),
        *(report.draft_mark, report.simulated_mark),
    )
    return dict(zip(FIELDS, values, strict=True))


def _pieces(blocks: Sequence[Block]) -> office_template.Pieces:
    """Sections start at a Roman numeral."""
    section = ""

    def section_of(block: Block) -> tuple[str]:
        nonlocal section
        if isinstance(block, Heading) and block.level == 1:
            section = f"muc_{block.text.split('.')[0]}"
        return (section,)

    return office_template.pieces(PLACES, blocks, section_of)


def starter(file: Path) -> None:
    abstract = "{{ tieu_de }}\n(kỳ khảo sát từ ngày {{ tu_ngay }} đến ngày {{ den_ngay }})"
    office_template.starter(file, "KẾ HOẠCH", abstract, "Mã cam kết {{ ma_cam_ket }}", "Kế hoạch khảo sát")
