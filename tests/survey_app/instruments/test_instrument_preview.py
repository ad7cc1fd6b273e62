"""`hailong instrument preview`: a file to look at, without a server and without anything else beside it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from questionnaires import loader
from tests.browser import browser_context_args, browser_type_launch_args
from tests.survey_app.paper import printed
from tests.survey_app.test_commands import Hailong, hailong

__all__ = ["browser_context_args", "browser_type_launch_args", "hailong"]


def show(hailong: Hailong, source: str, out: Path, *options: str) -> Path:
    done = hailong("instrument", "preview", source, "--out", str(out), *options)
    assert done.exit_code == 0, done.output
    assert f"{out} written." in done.output
    return out


def test_the_paper_form_says_that_it_is_a_preview(hailong: Hailong, tmp_path: Path) -> None:
    pages = printed.pages(show(hailong, "yte_ngoaitru", tmp_path / "form.pdf", "--lang", "en", "--large").read_bytes())

    assert all("PREVIEW" in page.text for page in pages)
    assert "[the office rated]" in pages[0].text
    assert pages[0].qr.startswith("HL1:yte_ngoaitru:")


def test_a_file_and_a_stored_version_are_shown_too(hailong: Hailong, tmp_path: Path) -> None:
    source = tmp_path / "mine.json"
    source.write_text(loader.to_json(loader.load_builtin("gd_thpt")))
    hailong("instrument", "import", "sipas2017")

    assert "HL1:gd_thpt:" in printed.pages(show(hailong, str(source), tmp_path / "a.pdf").read_bytes())[0].qr
    assert "HL1:sipas2017:" in printed.pages(show(hailong, "sipas2017@1.0", tmp_path / "b.pdf").read_bytes())[0].qr


@pytest.mark.browser
def test_the_page_looks_as_citizens_will_see_it_and_asks_nobody_for_anything(
    hailong: Hailong, tmp_path: Path, page: Page
) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(show(hailong, "sipas2017", tmp_path / "form.html").as_uri())

    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert errors == []
    assert page.locator("h1").inner_text() == "Phiếu khảo sát mức độ hài lòng về sự phục vụ hành chính"
    # The stylesheet is in it: what is touched is as large as on a phone. The script too: parts come one by one.
    assert page.locator("label:visible").first.bounding_box()["height"] >= 44  # type: ignore[index]
    assert page.locator("section.part:visible").count() < page.locator("section.part").count()
    assert page.locator("label:visible", has_text="Cho bản thân hoặc gia đình").count() == 1


def test_long_pages_become_several_files(hailong: Hailong, tmp_path: Path) -> None:
    first = show(hailong, "sipas2022", tmp_path / "form.html", "--lang", "en")
    files = sorted(tmp_path.glob("form*.html"))
    codes = {code for file in files for code in re.findall(r'id="q-([^"]+)"', file.read_text())}

    assert first in files
    assert len(files) == 2
    assert codes == {question.code for question in loader.load_builtin("sipas2022").questions()}
    assert all('<html lang="en">' in file.read_text() for file in files)


def test_other_kinds_of_files_are_refused_in_one_sentence(hailong: Hailong, tmp_path: Path) -> None:
    done = hailong("instrument", "preview", "sipas2017", "--out", str(tmp_path / "form.docx"))

    assert done.exit_code == 1
    assert "end its name in .html or .pdf" in done.output
    assert list(tmp_path.glob("form*")) == []
