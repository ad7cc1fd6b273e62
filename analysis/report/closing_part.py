"""Part three of the report and what publishing adds: conclusions, replies of the rated offices, what is corrected.

Sentences from the figures are left to `conclusions`, what was published to `publication`.
"""

from dataclasses import replace

from analysis.report.blocks import Box, Column, Draft, Row, Run, Runs, runs
from analysis.report.cells import row
from analysis.report.conclusions import drafted
from analysis.report.publication import Changed, Correction, Person, Publication
from analysis.report.source import Release
from analysis.report.words import PUBLICATION_STEPS, ROLES, SILENT, day

MARK_VI = "(Dự thảo do máy soạn từ số liệu của bản kết quả; người có thẩm quyền xem xét, sửa chữa trước khi ký.)"
MARK_EN = "(Draft written by a program from the figures of the release; to be reviewed and edited before signing.)"


def add_conclusions(draft: Draft, release: Release, publication: Publication) -> None:
    draft.heading(0, "PHẦN THỨ BA\nKẾT LUẬN VÀ KIẾN NGHỊ")
    if publication.conclusions:  # As issued, in Vietnamese, in every version of the report.
        paragraphs = [runs(text) for text in publication.conclusions]
        _add(draft, _ended(paragraphs), paragraphs)
        return
    if not publication.approved_by:  # Whoever approves a release adopts what was drafted in it.
        draft.bilingual(runs(Run(MARK_VI, italic=True)), runs(Run(MARK_EN, italic=True)), leads=True)
    _add(draft, _ended(drafted(release, "vi")), drafted(release, "en"))


def _add(draft: Draft, vietnamese: list[Runs], english: list[Runs]) -> None:
    """Both languages say the same sentences, so there are as many."""
    for one, other in zip(vietnamese, english, strict=True):
        draft.bilingual(one, other)


def _ended(paragraphs: list[Runs]) -> list[Runs]:
    """An official text ends in "./.", whatever its last sentence ended in."""
    last = paragraphs[-1]
    words = last[-1].text.rstrip().removesuffix("/.").rstrip(".").rstrip()
    return [*paragraphs[:-1], (*last[:-1], replace(last[-1], text=f"{words}./."))]


def add_replies(draft: Draft, publication: Publication) -> None:
    """As they came, under the office's own name; nothing where nobody answered."""
    if not (publication.replies or publication.silent):
        return
    draft.heading(1, "Ý KIẾN CỦA CƠ QUAN ĐƯỢC ĐÁNH GIÁ")
    until = f" đến ngày {day(publication.reply_until)}" if publication.reply_until else ""
    printed = " Ý kiến được in nguyên văn dưới đây." if publication.replies else ""
    silent = f" Số cơ quan trả lời rằng không có ý kiến: {publication.silent}." if publication.silent else ""
    draft.text(f"Kết quả được gửi các cơ quan được đánh giá để nêu ý kiến{until}.{printed}{silent}")
    if not publication.replies:
        return
    draft.table(
        "Ý kiến của cơ quan được đánh giá",
        (Column("Cơ quan", 44), Column("Ngày nhận", 24, "center"), Column("Ý kiến", 92)),
        [
            row(
                ", ".join(filter(None, [reply.office, reply.unit])),
                day(reply.received_on) if reply.received_on else "–",
                reply.text,
            )
            for reply in publication.replies
        ],
        "",
    )


def add_people(draft: Draft, publication: Publication) -> None:
    """Who answers for it: names and roles as they were on the day of each step."""
    if not publication.people:
        return
    rows = [_person_row(one) for one in publication.people]
    draft.table(
        "Người thực hiện các bước công bố",
        (Column("Việc", 60), Column("Người làm", 40), Column("Vai trò ngày đó", 36), Column("Ngày", 24, "center")),
        rows,
        "Cơ sở: sổ ghi của hệ thống. Người phê duyệt không phải là người nhập bản kết quả.",
    )


def _person_row(one: Person) -> Row:
    what = f"{SILENT[one.what]} ({one.offices})" if one.offices else PUBLICATION_STEPS.get(one.what, one.what)
    roles = ", ".join(ROLES.get(role, role) for role in one.roles)
    return row(what, one.name or "Không ghi tên", roles or "Không được lưu", day(one.at) if one.at else "–")


def add_correction(draft: Draft, publication: Publication) -> None:
    """At the head of the report: that it corrects an earlier one, or was itself corrected."""
    if publication.corrected_by:
        headline = f"BÁO CÁO NÀY ĐÃ ĐƯỢC ĐÍNH CHÍNH bằng văn bản {publication.corrected_by}"
        draft.blocks.append(Box("", headline, (runs("Chỉ dùng số liệu của văn bản đính chính."),)))
    if publication.matches is False:
        headline = "SỐ LIỆU KHÔNG CÒN KHỚP VỚI CÁC PHIẾU TRẢ LỜI"
        why = (
            "Có phiếu trả lời được thêm, sửa, hủy hoặc thay đổi, hoặc quyền số của đợt được đổi, sau khi chốt số liệu "
            "của báo cáo này."
        )
        draft.blocks.append(Box("", headline, (runs(why),)))
    if publication.corrects:
        _corrected(draft, publication.corrects)


def _corrected(draft: Draft, found: Correction) -> None:
    dated = f" ngày {day(found.published_at)}" if found.published_at else ""
    headline = f"BÁO CÁO ĐÍNH CHÍNH, thay thế văn bản {found.number}{dated}"
    draft.blocks.append(Box("", headline, (runs("Lý do: ", found.why),)))
    draft.table(
        "Số liệu được đính chính",
        (Column("Mã số liệu", 90), Column("Đã công bố", 35, "right"), Column("Đính chính thành", 35, "right")),
        [row(one.id, one.old, _now(one)) for one in found.changes],
        "Cơ sở: mọi số liệu được công bố có thay đổi; số liệu của nhóm quá ít người không nêu ở đây.",
    )


def _now(changed: Changed) -> Run:
    """A figure, or a verdict, whose id ends in #verdict."""
    return Run(changed.new, figure="" if "#" in changed.id else f"{changed.id}#estimate")
