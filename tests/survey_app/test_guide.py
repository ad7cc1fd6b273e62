"""The guide under Help: it names only what the pages say, and shows only pictures that are there."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

import survey_app
from survey_app import guide
from tests.staff import signed_in

ROOT = Path(survey_app.__file__).parent
TEXTS = {page: (guide.TEXTS / f"{page}.md").read_text("utf-8") for page in guide.PAGES}


def _said() -> tuple[set[str], set[str]]:
    """What pages and buttons say: in Vietnamese, in English."""
    with (ROOT / "translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        found = [one for one in read_po(file, locale="vi") if isinstance(one.id, str)]
    return {str(one.string) for one in found}, {str(one.id) for one in found}


def test_every_word_in_bold_is_on_a_page() -> None:
    vietnamese, english = _said()
    bold = {word for text in TEXTS.values() for word in re.findall(r"\*\*(.+?)\*\*", text)}
    quoted = set(re.findall(r"“(.+?)”", TEXTS["in-english"]))

    assert bold - vietnamese == set()
    assert len(bold) > 50
    assert quoted - english == set()


def test_the_guide_shows_every_picture_that_is_kept_and_no_other() -> None:
    shown = [name for text in TEXTS.values() for name in re.findall(r"!\[.+?\]\(/static/guide/(.+?)\)", text)]
    kept = {file.name: file.stat().st_size for file in (ROOT / "static/guide").iterdir()}

    assert sorted(shown) == sorted(kept)
    assert sum(kept.values()) < 600_000


@pytest.mark.parametrize(
    ("role", "path", "page"),
    [
        ("administrator", "/accounts/", "quan-tri"),
        ("manager", "/manage/surveys", "quan-ly"),
        ("manager", "/results/", "phan-tich"),
        ("manager", "/account/", "quan-ly"),
        ("officer", "/field/paper/", "dieu-tra-vien"),
        ("approver", "/account/", "quan-ly"),
        ("approver", "/results/", "phan-tich"),
        ("viewer", "/account/", "phan-tich"),
        ("officer", "/field/cases?lang=en", "in-english"),
    ],
)
def test_help_leads_to_what_is_told_about_the_page(console_app: Flask, role: str, path: str, page: str) -> None:
    person = signed_in(console_app, role)
    link = re.search(r'href="(/help/[^"]*)"', person.get(path).text)
    assert link

    assert link[1] == f"/help/{page}"
    assert TEXTS[page].splitlines()[0].removeprefix("# ") in person.get(link[1]).text
