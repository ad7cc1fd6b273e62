"""The form of NĐ 30/2020/NĐ-CP, measured on the pages: the PDF as it is, the Word file as LibreOffice sets it.

Where LibreOffice is missing, only the PDF is measured.
"""

import ctypes
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from analysis import report
from tests.analysis.release_fixture import make_documents

MM = 72 / 25.4
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True)
class Line:
    """Letters of one height on one line; millimetres from the left and the top edge, size in points."""

    words: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    italic: bool


def lines_of(page: pdfium.PdfPage) -> list[Line]:
    """Rectangles of text as pdfium joins them, with the font of their first letter."""
    text, height = page.get_textpage(), page.get_height()
    found = []
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        words = text.get_text_bounded(left, bottom, right, top)
        first = raw.FPDFText_GetCharIndexAtPos(text, left + 1, (top + bottom) / 2, 4, 4)
        font = font_of(text, first)
        edges = (left / MM, right / MM, (height - top) / MM, (height - bottom) / MM)
        size = raw.FPDFText_GetFontSize(text, first)
        found.append(Line(" ".join(words.split()), *edges, size, "Bold" in font, "Italic" in font))
    return found


def font_of(text: pdfium.PdfTextPage, place: int) -> str:
    name = ctypes.create_string_buffer(200)
    raw.FPDFText_GetFontInfo(text, place, name, 200, ctypes.byref(ctypes.c_int()))
    return name.value.decode(errors="replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_documents(tmp_path_factory.mktemp("form"), number_of_units=10)


@pytest.fixture(scope="module", params=["pdf", "docx"])
def document(folder: Path, request: pytest.FixtureRequest) -> Iterator[pdfium.PdfDocument]:
    file = folder / "report.pdf"
    if request.param == "docx":
        if not shutil.which("soffice"):
            pytest.skip("soffice is missing: apt install libreoffice-writer")
        report.count_pages(folder)
        out = folder / "word"
        command = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(out), str(folder / "report.docx")]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        file = out / "report.pdf"
    document = pdfium.PdfDocument(file)
    yield document
    document.close()


@pytest.fixture(scope="module")
def whole(document: pdfium.PdfDocument) -> list[list[Line]]:
    """With cover and contents."""
    return [lines_of(page) for page in document]


@pytest.fixture(scope="module")
def pages(whole: list[list[Line]]) -> list[list[Line]]:
    """The text, from the page with the number of the document."""
    first = next(place for place, lines in enumerate(whole) if any(line.words.startswith("Số:") for line in lines))
    return whole[first:]


def one(lines: list[Line], words: str) -> Line:
    return next(line for line in lines if words in line.words)


def upright(lines: list[Line]) -> list[Line]:
    """Without the pale letters of the draft mark across the page."""
    return [line for line in lines if line.bottom - line.top < 8]


def test_text_keeps_the_margins_of_the_decree(whole: list[list[Line]]) -> None:
    """Left 30–35, right 15–20, top and bottom 20–25 mm; number, marks and trace stand in the margin."""
    for lines in map(upright, whole):
        body = [line for line in lines if line.top > 24 and line.bottom < 297 - 20]

        assert min(line.left for line in body) >= 29.5
        assert max(line.right for line in body) <= 210 - 15
        assert not [line for line in lines if 20 < line.top < 23.5 and line.size > 10]


@pytest.mark.parametrize("first", ["cover", "text"])
def test_the_head_names_country_and_motto_in_their_sizes(
    first: str, whole: list[list[Line]], pages: list[list[Line]]
) -> None:
    page = whole[0] if first == "cover" else pages[0]
    nation, motto = one(page, NATION), one(page, MOTTO)

    assert (round(nation.size), nation.bold) == (12, True)
    assert (round(motto.size), motto.bold) == (13, True)
    assert nation.left > 90  # On the right side, the issuer on the left.
    assert nation.bottom <= motto.top + 0.5
    assert abs((nation.left + nation.right) / 2 - (motto.left + motto.right) / 2) < 1.5


