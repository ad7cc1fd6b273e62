"""Fills in printed forms by chance, and knows what was meant: which reading is right and what a person has to see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from survey_app.paper.form_maps import OFFICER, Asked, Box, FormMap
from survey_app.paper.readings import PageReading, QuestionReading
from tests.survey_app.paper import pens
from tests.survey_app.paper.pens import Canvas, Mark, Pen, Rng

CLEAN: Mapping[str, Mark] = {
    "cross": pens.cross,
    "tick": pens.tick,
    "slash": pens.slash,
    "heavy cross": pens.heavy_cross,
}
# What is meant is plain to a person, but it is no mark in a box by the rule of the form.
ODD: Mapping[str, Mark] = {
    "circled box": pens.circle,
    "circled words": pens.circled_words,
    "beside the box": pens.beside,
}


@dataclass(frozen=True)
class Meant:
    """`values`: None where not even a person can know without looking, so that nothing else may be taken."""

    kind: str
    values: frozenset[str] | None
    words: bool = False  # Something is written by hand.


@dataclass(frozen=True)
class FilledIn:
    canvas: Canvas
    meant: Mapping[str, Meant]
    accidents: tuple[str, ...]


def fill_in(form: FormMap, page: int, canvas: Canvas, rng: Rng, calm: bool = False) -> FilledIn:
    """Draws on the canvas. `calm`: clean marks of one hand, without any accident."""
    pen, style = pens.any_pen(rng), str(rng.choice(list(CLEAN), p=[0.5, 0.35, 0.08, 0.07]))
    meant = {}
    for one in form.asked:
        if one.page == page and one.question != OFFICER:
            chosen = style if calm or rng.random() < 0.72 else str(rng.choice(list(_ODDITIES)))
            meant[one.question] = _answer(canvas, one, chosen, pen, rng)
    accidents = () if calm else tuple(_accidents(canvas, pen, rng))
    return FilledIn(canvas, meant, accidents)


def _answer(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    if not one.marks:
        return _written(canvas, one, pen, rng)
    if kind in CLEAN:
        return _clean(canvas, one, kind, pen, rng)
    return _ODDITIES[kind](canvas, one, kind, pen, rng)


def _written(canvas: Canvas, one: Asked, pen: Pen, rng: Rng) -> Meant:
    if one.boxes and rng.random() < 0.2:
        box = one.boxes[int(rng.integers(len(one.boxes)))]
        pens.draw(canvas, pen, pens.cross(box, rng), rng)
        return Meant("no answer", frozenset([box.value]))
    if rng.random() < 0.4:
        return Meant("left empty", frozenset())
    faint = rng.random() < 0.2
    used = replace(pen, strength=pen.strength * 0.35) if faint else pen
    base = one.bottom - rng.uniform(2, 4)
    pens.draw(canvas, used, pens.words(40, float(rng.uniform(60, 180)), base, rng), rng)
    return Meant("faint words" if faint else "words", None, words=True)


def _clean(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    if rng.random() < 0.06:
        return Meant("left empty", frozenset())
    count = 1 if one.marks == 1 else int(rng.integers(1, one.marks + 1))
    boxes = [box for box in one.boxes if box.value not in ("dk", "pn")] if count > 1 else list(one.boxes)
    picked = [boxes[i] for i in rng.choice(len(boxes), min(count, len(boxes)), replace=False)]
    words = False
    for box in picked:
        pens.draw(canvas, pen, CLEAN[kind](box, rng), rng)
        if box.specify and rng.random() < 0.7:
            words = True
            start = box.x + 55
            pens.draw(canvas, pen, pens.words(start, start + 40, box.y + box.side - 0.5, rng), rng)
    return Meant(kind, frozenset(box.value for box in picked), words)


def _two(one: Asked, rng: Rng) -> Sequence[Box]:
    return [one.boxes[i] for i in rng.choice(len(one.boxes), 2, replace=False)]


def _odd(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    box = _two(one, rng)[0]
    pens.draw(canvas, pen, ODD[kind](box, rng), rng)
    return Meant(kind, frozenset([box.value]))


def _faint(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    box = _two(one, rng)[0]
    pale = replace(pen, strength=float(rng.uniform(0.12, 0.45)), width=max(pen.width, 0.4))
    pens.draw(canvas, pale, (pens.cross if rng.random() < 0.5 else pens.tick)(box, rng), rng)
    return Meant(kind, frozenset([box.value]))


def _corrected(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    wrong, right = _two(one, rng)
    if rng.random() < 0.7:
        pens.draw(canvas, pen, pens.cross(wrong, rng), rng)
    pens.draw(canvas, replace(pen, width=max(pen.width, 0.45), strength=1), pens.blackened(wrong, rng), rng)
    pens.draw(canvas, pen, (pens.cross if rng.random() < 0.7 else pens.tick)(right, rng), rng)
    return Meant(kind, frozenset([right.value]))


def _scratched_out(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    """Corrected otherwise than the form asks: scribbled over, or not quite blackened."""
    wrong, right = _two(one, rng)
    pens.draw(canvas, pen, pens.cross(wrong, rng) + pens.half_blackened(wrong, rng), rng)
    pens.draw(canvas, pen, pens.cross(right, rng), rng)
    return Meant(kind, frozenset([right.value]))


def _two_marks(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    both = _two(one, rng)
    for box in both:
        pens.draw(canvas, pen, pens.cross(box, rng), rng)
    values = frozenset(box.value for box in both)
    if one.marks > 1 and not values & {"dk", "pn"}:
        return Meant("cross", values)  # More than one may be chosen here.
    return Meant(kind, None)


def _only_blackened(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    filled = pens.blackened if rng.random() < 0.6 else pens.half_blackened
    pens.draw(canvas, replace(pen, width=max(pen.width, 0.45)), filled(_two(one, rng)[0], rng), rng)
    return Meant(kind, None)


def _touched(canvas: Canvas, one: Asked, kind: str, pen: Pen, rng: Rng) -> Meant:
    """A dot or a dash: a mark, or a pen that rested."""
    pens.draw(canvas, pen, (pens.dot if rng.random() < 0.6 else pens.dash)(_two(one, rng)[0], rng), rng)
    return Meant(kind, None)


_ODDITIES: Mapping[str, Any] = {
    **dict.fromkeys(ODD, _odd),
    "faint": _faint,
    "corrected": _corrected,
    "scratched out": _scratched_out,
    "two marks": _two_marks,
    "only blackened": _only_blackened,
    "dot or dash": _touched,
}


def _accidents(canvas: Canvas, pen: Pen, rng: Rng) -> Iterator[str]:
    if rng.random() < 0.25:
        pens.draw(canvas, replace(pen, strength=float(rng.uniform(0.3, 1))), pens.long_line(rng), rng)
        yield "stray line"
    if rng.random() < 0.2:
        pens.stain(canvas, rng)
        yield "stain"


def verdicts(filled: FilledIn, page: PageReading) -> Iterator[tuple[Meant, QuestionReading, str]]:
    """Of each question: right, shown or WRONG."""
    found = {one.name: one for one in page.questions}
    for code, meant in filled.meant.items():
        reading = found[code]
        if reading.state in ("doubtful", "typed_by_person"):
            yield meant, reading, "shown"
        else:
            lost_words = meant.words and f"{code}__other" not in found
            right = meant.values is not None and frozenset(reading.values) == meant.values and not lost_words
            yield meant, reading, "right" if right else "WRONG"


def blank_canvas(document: Any, page: int) -> Canvas:
    rendered = document[page - 1].render(scale=pens.DOTS * 25.4 / 72).to_numpy()[:, :, :3]
    return np.array(rendered, dtype=np.uint8)
