"""The report of a quarter, six or nine months, a year or an occasion: the summary, factors, units and conclusions.

What each says is left to `report`, whose full report has the rest.
"""

from dataclasses import replace

from analysis.report import collected
from analysis.report.blocks import Block, Draft, Heading, Report
from analysis.report.cells import domain_columns, domain_row
from analysis.report.closing_part import add_conclusions, add_correction, add_replies
from analysis.report.content import CLOSING, as_document, front, subject
from analysis.report.criteria import factors
from analysis.report.priorities import priorities
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.report.summary import add_summary
from analysis.report.words import ROMAN, upper_first
from analysis.short_forms import periods
from analysis.short_forms.periods import Period

WIDTHS = (37, 17, 19, 17, 30, 40)  # Millimetres: every verdict on one line.


def document(release: Release, publication: Publication, alt: dict[str, str], period: Period) -> Report:
    draft = Draft()
    add_correction(draft, publication)
    collected.add_notice(draft, release, publication)
    add_summary(draft, release, alt)
    draft.heading(0, "KẾT QUẢ")
    number = 0
    for section in (factors, _units, priorities):
        part = Draft(draft.numbers)  # Of its own, because a section without figures has no heading either.
        title = section(part, release, alt)
        if part.blocks:
            draft.heading(1, f"{ROMAN[number]}. {title}")
            draft.blocks += part.blocks
            number += 1
    add_replies(draft, publication)
    draft.blocks += _conclusions(release, publication)
    draft.close(CLOSING)
    when = periods.words(period, release)
    known = _ends_with(subject(release), when)
    head = front(release, publication, period.kind, f"Kết quả {subject(release)}" + ("" if known else f",\n{when}"))
    return as_document(release, publication, head, draft.blocks)


def _conclusions(release: Release, publication: Publication) -> list[Block]:
    """Those of the full report, under a heading of their own: here nothing is numbered as a part."""
    part = Draft()
    add_conclusions(part, release, publication)
    return [Heading(0, "KẾT LUẬN VÀ KIẾN NGHỊ"), *part.blocks[1:]]


def _ends_with(words: str, ending: str) -> bool:
    """A survey that is named after its year does not need it twice."""
    return words.casefold().rstrip("”").endswith(ending.casefold())


def _units(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    figures = sorted(release.of_domain_type("unit"), key=lambda figure: figure.domain)
    draft.table(
        "Chỉ số theo đơn vị",
        [replace(column, width=width) for column, width in zip(domain_columns(release), WIDTHS, strict=True)],
        [domain_row(release, upper_first(release.units.get(one.domain, one.domain)), one) for one in figures],
        "Cơ sở: số người và số câu trả lời ghi trong từng dòng. Thứ tự theo mã đơn vị, không phải xếp hạng.",
    )
    return "THEO ĐƠN VỊ"
