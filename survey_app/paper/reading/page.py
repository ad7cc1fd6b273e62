"""From one picture to the reading of its page; each step is in a module of its own, named in the package."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2

from questionnaires.checking import OTHER
from survey_app.paper import form_maps
from survey_app.paper.codes import PageCode
from survey_app.paper.form_maps import OFFICER, Asked, Box, FormMap
from survey_app.paper.reading import bending, corners, fitting, ink, judging, marks, pictures, sheet
from survey_app.paper.reading.corners import Points
from survey_app.paper.reading.fitting import Found
from survey_app.paper.reading.pictures import Picture, Refused
from survey_app.paper.reading.sheet import DOTS, Plane, Sheet
from survey_app.paper.readings import PageReading, QuestionReading

LEAST_FOUND = 0.75  # Of the printed boxes; with fewer the page is another one, or too bad to rely upon.
_MARGIN = 2.0  # Millimetres around a question in its crop.
_CROP_DOTS = 5  # A millimetre.


def read(picture: Picture, folder: Path, version: str) -> PageReading:
    """Where the picture stands among others is left to who has them all."""
    code = None
    try:
        where, code = corners.find(picture)
        form = _form(folder, code, version)
        return _read(picture, where, code, form)
    except Refused as refused:
        return PageReading(0, 1, refused.why, code)


def _form(folder: Path, code: PageCode, version: str) -> FormMap:
    form = form_maps.find(folder, code.layout)
    if form is None:
        raise Refused("unknown_form")
    if (form.head, form.pages) != (code.head, code.pages):
        raise Refused("foreign_code")
    if form.version != version:
        raise Refused("other_version")
    return form


def _read(picture: Picture, where: Points, code: PageCode, form: FormMap) -> PageReading:
    asked = [one for one in form.asked if one.page == code.page]
    boxes = [box for one in asked for box in one.boxes]
    printed = ink.printed(form, code.page)
    laid, found = _flattened(picture, where, boxes, printed)
    seen = ink.of(laid.darkness, printed, boxes, found, pictures.is_black_and_white(picture))
    read = [marks.read(box, at, seen) for box, at in zip(boxes, found, strict=True)]
    questions = [_with_crop(one, asked, laid) for one in judging.judge(asked, read, seen)]
    officer = next((_crop(one, laid) for one in asked if one.question == OFFICER), b"")
    return PageReading(0, 1, "", code, form.mode, tuple(questions), officer)


def _flattened(picture: Picture, where: Points, boxes: Sequence[Box], printed: Plane) -> tuple[Sheet, list[Found]]:
    laid = sheet.flat(picture, where)
    bend = bending.bend(laid.darkness, printed)
    if bend:
        laid = sheet.flat(picture, where, bend)
    found = [fitting.outline(laid.darkness, box) for box in boxes]
    if sum(at.is_clear for at in found) < LEAST_FOUND * len(boxes):
        raise Refused("does_not_fit")
    return laid, found


def _with_crop(reading: QuestionReading, asked: Sequence[Asked], laid: Sheet) -> QuestionReading:
    if reading.state not in ("doubtful", "typed_by_person"):
        return reading
    question = next(one for one in asked if one.question == reading.name.removesuffix(OTHER))
    return replace(reading, crop=_crop(question, laid))


def _crop(one: Asked, laid: Sheet) -> bytes:
    rows = slice(max(0, round((one.top - _MARGIN) * DOTS)), round((one.bottom + _MARGIN) * DOTS))
    part = laid.picture[rows, 14 * DOTS : 196 * DOTS]
    scale = _CROP_DOTS / DOTS
    small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".png", small, [cv2.IMWRITE_PNG_COMPRESSION, 4])[1])
