"""The units as tiles, each about where it lies: no borders are needed, and a small commune is seen as well as a large.

Where tiles stand is read from tiles.csv: Thọ Xuân before and after its mergers, from memory of the map, so only roughly
right. Units that it does not know stand below in the order of their codes.
"""

import csv
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from analysis.charts.chart import LANGUAGES, Chart, counts_said, unit_said, verdict_said
from analysis.report.interval_chart import ACCENT, INK, WIDTH, legend_words
from analysis.report.source import Figure, Release
from analysis.report.words import count, upper_first
from analysis.site.words import setting
from questionnaires.texts import Language

FILE = Path(__file__).parent / "tiles.csv"
MOST_COLUMNS = 9
# Fill, edge, width of the edge, its line, text, sign: every two differ in grey as well, and by their sign.
LOOKS = {
    "met": (ACCENT, ACCENT, 0.8, "-", "white", "▲"),
    "undecided": ("#E4E4E4", "#8A8A8A", 0.8, "-", INK, "○"),
    "not_met": ("white", INK, 2.2, "-", INK, "▼"),
    "": ("white", "#8A8A8A", 0.8, (0, (3, 2)), "#555555", "×"),
}
TITLES = {
    "vi": "Chỉ số của {units} đơn vị so với mức {target}%, xếp gần đúng theo vị trí",
    "en": "The index of {units} units against {target}%, placed roughly as they lie",
}
Cell = tuple[int, int]


def tiles(release: Release) -> Chart | None:
    units = [one for one in release.of_domain_type("unit") if one.estimate is not None]
    if len(units) < 2:  # One tile says no more than the sentence beside it.
        return None
    cells = cells_of(sorted(one.domain for one in units), str(release.survey["units_on"]))
    rows, columns = (1 + max(place[axis] for place in cells.values()) for axis in (0, 1))
    side = min(WIDTH / max(columns, 6), 0.95)
    height = side * rows * 0.8 + 0.4
    canvas = Canvas(figsize=(WIDTH, height + 0.2))
    width = side * columns / WIDTH
    axes = canvas.add_axes(((1 - width) / 2, 0.38 / (height + 0.2), width, side * rows * 0.8 / (height + 0.2)))
    axes.set(xlim=(0, columns), ylim=(rows, 0), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    for one in units:
        _tile(axes, release, one, cells[one.domain])
    _legend(canvas, legend_words(units))
    return Chart(canvas, *(_words(release, units, language) for language in LANGUAGES))


def cells_of(codes: Sequence[str], day: str) -> Mapping[str, Cell]:
    """Row and column of each code on the map of that day."""
    known = layout(day)
    placed = _cropped({code: known[code] for code in codes if code in known})
    below = 1 + max((row for row, _ in placed.values()), default=-1)
    others = [code for code in codes if code not in known]
    columns = min(MOST_COLUMNS, max((column + 1 for _, column in placed.values()), default=MOST_COLUMNS))
    return placed | {code: (below + place // columns, place % columns) for place, code in enumerate(others)}


def _cropped(placed: Mapping[str, Cell]) -> dict[str, Cell]:
    """Without empty rows and columns before the first tile."""
    top = min((row for row, _ in placed.values()), default=0)
    start = min((column for _, column in placed.values()), default=0)
    return {code: (row - top, column - start) for code, (row, column) in placed.items()}


def layout(day: str) -> Mapping[str, Cell]:
    """The newest map that was valid on the day; codes were used again, so maps are never mixed."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["units_from"] <= day]
    newest = max((row["units_from"] for row in rows), default="")
    return {row["code"]: (int(row["row"]), int(row["column"])) for row in rows if row["units_from"] == newest}


def _tile(axes: Axes, release: Release, figure: Figure, cell: Cell) -> None:
    (row, column), (fill, edge, width, line, ink, sign) = cell, LOOKS[figure.verdict]
    axes.add_patch(
        Rectangle(
            (column + 0.04, row + 0.05), 0.92, 0.9, facecolor=fill, edgecolor=edge, linewidth=width, linestyle=line
        )
    )
    name = release.units.get(figure.domain, figure.domain)
    short = upper_first(name.removeprefix("xã ").replace("thị trấn", "TT"))
    axes.text(
        column + 0.5,
        row + 0.3,
        textwrap.fill(short, 11),
        ha="center",
        va="center",
        size=6.4,
        color=ink,
        linespacing=0.9,
    )
    words = f"{sign} {release.shown(figure)}"
    axes.text(column + 0.5, row + 0.72, words, ha="center", va="center", size=7.6, weight="bold", color=ink)


def _legend(canvas: Canvas, words: Mapping[str, str]) -> None:
    handles = [
        Rectangle(
            (0, 0),
            1,
            1,
            facecolor=fill,
            edgecolor=edge,
            linewidth=width,
            linestyle=line,
            label=f"{sign} {upper_first(words[verdict])}",
        )
        for verdict, (fill, edge, width, line, _, sign) in LOOKS.items()
    ]
    canvas.legend(handles=handles, loc="lower center", ncols=4, fontsize=7.5, handlelength=1.4, columnspacing=1.4)


def _words(release: Release, units: Sequence[Figure], language: Language) -> str:
    """How many units have each verdict, then each unit with its value."""
    each = "; ".join(
        f"{unit_said(release, one.domain, language)}: "
        f"{release.display[one.id]['estimate'][language]}%, {verdict_said(one.kind, language)}"
        for one in units
    )
    counts = counts_said([one.kind for one in units], " ", language)
    target = setting(release.target, language)
    title = TITLES[language].format(units=count(len(units)), target=target)
    return f"{title}: {counts}. {each}."
