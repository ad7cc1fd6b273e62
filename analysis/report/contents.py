"""What the contents pages of a report list: its parts, sections and annexes, then its tables and figures if few.

On which page each stands is left to `pdf` and `docx`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.report.blocks import Heading, Picture, Report, Table

WORDS: Mapping[str, tuple[str, str, str]] = {
    "vi": ("MỤC LỤC", "DANH MỤC BẢNG", "DANH MỤC HÌNH"),
    "en": ("CONTENTS", "LIST OF TABLES", "LIST OF FIGURES"),
}
FEW = 30  # A longer list is no help to whoever looks for one of them.
LISTED = {0: 1, 1: 2, 3: 1}  # Level of a heading → of its line; what is below a section is left to the section.


@dataclass(frozen=True)
class Entry:
    """`place`: of the block in the report."""

    place: int
    text: str
    level: int = 1


@dataclass(frozen=True)
class Listing:
    title: str
    kind: type
    entries: tuple[Entry, ...]


def listings(report: Report) -> Iterator[Listing]:
    """Nothing for a document without a cover: it is short."""
    if report.covered:
        headings, tables, pictures = WORDS[report.language]
        yield Listing(headings, Heading, tuple(_headings(report)))
        for title, kind in ((tables, Table), (pictures, Picture)):
            found = tuple(_captions(report, kind))
            if 0 < len(found) <= FEW:
                yield Listing(title, kind, found)


def _headings(report: Report) -> Iterator[Entry]:
    for place, block in enumerate(report.blocks):
        if isinstance(block, Heading) and block.level in LISTED:
            yield Entry(place, block.text.replace("\n", ". "), LISTED[block.level])


def _captions(report: Report, kind: type) -> Iterator[Entry]:
    for place, block in enumerate(report.blocks):
        if isinstance(block, kind) and isinstance(block, Table | Picture):
            yield Entry(place, block.caption)
