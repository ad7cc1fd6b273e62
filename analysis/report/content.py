"""What the report says, as plain data made from one release folder.

How it looks is left to `docx`, `pdf` and `xlsx`.
"""

import re

from analysis.report.annexes import add_annexes
from analysis.report.blocks import Closing, Draft, Front, Report
from analysis.report.closing_part import add_conclusions, add_correction, add_replies
from analysis.report.conduct import add_conduct
from analysis.report.publication import Publication
from analysis.report.results import add_results
from analysis.report.source import Release
from analysis.report.summary import add_summary
from analysis.report.words import DRAFT, SIMULATED, day, long_day, lower_first, text

# "Phòng Nội vụ huyện Thọ Xuân": an office below a people's committee, which stands above it on the first page.
OFFICE = re.compile(r"^(?P<office>.+?) (?P<level>huyện|thị xã|thành phố|tỉnh|xã|phường|thị trấn) (?P<place>[^,]+)$")


UNPUBLISHED = Publication()
CLOSING = Closing(
    recipients=("- ……………………………;", "- ……………………………;", "- Lưu: VT."),
    signer=("THỦ TRƯỞNG CƠ QUAN", "(Chữ ký, họ và tên, đóng dấu)"),
)


def compose(release: Release, alt: dict[str, str], publication: Publication = UNPUBLISHED) -> Report:
    """`alt` holds the text of each chart that was drawn; a chart without text is not shown."""
    draft = Draft()
    add_correction(draft, publication)
    add_summary(draft, release, alt)
    add_conduct(draft, release)
    add_results(draft, release, alt)
    add_replies(draft, publication)
    add_conclusions(draft, release, publication)
    draft.close(CLOSING)
    add_annexes(draft, release)
    front = _front(release, publication)
    return Report(
        front=front,
        draft_mark="" if publication.document_number else DRAFT,
        simulated_mark=SIMULATED if release.simulated else "",
        trace=f"Bản phát hành {release.release_hash[:12]} · dữ liệu {release.extract_hash[:12]}",
        title=f"Báo cáo: {front.abstract}",
        blocks=tuple(draft.blocks),
    )


def _front(release: Release, publication: Publication) -> Front:
    owner = text(release.survey["owner"])
    found = OFFICE.match(owner)
    committee = found and found["office"].upper() not in ("UBND", "ỦY BAN NHÂN DÂN")
    return Front(
        superior=f"UBND {found['level']} {found['place']}".upper() if found and committee else "",
        issuer=(found["office"] if found and committee else owner).upper(),
        number=f"Số: {publication.document_number}" if publication.document_number else "Số:        /BC-……",
        place=f"{found['place'] if found else '……………'}, {long_day(publication.document_day)}",
        kind="BÁO CÁO",
        abstract=_abstract(release),
    )


def _abstract(release: Release) -> str:
    name = text(release.survey["name"])
    subject = lower_first(name) if name.lower().startswith("khảo sát") else f"cuộc khảo sát “{name}”"
    period = release.survey["period"]
    return f"Kết quả {subject}\n(kỳ khảo sát từ ngày {day(period['from'])} đến ngày {day(period['to'])})"
