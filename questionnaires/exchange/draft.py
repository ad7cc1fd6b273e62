"""What comes out of a file from outside: plain data, and notes for the person who completes it; reads no file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from questionnaires import loader
from questionnaires.loader import Fault, InstrumentFaults
from questionnaires.model import AnyInstrument

Words = Mapping[str, str | int]


@dataclass(frozen=True)
class Place:
    """Where in the file. A row of 0 is the whole sheet; a text file has no sheet."""

    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.sheet, f"row {self.row}" if self.row else "", self.column]
        return ", ".join(part for part in parts if part) or "file"


@dataclass(frozen=True)
class Note:
    """One thing that was taken in another way than it was written, or not at all.

    `message` is a sentence of `notes` with named gaps for `words`, so that pages can translate it.
    """

    place: Place
    message: str
    words: Words = field(default_factory=dict)
    needs_person: bool = True  # False: nothing of the questionnaire's meaning is lost.

    def text(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.message) % self.words

    def __str__(self) -> str:
        return f"{self.place}: {self.text()}"


class Refused(Exception):
    """Nothing of the file was taken; the note says why and where."""

    def __init__(self, place: Place, message: str, words: Words | None = None) -> None:
        self.note = Note(place, message, words or {})
        super().__init__(str(self.note))


@dataclass(frozen=True)
class Draft:
    """A questionnaire on its way in: it may still lack what only a person can give."""

    data: dict[str, Any]
    notes: Sequence[Note] = ()

    def instrument(self) -> AnyInstrument:
        """Raises `InstrumentFaults` as long as something is missing."""
        return loader.read(self.data)

    @property
    def faults(self) -> tuple[Fault, ...]:
        try:
            self.instrument()
        except InstrumentFaults as found:
            return found.faults
        return ()

    @property
    def complete(self) -> bool:
        """Whether it can be published without a person looking at it first."""
        return not any(note.needs_person for note in self.notes) and not self.faults


@dataclass(frozen=True)
class Written:
    content: bytes
    media_type: str
    file_name: str

    @property
    def is_text(self) -> bool:
        return not self.file_name.endswith(".xlsx")
