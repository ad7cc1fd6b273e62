"""Where the boxes of a printed form are, and which answer each stands for; kept by the layout that its page codes name.

Places come from the template that prints the form, in millimetres from the upper left corner of the page. Reading a
picture is left to `reading`; nothing here loads more than the standard library, so that its process starts fast.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from questionnaires import loader

if TYPE_CHECKING:
    from survey_app.paper.content import Printing

OFFICER = ""  # The "question" of the box that the officer fills in.
ROW_INSET = 1.75  # The template's, between the lines of a grid and what stands in it.


@dataclass(frozen=True)
class Box:
    """A square to mark. `value` is what the web form sends for it; `specify`: a line for words stands beside it."""

    value: str
    x: float
    y: float
    side: float
    specify: bool = False


@dataclass(frozen=True)
class Asked:
    """A question between `top` and `bottom`. `marks`: how many boxes may be marked; 0: the answer is written."""

    question: str
    page: int
    top: float
    bottom: float
    marks: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class FormMap:
    head: str  # As in the page codes of every copy.
    layout: str
    pages: int
    instrument: str
    version: str  # The whole content hash.
    variant: str
    language: str
    large: bool
    mode: str
    asked: tuple[Asked, ...]
    blank: bytes  # The form as PDF, without the codes of a copy.

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"blank": b64encode(self.blank).decode()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "FormMap":
        data = json.loads(text)
        asked = tuple(Asked(**one | {"boxes": tuple(Box(**box) for box in one["boxes"])}) for one in data["asked"])
        return cls(**data | {"asked": asked, "blank": b64decode(data["blank"])})


def from_template(printing: "Printing", content: str, placed: Mapping[str, Any], blank: bytes) -> FormMap:
    """`content` is what the template was given, `placed` what it says of the places."""
    instrument, setting = printing.instrument, printing.setting
    asked = tuple(_asked(placed))
    version = loader.content_hash(instrument)
    form = f"{instrument.code}:{version[:12]}:{setting.variant}:{printing.language}"
    where = json.dumps([asdict(one) for one in asked], sort_keys=True)
    layout = hashlib.sha256("\n".join((form, setting.mode, content, where)).encode()).hexdigest()[:8]
    return FormMap(
        head=f"HL1:{form}:{layout}",
        layout=layout,
        pages=placed["pages"],
        instrument=instrument.code,
        version=version,
        variant=setting.variant,
        language=printing.language,
        large=printing.large,
        mode=setting.mode,
        asked=asked,
        blank=blank,
    )


def _asked(placed: Mapping[str, Any]) -> Iterable[Asked]:
    ends = {end["question"]: end["y"] for end in placed["ends"]}
    for begin in placed["begins"]:
        code, top = begin["question"], begin["y"]
        boxes = tuple(
            Box(box["value"], _hundredths(box["x"]), _hundredths(box["y"]), box["side"], box["specify"])
            for box in placed["boxes"]
            if box["question"] == code
        )
        bottom = max([ends[code], *(box.y + box.side for box in boxes)])
        if begin["row"]:  # Its boxes stand in the middle between two lines.
            bottom = max(box.y + box.side / 2 for box in boxes) * 2 - top + ROW_INSET
            top -= ROW_INSET
        yield Asked(code, begin["page"], _hundredths(top), _hundredths(bottom), begin["marks"], boxes)


def _hundredths(place: float) -> float:
    return round(place, 2)


def keep(folder: Path, form: FormMap) -> None:
    """For who reads its sheets later. The layout says nothing of copies or persons; the same form is kept once."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{form.layout}"
    draft.write_text(form.to_json(), encoding="utf-8")
    draft.replace(folder / f"{form.layout}.json")


def find(folder: Path, layout: str) -> FormMap | None:
    """`layout` comes from a parsed page code, so it is a plain file name."""
    try:
        return FormMap.from_json((folder / f"{layout}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
