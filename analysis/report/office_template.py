"""Fills an office's own Word template: docxtpl puts words into fields in double braces, pieces of a document go where
they are named.

A place stands in a paragraph of its own and becomes headings, paragraphs and tables that stay editable. Which fields
and places there are is left to the document.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from analysis import archives
from analysis.report import docx as word
from analysis.report.blocks import Block, Closing, Front, Paragraph, Report, runs
from analysis.report.docx_page import add_styles, border

# What docxtpl, jinja and python-docx raise for templates that are none.
FAULTS = (
    *(TemplateError, PackageNotFoundError, zipfile.BadZipFile, OSError, XMLSyntaxError),
    *(ValueError, KeyError, ArithmeticError, TypeError),
)
NO_DOCUMENT = "is no Word document, unpacks to far more than one or declares entities; save it anew from Word as .docx"
MARK = re.compile(r"^⟦(\w+)⟧$")
Pieces = Mapping[str, Sequence[Block]]


class TemplateFault(ValueError):
    """The template cannot be filled in; the message says what to do."""

    def __init__(self, message: str, kind: str = "fields") -> None:
        super().__init__(message)
        self.kind = kind  # fields, no_document, no_place or not_alone


def pieces(places: Iterable[str], blocks: Iterable[Block], parts_of: Callable[[Block], Sequence[str]]) -> Pieces:
    """The blocks of each place: before the signature as `parts_of` says of each in its order, annexes after it."""
    found: dict[str, list[Block]] = {name: [] for name in places}
    closed = False
    for block in blocks:
        if isinstance(block, Closing):
            names: Sequence[str] = ("ky_ten",)
            closed = True
        else:
            names = ("phu_luc",) if closed else ("noi_dung", *parts_of(block))
        for name in names:
            found[name].append(block)
    return found


def starter(file: Path, kind: str, abstract: str, trace: str, title: str) -> None:
    """A template in the form of NĐ 30/2020/NĐ-CP, to be dressed by the office."""
    front = Front(
        superior="{{ co_quan_chu_quan }}",
        issuer="{{ co_quan }}",
        number="{{ so_ky_hieu }}",
        place="{{ dia_danh_ngay_thang }}",
        kind=kind,
        abstract=abstract,
    )
    blocks: tuple[Any, ...] = tuple(
        Paragraph(runs(f"{{{{ {name} }}}}"), centred=name in ("du_thao", "mo_phong"))
        for name in ("du_thao", "mo_phong", "noi_dung", "ky_ten", "phu_luc")
    )
    word.write(Report(front, "", "", trace, title, blocks), file.parent, file)


def render(template: Path, fields: Mapping[str, str], places: Iterable[str]) -> Document:
    """The template with its fields filled in, its places still marked; writes nothing.

    Raises TemplateFault where it is no Word document, unpacks to far more than one, or names a field that there is not.
    """
    marks = {name: f"⟦{name}⟧" for name in places}
    try:
        content = template.read_bytes()
        if archives.fault(content):
            raise TemplateFault(f"{template} {NO_DOCUMENT}", "no_document")
        filled = _opened(template, content)
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        filled.render({**fields, **marks}, jinja_env=environment)
        filled.save(kept := io.BytesIO())
        return docx.Document(kept)
    except TemplateFault:
        raise
    except FAULTS as error:
        known = ", ".join([*fields, *marks])
        raise TemplateFault(f"{template} cannot be filled in ({error}); its fields may be {known}") from error


def _opened(template: Path, content: bytes) -> DocxTemplate:
    """Raises TemplateFault for any other file: a workbook is a package, too, and only python-docx knows it for none."""
    try:
        docx.Document(io.BytesIO(content))
    except FAULTS as error:
        raise TemplateFault(f"{template} {NO_DOCUMENT}", "no_document") from error
    return DocxTemplate(io.BytesIO(content))


def check(template: Path, fields: Iterable[str], places: Iterable[str]) -> None:
    """Raises TemplateFault where it could not be filled in, or what is put in a place would be lost or stay a mark."""
    document = render(template, dict.fromkeys(fields, "…"), places)
    found = [paragraph.text.strip() for paragraph in document.paragraphs]
    if not any(map(MARK.match, found)):
        known = ", ".join(f"{{{{ {name} }}}}" for name in places)
        raise TemplateFault(
            f"{template} has no place for the report; write one of these into a paragraph: {known}", "no_place"
        )
    parts = (part for part in document.part.package.iter_parts() if part.content_type.endswith("+xml"))
    marked = sum(part.blob.decode(errors="replace").count("⟦") for part in parts)
    if marked > sum(map(bool, map(MARK.match, found))):
        raise TemplateFault(
            f"{template} has a place beside other words or in a table; each needs a paragraph of its own", "not_alone"
        )


def put(document: Document, found: Pieces, charts: Path, file: Path) -> None:
    """The pieces go where the rendered template names them; only then is the file written."""
    add_styles(document)
    _put(document, found, charts)
    document.save(str(file))


def mark(document: Document, words: str) -> None:
    """Into every header that the template has of its own, where it does not stand yet."""
    add_styles(document)
    for section in document.sections:
        headers = [section.header]
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        for header in headers:
            if not any(words in paragraph.text for paragraph in header.paragraphs):
                border(header.add_paragraph(words, "Mark"), ("top", "bottom", "left", "right"), 6)


def _put(document: Document, found: Pieces, charts: Path) -> None:
    """Each piece is written at the end, where the writers write, and moved to the paragraph that names it."""
    for paragraph in list(document.paragraphs):
        if match := MARK.match(paragraph.text.strip()):
            before = len(document.element.body)
            for block in found[match[1]]:
                word.add(document, block, charts)
            # The last element is the page's own settings and stays the last.
            for element in list(document.element.body)[before - 1 : -1]:
                paragraph._p.addprevious(element)
            paragraph._p.getparent().remove(paragraph._p)
