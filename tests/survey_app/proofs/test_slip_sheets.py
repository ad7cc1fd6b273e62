"""Printed slips: what a phone's camera reads from each sticker and receipt, and what a person reads beside it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import numpy as np
import pypdfium2
import pytest
from flask import Flask

from survey_app import database
from survey_app.models import SlipBatch
from survey_app.proofs import slip_sheets, slips
from survey_app.proofs.slip_sheets import Layout
from tests import factories, qr

PUBLIC_URL = "https://hailong.example.vn"
SCALE = 4
STICKER = (70, 37)


@pytest.fixture
def batch(app: Flask) -> SlipBatch:
    """27 slips: a full sheet of stickers and three more."""
    app.config["CLOCK"] = lambda: factories.NOON
    session = database.session()
    made = slips.add_batch(session, factories.make_point(session, mode="qr_slip"), 27)
    session.commit()
    return made


def printed(app: Flask, batch: SlipBatch, layout: Layout) -> bytes:
    return slip_sheets.pdf([batch], app.config["SETTINGS"].token_key, PUBLIC_URL, layout)


def codes(app: Flask, batch: SlipBatch) -> list[str]:
    return slips.codes(app.config["SETTINGS"].token_key, batch)


def pages(pdf: bytes) -> Iterator[tuple[Any, str, tuple[int, int]]]:
    """Picture, text and size in millimetres of each page."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            picture = np.array(page.render(scale=SCALE).to_pil().convert("RGB"), dtype=np.uint8)
            width, height = (round(side / 72 * 25.4) for side in page.get_size())
            yield picture, page.get_textpage().get_text_bounded(), (width, height)


def stickers(picture: Any) -> Iterator[Any]:
    """The places of the 24 stickers of a sheet, row by row, as they are cut out."""
    mm = SCALE * 72 / 25.4
    for place in range(slip_sheets.PER_SHEET):
        row, column = divmod(place, 3)
        left, top = column * STICKER[0] * mm, (0.5 + row * STICKER[1]) * mm
        yield picture[int(top) : int(top + STICKER[1] * mm), int(left) : int(left + STICKER[0] * mm)]


def test_every_sticker_opens_the_form_with_its_own_slip(app: Flask, batch: SlipBatch) -> None:
    sheets = list(pages(printed(app, batch, "stickers")))
    found = [text for picture, *_ in sheets for sticker in stickers(picture) if (text := qr.read(sticker))]

    assert [size for *_, size in sheets] == [(210, 297)] * 2
    assert found == [f"{PUBLIC_URL}/s/{code.replace('-', '')}" for code in codes(app, batch)]
    for address in (found[0], found[26]):
        page = app.test_client().get(address.removeprefix(PUBLIC_URL))
        assert (page.status_code, "<form" in page.text) == (200, True)


def test_every_receipt_is_a_strip_of_its_own_that_opens_the_form(app: Flask, batch: SlipBatch) -> None:
    strips = list(pages(printed(app, batch, "receipts")))

    assert [qr.read(picture) for picture, *_ in strips] == [
        f"{PUBLIC_URL}/s/{code.replace('-', '')}" for code in codes(app, batch)
    ]
    assert {width for *_, (width, _height) in strips} == {80}
    assert all(80 < height < 140 for *_, (_width, height) in strips)


@pytest.mark.parametrize("layout", slip_sheets.LAYOUTS)
def test_a_slip_says_who_asks_until_when_and_that_it_keeps_no_name(
    app: Flask, batch: SlipBatch, layout: Layout
) -> None:
    text = " ".join(next(pages(printed(app, batch, layout)))[1].split())

    for words in (
        codes(app, batch)[0],
        "Bộ phận Một cửa xã Thọ Hải",
        "Khảo sát hài lòng về sự phục vụ hành chính năm 2026",
        "Trả lời đến hết 30/11/2026",
        "Mỗi phiếu mời dùng một lần, không ghi tên",
        "hailong.example.vn",
    ):
        assert words in text
    assert "MÔ PHỎNG" not in text


@pytest.mark.parametrize("layout", slip_sheets.LAYOUTS)
@pytest.mark.parametrize(("field", "mark"), [("simulated", "MÔ PHỎNG"), ("practice", "DIỄN TẬP – KHÔNG TÍNH")])
def test_slips_that_do_not_count_say_so(app: Flask, batch: SlipBatch, layout: Layout, field: str, mark: str) -> None:
    setattr(batch.wave, field, True)

    for picture, text, _size in pages(printed(app, batch, layout)):
        assert mark in text
        assert picture.size


def test_a_second_print_has_the_same_codes(app: Flask, batch: SlipBatch) -> None:
    first, second = (printed(app, batch, "stickers") for _ in range(2))

    assert [text for _, text, _ in pages(first)] == [text for _, text, _ in pages(second)]


def test_odd_and_long_names_stay_on_their_sticker(app: Flask, batch: SlipBatch) -> None:
    batch.point.label_vi = 'Bộ phận #strong[Một cửa] \\ "điện tử" $x$ của ' + "thị trấn rất dài " * 6
    batch.wave.survey.name_vi = "Khảo sát " * 30
    batch.wave.closes_on += timedelta(days=1)
    sheets = list(pages(printed(app, batch, "stickers")))

    assert len(sheets) == 2
    assert len([1 for sticker in stickers(sheets[0][0]) if qr.read(sticker)]) == slip_sheets.PER_SHEET
    assert "#strong[Một" in sheets[0][1]
