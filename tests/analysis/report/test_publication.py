"""publication.json: number and day instead of the draft mark, edited conclusions, replies, what is corrected."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner

from analysis import report
from analysis.release import write_manifest
from analysis.report import publication, source, template
from analysis.report.__main__ import main
from analysis.report.blocks import Paragraph, Table, plain
from analysis.report.content import compose
from analysis.report.translation import English, in_english, pairs, translated
from analysis.report.words import SIMULATED
from analysis.short_forms import period_report, periods
from tests.analysis.release_fixture import make_documents, make_release

INDEX = "probability/overall/index/all/all"


def publish(folder: Path, **fields: Any) -> None:
    found = {
        **{"format": "hailong-publication/1", "survey": "sipas-2017", "number": 1, "state": "published"},
        **{"release_hash": source.read(folder).release_hash, "document_number": "09/BC-NV"},
        **{"document_day": "2018-02-05", "approved_by": "Lê Thị An", "approved_at": "2018-01-04T08:00:00+07:00"},
        **{"reply_until": "2018-01-20", "replies": [], "conclusions": [], "published_at": None},
        **{"corrects": None, "corrected_by": None},
    }
    (folder / "publication.json").write_text(json.dumps(found | fields, ensure_ascii=False), "utf-8")


def word(folder: Path) -> str:
    document = docx.Document(str(folder / "report.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A correction that was issued, with replies and edited conclusions."""
    folder = make_documents(tmp_path_factory.mktemp("published"), number_of_units=1, simulated=False)
    reply = {"office": "UBND xã", "unit": "Xuân Lập", "text": "Nhất trí <với> kết quả.", "received_on": "2018-01-09"}
    change = {"id": INDEX, "old": "84,10", "new": "84,30"}
    corrects = {
        "number": "02/BC-NV",
        "published_at": "2018-01-10",
        "why": "Nhập nhầm một lô phiếu",
        "changes": [change],
    }
    publish(
        folder,
        replies=[reply],
        conclusions=["Đạt mục tiêu.", "Tiếp tục phát huy"],
        corrects=corrects | {"changes": [change]},
    )
    report.build(folder)
    return folder


def test_number_and_day_stand_instead_of_the_draft_mark(published: Path) -> None:
    text = word(published)
    with zipfile.ZipFile(published / "report.docx") as archive:
        everything = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    pages = pdfium.PdfDocument(published / "report.pdf")
    printed = pages[0].get_textpage().get_text_bounded()
    pages.close()

    assert "Số: 09/BC-NV" in text
    assert "ngày 05 tháng 02 năm 2018" in text
    assert "DỰ THẢO" not in everything
    assert "DỰ THẢO" not in printed
    assert "DỰ THẢO" not in (published / "report.html").read_text("utf-8")


def test_edited_conclusions_stand_instead_of_the_draft(published: Path) -> None:
    text = word(published)

    assert "Đạt mục tiêu.\nTiếp tục phát huy./." in text
    assert "do máy soạn" not in text


@pytest.mark.parametrize("approver", ["", "Lê Thị An"])
def test_drafted_conclusions_are_marked_until_somebody_has_approved_them(tmp_path: Path, approver: str) -> None:
    make_release(tmp_path, number_of_units=1)
    publish(tmp_path, approved_by=approver)
    release, told = source.read(tmp_path), publication.read(tmp_path, source.read(tmp_path).release_hash)
    full, short = compose(release, {}, told), period_report.document(release, told, {}, periods.parse("2017"))

    for found in (full, in_english(full, release.context), short):
        said = "\n".join(plain(one.text) for one in found.blocks if isinstance(one, Paragraph))
        assert ("do máy soạn" in said or "written by a program" in said) == (not approver)


def test_replies_are_printed_as_they_came(published: Path) -> None:
    assert "UBND xã, Xuân Lập\n09/01/2018\nNhất trí <với> kết quả." in word(published)
    assert "Nhất trí &lt;với&gt; kết quả." in (published / "report.html").read_text("utf-8")


def test_offices_without_a_word_are_counted_and_the_day_is_when_it_was_published(tmp_path: Path) -> None:
    make_release(tmp_path, number_of_units=1)
    publish(tmp_path, silent=2, published_at="2018-01-09T08:00:00+07:00")
    release = source.read(tmp_path)
    full = compose(release, {}, publication.read(tmp_path, release.release_hash))
    said = "\n".join(plain(one.text) for one in full.blocks if isinstance(one, Paragraph))

    assert "để nêu ý kiến đến ngày 09/01/2018. Số cơ quan trả lời rằng không có ý kiến: 2." in said
    assert "nguyên văn dưới đây" not in said


