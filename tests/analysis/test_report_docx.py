"""The Word file, opened with Word's own structures: form of the decree, marks on every page, figures in their cells."""

import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table

from analysis.report import printed, source
from tests.analysis.release_fixture import corrected_verdicts, display_texts, make_documents

MARK = "SỐ LIỆU MÔ PHỎNG – không phải kết quả thật"
DATA_TABLE = "Table Grid"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_documents(tmp_path_factory.mktemp("release"), number_of_units=20)


@pytest.fixture(scope="module")
def word(folder: Path) -> Document:
    return docx.Document(str(folder / "report.docx"))


def table_after(word: Document, caption: str) -> Table:
    """The table whose caption ends with these words."""
    tables = {table._tbl: table for table in word.tables}
    found = False
    for element in word.element.body:
        found = found or (element.tag == qn("w:p") and "".join(element.itertext()).endswith(caption))
        if found and element in tables:
            return tables[element]
    raise AssertionError(f"no table {caption}")


def rows(table: Table) -> list[list[str]]:
    return [[cell.text.strip() for cell in row.cells] for row in table.rows]


def test_page_and_margins_are_those_of_the_decree(word: Document) -> None:
    section = word.sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 20 <= round(section.top_margin.mm, 1) <= 25
    assert 20 <= round(section.bottom_margin.mm, 1) <= 25
    assert 30 <= round(section.left_margin.mm, 1) <= 35
    assert 15 <= round(section.right_margin.mm, 1) <= 20


def test_text_is_times_new_roman_of_13_points_justified_with_a_first_line_indent(word: Document) -> None:
    body = word.styles["Normal"]

    assert (body.font.name, body.font.size.pt) == ("Times New Roman", 13)
    assert body.paragraph_format.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY
    assert 10 <= round(body.paragraph_format.first_line_indent.mm, 1) <= 12.7


def test_no_style_or_run_falls_back_to_another_font(folder: Path) -> None:
    with zipfile.ZipFile(folder / "report.docx") as archive:
        xml = archive.read("word/document.xml").decode() + archive.read("word/styles.xml").decode()
    used = re.search(r'w:styleId="Normal".*?</w:style>', xml, re.DOTALL)

    assert used is not None
    assert "Theme" not in used[0]
    assert set(re.findall(r'w:(?:ascii|hAnsi|cs|eastAsia)="([^"]+)"', used[0])) == {"Times New Roman"}


def test_every_page_is_marked_as_draft_and_as_simulated(word: Document) -> None:
    section = word.sections[0]
    for header in (section.header, section.first_page_header):
        assert MARK in [paragraph.text for paragraph in header.paragraphs]
        assert 'string="DỰ THẢO"' in header._element.xml
    for footer in (section.footer, section.first_page_footer):
        assert footer.paragraphs[0].text.startswith("DỰ THẢO – chưa ban hành")


def test_the_page_number_is_centred_on_top_and_hidden_on_the_first_page(word: Document) -> None:
    cover, section = word.sections
    number = section.header.paragraphs[0]

    assert section.different_first_page_header_footer
    assert "PAGE" in number._p.xml
    assert number.style.paragraph_format.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER
    assert "PAGE" not in section.first_page_header._element.xml.replace("<w:p>", "")
    assert "PAGE" not in cover.header._element.xml + cover.first_page_header._element.xml


def test_the_footer_names_release_and_extract(word: Document, folder: Path) -> None:
    release = source.read(folder)
    footer = word.sections[0].footer.paragraphs[0].text

    assert release.release_hash[:12] in footer
    assert release.extract_hash[:12] in footer


def test_heads_repeat_and_rows_do_not_break(word: Document) -> None:
    tables = [table for table in word.tables if table.style.name == DATA_TABLE and len(table.columns) > 1]

    assert len(tables) > 10
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_every_picture_has_a_text_and_stands_inside_the_margins(word: Document) -> None:
    shapes = word.inline_shapes

    assert len(shapes) == 5
    for shape in shapes:
        assert len(shape._inline.docPr.get("descr")) > 40
        assert shape.width.mm <= 160


