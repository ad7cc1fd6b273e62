"""Small pieces of a Word document that its writers share: runs of text, lines of the form, columns and their widths."""

from collections.abc import Sequence

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from analysis.report import blocks
from analysis.report.blocks import Runs
from analysis.report.docx_page import TEXT_WIDTH, border

CELL_MARGIN = 1.1  # Millimetres beside the text of a cell; less where there are many columns.


def two_columns(document: Document, widths: Sequence[float], rows: int = 1) -> list[tuple[_Cell, _Cell]]:
    """A table without lines; its cells are empty of paragraphs, to be filled by the caller."""
    table = document.add_table(rows=rows, cols=2)
    fix_widths(table, widths, margin=0)
    for row in table.rows:
        for cell in row.cells:
            cell._tc.remove(cell.paragraphs[0]._p)
    return [(row.cells[0], row.cells[1]) for row in table.rows]


def add_line(cell: _Cell, words: str, size: float, bold: bool) -> WordParagraph:
    paragraph: WordParagraph = cell.add_paragraph(style="Front")
    add_runs(paragraph, (blocks.Run(words, bold=bold),), size)
    return paragraph


def add_rule(place: _Cell | Document, width: float, length: float) -> None:
    """A line as long as the form asks: an empty paragraph with a top border, drawn in from both sides."""
    paragraph = place.add_paragraph(style="Front")
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width - length) / 2)
    paragraph.paragraph_format.space_before = Pt(2)
    paragraph.paragraph_format.line_spacing = Pt(9)
    border(paragraph, ("top",), 6)


def add_runs(paragraph: WordParagraph, text: Runs, size: float | None = None, strong: bool = False) -> None:
    for piece in text:
        run = paragraph.add_run(piece.text)
        run.bold = True if piece.bold or strong else None
        run.italic = True if piece.italic else None
        run.font.size = Pt(size) if size else None


def fix_widths(table: WordTable, widths: Sequence[float], margin: float = CELL_MARGIN) -> None:
    """Word obeys the cells, LibreOffice the grid: both are told."""
    table.autofit = False
    _cell_margins(table, Mm(margin))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    total = sum(widths)
    exact = [Mm(width * TEXT_WIDTH / total) for width in widths]
    for column, width in zip(table.columns, exact, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, exact, strict=True):
            cell.width = width


def _cell_margins(table: WordTable, width: Length) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(round(width.twips)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr
    properties.insert_element_before(margins, "w:tblLook")  # Word insists on the schema's order.
