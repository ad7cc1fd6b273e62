"""What stands before the text of a Word document: the head of its first page, its cover and its contents.

Contents are Word's own fields with their lines filled in, so that they are right before anybody updates them.
"""

import re
from collections.abc import Mapping

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from analysis.report import blocks, contents
from analysis.report.blocks import Report
from analysis.report.docx_page import TEXT_WIDTH, field, field_part
from analysis.report.docx_pieces import add_line, add_rule, add_runs, two_columns

FIELDS = {blocks.Heading: 'TOC \\o "1-2" \\h \\z', blocks.Table: "TOC \\h \\z \\c", blocks.Picture: "TOC \\h \\z \\c"}
PAGE_OF = re.compile(r"PAGEREF (\w+) \\h")
BEGINNING = "_TocText"  # The first page of the text.
STYLED = ("Heading", "Caption")  # What a line of the contents leads to.


def add_front(document: Document, front: blocks.Front) -> None:
    (left, right), (number, place) = two_columns(document, (68, 92), rows=2)
    _issuer_and_nation(left, right, front)
    add_line(number, front.number, 13, False)
    add_line(place, front.place, 13, False).runs[0].italic = True
    _name_it(_centred(document, front.kind, 14, True, 20)._p, BEGINNING, 0)
    for words in front.abstract.split("\n"):
        _centred(document, words, 13, True)
    add_rule(document, TEXT_WIDTH, 50)


def _issuer_and_nation(left: _Cell, right: _Cell, front: blocks.Front) -> None:
    if front.superior:
        add_line(left, front.superior, 12, False)
    add_line(left, front.issuer, 13, True)
    add_rule(left, 68, 22)
    add_line(right, front.nation, 12, True)
    add_line(right, front.motto, 13, True)
    add_rule(right, 92, 59)  # As long as the motto above it.


def _centred(document: Document, words: str, size: float, bold: bool, before: float = 0) -> WordParagraph:
    paragraph: WordParagraph = document.add_paragraph(style="Front")
    paragraph.paragraph_format.space_before = Pt(before)
    add_runs(paragraph, (blocks.Run(words, bold=bold),), size)
    return paragraph


def add_cover_and_contents(document: Document, report: Report, pages: Mapping[int, int]) -> None:
    """`pages`: where each block that is listed stands."""
    _cover(document, report)
    for listing in contents.listings(report):
        title = _centred(document, listing.title, 14, True, 14)
        title.paragraph_format.space_after = Pt(8)
        title.paragraph_format.keep_with_next = True
        title.paragraph_format.page_break_before = listing.kind is not blocks.Picture
        _lines(document, listing, pages)


def _cover(document: Document, report: Report) -> None:
    front = report.front
    ((left, right),) = two_columns(document, (68, 92))
    _issuer_and_nation(left, right, front)
    _centred(document, front.kind, 24, True, 140).paragraph_format.space_after = Pt(10)
    first, *others = front.abstract.split("\n")
    title = _centred(document, first, 17, True)
    title.paragraph_format.left_indent = title.paragraph_format.right_indent = Mm(10)
    for words in others:
        _centred(document, words, 14, False, 6).paragraph_format.space_after = Pt(4)
    add_rule(document, TEXT_WIDTH, 50)
    for mark, before in ((report.draft_mark, 24), (report.simulated_mark, 6)):
        if mark:
            _centred(document, mark, 14, True, before)
    _centred(document, front.place, 13, False, 230).runs[0].italic = True


def _lines(document: Document, listing: contents.Listing, pages: Mapping[int, int]) -> None:
    """One field over all lines: its beginning in the first, its end in the last."""
    instruction = FIELDS[listing.kind]
    if listing.kind is not blocks.Heading:
        instruction = f'{instruction} "{listing.entries[0].text.split()[0]}"'  # What the captions' numbers count.
    for place, entry in enumerate(listing.entries):
        style = f"toc {entry.level}" if listing.kind is blocks.Heading else "table of figures"
        paragraph = document.add_paragraph(style=style)
        if place == 0:
            _parts(paragraph, ("begin", instruction, "separate"))
            paragraph._p.find(f".//{qn('w:fldChar')}").set(qn("w:dirty"), "true")  # Until `paging` has counted.
        _link(paragraph, entry, pages[entry.place])
    _parts(paragraph, ("end",))


def _parts(paragraph: WordParagraph, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        paragraph.add_run()._r.append(field_part(kind))


def _link(paragraph: WordParagraph, entry: contents.Entry, page: int) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _name(entry.place))
    link.set(qn("w:history"), "1")
    paragraph._p.append(link)
    for run in (paragraph.add_run(f"{entry.text}\t"), field(paragraph, f"PAGEREF {_name(entry.place)} \\h", str(page))):
        link.append(run._r)


def _name(place: int) -> str:
    return f"_Toc{place:08}"


def bookmark(document: Document, before: int, place: int) -> None:
    """Gives the heading or caption among what was written since `before` the name that the contents lead to."""
    written = [one for one in document.element.body[before:-1] if isinstance(one, CT_P)]
    for paragraph in [one for one in written if (one.style or "").startswith(STYLED)][:1]:
        _name_it(paragraph, _name(place), place + 1)


def _name_it(paragraph: CT_P, name: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph.insert(list(paragraph).index(paragraph.r_lst[0]), start)
    paragraph.append(end)
