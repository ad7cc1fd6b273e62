"""The Word page of an official document (NĐ 30/2020/NĐ-CP): styles, margins, page number, marks.

What stands on the page is left to `docx`.
"""

from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section, _Footer, _Header
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from analysis.report.blocks import Report

FONT = "Times New Roman"
TEXT_WIDTH = 160  # Millimetres between the margins.
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
BODY, TABLE, NOTE = 13, 11, 10.5

# name → (size, bold, italic, alignment, space before, space after). Every piece of text has one of these styles.
STYLES = {
    "Heading 1": (14, True, False, WD_ALIGN_PARAGRAPH.CENTER, 24, 12),
    "Heading 2": (13, True, False, WD_ALIGN_PARAGRAPH.LEFT, 14, 6),
    "Heading 3": (13, True, False, WD_ALIGN_PARAGRAPH.LEFT, 8, 6),
    "Caption": (12, True, False, WD_ALIGN_PARAGRAPH.CENTER, 8, 4),
    "Front": (12, False, False, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
    "Table text": (TABLE, False, False, WD_ALIGN_PARAGRAPH.LEFT, 1.5, 1.5),
    "Table text, tight": (TABLE, False, False, WD_ALIGN_PARAGRAPH.LEFT, 0.5, 0.5),
    "Base note": (NOTE, False, True, WD_ALIGN_PARAGRAPH.CENTER, 0, 5),
    "Gap": (6, False, False, WD_ALIGN_PARAGRAPH.LEFT, 0, 0),
    "Verdict": (14, True, False, WD_ALIGN_PARAGRAPH.LEFT, 6, 4),
    "Verdict line": (BODY, False, False, WD_ALIGN_PARAGRAPH.LEFT, 0, 4),
    "Page number": (13, False, False, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
    "toc 1": (BODY, True, False, WD_ALIGN_PARAGRAPH.LEFT, 5, 3),
    "toc 2": (BODY, False, False, WD_ALIGN_PARAGRAPH.LEFT, 0, 3),
    "table of figures": (BODY, False, False, WD_ALIGN_PARAGRAPH.LEFT, 0, 4),
    "Mark": (9.5, True, False, WD_ALIGN_PARAGRAPH.CENTER, 2, 0),
}

CONTENTS = {"toc 1": 0, "toc 2": 7, "table of figures": 0}  # Word's own styles of contents: millimetres drawn in.


def set_up(document: Document, report: Report) -> None:
    _properties(document, report)
    _styles(document, LANGUAGES[report.language])
    _margins(document)
    _dress(document.sections[0], report, numbered=not report.covered)


def begin_text(document: Document, report: Report) -> None:
    """The text begins on a page of its own, which is page 1."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    document.paragraphs[-1].style = "Gap"  # It ends the section before and shows nothing.
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(numbers, "w:cols", "w:titlePg", "w:docGrid")
    _dress(section, report, numbered=True)


def _dress(section: Section, report: Report, numbered: bool) -> None:
    """No number on the first page of the text, nor on cover and contents."""
    section.different_first_page_header_footer = True
    for header, shown in ((section.header, numbered), (section.first_page_header, False)):
        _header(header, report, shown)
    for footer in (section.footer, section.first_page_footer):
        _footer(footer, report)


def _properties(document: Document, report: Report) -> None:
    document.core_properties.title = report.title.replace("\n", " ")
    document.core_properties.author = report.front.issuer
    document.core_properties.comments = report.trace
    document.core_properties.language = LANGUAGES[report.language]


def _styles(document: Document, name: str) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), name)  # For spelling and for screen readers.
    body = document.styles["Normal"]
    _font(body, BODY)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    body.paragraph_format.first_line_indent = Mm(10)
    body.paragraph_format.space_after = Pt(6)
    body.paragraph_format.space_before = Pt(0)
    body.paragraph_format.line_spacing = 1.1
    body.paragraph_format.widow_control = True
    add_styles(document)
    for name, look in STYLES.items():
        _style(document.styles[name], *look)


def add_styles(document: Document) -> None:
    """Those of the report's styles that a document lacks; what it has of its own stays as it is."""
    known = {style.name for style in document.styles}
    for name in STYLES.keys() - known:
        _style(document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, name in CONTENTS), *STYLES[name])


def _style(
    style: ParagraphStyle, size: float, bold: bool, italic: bool, align: WD_ALIGN_PARAGRAPH, before: float, after: float
) -> None:
    _font(style, size)
    style.font.bold, style.font.italic = bold, italic
    shape = style.paragraph_format
    shape.alignment, shape.first_line_indent, shape.line_spacing = align, Mm(0), 1.0
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    if style.name in CONTENTS:
        shape.left_indent, shape.right_indent = Mm(CONTENTS[style.name]), Mm(14)  # No dots without words before them.
        shape.tab_stops.clear_all()
        shape.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    shape.keep_with_next = style.name.startswith("Heading") or style.name == "Caption"


def _font(style: ParagraphStyle, size: float) -> None:
    """Word chooses among four fonts by script; Vietnamese letters with two signs need all four to be the same."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _margins(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    section.header_distance, section.footer_distance = Mm(10), Mm(9)


def _header(header: _Header, report: Report, numbered: bool) -> None:
    header.is_linked_to_previous = False
    first = header.paragraphs[0]
    first.style = "Page number"  # By its style, because LibreOffice overlooks the size of a field's own run.
    if numbered:
        field(first, "PAGE", "2")
    if report.draft_mark:
        first._p.append(_watermark(report.draft_mark))
    if report.simulated_mark:
        mark = header.add_paragraph(report.simulated_mark, "Mark")
        border(mark, ("top", "bottom", "left", "right"), 6)


def _footer(footer: _Footer, report: Report) -> None:
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.style = "Front"
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    line.paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), alignment=2)
    draft = line.add_run(f"{report.draft_mark} – {report.not_issued}" if report.draft_mark else "")
    draft.bold = True
    for run in (draft, line.add_run(f"\t{report.trace}")):
        run.font.size = Pt(8.5)
    border(line, ("top",), 4)


def border(paragraph: Paragraph, sides: tuple[str, ...], eighths: int, space: int = 1) -> None:
    """Lines around a paragraph; python-docx has no call for them. The order of the sides is the schema's."""
    borders = OxmlElement("w:pBdr")
    for side in (name for name in ("top", "left", "bottom", "right") if name in sides):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(eighths)), ("space", str(space)), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *AFTER_BORDERS)