def test_issuer_number_place_and_title_stand_where_the_decree_puts_them(pages: list[list[Line]]) -> None:
    first = pages[0]
    superior, issuer = one(first, "UBND HUYỆN THỌ XUÂN"), one(first, "PHÒNG NỘI VỤ")
    number, place, title = one(first, "Số:"), one(first, "Thọ Xuân, ngày"), one(first, "BÁO CÁO")

    assert (superior.bold, issuer.bold) == (False, True)
    assert superior.top < issuer.top < number.top < title.top
    assert max(superior.right, issuer.right) < 100
    assert (round(number.size), round(place.size), place.italic) == (13, 13, True)
    assert (round(title.size), title.bold) == (14, True)
    assert abs((title.left + title.right) / 2 - 110) < 2  # In the middle of the text.


def test_the_cover_names_office_report_and_period_and_says_that_it_is_a_draft(whole: list[list[Line]]) -> None:
    cover = upright(whole[0])
    title, period = one(cover, "BÁO CÁO"), one(cover, "(thu thập ý kiến từ ngày")

    assert (round(title.size), title.bold) == (24, True)
    assert one(cover, "PHÒNG NỘI VỤ").top < title.top < one(cover, "Kết quả khảo sát").top < period.top
    assert period.bottom < one(cover, "DỰ THẢO").top < one(cover, "Thọ Xuân, ngày").top < 274
    assert one(cover, "SỐ LIỆU MÔ PHỎNG")
    assert not [line for line in cover if line.words.isdigit()]


def test_the_contents_name_the_page_of_every_heading_table_and_picture(document: pdfium.PdfDocument) -> None:
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    first = next(place for place, text in enumerate(texts) if "Số: /BC" in text)
    lists = re.split(r"MỤC LỤC|DANH MỤC BẢNG|DANH MỤC HÌNH", " ".join(texts[1:first]))[1:]
    found = [line for one in lists for line in re.findall(r"(.+?) ?(?:\. ?){4,}(\d+)", one)]

    assert len(lists) == 3
    assert len(found) > 40
    for name, page in found:
        assert close_up(name)[-25:] in close_up(texts[first + int(page) - 1]), (name, page)


def close_up(text: str) -> str:
    return re.sub(r"[.\s]", "", text)


def test_body_text_is_of_13_points_and_headings_of_13_or_14(pages: list[list[Line]]) -> None:
    last = one([line for lines in pages for line in lines], "Đề nghị các cơ quan")
    part = one([line for lines in pages for line in lines], "PHẦN THỨ HAI")
    section = one([line for lines in pages for line in lines], "I. KHÁI QUÁT")

    assert round(last.size) == 13
    assert last.left == pytest.approx(40, abs=1)  # The first line is drawn in by 1 cm.
    assert (round(part.size), part.bold) == (14, True)
    assert (round(section.size), section.bold) == (13, True)


def test_the_page_number_stands_centred_in_the_top_margin_but_not_on_the_first_page(pages: list[list[Line]]) -> None:
    for place, lines in enumerate(pages, 1):
        numbers = [line for line in upright(lines) if line.top < 20 and line.words == str(place)]

        assert len(numbers) == (place > 1)
        for number in numbers:
            assert round(number.size) == 13
            assert abs((number.left + number.right) / 2 - 110) < 2


def test_signature_and_recipients_stand_side_by_side_below_the_text(pages: list[list[Line]]) -> None:
    lines = next(lines for lines in pages if any("Nơi nhận" in line.words for line in lines))
    label, signer, end = one(lines, "Nơi nhận"), one(lines, "THỦ TRƯỞNG"), one(lines, "./.")

    assert (round(label.size), label.bold, label.italic) == (12, True, True)
    assert (round(signer.size), signer.bold) == (13, True)
    assert end.top < label.top < 270
    assert label.left < 40
    assert signer.left > 100


def test_no_heading_or_caption_ends_a_page(pages: list[list[Line]]) -> None:
    for lines in map(upright, pages):
        last = max((line for line in lines if line.bottom < 297 - 20), key=lambda line: line.bottom)

        assert not last.words.startswith(("Bảng ", "PHẦN ", "PHỤ LỤC"))


def test_the_options_of_a_question_stay_on_its_page(pages: list[list[Line]]) -> None:
    for question in ("Công chức có gây phiền hà", "Công chức có gợi ý"):
        (lines,) = [lines for lines in pages if any(question in line.words for line in lines)]
        place = one(lines, question).top
        below = [line.words for line in lines if line.top > place and line.words in ("Có", "Không")]

        assert below[:2] == ["Có", "Không"]
