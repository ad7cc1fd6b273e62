"""One report of several indices, and the report in an office's own Word template."""

import re
import zipfile
from pathlib import Path

import docx
import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner, Result
from docx.oxml.ns import qn

from analysis.report import source
from analysis.report.__main__ import main
from tests.analysis.release_fixture import make_documents, make_release

INSTRUMENTS = ("sipas2017", "yte_ngoaitru", "gd_th_thcs")
VERDICTS = ("met", "not_met", "undecided")


def run(*arguments: Path | str) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def words_of(file: Path) -> list[str]:
    paragraphs = docx.Document(str(file)).element.body.iter(qn("w:p"))
    return ["".join(text.text or "" for text in one.iter(qn("w:t"))) for one in paragraphs]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    made = tmp_path_factory.mktemp("three")
    return [
        make_documents(made / name, instrument=name, verdict=verdict, number_of_units=2)
        for name, verdict in zip(INSTRUMENTS, VERDICTS, strict=True)
    ]


@pytest.fixture(scope="module")
def together(folders: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("together")
    result = run(*folders, "--together", "--out", out)
    assert result.exit_code == 0, result.output
    return out


def test_three_verdicts_and_one_table_stand_first(together: Path, folders: list[Path]) -> None:
    document = docx.Document(str(together / "report.docx"))
    boxes = [table.rows[0].cells[0].text for table in document.tables if len(table.columns) == 1]
    (table,) = [one for one in document.tables if one.rows[0].cells[-1].text == "Đọc theo giá trị điểm"]
    releases = [source.read(folder) for folder in folders]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]

    assert [text.split(":")[0] for text in boxes[:3]] == [
        "ĐẠT MỤC TIÊU",
        "CHƯA ĐẠT MỤC TIÊU",
        "CHƯA ĐỦ CƠ SỞ KẾT LUẬN",
    ]
    assert [row[0] for row in rows] == [one.instrument.index.name.vi for one in releases]
    assert [row[3] for row in rows] == [one.shown(one.index) for one in releases]
    assert [row[5] for row in rows] == ["Đạt", "Chưa đạt", "Chưa đủ cơ sở kết luận"]


def test_annexes_are_lettered_tables_numbered_once_and_the_text_ends_once(together: Path) -> None:
    words = words_of(together / "report.docx")
    numbers = [int(found[1]) for text in words if (found := re.match(r"Bảng (\d+)\. ", text))]

    assert numbers == list(range(1, len(numbers) + 1))
    assert sum(text.endswith("./.") for text in words) == 1
    for letter in "ABC":
        assert any(text.startswith(f"PHỤ LỤC {letter}-I") for text in words)
    assert not any(re.search(r"(?:Phụ lục|PHỤ LỤC) [IVX]", text) for text in words)


def test_figures_of_three_surveys_keep_apart_and_english_says_the_same(together: Path) -> None:
    vietnamese, english = (
        re.findall(r'data-id="([^"]+)" data-part="(\w+)">([^<]+)<', (together / name).read_text("utf-8"))
        for name in ("report.html", "report.en.html")
    )
    swapped = str.maketrans(",.", ".,")

    assert len(vietnamese) > 600
    assert all(":" in name for name, _, _ in vietnamese)
    assert [(name, part, shown.translate(swapped)) for name, part, shown in vietnamese] == english
    assert pdfium.PdfDocument(together / "report.pdf")


def test_without_a_place_to_write_or_a_second_release_it_says_what_is_missing(folders: list[Path]) -> None:
    assert "takes two to eight releases and --out" in run(folders[0], folders[1], "--together").output
    assert "name one RELEASE, or several with --together" in run(folders[0], folders[1]).output


def test_an_offices_template_keeps_its_words_and_receives_the_report(tmp_path: Path) -> None:
    folder, template = make_release(tmp_path / "release", number_of_units=2), tmp_path / "office.docx"
    manifest = (folder / "manifest.json").read_text("utf-8")
    created = manifest.replace("{", '{"created_at": "2018-01-01T00:00:00+00:00",', 1)
    (folder / "manifest.json").write_text(created, "utf-8")
    office = docx.Document()
    office.add_paragraph("Mẫu riêng của cơ quan {{ co_quan }}: {{ ten_chi_so }} {{ gia_tri }}% ({{ ket_luan }})")
    for place in ("{{ tom_tat }}", "{{ phan_3 }}", "{{ ky_ten }}"):
        office.add_paragraph(place)
    office.save(str(template))
    result = run(folder, "--template", template)
    assert result.exit_code == 0, result.output
    words = words_of(folder / "report.docx")

    assert words[0] == ("Mẫu riêng của cơ quan PHÒNG NỘI VỤ: Chỉ số hài lòng về sự phục vụ hành chính 84,30% (Đạt)")
    assert "TÓM TẮT" in words
    assert any("KẾT LUẬN VÀ KIẾN NGHỊ" in text for text in words)
    assert not any("TỔ CHỨC KHẢO SÁT" in text or "⟦" in text or "{{" in text for text in words)


def test_the_starter_holds_the_whole_report(tmp_path: Path) -> None:
    folder, starter = make_documents(tmp_path / "release", number_of_units=1), tmp_path / "starter.docx"
    manifest = (folder / "manifest.json").read_text("utf-8")
    created = manifest.replace("{", '{"created_at": "2018-01-01T00:00:00+00:00",', 1)
    (folder / "manifest.json").write_text(created, "utf-8")
    plain = words_of(folder / "report.docx")
    plain = plain[plain.index("Số:        /BC-……") - 6 :]  # Cover and contents are the office's own.
    assert run("--starter", starter).exit_code == 0
    assert run(folder, "--template", starter).exit_code == 0
    filled = words_of(folder / "report.docx")

    assert [text for text in plain if text] == [text for text in filled if text and text not in ("DỰ THẢO", MARK)]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("a field that there is not", "cannot be filled in"),
        ("no document", "is no Word document"),
        ("a bomb", "unpacks to far more than one"),
        ("an entity", "declares entities"),
    ],
)
def test_a_template_that_cannot_be_filled_in_leaves_the_report_as_it_was(
    broken: str, said: str, tmp_path: Path, folders: list[Path]
) -> None:
    before = {file: file.read_bytes() for file in folders[0].rglob("*") if file.is_file()}
    result = run(folders[0], "--template", template_that_is(broken, tmp_path / "broken.docx"))

    assert result.exit_code == 1
    assert said in result.output
    assert ("its fields may be co_quan_chu_quan" in result.output) == (broken == "a field that there is not")
    assert {file: file.read_bytes() for file in folders[0].rglob("*") if file.is_file()} == before


def template_that_is(broken: str, file: Path) -> Path:
    office = docx.Document()
    office.add_paragraph("{{ khong_co }}" if broken == "a field that there is not" else "{{ co_quan }}")
    office.save(str(file))
    if broken == "no document":
        file.write_bytes(b"no document")
    elif broken == "a bomb":
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/media/bomb.bin", b"0" * 50_000_000)
    elif broken == "an entity":
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("word/more.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')
    return file


MARK = "SỐ LIỆU MÔ PHỎNG – không phải kết quả thật"
