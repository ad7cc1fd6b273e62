"""Forms filled in by chance and photographed badly: no silent error; by hand: each rule of what a mark is.

The long form, with the shares that are shown to a person, is `python -m benchmarks.paper_reading`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from flask import Flask

from questionnaires import loader
from questionnaires.checking import check
from questionnaires.conditions import Setting
from survey_app import paper
from survey_app.paper import form_maps, readings
from survey_app.paper.content import Printing
from survey_app.paper.form_maps import Box
from survey_app.paper.reading import page, pictures
from survey_app.paper.readings import PageReading, QuestionReading
from tests.survey_app.paper import cameras, filled_in, pens
from tests.survey_app.paper.pens import Canvas, Pen

WORDS = {"office": "Bộ phận Một cửa xã Thọ Hải", "owner": "Phòng Nội vụ huyện Thọ Xuân", "survey": "Khảo sát 2026"}
BIRO = Pen(pens.COLORS["blue"], 0.45, 0.95, 0.05)
PAGES = 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("form_maps")


@pytest.fixture(scope="module")
def runs(translations: Flask, folder: Path) -> list[paper.Run]:
    kinds = (("sipas2017", "vi", False), ("yte_noitru", "vi", True), ("sipas2022", "en", False))
    setting = Setting(kind="counter", mode="paper_self")
    made = [
        paper.run(Printing(loader.load_builtin(code), WORDS, language, large, setting))
        for code, language, large in kinds
    ]
    for run in made:
        form_maps.keep(folder, run.form)
    return made


def canvas_of(run: paper.Run, number: int) -> Canvas:
    with pypdfium2.PdfDocument(run.pdf) as document:
        return filled_in.blank_canvas(document, number)


def read(run: paper.Run, folder: Path, taken: bytes) -> PageReading:
    (found,) = (page.read(opened(), folder, run.form.version) for opened in pictures.pages(taken))
    return found


def test_no_reading_of_a_badly_taken_form_is_wrong(runs: list[paper.Run], folder: Path) -> None:
    verdicts: Counter[str] = Counter()
    for number in range(PAGES):
        rng = np.random.default_rng((2026, number))
        run, camera = runs[number % len(runs)], list(cameras.CAMERAS.values())[number % len(cameras.CAMERAS)]
        printed_page = int(rng.integers(1, run.form.pages + 1))
        filled = filled_in.fill_in(run.form, printed_page, canvas_of(run, printed_page), rng)
        found = read(run, folder, cameras.take(filled.canvas, camera, rng))
        if found.refusal:
            verdicts["refused"] += 1
            continue
        for meant, reading, verdict in filled_in.verdicts(filled, found):
            assert verdict != "WRONG", (number, meant, reading)
            assert (verdict != "shown") or reading.crop.startswith(b"\x89PNG")
            verdicts[verdict] += 1

    assert verdicts["refused"] <= PAGES // 8
    assert verdicts["right"] > verdicts["shown"] / 2


def test_a_clean_scan_leaves_hardly_anything_to_a_person(runs: list[paper.Run], folder: Path) -> None:
    """And what was read is what the web form would have sent: the answers pass the same check."""
    run, instrument = runs[0], loader.load_builtin("sipas2017")
    taken, meant = [], {}
    for number in range(1, run.form.pages + 1):
        rng = np.random.default_rng((7, number))
        canvas = canvas_of(run, number)
        for one in run.form.asked:
            if one.page == number and one.marks and one.question:
                box = one.boxes[int(rng.integers(len(one.boxes)))]
                meant[one.question] = [box.value]
                pens.draw(canvas, BIRO, pens.cross(box, rng), rng)
        taken.append(cameras.take(canvas, cameras.CAMERAS["scanner"], rng))

    (sheet,) = readings.join(read(run, folder, one) for one in taken)
    fields = sheet.fields()
    assert (sheet.missing, sheet.mode, len(sheet.serial)) == ((), "paper_self", 10)
    assert {code: values for code, values in fields.items() if values != meant[code]} == {}
    assert len(fields) >= 0.9 * len(meant)
    assert {one.name for one in sheet.to_look_at()} | set(fields) >= set(meant)
    checked = check(instrument, fields, drop_not_asked=True)
    assert [fault for fault in checked.faults if fault.kind != "required"] == []


Draw = Callable[[Box], list[pens.Line]]
_RNG = np.random.default_rng(5)


def marked(run: paper.Run, folder: Path, question: str, marks: Mapping[int, Draw], pen: Pen = BIRO) -> QuestionReading:
    """The reading of one question of the first form, with these boxes marked, taken by a good scanner."""
    (one,) = (asked for asked in run.form.asked if asked.question == question)
    canvas = canvas_of(run, one.page)
    for place, mark in marks.items():
        pens.draw(canvas, pen, mark(one.boxes[place]), _RNG)
    found = read(run, folder, bytes(cv2.imencode(".png", canvas)[1]))
    others = [reading for reading in found.questions if reading.name.removesuffix("__other") != question]
    assert {reading.state for reading in others} <= {"empty"}
    return next(reading for reading in found.questions if reading.name == question)


def cross(box: Box) -> list[pens.Line]:
    left, top, right, bottom = box.x + 0.5, box.y + 0.5, box.x + box.side - 0.5, box.y + box.side - 0.5
    return [[(left, top), (right, bottom)], [(right, top), (left, bottom)]]


def blacken(box: Box) -> list[pens.Line]:
    return pens.blackened(box, _RNG)


def line_through(box: Box) -> list[pens.Line]:
    """A long stroke of chance that crosses one box alone, from above."""
    return [[(box.x - 6, box.y - 18), (box.x + box.side + 1, box.y + box.side + 2)]]


def beside(box: Box) -> list[pens.Line]:
    return cross(replace(box, x=box.x - box.side * 1.2))


@pytest.mark.parametrize(
    ("marks", "state", "values", "why"),
    [
        ({}, "empty", (), ""),
        ({2: cross}, "sure", ("3",), ""),
        ({0: blacken, 4: cross}, "sure", ("5",), ""),
        ({0: blacken, 1: blacken, 3: cross}, "sure", ("4",), ""),
        ({1: blacken}, "doubtful", (), "blackened"),
        ({1: cross, 2: cross}, "doubtful", (), "too_many_marks"),
        ({1: beside}, "doubtful", (), "stray_ink"),
    ],
)
def test_the_rule_of_the_form_decides(
    runs: list[paper.Run], folder: Path, marks: dict[int, Draw], state: str, values: tuple[str, ...], why: str
) -> None:
    found = marked(runs[0], folder, "A1.2", marks)

    assert (found.state, found.values, found.why) == (state, values, why)
    assert bool(found.crop) == (state == "doubtful")


@pytest.mark.parametrize("strength", [0.12, 0.2, 0.3])
def test_a_faint_mark_is_never_taken_for_an_empty_box(runs: list[paper.Run], folder: Path, strength: float) -> None:
    pale = Pen(pens.COLORS["pencil"], 0.45, strength, 0.05)
    found = marked(runs[0], folder, "A1.2", {3: cross}, pale)

    assert found.state == "doubtful" or found.values == ("4",)


def test_a_scan_in_black_and_white_is_read_where_a_mark_is_whole(runs: list[paper.Run], folder: Path) -> None:
    """What such a scanner drops may have been there: nothing is taken for empty, and no mark with gaps for one."""
    run = runs[0]
    pale = Pen(pens.COLORS["pencil"], 0.3, 0.6, 0.05)
    one, other, third = (asked for asked in run.form.asked if asked.question in ("A1.1", "A1.2", "A1.3"))
    canvas = canvas_of(run, one.page)
    pens.draw(canvas, BIRO, cross(one.boxes[1]), _RNG)
    pens.draw(canvas, pale, cross(other.boxes[2]), _RNG)
    pens.draw(canvas, BIRO, [[*line[:1], (line[0][0] + 0.4, line[0][1] + 0.4)] for line in cross(third.boxes[2])], _RNG)
    gray = cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY)
    found = read(run, folder, bytes(cv2.imencode(".png", np.where(gray > 130, np.uint8(255), np.uint8(0)))[1]))
    states = {reading.name: (reading.state, reading.values) for reading in found.questions}

    assert states.pop("A1.1") == ("sure", ("2",))
    assert set(states.values()) == {("doubtful", ())}
    assert all(reading.crop for reading in found.questions if reading.state == "doubtful")


def test_a_long_line_through_a_box_is_no_mark(runs: list[paper.Run], folder: Path) -> None:
    run = runs[0]
    (one,) = (asked for asked in run.form.asked if asked.question == "A1.4")
    canvas = canvas_of(run, one.page)
    pens.draw(canvas, BIRO, line_through(one.boxes[0]), _RNG)
    found = read(run, folder, bytes(cv2.imencode(".png", canvas)[1]))

    assert {reading.name: reading.state for reading in found.questions}["A1.4"] == "doubtful"


def test_words_of_ones_own_come_as_a_picture_to_type(runs: list[paper.Run], folder: Path) -> None:
    run = runs[0]
    (one,) = (asked for asked in run.form.asked if asked.question == "service_field")
    box = next(box for box in one.boxes if box.specify)
    canvas = canvas_of(run, one.page)
    pens.draw(canvas, BIRO, cross(box), _RNG)
    pens.draw(canvas, BIRO, pens.words(80, 130, box.y + box.side - 0.5, _RNG), _RNG)
    found = {reading.name: reading for reading in read(run, folder, bytes(cv2.imencode(".png", canvas)[1])).questions}

    assert (found["service_field"].state, found["service_field"].values) == ("sure", (box.value,))
    assert found["service_field__other"].state == "typed_by_person"
    assert found["service_field__other"].crop


def test_a_page_that_comes_twice_is_believed_where_both_agree(runs: list[paper.Run], folder: Path) -> None:
    run = runs[0]
    one, other = (asked for asked in run.form.asked if asked.question in ("A1.1", "A1.2"))
    first, second = canvas_of(run, one.page), canvas_of(run, one.page)
    pens.draw(first, BIRO, cross(one.boxes[1]) + cross(other.boxes[1]), _RNG)
    pens.draw(second, BIRO, cross(one.boxes[1]) + cross(other.boxes[2]), _RNG)
    pages = [read(run, folder, bytes(cv2.imencode(".png", canvas)[1])) for canvas in (first, second)]

    (sheet,) = readings.join(pages)
    assert sheet.fields() == {"A1.1": ["2"]}
    assert sheet.missing == (2, 3, 4)
    differs = next(question for question in sheet.questions if question.name == "A1.2")
    assert (differs.state, differs.values, differs.why) == ("doubtful", (), "two_pictures_differ")
