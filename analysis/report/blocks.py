"""The kinds of piece a report is made of, as plain data.

What they say is left to `content`, how they look to the writers `docx` and `pdf`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Align = Literal["left", "center", "right"]
Verdict = Literal["met", "not_met", "undecided", "", "undrawn", "none", "waves"]


@dataclass(frozen=True)
class Run:
    """A stretch of text. `figure` names the figure and its part ("<id>#low") when the text is a figure."""

    text: str
    bold: bool = False
    italic: bool = False
    figure: str = ""


Runs = tuple[Run, ...]
Piece = str | Run


def runs(*pieces: Piece) -> Runs:
    return tuple(piece if isinstance(piece, Run) else Run(piece) for piece in pieces if piece)


def plain(text: Runs) -> str:
    return "".join(run.text for run in text)


@dataclass(frozen=True)
class Heading:
    """Level 0 is a Phần (centred), 1 a Roman numeral, 2 an Arabic one, 3 an annex (centred)."""

    level: int
    text: str
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    text: Runs
    leads: bool = False  # Into what follows (table, picture, signature): never parted from it by a page.
    centred: bool = False
    english: Runs = ()  # Where whoever wrote it says it in English too; else `translation` does.


@dataclass(frozen=True)
class Box:
    """The verdict, framed: its one sentence, and the lines below it."""

    verdict: Verdict
    headline: str
    lines: tuple[Runs, ...]


KEPT_BACK = Run("x")  # In the place of a figure that the public may not see.
WHY_KEPT_BACK = "Dấu “x”: không nêu, vì quá ít người hoặc vì từ đó có thể tính ra một nhóm quá ít người."


@dataclass(frozen=True)
class Column:
    title: str
    width: float  # In millimetres; a table fills the text width of 160.
    align: Align = "left"


@dataclass(frozen=True)
class Row:
    cells: tuple[Runs, ...]
    strong: bool = False
    leads: bool = False  # Stands over the rows that follow: never parted from them by a page.


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str  # The base of its figures.


def groups(rows: Sequence[Row]) -> list[int]:
    """How many rows there are from each leading row to before the next; first those before any."""
    found = [0]
    for row in rows:
        if row.leads:
            found.append(0)
        found[-1] += 1
    return found


def kept_with_next(rows: Sequence[Row], longest: int) -> list[bool]:
    """Whether each row stays on the page of the next: those of a group that is no longer than `longest`."""
    first, *led = groups(rows)
    kept = [False] * first
    for size in led:
        kept += [size <= longest or place == 0 for place in range(size - 1)] + [False]
    return kept


@dataclass(frozen=True)
class Picture:
    caption: str
    name: str  # Of the chart, without suffix.
    alt: str
    width: float  # In millimetres.
    note: str


@dataclass(frozen=True)
class Closing:
    """Recipients and signature, left empty in a draft."""

    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    label: str = "Nơi nhận:"


Block = Heading | Paragraph | Box | Table | Picture | Closing


@dataclass(frozen=True)
class Front:
    """The head of the first page (NĐ 30/2020/NĐ-CP)."""

    superior: str
    issuer: str
    number: str
    place: str
    kind: str
    abstract: str
    nation: str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    motto: str = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True)
class Report:
    front: Front
    draft_mark: str
    simulated_mark: str  # Empty when the answers are real.
    trace: str  # The line at the foot of every page.
    title: str
    blocks: tuple[Block, ...]
    language: str = "vi"
    not_issued: str = "chưa ban hành"  # At the foot of every page, beside the draft mark.
    covered: bool = False  # A cover and contents stand before its first page.


class Draft:
    """Collects the blocks of a report and numbers its tables and figures."""

    def __init__(self, numbers: dict[str, int] | None = None) -> None:
        self.blocks: list[Block] = []
        self.numbers = {"Bảng": 0, "Hình": 0} if numbers is None else numbers

    def heading(self, level: int, text: str, new_page: bool = False) -> None:
        self.blocks.append(Heading(level, text, new_page))

    def text(self, *pieces: Piece) -> None:
        self.blocks.append(Paragraph(runs(*pieces)))

    def bilingual(self, vietnamese: Runs, english: Runs, *, leads: bool = False) -> None:
        self.blocks.append(Paragraph(vietnamese, english=english, leads=leads))

    def centred(self, *pieces: Piece) -> None:
        self.blocks.append(Paragraph(runs(*pieces), centred=True))

    def item(self, *pieces: Piece) -> None:
        self.blocks.append(Paragraph(runs("- ", *pieces)))

    def table(self, caption: str, columns: Sequence[Column], rows: Sequence[Row], note: str) -> None:
        """A table without rows says nothing and takes no number."""
        if rows:
            if any(KEPT_BACK in cell for row in rows for cell in row.cells):
                note = f"{note} {WHY_KEPT_BACK}".strip()
            self._lead()
            self.blocks.append(Table(self._caption("Bảng", caption), tuple(columns), tuple(rows), note))

    def picture(self, caption: str, name: str, alt: str, note: str = "", width: float = 160) -> None:
        """A chart that was not drawn takes no number."""
        if alt:
            self._lead()
            self.blocks.append(Picture(self._caption("Hình", caption), name, alt, width, note))

    def close(self, closing: Closing) -> None:
        """Signature and recipients never stand alone on a page."""
        self._lead()
        self.blocks.append(closing)

    def _lead(self) -> None:
        if self.blocks and isinstance(self.blocks[-1], Paragraph):
            self.blocks[-1] = replace(self.blocks[-1], leads=True)

    def _caption(self, kind: str, caption: str) -> str:
        self.numbers[kind] += 1
        return f"{kind} {self.numbers[kind]}. {caption}"
