"""What the report says, as plain data made from one release folder.

How it looks is left to `docx`, `pdf` and `xlsx`.
"""

import re
from collections.abc import Sequence

from analysis.report import collected
from analysis.report.annexes import add_annexes
from analysis.report.blocks import Block, Closing, Draft, Front, Report
from analysis.report.closing_part import add_conclusions, add_correction, add_people, add_replies
from analysis.report.conduct import add_conduct
from analysis.report.publication import Publication
from analysis.report.results import add_results
from analysis.report.source import Release
from analysis.report.summary import add_summary
from analysis.report.words import DRAFT, SIMULATED, long_day, lower_first, text, upper_first

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
    collected.add_notice(draft, release, publication)
    add_summary(draft, release, alt)
    add_conduct(draft, release, alt)
    add_results(draft, release, alt)
    add_replies(draft, publication)
    add_people(draft, publication)
    add_conclusions(draft, release, publication)
    draft.close(CLOSING)
    add_annexes(draft, release)
    return as_document(release, publication, front(release, publication), draft.blocks)


def as_document(release: Release, publication: Publication, head: Front, blocks: Sequence[Block]) -> Report:
    """Blocks under their head, with the marks of a draft and of simulated answers."""
    return Report(
        front=head,
        draft_mark="" if publication.document_number else DRAFT,
        simulated_mark=SIMULATED if release.simulated else "",
        trace=f"Bản kết quả {release.release_hash[:12]} · dữ liệu {release.extract_hash[:12]}",
        title=f"{upper_first(head.kind.lower())}: {head.abstract}",
        blocks=tuple(blocks),
    )


def front(release: Release, publication: Publication, kind: str = "BÁO CÁO", abstract: str = "") -> Front:
    """The head of a document of the surveying office; other kinds than the report name what they are about."""
    owner = text(release.survey["owner"])
    found = OFFICE.match(owner)
    committee = found and found["office"].upper() not in ("UBND", "ỦY BAN NHÂN DÂN")
    return Front(
        superior=f"UBND {found['level']} {found['place']}".upper() if found and committee else "",
        issuer=(found["office"] if found and committee else owner).upper(),
        number=f"Số: {publication.document_number}" if publication.document_number else "Số:        /BC-……",
        place=f"{found['place'] if found else '……………'}, {long_day(publication.document_day)}",
        kind=kind,
        abstract=abstract or _abstract(release),
    )


def _abstract(release: Release) -> str:
    return f"Kết quả {subject(release)}\n{collected.line(*collected.days(release))}"


def subject(release: Release) -> str:
    """The survey as it stands within a sentence."""
    name = text(release.survey["name"])
    return lower_first(name) if name.lower().startswith("khảo sát") else f"cuộc khảo sát “{name}”"
