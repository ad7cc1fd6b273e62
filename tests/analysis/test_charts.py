"""The charts: the release's own texts, verdicts by shape, the same bytes each time, no inline style."""

import itertools
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from analysis import charts
from analysis.charts.items import LEVEL_COLOURS
from analysis.report import printed, source
from analysis.report.interval_chart import MARKS
from tests.analysis.release_fixture import display_texts, make_documents, make_release

NAMES = ("overall", "factors", "items", "forest", "tiles")
TITLE = "{http://www.w3.org/2000/svg}title"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_release(tmp_path_factory.mktemp("release"))
    charts.draw(folder)
    return folder


def texts(folder: Path, name: str) -> list[str]:
    """What a reader sees written on a chart."""
    with mpl.rc_context(fname=charts.STYLE):
        chart = charts.PAINTERS[name](source.read(folder))
    assert chart is not None
    return [text.get_text() for text in chart.canvas.findobj(Text) if isinstance(text, Text) and text.get_text()]


def test_every_chart_is_there_as_svg_and_png(folder: Path) -> None:
    for name in NAMES:
        assert (folder / "charts" / f"{name}.svg").stat().st_size > 5_000
        assert (folder / "charts" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", NAMES)
def test_every_decimal_number_on_a_chart_is_the_text_of_a_figure(folder: Path, name: str) -> None:
    allowed = display_texts(folder)
    numbers = [number for text in texts(folder, name) for number in re.findall(r"\d+,\d+", text)]

    assert numbers
    assert set(numbers) <= allowed


def test_the_forest_names_every_unit_with_estimate_and_limits(folder: Path) -> None:
    release, written = source.read(folder), texts(folder, "forest")
    for figure in release.of_domain_type("unit"):
        assert release.shown(figure) in written
        assert f"{release.shown(figure, 'low')}–{release.shown(figure, 'high')}" in written


def test_the_same_release_gives_the_same_svg(folder: Path) -> None:
    before = {name: (folder / "charts" / f"{name}.svg").read_bytes() for name in NAMES}
    charts.draw(folder)

    assert before == {name: (folder / "charts" / f"{name}.svg").read_bytes() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_svg_has_a_title_no_inline_style_and_fits_a_column(folder: Path, name: str) -> None:
    text = (folder / "charts" / f"{name}.svg").read_text("utf-8")
    root = ET.fromstring(text)
    alt = json.loads((folder / "charts" / "alt.json").read_text("utf-8"))

    assert root.findtext(TITLE) == alt[name]
    assert "style=" not in text
    assert "<style" not in text
    assert float(root.attrib["width"].removesuffix("pt")) * 96 / 72 <= 720


def test_simulated_answers_are_marked_on_every_chart(folder: Path, tmp_path: Path) -> None:
    charts.draw(make_release(tmp_path, simulated=False, number_of_units=2))
    for name in NAMES:
        assert 'id="simulated"' in (folder / "charts" / f"{name}.svg").read_text("utf-8")
        assert 'id="simulated"' not in (tmp_path / "charts" / f"{name}.svg").read_text("utf-8")


def test_the_alternative_text_tells_the_verdict(folder: Path) -> None:
    alt = json.loads((folder / "charts" / "alt.json").read_text("utf-8"))

    assert alt["overall"].endswith("Kết luận: đạt.")
    shown = [one for one in printed.read(folder).of_domain_type("unit") if not one.kept_back]
    assert 0 < len(shown) < 41
    assert f"{len(shown)} đơn vị" in alt["forest"]


def test_verdicts_differ_by_shape_and_levels_in_grey() -> None:
    shades = [sum(to_rgb(LEVEL_COLOURS[level])) / 3 for level in (1, 2, 3)]

    assert len({mark["marker"] for mark in MARKS.values()}) == len(MARKS)
    assert all(after - before > 0.15 for before, after in itertools.pairwise(shades))


def test_a_release_with_only_open_answers_has_no_chart_of_the_index(tmp_path: Path) -> None:
    make_documents(tmp_path, series=("open",))

    assert sorted(path.name for path in (tmp_path / "charts").iterdir()) == ["alt.en.json", "alt.json", "en"]
    assert (tmp_path / "report.pdf").exists()


def test_factors_may_be_missing(tmp_path: Path) -> None:
    charts.draw(make_release(tmp_path, without=("factor",), number_of_units=2))

    assert not (tmp_path / "charts" / "factors.svg").exists()
    assert (tmp_path / "charts" / "forest.svg").exists()