AFTER_BORDERS = (
    "w:shd",
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:rPr",
)


def field(paragraph: Paragraph, instruction: str, shown: str) -> Run:
    """A Word field (page number, caption number) with the text it shows until Word updates it."""
    run = paragraph.add_run()
    for kind in ("begin", instruction, "separate"):
        run._r.append(field_part(kind))
    run._r.append(_words("w:t", shown))
    run._r.append(field_part("end"))
    return run


def field_part(kind: str) -> BaseOxmlElement:
    """The beginning, the middle or the end of a field, or else its instruction."""
    if kind not in ("begin", "separate", "end"):
        return _words("w:instrText", f" {kind} ")
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    return part


def _words(tag: str, words: str) -> BaseOxmlElement:
    part = OxmlElement(tag)
    part.text = words
    part.set(qn("xml:space"), "preserve")
    return part


def _watermark(words: str) -> object:
    """Large pale letters behind the text of every page, as Word itself draws them."""
    width, height = Emu(Mm(165)).pt, Emu(Mm(40)).pt
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office">'
        "<w:rPr><w:noProof/></w:rPr><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject" type="#_x0000_t136" alt="{words}" '
        f'style="position:absolute;margin-left:0;margin-top:0;width:{width:.0f}pt;height:{height:.0f}pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#eeeeee" stroked="f">'
        f'<v:textpath style="font-family:&quot;{FONT}&quot;;font-size:1pt;font-weight:bold" string="{words}"/>'
        "</v:shape></w:pict></w:r>"
    )