PEOPLE = [
    {"step": "entered", "name": "Lê Thị An", "roles": ["analyst"], "at": "2018-01-03T08:00:00+07:00"},
    {"step": "approved", "name": "Trần Bình", "roles": ["manager", "approver"], "at": "2018-01-04T08:00:00+07:00"},
    {"step": "shown", "name": "", "roles": [], "at": None},
]
SILENT_BY = [
    {"offices": 2, "by_link": False, "name": "Lê Thị An", "roles": ["analyst"]},
    {"offices": 1, "by_link": True, "name": "Trần Bình", "roles": ["manager"]},
]


def test_whoever_took_the_steps_stands_there_with_the_roles_of_that_day(tmp_path: Path) -> None:
    make_release(tmp_path, number_of_units=1)
    publish(tmp_path, silent=3, people=PEOPLE, silent_by=SILENT_BY)
    release = source.read(tmp_path)
    full = compose(release, {}, publication.read(tmp_path, release.release_hash))
    english = English(dict(pairs(release.context)))
    both = [
        next(one for one in report.blocks if isinstance(one, Table) and one.caption.endswith(caption))
        for report, caption in (
            (full, "Người thực hiện các bước công bố"),
            (translated(full, english), "Who took the steps of publishing"),
        )
    ]

    assert [[plain(cell) for cell in row.cells] for row in both[0].rows] == [
        ["Nhập bản kết quả", "Lê Thị An", "chuyên viên phân tích", "03/01/2018"],
        ["Phê duyệt", "Trần Bình", "quản lý, người phê duyệt", "04/01/2018"],
        ["Gửi các cơ quan được đánh giá", "Không ghi tên", "Không được lưu", "–"],
        ["Cơ quan không có ý kiến, do người này ghi nhận thay (2)", "Lê Thị An", "chuyên viên phân tích", "–"],
        ["Cơ quan không có ý kiến, gửi qua liên kết do người này cấp (1)", "Trần Bình", "quản lý", "–"],
    ]
    assert [plain(cell) for cell in both[1].rows[1].cells] == [
        "Approved",
        "Trần Bình",
        "manager, approver",
        "04/01/2018",
    ]
    assert english.missing <= {"PHÒNG NỘI VỤ", "Lê Thị An", "Trần Bình"}


def test_simulated_answers_are_marked_in_the_headers_of_an_office_template_too(tmp_path: Path) -> None:
    release = source.read(make_release(tmp_path, number_of_units=1))
    template.starter(tmp_path / "starter.docx")
    found = compose(release, {})
    template.put(template.render(tmp_path / "starter.docx", found, release), found, tmp_path, tmp_path / "out.docx")
    section = docx.Document(str(tmp_path / "out.docx")).sections[0]

    for header in (section.header, section.first_page_header):
        assert [one.text for one in header.paragraphs].count(SIMULATED) == 1


def test_a_correction_says_what_it_changes_and_why(published: Path) -> None:
    text = word(published)

    assert "BÁO CÁO ĐÍNH CHÍNH, thay thế văn bản 02/BC-NV ngày 10/01/2018" in text
    assert "Lý do: Nhập nhầm một lô phiếu" in text
    assert f"{INDEX}\n84,10\n84,30" in text


def test_a_corrected_report_points_to_its_correction(tmp_path: Path) -> None:
    make_documents(tmp_path, number_of_units=1)
    publish(tmp_path, corrected_by=2)
    report.build(tmp_path)

    assert "BÁO CÁO NÀY ĐÃ ĐƯỢC ĐÍNH CHÍNH" in word(tmp_path)


def test_the_drafted_conclusions_are_written_as_data(published: Path) -> None:
    found = json.loads((published / "conclusions.json").read_text("utf-8"))

    assert found["release_hash"] == source.read(published).release_hash
    assert len(found["vi"]) == len(found["en"]) > 3
    assert "84,30%" in found["vi"][0]
    assert "84.30%" in found["en"][0]


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "cannot be read"), ('{"format": "other"}', "not of format"), ("[]", "cannot be read")],
)
def test_a_file_of_another_form_is_refused_with_what_to_do(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "publication.json").write_text(content, "utf-8")

    with pytest.raises(publication.BadPublication, match=f"{said}.*from the console"):
        publication.read(tmp_path, "0" * 64)


def test_a_file_of_another_release_is_refused_in_one_sentence(tmp_path: Path) -> None:
    make_documents(tmp_path, number_of_units=1)
    publish(tmp_path, release_hash="0" * 64)
    result = CliRunner().invoke(main, [str(tmp_path)])

    assert result.exit_code == 1
    assert "speaks of another release" in result.output


def test_the_manifest_leaves_it_out_because_it_changes_after_the_release(published: Path) -> None:
    manifest = json.loads((published / "manifest.json").read_text("utf-8"))
    write_manifest(published, manifest, datetime(2018, 1, 1, tzinfo=UTC))
    files = json.loads((published / "manifest.json").read_text("utf-8"))["files"]

    assert "publication.json" not in files
    assert "conclusions.json" in files
