"""The map of a printed form, against the print itself: each box is where it says, beside the words of its answer."""

import re
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from flask_babel import force_locale

from questionnaires import loader
from questionnaires.conditions import Setting
from questionnaires.model import Language
from survey_app import paper
from survey_app.answer.labels import labels
from survey_app.paper import codes, form_maps
from survey_app.paper.content import Printing
from survey_app.paper.form_maps import Asked, Box, FormMap
from tests.survey_app.paper import printed

WORDS = {"office": "Bộ phận Một cửa xã Thọ Hải", "owner": "Phòng Nội vụ huyện Thọ Xuân", "survey": "Khảo sát 2026"}
OFFICER = Setting(kind="counter", mode="paper_officer")


def make_map(
    code: str, language: Language = "vi", large: bool = False, setting: Setting = OFFICER, **words: str
) -> FormMap:
    return paper.form_map(Printing(loader.load_builtin(code), WORDS | words, language, large, setting))


@pytest.fixture(scope="module", params=product(loader.builtin_codes(), (False, True)), ids=str)
def form(request: pytest.FixtureRequest, translations: Flask) -> FormMap:
    code, large = request.param
    return make_map(code, "en" if large else "vi", large)


def test_each_box_of_the_map_is_a_square_on_the_paper(form: FormMap) -> None:
    for page, picture in enumerate(printed.pictures(form.blank, scale=4), start=1):
        squares = printed.squares(picture, scale=4)
        for box in (box for one in form.asked if one.page == page for box in one.boxes):
            middle = box.x + box.side / 2, box.y + box.side / 2
            off = [max(abs(x - middle[0]), abs(y - middle[1])) for x, y, side in squares if abs(side - box.side) < 0.5]
            assert min(off, default=9) < 0.15, box


def test_beside_or_above_each_box_stand_the_words_of_its_answer(form: FormMap) -> None:
    instrument = loader.load_builtin(form.instrument)
    with pypdfium2.PdfDocument(form.blank) as document:
        for one in form.asked:
            if not one.question:
                assert one.boxes == ()
                continue
            with force_locale(form.language):
                offered = labels(instrument, instrument.question(one.question), lambda text: text[form.language])
            assert {box.value for box in one.boxes} == set(offered if one.marks else set(offered) & {"dk", "pn"})
            text = document[one.page - 1].get_textpage()
            for box in one.boxes:
                found = _beside(text, one, box), _above(text, box)
                assert any(_bare(offered[box.value]) in _bare(words) for words in found), (box, found)


def _beside(text: Any, one: Asked, box: Box) -> str:
    """Up to the next box in its row."""
    row = [other.x for other in one.boxes if abs(other.y - box.y) < 2 and other.x > box.x]
    return _between(text, box.x + box.side, box.y - 1.5, min(row, default=200), box.y + box.side + 8)


def _above(text: Any, box: Box) -> str:
    return _between(text, box.x - 4.6, 30, box.x + box.side + 4.6, box.y)


def _between(text: Any, left: float, top: float, right: float, bottom: float) -> str:
    edges = (left * printed.MM, (297 - bottom) * printed.MM, right * printed.MM, (297 - top) * printed.MM)
    return str(text.get_text_bounded(*edges))


def _bare(words: str) -> str:
    return re.sub(r"\W", "", words)


def test_every_question_has_a_place_of_its_own(form: FormMap) -> None:
    for page in range(1, form.pages + 1):
        here = sorted((one for one in form.asked if one.page == page), key=lambda one: one.top)
        assert all(one.top < one.bottom < 280 for one in here)
        assert all(above.bottom <= below.top + 0.1 for above, below in pairwise(here))


def test_the_layout_names_what_was_printed(translations: Flask, tmp_path: Path) -> None:
    """Whatever moves or changes a box or a word gives another layout; the same form gives the same."""
    forms = [
        make_map("sipas2017"),
        make_map("sipas2017", "en"),
        make_map("sipas2017", large=True),
        make_map("sipas2017", setting=Setting(kind="counter", mode="paper_self")),
        make_map("sipas2017", setting=Setting(kind="counter", mode="paper_officer", variant="short")),
        make_map("sipas2017", office="Bộ phận Một cửa xã Xuân Lập"),
    ]

    assert len({form.layout for form in forms}) == len(forms)
    assert make_map("sipas2017") == forms[0]
    for form in forms:
        form_maps.keep(tmp_path, form)
    assert [form_maps.find(tmp_path, form.layout) for form in forms] == forms
    assert form_maps.find(tmp_path, "00000000") is None


def test_codes_are_parsed_as_they_are_printed() -> None:
    head = "HL1:sipas2017:0f3a91c2b7de:full:vi:5e9a07c1"
    first, last = (codes.parse(page["text"]) for page in codes.pages_of_copy(head, 2, "K7QF3MX2RR"))

    assert first == codes.PageCode(head, "sipas2017", "0f3a91c2b7de", "full", "vi", "5e9a07c1", 1, 2, "K7QF3MX2RR")
    assert last
    assert (last.page, last.pages) == (2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.org",
        "HL1:sipas2017:0f3a91c2b7de:full:vi:5e9a07c1:3/2:K7QF3MX2RR",
        "HL1:sipas2017:0f3a91c2b7de:full:vi:5e9a07c1:0/2:K7QF3MX2RR",
        "HL1:sipas2017:0f3a91c2b7de:full:vi:../../ab:1/2:K7QF3MX2RR",
        "HL1:sipas2017:0f3a91c2b7de:full:vi:5e9a07c1:1/2:K7QF3MX2R0",
        "HL1:sipas2017:0f3a91c2b7de:full:vi:5e9a07c1:1/2:K7QF3MX2RS",
        "HL2:sipas2017:0f3a91c2b7de:full:vi:5e9a07c1:1/2:K7QF3MX2RR",
    ],
)
def test_other_codes_are_none_of_ours(text: str) -> None:
    assert codes.parse(text) is None
