"""Puts into a Word file's contents the pages on which LibreOffice sets what they list.

Where it is missing, the pages of the PDF stay, and Word is told to count anew when it opens the file.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from analysis.report.docx_front import BEGINNING, PAGE_OF

AS_PDF = 'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'
LONGEST = 300  # Seconds.
UNDERSCORE = "5F"  # As LibreOffice writes it into the names of the places of a PDF.


def settle(files: Sequence[Path]) -> bool:
    """Whether LibreOffice could be asked."""
    program = shutil.which("soffice")
    if not program:
        return False
    with TemporaryDirectory() as name:
        profile = (Path(name) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", AS_PDF, "--outdir", name]
        try:
            subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=LONGEST)  # noqa: S603
            for file in files:
                _settle(file, Path(name) / f"{file.stem}.pdf")
        except (OSError, subprocess.SubprocessError):
            return False
    return True


def _settle(file: Path, laid_out: Path) -> None:
    document = docx.Document(str(file))
    runs = [run for run in document.element.body.iter(qn("w:r")) if _leads_to(run)]
    if not runs:  # An office's own template has the contents that the office gave it.
        return
    pages = _pages(laid_out, [BEGINNING, *map(_leads_to, runs)])
    for run in runs:
        page = pages[_leads_to(run)] - pages[BEGINNING] + 1
        next(run.iter(qn("w:t"))).text = str(page)
    _count_no_more(document)
    document.save(str(file))


def _leads_to(run: BaseOxmlElement) -> str:
    """The bookmark whose page a run shows, or nothing."""
    instruction = run.find(qn("w:instrText"))
    found = PAGE_OF.fullmatch(instruction.text.strip()) if instruction is not None else None
    return found[1] if found else ""


def _pages(laid_out: Path, names: Sequence[str]) -> Mapping[str, int]:
    document = pdfium.PdfDocument(laid_out)
    try:
        places = {name: raw.FPDF_GetNamedDestByName(document, name.replace("_", UNDERSCORE).encode()) for name in names}
        return {name: raw.FPDFDest_GetDestPageIndex(document, place) for name, place in places.items()}
    finally:
        document.close()


def _count_no_more(document: Document) -> None:
    for part in document.element.body.iter(qn("w:fldChar")):
        part.attrib.pop(qn("w:dirty"), None)
