"""Says of each question what was answered, or why a person has to look; where two readings are possible, none is taken.

The rule is the one printed on the form: a mark in a box; a box that is blackened was wrong, and another one is marked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from questionnaires.checking import OTHER, STATE_WORDS
from survey_app.paper.form_maps import OFFICER, Asked, Box
from survey_app.paper.reading.ink import Ink, Mask, Stroke
from survey_app.paper.reading.sheet import DOTS
from survey_app.paper.readings import BoxReading, QuestionReading

REACH: Final = 5.0  # Millimetres that a mark may reach out of its box; what is longer may be a line drawn by chance.
MOST_TAIL, MOST_GAP = 2.5, 2.0  # Millimetres: of a piece of a mark's end, and how far it lies from the mark's box.
_HALO: Final = 0.5  # Millimetres of fainter ink around a stroke.
RIGHT_EDGE: Final = 196.0
MOST_SMEAR: Final = 3.0  # Square millimetres of faint dots beside the boxes of a question.
_STATES: Final = frozenset(STATE_WORDS.values())


@dataclass(frozen=True)
class Seen:
    """One question on the page, with what was seen of it."""

    asked: Asked
    boxes: tuple[BoxReading, ...]
    stray: bool  # Ink beside its boxes that belongs to no mark.
    writing: bool  # Words or figures where the form has room for them.

    def values(self, mark: str) -> tuple[str, ...]:
        return tuple(box.value for box in self.boxes if box.mark == mark)


def judge(asked: Sequence[Asked], boxes: Sequence[BoxReading], ink: Ink) -> list[QuestionReading]:
    """`boxes` are those of all questions, in order. Crops are left to who has the picture."""
    seen = list(_seen(asked, boxes, ink))
    judged = _only_whole if ink.lossy else _readings
    # Who blackens a box and marks no other may mean it as a mark: then a blackened box on this page tells nothing.
    blackens_to_mark = any(one.values("blackened") and not one.values("marked") for one in seen)
    return [reading for one in seen for reading in judged(one, blackens_to_mark)]


def _readings(seen: Seen, blackens_to_mark: bool) -> Iterator[QuestionReading]:
    code = seen.asked.question
    why = _doubt(seen, blackens_to_mark)
    marked = seen.values("marked")
    if why:
        yield QuestionReading(code, "doubtful", boxes=seen.boxes, why=why)
    elif seen.writing and not seen.asked.marks:
        yield QuestionReading(code, "typed_by_person", boxes=seen.boxes)
    else:
        yield QuestionReading(code, "sure" if marked else "empty", marked, seen.boxes)
        if seen.writing:
            yield QuestionReading(code + OTHER, "typed_by_person")


def _only_whole(seen: Seen, blackens_to_mark: bool) -> Iterator[QuestionReading]:
    """Of a scan that drops faint ink: one whole mark where one is wanted. What seems empty, a person looks at."""
    readings = list(_readings(seen, blackens_to_mark))
    specify = {box.value for box in seen.asked.boxes if box.specify}
    lost_words = len(readings) == 1 and not specify.isdisjoint(seen.values("marked"))
    if readings[0].state in ("sure", "empty") and (seen.asked.marks != 1 or not readings[0].values or lost_words):
        readings[0] = replace(readings[0], state="doubtful", values=(), why="black_and_white")
    yield from readings


def _doubt(seen: Seen, blackens_to_mark: bool) -> str:
    marked, blackened = seen.values("marked"), seen.values("blackened")
    several = max(seen.asked.marks, 1) > 1
    if seen.values("unclear"):
        return "unclear_box"
    if seen.stray:
        return "stray_ink"
    if blackened and (several or not marked or blackens_to_mark):
        return "blackened"
    if len(marked) > max(seen.asked.marks, 1) or (len(marked) > 1 and not _STATES.isdisjoint(marked)):
        return "too_many_marks"
    return _doubt_of_words(seen, marked)


def _doubt_of_words(seen: Seen, marked: Sequence[str]) -> str:
    if not seen.writing:
        return ""
    if not seen.asked.marks:
        return "mark_and_words" if marked else ""
    specify = {box.value for box in seen.asked.boxes if box.specify}
    return "words_without_mark" if specify.isdisjoint(marked) else ""


def _seen(asked: Sequence[Asked], boxes: Sequence[BoxReading], ink: Ink) -> Iterator[Seen]:
    places = [(one.question, box) for one in asked for box in one.boxes]
    tails = [stroke for stroke in ink.strokes if _belongs(stroke, places, boxes)]
    loose = [stroke for stroke in ink.strokes if stroke not in tails]
    smear = _without(ink.beside, tails)
    start = 0
    for one in asked:
        own = tuple(boxes[start : start + len(one.boxes)])
        taken = range(start, start + len(one.boxes))
        start += len(one.boxes)
        if one.question != OFFICER:
            yield Seen(one, own, *_ink_beside(one, taken, loose, smear))


def _belongs(stroke: Stroke, places: Sequence[tuple[str, Box]], boxes: Sequence[BoxReading]) -> bool:
    """To the mark in one box, as its end that goes over the outline."""
    owners = [place for place in stroke.boxes if boxes[place].mark != "empty"]
    if not stroke.boxes and stroke.length <= MOST_TAIL:  # Cut off where the end of a mark goes through print.
        owners = [
            place for place, (_, box) in enumerate(places) if boxes[place].mark == "marked" and _is_near(stroke, box)
        ]
    if len(owners) != 1:
        return False
    box = places[owners[0]][1]
    beyond = (
        box.x - stroke.left,
        box.y - stroke.top,
        stroke.right - box.x - box.side,
        stroke.bottom - box.y - box.side,
    )
    return max(beyond) <= REACH


def _is_near(stroke: Stroke, box: Box) -> bool:
    aside = max(box.x - stroke.right, stroke.left - box.x - box.side, 0)
    above = max(box.y - stroke.bottom, stroke.top - box.y - box.side, 0)
    return max(aside, above) <= MOST_GAP


def _without(beside: Mask, tails: Sequence[Stroke]) -> Mask:
    """Faint ink that is no end of a mark."""
    left = beside.copy()
    for tail in tails:
        rows = slice(round((tail.top - _HALO) * DOTS), round((tail.bottom + _HALO) * DOTS))
        left[rows, round((tail.left - _HALO) * DOTS) : round((tail.right + _HALO) * DOTS)] = False
    return left


def _ink_beside(one: Asked, own: range, loose: Sequence[Stroke], smear: Mask) -> tuple[bool, bool]:
    """Whether there is ink that belongs to no mark, and whether there is writing where there is room for it."""
    here = [stroke for stroke in loose if stroke.bottom > one.top and stroke.top < one.bottom]
    here += [stroke for stroke in loose if not stroke.boxes.isdisjoint(own) and stroke not in here]
    if not one.marks:
        return False, bool(here) or _smeared(one, smear)
    rooms = [_room(box) for box in one.boxes if box.specify]
    words = [stroke for stroke in here if any(_is_in(stroke, room) for room in rooms)]
    return len(words) < len(here) or (not words and _smeared(one, smear)), bool(words)


def _room(box: Box) -> tuple[float, float, float, float]:
    """To write beside an option: its row, with what letters need above and below."""
    return box.x + box.side + 1, box.y - 3, RIGHT_EDGE, box.y + box.side + 3


def _is_in(stroke: Stroke, room: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = room
    x, y = (stroke.left + stroke.right) / 2, (stroke.top + stroke.bottom) / 2
    return left < x < right and top < y < bottom


def _smeared(one: Asked, smear: Mask) -> bool:
    """Faint ink, too little or too pale to be a stroke."""
    rows = slice(round(one.top * DOTS), round(one.bottom * DOTS))
    region = smear[rows, 15 * DOTS : round(RIGHT_EDGE * DOTS)]
    return float(region.sum()) > MOST_SMEAR * DOTS**2
