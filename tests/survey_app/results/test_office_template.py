"""The office's own Word template: taken in only when a report can be written with it, used until it is removed."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from flask import Flask

from analysis.release import write_manifest
from analysis.report import template
from survey_app import analysis_door
from survey_app.publishing import documents
from tests.analysis.release_fixture import make_documents
from tests.staff import Staff, signed_in
from tests.survey_app.results.test_door import wait_for

PAGE = "/results/template"


@pytest.fixture
def analyst(console_app: Flask) -> Staff:
    return signed_in(console_app, "analyst")


@pytest.fixture
def kept(console_app: Flask) -> Path:
    found: Path = console_app.config["SETTINGS"].template
    return found


def dressed(folder: Path, *paragraphs: str) -> bytes:
    """A template with these paragraphs beside those of the one to begin with, or with them alone."""
    template.starter(folder / "starter.docx")
    document = docx.Document(str(folder / "starter.docx"))
    document.paragraphs[0].insert_paragraph_before("VĂN BẢN CỦA CƠ QUAN")
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(content := io.BytesIO())
    return content.getvalue()


def words(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(content := io.BytesIO())
    return content.getvalue()


def workbook() -> bytes:
    openpyxl.Workbook().save(content := io.BytesIO())
    return content.getvalue()


def send(person: Staff, content: bytes) -> str:
    return person.post(PAGE, follow=True, file=(io.BytesIO(content), "mau.docx")).text


def test_a_template_that_cannot_be_used_is_refused_in_words_and_the_kept_one_stays(
    analyst: Staff, kept: Path, tmp_path: Path
) -> None:
    assert "Đã lưu mẫu" in send(analyst, dressed(tmp_path))
    before = kept.read_bytes()
    broken = {
        b"no document": "Đây không phải văn bản Word",
        workbook(): "Đây không phải văn bản Word",
        dressed(tmp_path, "{{ gia_trij }}"): "không điền được",
        dressed(tmp_path, "{% for"): "không điền được",
        words("Kính gửi"): "Không có chỗ cho nội dung báo cáo",
        dressed(tmp_path, "Kèm theo: {{ phu_luc }}"): "nằm cạnh chữ khác",
    }
    for content, why in broken.items():
        page = send(analyst, content)
        assert why in page
        assert "BytesIO" not in page
        assert kept.read_bytes() == before
    assert [file.name for file in kept.parent.iterdir()] == [kept.name]
    assert analyst.get(f"{PAGE}/kept.docx").data == before
    assert "VĂN BẢN" not in "".join(
        one.text for one in docx.Document(io.BytesIO(analyst.get(f"{PAGE}/starter.docx").data)).paragraphs
    )


def test_the_page_lists_every_field_and_place_of_the_analysis(analyst: Staff) -> None:
    for language in ("vi", "en"):
        page = analyst.get(f"{PAGE}?lang={language}").text
        found = re.findall(r"<dt><code>\{\{ (\w+) \}\}</code></dt><dd>[^<]+</dd>", page)
        assert found == [*template.FIELDS, *template.PLACES]


@pytest.mark.slow
def test_reports_are_written_in_the_template_until_it_is_removed(
    console_app: Flask, analyst: Staff, kept: Path, tmp_path: Path
) -> None:
    releases: Path = console_app.config["SETTINGS"].releases
    make_documents(releases / "release-1", number_of_units=1)
    write_manifest(
        releases / "release-1", {"extract_hash": "e" * 64, "simulated": True}, datetime(2026, 11, 1, tzinfo=UTC)
    )
    send(analyst, dressed(tmp_path))
    analyst.post("/results/release-1/documents")
    run = wait_for(console_app, analysis_door.documents_key("release-1"))
    assert (run.state, run.sentence) == ("finished", "")
    report = docx.Document(str(releases / "release-1" / "report.docx"))
    first = "\n".join(paragraph.text for paragraph in report.paragraphs)
    analyst.post(f"{PAGE}/remove")

    assert "VĂN BẢN CỦA CƠ QUAN" in first
    assert "PHẦN THỨ HAI" in first
    assert not kept.exists()
    assert documents.in_template(kept) == []
    assert analyst.get(f"{PAGE}/kept.docx").status_code == 404
