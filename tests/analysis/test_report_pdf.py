"""The PDF, page by page: marks, form, fonts with all Vietnamese letters, and figures equal to the release."""

import json
import re
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pypdfium2 as pdfium
import pytest

from analysis.report import fonts, pdf, printed, source
from analysis.report.content import compose
from tests.analysis.release_fixture import display_texts, make_documents

MARK = "SỐ LIỆU MÔ PHỎNG – không phải kết quả thật"
MM = 72 / 25.4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_documents(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def pages(folder: Path) -> list[str]:
    return texts(folder / "report.pdf")


def texts(file: Path) -> list[str]:
    document = pdfium.PdfDocument(file)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found


def test_every_page_is_marked_as_draft_and_as_simulated(pages: list[str]) -> None:
    assert len(pages) > 8
    for page in pages:
        assert "DỰ THẢO – chưa ban hành" in page
        assert MARK in page


def test_every_page_names_release_and_extract(pages: list[str], folder: Path) -> None:
    release = source.read(folder)
    for page in pages:
        assert release.release_hash[:12] in page
        assert release.extract_hash[:12] in page


def test_text_stays_inside_the_margins_of_a4(folder: Path) -> None:
    document = pdfium.PdfDocument(folder / "report.pdf")
    for page in document:
        assert [round(side / MM) for side in page.get_size()] == [210, 297]
        text = page.get_textpage()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        # The pale letters of the draft mark lie across the page; everything else is lower than 20 points.
        upright = [box for box in boxes if box[3] - box[1] < 20]

        assert min(box[0] for box in upright) >= 30 * MM - 1.5
        assert max(box[2] for box in upright) <= (210 - 15) * MM
    document.close()


def test_page_numbers_stand_centred_on_top_but_not_on_the_first_page(folder: Path) -> None:
    document = pdfium.PdfDocument(folder / "report.pdf")
    tops = []
    for page in document:
        height = page.get_height()
        middle = (30 + 160 / 2) * MM
        tops.append(page.get_textpage().get_text_bounded(middle - 30, height - 15.5 * MM, middle + 30, height).strip())
    document.close()

    text = len(tops) - tops.index("2") + 1  # Pages of the text; cover and contents stand before it.
    assert tops == [*[""] * (len(tops) - text + 1), *(str(number) for number in range(2, text + 1))]
    assert len(tops) - text >= 2


def test_headline_units_items_and_factors_are_printed_as_displayed(pages: list[str], folder: Path) -> None:
    release = printed.read(folder)
    text = " ".join(" ".join(pages).split())
    shown = [figure for figure in release.of_domain_type("unit") if not figure.kept_back]
    assert len(shown) > 20
    for figure in shown:
        low, high = release.shown(figure, "low"), release.shown(figure, "high")

        assert f"{release.shown(figure)} {low} – {high}" in text
    for level, codes in (
        ("item", [item.code for item in release.instrument.items]),
        ("factor", [factor.code for factor in release.instrument.factors]),
    ):
        for code in codes:
            assert f" {release.shown(release.find(level, code))} " in text
    assert f"Giá trị ước lượng: {release.shown(release.index)}%" in text


def test_every_decimal_number_in_the_file_is_the_text_of_a_figure(pages: list[str], folder: Path) -> None:
    allowed = display_texts(folder)
    for page in pages:
        for number in re.findall(r"\d+,\d\d", page):  # Two decimals: the next column may follow without a space.
            assert number in allowed


def test_the_same_release_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    report = compose(printed.read(folder), json.loads((folder / "charts" / "alt.json").read_text("utf-8")))
    pdf.write(replace(report, covered=True), folder / "charts", tmp_path / "again.pdf")

    assert (tmp_path / "again.pdf").read_bytes() == (folder / "report.pdf").read_bytes()


def test_without_any_system_font_every_letter_is_still_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "vietnamese_serif", tuple)
    pdf.write(compose(source.read(folder), {}), folder / "charts", tmp_path / "plain.pdf")
    first = texts(tmp_path / "plain.pdf")[0]

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first
    assert "Độc lập - Tự do - Hạnh phúc" in first


def test_a_font_that_lacks_vietnamese_letters_is_not_chosen() -> None:
    for file in fonts.vietnamese_serif():
        assert fonts.missing_letters(file) == []


def test_a_face_without_vietnamese_letters_is_recognised() -> None:
    symbols = Path(mpl.get_data_path()) / "fonts" / "ttf" / "cmr10.ttf"

    assert "ự" in fonts.missing_letters(symbols)


def test_a_real_survey_bears_no_mark_of_simulation(tmp_path: Path) -> None:
    make_documents(tmp_path, number_of_units=2, simulated=False)
    for page in texts(tmp_path / "report.pdf"):
        assert "MÔ PHỎNG" not in page
        assert "DỰ THẢO" in page


@pytest.mark.parametrize(("instrument", "verdict"), [("yte_ngoaitru", "not_met"), ("gd_th_thcs", "undecided")])
def test_the_other_two_indices_have_their_report(tmp_path: Path, instrument: str, verdict: str) -> None:
    make_documents(tmp_path, number_of_units=2, instrument=instrument, verdict=verdict)
    release = source.read(tmp_path)

    assert release.instrument.index.name.vi in " ".join(" ".join(texts(tmp_path / "report.pdf")).split())
