"""What the public site keeps back stands in no document: a real release of small units and rare answers, read again."""

import csv
import json
import random
import re
from collections.abc import Mapping
from pathlib import Path

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest

from analysis import charts, report
from analysis.comparison.corrected import changes
from analysis.report import printed, source
from analysis.report.source import Release
from analysis.site import decision
from analysis.site.published import publications
from questionnaires import loader
from tests.analysis.extracts import make_plan
from tests.analysis.random_answers import make_random_rows, make_schema
from tests.analysis.site.places import publish
from tests.analysis.test_command import release_of

FORM = loader.load_builtin("sipas2017")
SIZES = {"001": 3, "002": 34, "003": 80, "004": 31, "005": 60}
NUMBER = re.compile(r"(?<![\d,.])\d+,\d\d(?![\d,])")
MARK = "Dấu “x”: không nêu"


def make(folder: Path, without: int = -1) -> Path:
    """Units of those sizes, one answer left out; three people by telephone."""
    draw, rows = random.Random(8), []
    for unit, size in SIZES.items():
        for number, row in enumerate(make_random_rows(FORM, size, draw, unit=unit)):
            place = {"stratum": f"S{unit}", "psu": f"{unit}P{number % 3}", "case": f"{unit}-{number}"}
            rows.append(row | place | {"weight": draw.uniform(1, 9), "mode": "phone" if len(rows) < 3 else "tablet"})
    plan = make_plan({f"S{unit}": (unit, [f"{unit}P{number}" for number in range(3)]) for unit in SIZES})
    kept = [row for number, row in enumerate(rows) if number != without]
    return release_of(folder, kept, instrument=FORM, plans={"w1": plan}, schema=make_schema(FORM))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make(tmp_path_factory.mktemp("kept_back") / "one")
    charts.draw(made)
    report.build(made)
    return made


@pytest.fixture(scope="module")
def release(folder: Path) -> Release:
    return printed.read(folder)


@pytest.fixture(scope="module")
def only_kept_back(folder: Path, release: Release) -> frozenset[str]:
    """Texts of two decimals that only figures have which are kept back."""
    display: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads((folder / "display.json").read_text("utf-8"))
    texts: dict[bool, set[str]] = {True: set(), False: set()}
    for id, parts in display.items():
        texts[release.figures[id].kept_back] |= {NUMBER.sub(lambda one: one[0], part["vi"]) for part in parts.values()}
    found = frozenset(text for text in texts[True] - texts[False] if NUMBER.fullmatch(text))
    assert len(found) > 300
    return found


def test_the_report_keeps_back_what_the_public_site_does(folder: Path, release: Release, tmp_path: Path) -> None:
    copy = tmp_path / "one"
    copy.mkdir()
    for file in folder.glob("*.*"):
        (copy / file.name).write_bytes(file.read_bytes())
    publish(copy)
    (public,) = publications(tmp_path)
    shown = {id for id, figure in release.figures.items() if not figure.kept_back and figure.n}

    assert shown == {id for id, figure in public.release.figures.items() if figure.n}
    assert 100 < len(shown) < len(release.figures) - 100


def test_word_html_and_pdf_print_no_value_that_is_kept_back(folder: Path, only_kept_back: frozenset[str]) -> None:
    document = docx.Document(str(folder / "report.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    word = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    pages = pdfium.PdfDocument(folder / "report.pdf")
    pdf = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    pages.close()
    html = (folder / "report.html").read_text("utf-8")

    for text in (word, pdf, re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)):
        assert len(NUMBER.findall(text)) > 50
        assert not only_kept_back & set(NUMBER.findall(text))
        assert MARK in " ".join(text.split())


def test_html_names_no_figure_that_is_kept_back(folder: Path, release: Release) -> None:
    for name in ("report.html", "report.en.html"):
        named = set(re.findall(r'data-id="([^"]+)"', (folder / name).read_text("utf-8")))

        assert len(named) > 50
        assert not [id for id in named if release.figures[id].kept_back]


def test_rows_of_small_units_and_channels_hold_marks_only(folder: Path) -> None:
    document = docx.Document(str(folder / "report.docx"))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    small = [row for row in rows if any("001" in cell for cell in row[:2]) and "A1.1" not in row[2]]
    phone = next(row for row in rows if row[0] == "Điện thoại")

    assert small
    assert all("x" in row for row in small)
    assert not any(re.fullmatch(r"[1-4]|\d+,\d\d", cell.strip()) for row in small for cell in row[2:])
    assert phone[-1] == "x"


def test_the_workbook_holds_no_number_that_is_kept_back(folder: Path, release: Release) -> None:
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = {float(row["estimate"]) for row in rows if row["estimate"] and not release.figures[row["id"]].kept_back}
    secret = {float(row["estimate"]) for row in rows if row["estimate"] and release.figures[row["id"]].kept_back}
    book = openpyxl.load_workbook(folder / "report.xlsx")
    numbers = {cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, float)}

    assert numbers & shown
    assert not numbers & {one for one in secret - shown if one % 1}
    units = {row[0]: row for row in book["Đơn vị"].values}
    assert units["001"][3] is None
    assert units["003"][3] == 80


def test_what_a_correction_changed_is_told_of_public_figures_only(tmp_path: Path) -> None:
    """One answer of the unit 003 fewer: that is one person, of whom nothing may be told."""
    old, new = make(tmp_path / "old"), make(tmp_path / "new", without=60)
    publish(old)
    found = changes(old, new)
    named = {one["id"].partition("#")[0] for one in found}

    assert "probability/overall/index/all/all" in named
    assert not [name for name in named if "/unit/" in name]
    for folder in (old, new):
        assert not named & set(json.loads((folder / "kept_back.json").read_text())["kept_back"])
    hidden = printed.read(new).figures["probability/overall/index/unit/003"]
    assert hidden.kept_back
    assert source.read(new).figures[hidden.id].n == 79
    assert decision.published_before(new, old.parent.parent) == []
    publish(new, 2)
    assert decision.published_before(new, old.parent.parent) == [old]