def test_headings_and_captions_are_words_own(word: Document) -> None:
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    captions = [paragraph for paragraph in word.paragraphs if paragraph.style.name == "Caption"]

    assert styles.count("Heading 1") == 9  # Summary, three parts, five annexes.
    assert all("SEQ" in caption._p.xml for caption in captions)


def test_units_stand_in_the_annex_with_the_texts_of_their_figures(word: Document, folder: Path) -> None:
    release = printed.read(folder)
    found = {row[1]: row for row in rows(table_after(word, ". Chỉ số theo đơn vị"))[1:]}

    assert len(found) == 20
    for figure in release.of_domain_type("unit"):
        row = found[release.units[figure.domain][0].upper() + release.units[figure.domain][1:]]

        if figure.kept_back:
            assert row[3:] == ["x"] * 7
            continue
        assert row[5] == release.shown(figure)
        assert row[6] == f"{release.shown(figure, 'low')} – {release.shown(figure, 'high')}"
        assert row[3] == str(figure.n)


def test_units_have_the_verdict_of_the_list_beside_their_own(word: Document, folder: Path) -> None:
    words = {"met": "Đạt", "not_met": "Chưa đạt", "undecided": "Chưa đủ cơ sở", "": "Thiếu số liệu"}
    release, listed = printed.read(folder), corrected_verdicts(folder)
    titles, *found = rows(table_after(word, ". Chỉ số theo đơn vị"))

    assert titles[7:9] == ["Kết luận riêng", "Kết luận khi xét cùng lúc các đơn vị (Holm)"]
    for row, figure in zip(found, release.of_domain_type("unit"), strict=True):
        corrected = listed.get(figure.domain, {"verdict_holm": ""})["verdict_holm"]

        expected = ["x", "x"] if figure.kept_back else [words[figure.verdict], words[corrected]]
        assert [row[7].removesuffix(" *"), row[8]] == expected
    assert {row[8] for row in found} == {"x", *words.values()} - {"Thiếu số liệu"}


def test_items_and_factors_stand_with_the_texts_of_their_figures(word: Document, folder: Path) -> None:
    release = source.read(folder)
    items = {row[0]: row for row in rows(table_after(word, "Tỷ lệ hài lòng theo tiêu chí"))}
    factors = {row[1]: row for row in rows(table_after(word, "Tỷ lệ hài lòng theo yếu tố"))}

    for item in release.instrument.items:
        assert items[item.code][3] == release.shown(release.find("item", item.code))
    for factor in release.instrument.factors:
        assert factors[factor.title.vi][4] == release.shown(release.find("factor", factor.code))


def test_the_index_and_its_variants_stand_in_one_table_and_only_the_first_has_a_verdict(
    word: Document, folder: Path
) -> None:
    release = source.read(folder)
    first, *beside = rows(table_after(word, "Chỉ số và các cách tính khác để tham khảo"))[1:]

    assert first[2] == release.shown(release.index)
    assert first[4] == "Đạt"
    assert [row[2] for row in beside] == [release.shown(release.find("overall", code)) for code in ("O_pool", "O_fac")]
    assert {row[4] for row in beside} == {"–"}


def test_every_decimal_number_in_the_file_is_the_text_of_a_figure(word: Document, folder: Path) -> None:
    text = "\n".join(node for node in word.element.body.itertext())
    allowed = display_texts(folder)
    for number in re.findall(r"\d+,\d+", text):
        assert number in allowed


def test_a_real_survey_bears_no_mark_of_simulation(tmp_path: Path) -> None:
    make_documents(tmp_path, number_of_units=2, simulated=False)
    with zipfile.ZipFile(tmp_path / "report.docx") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml"))

    assert "MÔ PHỎNG" not in content.decode()
    assert "DỰ THẢO" in content.decode()
