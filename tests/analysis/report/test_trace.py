"""Every figure that HTML, DOCX, PDF and XLSX print: named by its id, and equal to figures.csv to its last digit."""

import csv
import json
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from analysis.report import printed, publication, source
from analysis.report.blocks import Report
from analysis.report.content import compose
from tests.analysis.printed import runs_of
from tests.analysis.release_fixture import make_documents

DECIMAL = re.compile(r"\d+,\d+")
COUNTS = ("n", "base")


class Figures(HTMLParser):
    """The text of every element with a data-id, and all other text."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.other: list[str] = []
        self.inside: tuple[str, str] | None = None
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "data-id" in named:
            self.inside = (str(named["data-id"]), str(named["data-part"]))

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append((*self.inside, data))
            self.inside = None
        else:
            self.other.append(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_documents(tmp_path_factory.mktemp("traced"), verdict="undecided", number_of_units=12)


@pytest.fixture(scope="module")
def published(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def report_of(folder: Path) -> Report:
    alt = json.loads((folder / "charts" / "alt.json").read_text("utf-8"))
    release = printed.read(folder)
    return compose(release, alt, publication.read(folder, release.release_hash))


def numbers_of(document: Document) -> list[str]:
    """The decimals of every paragraph, those in tables too, in their order."""
    paragraphs = document.element.body.iter(qn("w:p"))
    return [number for one in paragraphs for number in DECIMAL.findall("".join(t.text for t in one.iter(qn("w:t"))))]


def rounded(value: str, shown: str) -> str:
    """The value of figures.csv with as many decimals as are shown."""
    places = len(shown.partition(".")[2])
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):f}"


def check(published: dict[str, dict[str, str]], name: str, part: str, shown: str) -> None:
    """`shown` is written as in English."""
    value = published[name][part]
    assert shown == (f"{int(value):,}" if part in COUNTS else rounded(value, shown)), (name, part)


def as_english(shown: str) -> str:
    return shown.removesuffix("%").translate(str.maketrans(",.", ".,"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_html_names_every_figure_and_says_what_was_published(
    folder: Path, published: dict[str, dict[str, str]], language: str
) -> None:
    page = Figures(folder / ("report.html" if language == "vi" else "report.en.html"))
    for name, part, shown in page.found:
        check(published, name, part, as_english(shown) if language == "vi" else shown.removesuffix("%"))

    assert len(page.found) > 300
    if language == "vi":
        assert not any(DECIMAL.search(text) for text in page.other)


def test_both_languages_print_the_same_figures_in_the_same_order(folder: Path) -> None:
    vietnamese, english = (Figures(folder / name).found for name in ("report.html", "report.en.html"))

    assert [(name, part, as_english(shown)) for name, part, shown in vietnamese] == [
        (name, part, shown.removesuffix("%")) for name, part, shown in english
    ]


def test_every_number_of_the_word_file_stands_where_the_content_names_its_figure(
    folder: Path, published: dict[str, dict[str, str]]
) -> None:
    document = docx.Document(str(folder / "report.docx"))
    found = numbers_of(document)
    named = [(run.figure, number) for run in runs_of(report_of(folder)) for number in DECIMAL.findall(run.text)]

    assert found == [number for _, number in named]
    for figure, number in named:
        name, part = figure.split("#")
        check(published, name, part, as_english(number))


def test_every_number_of_the_pdf_is_a_figure_that_the_content_names(folder: Path) -> None:
    document = pdfium.PdfDocument(folder / "report.pdf")
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    named = [number for run in runs_of(report_of(folder)) for number in re.findall(r"\d+,\d\d", run.text)]

    assert sorted(re.findall(r"\d+,\d\d", text)) == sorted(named)


def test_the_workbook_has_every_figure_by_its_id(folder: Path, published: dict[str, dict[str, str]]) -> None:
    sheet = openpyxl.load_workbook(folder / "report.xlsx")["Số liệu"]
    _, titles, *rows = sheet.iter_rows(values_only=True)
    found = {str(row[0]): dict(zip(titles, row, strict=True)) for row in rows}

    figures = printed.read(folder).figures
    assert found.keys() == published.keys()
    for name, row in found.items():
        for part in ("estimate", "low", "high"):
            if figures[name].kept_back:
                assert row[part] is None
            elif published[name][part]:
                assert row[part] == pytest.approx(float(published[name][part]), abs=1e-9)
                check(published, name, part, as_english(str(row[f"{part} (in)"])))


def test_a_changed_digit_in_the_word_file_is_found(folder: Path, tmp_path: Path) -> None:
    """The test above can fail: one digit of one figure is enough."""
    shown = source.read(folder).shown(source.read(folder).index)
    with zipfile.ZipFile(folder / "report.docx") as old, zipfile.ZipFile(tmp_path / "report.docx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(shown.encode(), b"99,99") if name.endswith("document.xml") else content)
    document = docx.Document(str(tmp_path / "report.docx"))
    found = numbers_of(document)

    assert found != [number for run in runs_of(report_of(folder)) for number in DECIMAL.findall(run.text)]
