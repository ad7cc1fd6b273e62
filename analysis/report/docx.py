"""Writes the report as DOCX with Word's own styles, captions and repeated table heads.

The page itself is left to `docx_page`.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from analysis.report import blocks, pdf
from analysis.report.blocks import Report, Runs
from analysis.report.docx_front import add_cover_and_contents, add_front, bookmark
from analysis.report.docx_page import TEXT_WIDTH, begin_text, field, set_up
from analysis.report.docx_pieces import CELL_MARGIN, add_line, add_runs, fix_widths, two_columns

ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
CAPTION = re.compile(r"^(Bảng|Hình|Table|Figure) (\d+)(.*)$", re.DOTALL)
SIZES = ((9, 10.0), (7, 10.5))  # Points, in tables of more than so many columns.
NARROW_CELL_MARGIN = 0.7
WHOLE_ON_A_PAGE = 14  # Rows; a longer table may break between rows.
ACCENT = "0B5C8A"
NO_TIME = datetime(2017, 1, 1, tzinfo=UTC)  # The same release gives the same file.


def write(report: Report, charts: Path, file: Path) -> None:
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = NO_TIME
    set_up(document, report)
    if report.covered:
        add_cover_and_contents(document, report, pdf.pages(report, charts))
        begin_text(document, report)
    add_front(document, report.front)
    for place, block in enumerate(report.blocks):
        before = len(document.element.body) - 1  # The last element is the page's own settings and stays the last.
        add(document, block, charts)
        if report.covered:
            bookmark(document, before, place)
    document.save(str(file))


def add(document: Document, block: blocks.Block, charts: Path) -> None:
    """Writes one block at the end of the document."""
    if isinstance(block, blocks.Picture):
        _picture(document, block, charts)
    else:
        WRITERS[type(block)](document, block)


def _heading(document: Document, block: blocks.Heading) -> None:
    lines = block.text.split("\n")
    paragraph = document.add_paragraph(style=f"Heading {1 if block.level == 3 else block.level + 1}")
    if block.new_page:
        paragraph.paragraph_format.page_break_before = True
        paragraph.paragraph_format.space_before = Pt(0)
    for place, line in enumerate(lines):
        run = paragraph.add_run(line)
        if place < len(lines) - 1:
            run.add_break()


def _paragraph(document: Document, block: blocks.Paragraph) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = block.leads
    if block.centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.first_line_indent = Mm(0)
    add_runs(paragraph, block.text)


def _box(document: Document, block: blocks.Box) -> None:
    """One framed cell, so that the verdict is seen first and never parted by a page."""
    table = document.add_table(rows=1, cols=1)
    table.style = "Table Grid"
    fix_widths(table, (TEXT_WIDTH,), margin=3)
    _keep_whole(table)
    cell = table.rows[0].cells[0]
    _accent(cell, ACCENT if block.verdict == "met" else "000000")
    cell.paragraphs[0].style = "Verdict"
    cell.paragraphs[0].add_run(block.headline)
    for line in block.lines:
        add_runs(cell.add_paragraph(style="Verdict line"), line)


def _accent(cell: _Cell, colour: str) -> None:
    """A thick left edge."""
    borders, edge = OxmlElement("w:tcBorders"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "36"), ("space", "0"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    cell._tc.get_or_add_tcPr().append(borders)


def _table(document: Document, block: blocks.Table) -> None:
    _caption(document, block.caption)
    if block.note:  # Above the rows, where no page break can part it from them.
        document.add_paragraph(block.note, "Base note").paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(block.columns))
    table.style = "Table Grid"
    size = next((points for most, points in SIZES if len(block.columns) > most), None)
    # The id, because python-docx would look the name up again for each of a thousand cells.
    style = document.styles["Table text, tight" if len(block.rows) > 30 else "Table text"].style_id
    for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
        _cell(cell, style, blocks.runs(column.title), "center", True, size)
    for row in block.rows:
        cells = table.add_row().cells
        for cell, column, text in zip(cells, block.columns, row.cells, strict=True):
            _cell(cell, style, text, column.align, row.strong, size)
    margin = NARROW_CELL_MARGIN if len(block.columns) > SIZES[0][0] else CELL_MARGIN
    fix_widths(table, [column.width for column in block.columns], margin)
    _repeat_head(table)
    _keep_whole(table)
    _keep_together(table, block.rows)
    document.add_paragraph(style="Gap")


def _cell(cell: _Cell, style: str, text: Runs, align: blocks.Align, strong: bool, size: float | None) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style
    paragraph.alignment = ALIGN[align]
    add_runs(paragraph, text, size, strong)


def _repeat_head(table: WordTable) -> None:
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(table: WordTable) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _keep_together(table: WordTable, rows: Sequence[blocks.Row]) -> None:
    """The head stays with the first row, a leading row with all that it leads, the last two together.

    A short table stays whole.
    """
    last = len(rows)  # The head is row 0.
    kept = blocks.kept_with_next(rows, WHOLE_ON_A_PAGE)
    for place, (word_row, keeps) in enumerate(zip(table.rows, (True, *kept), strict=True)):
        if place < last and (last <= WHOLE_ON_A_PAGE or keeps or place == last - 1):
            for paragraph in word_row.cells[0].paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _picture(document: Document, block: blocks.Picture, charts: Path) -> None:
    holder = document.add_paragraph(style="Front")
    holder.paragraph_format.keep_with_next = True
    holder.paragraph_format.space_before = Pt(8)
    shape = holder.add_run().add_picture(str(charts / f"{block.name}.png"), width=Mm(block.width))
    shape._inline.docPr.set("descr", block.alt)
    shape._inline.docPr.set("title", block.caption)
    for side in ("distT", "distB", "distL", "distR"):  # Absent, LibreOffice takes 3 mm and shifts the picture.
        shape._inline.set(side, "0")
    _caption(document, block.caption).paragraph_format.keep_with_next = bool(block.note)
    if block.note:
        document.add_paragraph(block.note, "Base note")


def _caption(document: Document, words: str) -> WordParagraph:
    """A real Word caption: its number is a field, so that a person may insert another one."""
    paragraph = document.add_paragraph(style="Caption")
    found = CAPTION.match(words)
    if found is None:
        raise ValueError(f"a caption without its number: {words}")
    paragraph.add_run(f"{found[1]} ")
    field(paragraph, f"SEQ {found[1]} \\* ARABIC", found[2])
    paragraph.add_run(found[3])
    return paragraph


def _closing(document: Document, block: blocks.Closing) -> None:
    gap = document.add_paragraph(style="Front").paragraph_format
    gap.space_after, gap.keep_with_next = Pt(14), True
    ((left, right),) = two_columns(document, (80, 80))
    label = left.add_paragraph(style="Front")
    label.alignment = WD_ALIGN_PARAGRAPH.LEFT
    add_runs(label, (blocks.Run(block.label, bold=True, italic=True),), 12)
    for recipient in block.recipients:
        line = left.add_paragraph(style="Table text")
        add_runs(line, blocks.runs(recipient), 11)
    add_line(right, block.signer[0], 13, True)
    note = add_line(right, block.signer[1], 13, False)
    note.runs[0].italic = True
    note.paragraph_format.space_after = Pt(70)


WRITERS: dict[type, Callable[[Document, Any], None]] = {
    blocks.Heading: _heading,
    blocks.Paragraph: _paragraph,
    blocks.Box: _box,
    blocks.Table: _table,
    blocks.Closing: _closing,
}
