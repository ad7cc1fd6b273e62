"""What was read from pictures of filled-in forms: page by page, then joined to sheets. Plain data, as JSON too.

How a picture is read is left to `reading`, which runs in a process of its own behind `reading_door`.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from survey_app.paper.codes import PageCode

# `sure`: as the form's own rule says; `doubtful`: a person looks at the crop; `empty`: no ink at all where an answer
# would be; `typed_by_person`: handwriting, which nobody but a person reads.
State = Literal["sure", "doubtful", "empty", "typed_by_person"]
Mark = Literal["empty", "marked", "blackened", "unclear"]
# Why a page was not read; `reading_door` has the sentences.
Refusal = Literal[
    "not_a_picture", "too_large", "too_many_pages", "no_marks", "no_code", "several_codes", "foreign_code",
    "unknown_form", "other_version", "does_not_fit", "too_coarse", "took_too_long",
]  # fmt: skip


@dataclass(frozen=True)
class BoxReading:
    value: str
    darkness: float  # The share of the inside of the box that is inked, 0 to 1.
    mark: Mark


@dataclass(frozen=True)
class QuestionReading:
    """`name` and `values` as the web form sends them. Values are there only where the state is `sure`."""

    name: str
    state: State
    values: tuple[str, ...] = ()
    boxes: tuple[BoxReading, ...] = ()
    why: str = ""  # A word on what was doubtful, for the record: see `reading.judging`.
    crop: bytes = b""  # The question as PNG, wherever a person has to look.


@dataclass(frozen=True)
class PageReading:
    picture: int  # Which of the pictures, from 0, and which page of it, from 1.
    picture_page: int
    refusal: Refusal | Literal[""]  # Empty: the page was read.
    code: PageCode | None = None
    mode: str = ""
    questions: tuple[QuestionReading, ...] = ()
    officer: bytes = b""  # The officer's box as PNG, where the page has one.


@dataclass(frozen=True)
class SheetReading:
    """One copy of a form, of however many pictures."""

    serial: str
    code: PageCode  # Of one of its pages.
    mode: str
    read: tuple[int, ...]
    missing: tuple[int, ...]
    questions: tuple[QuestionReading, ...]
    officer: bytes

    def fields(self) -> dict[str, list[str]]:
        """What is sure, as the web form sends it."""
        return {one.name: list(one.values) for one in self.questions if one.state == "sure"}

    def to_look_at(self) -> tuple[QuestionReading, ...]:
        return tuple(one for one in self.questions if one.state in ("doubtful", "typed_by_person"))


def join(pages: Iterable[PageReading]) -> tuple[SheetReading, ...]:
    """The sheets by serial, in the order in which they were met; refused pages are left to who asked."""
    by_serial: dict[str, list[PageReading]] = {}
    for page in pages:
        if page.code:
            by_serial.setdefault(page.code.serial, []).append(page)
    return tuple(sheet for found in by_serial.values() for sheet in _sheet(found))


def _sheet(found: Sequence[PageReading]) -> Iterable[SheetReading]:
    pages: dict[int, PageReading] = {}
    for page in found:
        if page.code and not page.refusal:
            before = pages.get(page.code.page)
            pages[page.code.page] = _agreed(before, page) if before else page
    if not pages:
        return
    ordered = [pages[number] for number in sorted(pages)]
    code = ordered[0].code
    if code is None:
        return
    yield SheetReading(
        serial=code.serial,
        code=code,
        mode=ordered[0].mode,
        read=tuple(sorted(pages)),
        missing=tuple(number for number in range(1, code.pages + 1) if number not in pages),
        questions=tuple(question for page in ordered for question in page.questions),
        officer=next((page.officer for page in ordered if page.officer), b""),
    )


def _agreed(first: PageReading, second: PageReading) -> PageReading:
    """Of a page that came twice: what both say; the rest is looked at, so crops of both pictures are wanted."""
    return replace(first, questions=tuple(map(_both, first.questions, second.questions)))


def _both(one: QuestionReading, other: QuestionReading) -> QuestionReading:
    if (one.state, one.values) == (other.state, other.values):
        return one
    return replace(one, state="doubtful", values=(), why="two_pictures_differ", crop=one.crop or other.crop)


def to_json(pages: Sequence[PageReading]) -> str:
    return json.dumps([asdict(page) for page in pages], default=lambda crop: b64encode(crop).decode())


def from_json(text: str) -> list[PageReading]:
    return [_page(page) for page in json.loads(text)]


def _page(data: dict[str, Any]) -> PageReading:
    code = PageCode(**data["code"]) if data["code"] else None
    questions = tuple(map(_question, data["questions"]))
    return PageReading(**data | {"code": code, "questions": questions, "officer": b64decode(data["officer"])})


def _question(data: dict[str, Any]) -> QuestionReading:
    boxes = tuple(BoxReading(**box) for box in data["boxes"])
    read = {"values": tuple(data["values"]), "boxes": boxes, "crop": b64decode(data["crop"])}
    return QuestionReading(**data | read)
