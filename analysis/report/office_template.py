"""Fills an office's own Word template: docxtpl puts words into fields in double braces, pieces of a document go where
they are named.

A place stands in a paragraph of its own and becomes headings, paragraphs and tables that stay editable. Which fields
and places there are is left to the document.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from analysis.planning.frames.faults import FrameFaults
from analysis.planning.frames.files import check_archive
from analysis.report import docx as word
from analysis.report.blocks import Block
from analysis.report.docx_page import add_styles

# What docxtpl, jinja and python-docx raise for templates that are none.
FAULTS = (
    *(TemplateError, PackageNotFoundError, zipfile.BadZipFile, OSError, XMLSyntaxError),
    *(ValueError, KeyError, ArithmeticError, TypeError),
)
MARK = re.compile(r"^⟦(\w+)⟧$")
Pieces = Mapping[str, Sequence[Block]]


class TemplateFault(ValueError):
    """The template cannot be filled in; the message says what to do."""


def render(template: Path, fields: Mapping[str, str], places: Iterable[str]) -> Document:
    """The template with its fields filled in, its places still marked; writes nothing.

    Raises TemplateFault where it is no Word document, unpacks to far more than one, or names a field that there is not.
    """
    marks = {name: f"⟦{name}⟧" for name in places}
    try:
        content = template.read_bytes()
        check_archive(content)
        filled = DocxTemplate(io.BytesIO(content))
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        filled.render({**fields, **marks}, jinja_env=environment)
        filled.save(kept := io.BytesIO())
        return docx.Document(kept)
    except FrameFaults as faults:
        said = "is no Word document, unpacks to far more than one or declares entities; save it anew from Word as .docx"
        raise TemplateFault(f"{template} {said}") from faults
    except FAULTS as error:
        known = ", ".join([*fields, *marks])
        raise TemplateFault(f"{template} cannot be filled in ({error}); its fields may be {known}") from error


def put(document: Document, pieces: Pieces, charts: Path, file: Path) -> None:
    """The pieces go where the rendered template names them; only then is the file written."""
    add_styles(document)
    _put(document, pieces, charts)
    document.save(str(file))


def _put(document: Document, pieces: Pieces, charts: Path) -> None:
    """Each piece is written at the end, where the writers write, and moved to the paragraph that names it."""
    for paragraph in list(document.paragraphs):
        if match := MARK.match(paragraph.text.strip()):
            before = len(document.element.body)
            for block in pieces[match[1]]:
                word.add(document, block, charts)
            # The last element is the page's own settings and stays the last.
            for element in list(document.element.body)[before - 1 : -1]:
                paragraph._p.addprevious(element)
            paragraph._p.getparent().remove(paragraph._p)
