"""Puts the plan together: front, thirteen sections, signature, annexes; how it looks, the report's writers know."""

from analysis.planning.document.about import About
from analysis.planning.document.annexes import add_annexes
from analysis.planning.document.sampling import add_sampling
from analysis.planning.document.sections import add_after, add_before
from analysis.planning.folder import PlanFolder
from analysis.report.blocks import Closing, Draft, Front, Report
from analysis.report.words import DRAFT, day, long_day

SIMULATED = "KẾ HOẠCH MÔ PHỎNG – dàn mẫu không phải dữ liệu thật"


def compose(folder: PlanFolder, about: About) -> Report:
    draft = Draft()
    add_before(draft, folder, about)
    add_sampling(draft, folder, about)
    add_after(draft, folder, about)
    draft.close(_closing(about))
    add_annexes(draft, folder, about)
    return Report(
        front=_front(about),
        draft_mark="" if about.number else DRAFT,
        simulated_mark=SIMULATED if folder.plan.simulated else "",
        trace=f"Mã cam kết {folder.commitment[:16]}",
        title=f"Kế hoạch: {about.title}",
        blocks=tuple(draft.blocks),
    )


def _front(about: About) -> Front:
    dated = long_day(about.signed_on.isoformat() if about.signed_on else None)
    return Front(
        superior=about.superior.upper(),
        issuer=about.issuer.upper(),
        number=f"Số: {about.number}" if about.number else "Số:        /KH-……",
        place=f"{about.place}, {dated}",
        kind="KẾ HOẠCH",
        abstract=f"{about.title}\n(kỳ khảo sát từ ngày {day(about.first_day.isoformat())} đến ngày "
        f"{day(about.last_day.isoformat())})",
    )


def _closing(about: About) -> Closing:
    recipients = about.recipients or ("……………………………", "Lưu: VT")
    lines = [f"- {line.rstrip('.;')}" for line in recipients]
    signer = about.signer_name or "(Chữ ký, họ và tên, đóng dấu)"
    return Closing(recipients=(*(f"{line};" for line in lines[:-1]), f"{lines[-1]}."), signer=(about.signer, signer))
