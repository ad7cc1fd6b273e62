"""QR sheets: what a phone's camera reads from the printed page, and what a person reads beside it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import cv2
import numpy as np
import pypdfium2
import pytest
from flask import Flask

from survey_app import database, points, sheets
from tests import factories, qr

PUBLIC_URL = "https://hailong.example.vn"
PAGE_MM = {"a4": (210, 297), "a5": (148, 210)}


@pytest.fixture
def two_points(console_app: Flask) -> list[str]:
    """The codes of two points of one wave that is open on the day of the tests."""
    console_app.config["CLOCK"] = lambda: factories.NOON
    with console_app.app_context():
        session = database.session()
        wave = factories.make_wave(session)
        first = factories.make_point(session, wave=wave)
        other = factories.make_unit(session, "395-LDTBXH", name="Phòng Lao động", type="phòng")
        second = factories.make_point(session, wave=wave, unit=other, label_vi="Phòng Lao động - Thương binh và Xã hội")
        session.commit()
        return [first.code, second.code]


def print_sheets(app: Flask, size: str, public_url: str = PUBLIC_URL) -> bytes:
    with app.app_context():
        return sheets.pdf(points.of_waves(database.session()), public_url, size)


def pages(
    pdf: bytes,
) -> Iterator[tuple["np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]", str, tuple[float, float]]]:
    """Picture, text and size in points of each page."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            picture = np.array(page.render(scale=2).to_pil().convert("RGB"), dtype=np.uint8)
            yield picture, page.get_textpage().get_text_bounded(), page.get_size()


@pytest.mark.parametrize("size", sheets.SIZES)
def test_the_qr_read_from_the_printed_page_opens_that_points_form(
    console_app: Flask, two_points: list[str], size: str
) -> None:
    read = [qr.read(picture) for picture, *_ in pages(print_sheets(console_app, size))]

    assert read == [f"{PUBLIC_URL}/p/{code}" for code in two_points]
    for address in read:
        answer = console_app.test_client().get(address.removeprefix(PUBLIC_URL))
        assert answer.status_code == 200
        assert "<form" in answer.text


@pytest.mark.parametrize("size", sheets.SIZES)
def test_a_sheet_says_who_asks_why_until_when_and_what_to_type(
    console_app: Flask, two_points: list[str], size: str
) -> None:
    (_, text, (width, height)), (_, other, _) = pages(print_sheets(console_app, size))

    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == PAGE_MM[size]
    for words in (
        "Phòng Nội vụ huyện Thọ Xuân",
        "Bộ phận Một cửa xã Thọ Hải",
        "giúp nơi này phục vụ tốt hơn",
        "help this office to serve better",
        f"hailong.example.vn/p/{two_points[0]}",
        "Từ 01/11/2026 đến hết 30/11/2026",
    ):
        assert words in text
    assert "Thương binh và Xã hội" in other
    assert "MÔ PHỎNG" not in text


def test_a_dirty_sheet_can_still_be_read(console_app: Flask, two_points: list[str]) -> None:
    """A thumb-wide spot over a corner of the code: the level Q brings it back."""
    picture, *_ = next(pages(print_sheets(console_app, "a4")))
    corners = qr.corners(picture)
    x, y = corners.mean(axis=0).astype(int)
    side = int((corners[1] - corners[0])[0])
    cv2.circle(picture, (int(x), int(y)), side // 7, (120, 100, 90), -1)

    assert qr.read(picture) == f"{PUBLIC_URL}/p/{two_points[0]}"


def test_a_simulated_wave_says_so_on_every_sheet(console_app: Flask) -> None:
    with console_app.app_context():
        session = database.session()
        factories.make_point(session, wave=factories.make_wave(session, simulated=True))
        session.commit()
    (_, text, _), *_ = pages(print_sheets(console_app, "a5"))

    assert "MÔ PHỎNG" in text
    assert "simulated" in text


def test_a_long_address_and_odd_names_stay_on_their_sheet(console_app: Flask) -> None:
    name = 'Bộ phận #strong[Một cửa] \\ "điện tử" $x$ của ' + "thị trấn rất dài " * 6
    with console_app.app_context():
        session = database.session()
        code = factories.make_point(session, label_vi=name, label_en="<b>x</b> #panic()").code
        session.commit()
    long = "https://khao-sat-hai-long.huyen-tho-xuan.tinh-thanh-hoa.gov.example.vn"
    printed = list(pages(print_sheets(console_app, "a5", long)))
    flat = " ".join(printed[0][1].split())

    assert len(printed) == 1
    assert "#strong[Một cửa]" in flat
    assert "#panic()" in flat
    assert qr.read(printed[0][0]) == f"{long}/p/{code}"


def test_the_day_is_written_as_official_papers_do() -> None:
    assert sheets.official_day(date(2017, 1, 2)) == "02/01/2017"
