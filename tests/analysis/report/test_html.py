"""The HTML report in a real Chromium: nothing that axe finds, no script, nothing from elsewhere, prints on A4."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page

from analysis import report
from analysis.release import release_hash
from tests.analysis.release_fixture import make_documents
from tests.browser import DESKTOP, PHONE, accessibility_faults, browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_documents(tmp_path_factory.mktemp("html"), number_of_units=10)


@pytest.mark.parametrize("name", ["report.html", "report.en.html"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(folder: Path, page: Page, name: str) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto((folder / name).as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert wide <= 0
        assert page.evaluate("getComputedStyle(document.querySelector('caption')).fontWeight") == "700"
        assert all(page.evaluate("[...document.images].map(image => image.naturalWidth > 0)"))
        assert refused == []  # The policy lets the stylesheet and the pictures in.
    with_axe = page.context.browser
    assert with_axe
    context = with_axe.new_context(bypass_csp=True)
    open_page = context.new_page()
    open_page.goto((folder / name).as_uri())

    assert accessibility_faults(open_page) == ""
    context.close()


def test_the_file_needs_nothing_from_elsewhere_and_has_no_script(folder: Path) -> None:
    for name, language in (("report.html", "vi"), ("report.en.html", "en")):
        text = (folder / name).read_text("utf-8")

        assert f'<html lang="{language}">' in text
        assert not re.search(r"<script|\son[a-z]+=|\sstyle=|(?:src|href)=\"(?!data:|#)", text)
        assert "default-src &#x27;none&#x27;" in text


def test_headings_tables_and_pictures_are_named(folder: Path) -> None:
    text = (folder / "report.html").read_text("utf-8")
    levels = [int(level) for level in re.findall(r"<h(\d)", text)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert text.count("<table") == text.count("<caption") == text.count("<thead>")
    assert len(re.findall(r'<img [^>]*alt="[^"]{40,}"', text)) == text.count("<img ") == 5
    assert set(re.findall(r'href="#(\w+)"', text)) <= set(re.findall(r'id="(\w+)"', text))


def test_what_somebody_typed_is_never_read_as_markup(tmp_path: Path) -> None:
    make_documents(tmp_path, number_of_units=1)
    file = tmp_path / "report.html"
    assert "&lt;" not in file.read_text("utf-8")
    context = (tmp_path / "context.json").read_text("utf-8").replace("Đợt 1", "<script>alert(1)</script>")
    (tmp_path / "context.json").write_text(context, "utf-8")
    from_new_words(tmp_path)

    assert "<script" not in file.read_text("utf-8")
    assert "&lt;script&gt;" in file.read_text("utf-8")


def from_new_words(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8")) | {"release_hash": release_hash(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    report.build(folder)
