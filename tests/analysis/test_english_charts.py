"""Charts in English: no word is left in Vietnamese but names, and every figure is the release's own English text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from docx import Document
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from analysis import charts
from analysis.charts.english import retell
from analysis.report import build, chart_words, printed
from analysis.report.translation import English, pairs
from tests.analysis.release_fixture import make_release
from tests.analysis.test_more_charts import make_rich_release

VIETNAMESE = re.compile("[ăâđêôơưàáạảãấầẩẫậắằẳẵặèéẹẻẽếềểễệìíỉịĩòóỏọõốồổỗộớờởỡợùúụủũứừửữựỳýỷỹỵ]", re.IGNORECASE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_rich_release(tmp_path_factory.mktemp("rich"))
    charts.draw(folder)
    return folder


def words_of(canvas: Canvas) -> list[str]:
    return [text.get_text() for text in canvas.findobj(Text) if isinstance(text, Text) and text.get_text().strip()]


def english_charts(folder: Path) -> Iterator[tuple[str, list[str], English]]:
    release = printed.read(folder)
    for name, paint in charts.PAINTERS.items():
        with mpl.rc_context(fname=charts.STYLE):
            chart = paint(release)
            if chart:
                english = English(dict(pairs(release.context)))
                retell(chart.canvas, english)
                yield name, words_of(chart.canvas), english


def names_of(folder: Path) -> set[str]:
    return {unit["name"] for unit in printed.read(folder).context["units"]}


@pytest.mark.parametrize("instrument", ["sipas2017", "yte_ngoaitru"])
def test_every_word_of_every_chart_is_said_in_english(folder: Path, tmp_path: Path, instrument: str) -> None:
    other = make_release(tmp_path, "undecided", instrument=instrument, number_of_units=2)
    drawn = set()
    for place in (folder, other):
        names = re.compile("|".join(sorted(names_of(place), key=len, reverse=True)))
        for name, texts, english in english_charts(place):
            drawn.add(name)
            left = [text for text in texts if VIETNAMESE.search(names.sub("", text.replace("\n", " ")))]
            assert not left, name
            assert english.missing <= names_of(place), name

    assert drawn == set(charts.PAINTERS)


def test_figures_are_the_english_texts_of_the_release(folder: Path) -> None:
    release = printed.read(folder)
    allowed = {texts["en"] for parts in release.display.values() for texts in parts.values()}
    for name, texts, _ in english_charts(folder):
        numbers = {number for text in texts for number in re.findall(r"(?<![\w.])\d+\.\d\d\b", text)}

        assert not any(re.search(r"\d,\d\d?(?!\d)", text) for text in texts)
        assert numbers <= allowed or name in ("priorities", "trend")


def test_both_languages_are_drawn_and_told(folder: Path) -> None:
    alt = {file: chart_words.read(folder / "charts", file) for file in (chart_words.VIETNAMESE, chart_words.ENGLISH)}
    names = re.compile("|".join(sorted(names_of(folder), key=len, reverse=True)))

    assert set(alt["alt.json"]) == set(alt["alt.en.json"]) == set(charts.PAINTERS)
    for name, told in alt["alt.en.json"].items():
        assert not VIETNAMESE.search(names.sub("", told)), name
        for kind in ("svg", "png"):
            files = [folder / "charts" / place / f"{name}.{kind}" for place in (".", "en")]
            assert files[0].read_bytes() != files[1].read_bytes()


def test_english_documents_show_the_english_charts(tmp_path: Path) -> None:
    folder = make_release(tmp_path, number_of_units=2)
    charts.draw(folder)
    build(folder)
    pictures = {
        name: {
            part.blob
            for part in Document(str(folder / name)).part.package.iter_parts()
            if part.content_type == "image/png"
        }
        for name in ("report.docx", "report.en.docx")
    }
    drawn = {place: {file.read_bytes() for file in (folder / "charts" / place).glob("*.png")} for place in (".", "en")}
    page = (folder / "report.en.html").read_text("utf-8")

    assert len(pictures["report.docx"]) == len(pictures["report.en.docx"]) > 3
    assert pictures["report.docx"] <= drawn["."]
    assert pictures["report.en.docx"] <= drawn["en"]
    assert json.loads((folder / "charts" / "alt.en.json").read_text("utf-8"))["overall"].replace("'", "&#x27;") in page


def test_a_release_without_english_charts_shows_those_it_has(tmp_path: Path) -> None:
    assert chart_words.drawn(tmp_path, "en") == tmp_path
    (tmp_path / "en").mkdir()
    assert (chart_words.drawn(tmp_path, "en"), chart_words.drawn(tmp_path, "vi")) == (tmp_path / "en", tmp_path)
