"""The chart of rows with an estimate and its interval against the target: forest plot and factors.

Which figures stand in the rows is left to `analysis.charts`.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.report.cells import level
from analysis.report.source import Figure, Release
from analysis.report.words import UNDRAWN, VERDICTS, count, number, upper_first

WIDTH = 6.3  # Inches: the 160 mm of text on an A4 page, 605 px on a screen.
ACCENT, INK, GREY, PALE = "#0B5C8A", "#222222", "#6F6F6F", "#C9C9C9"

# Verdict by shape first, so that a grey print and a colour-blind reader lose nothing.
MARKS = {
    "met": {"marker": "^", "markerfacecolor": ACCENT, "markeredgecolor": ACCENT},
    "undecided": {"marker": "o", "markerfacecolor": "white", "markeredgecolor": GREY},
    "not_met": {"marker": "v", "markerfacecolor": INK, "markeredgecolor": INK},
    "": {"marker": "x", "markerfacecolor": GREY, "markeredgecolor": GREY},
}
LINES = {"met": ACCENT, "undecided": GREY, "not_met": INK, "": PALE}


@dataclass(frozen=True)
class Line:
    """One row of an interval chart."""

    label: str
    figure: Figure
    mark: str


def legend_words(figures: Sequence[Figure]) -> Mapping[str, str]:
    """Beside each mark: where a plan is missing, the mark of no verdict stands for that too."""
    return {**VERDICTS, "": "không kết luận"} if any(one.kind == UNDRAWN for one in figures) else VERDICTS


def legend(canvas: Canvas, figures: Sequence[Figure]) -> None:
    axes = canvas.axes[0]
    marks = [
        axes.plot([], [], linestyle="none", markersize=5, label=upper_first(words), **MARKS[verdict])[0]  # type: ignore[arg-type]  # Texts and colours, as plot takes them.
        for verdict, words in legend_words(figures).items()
    ]
    bottom = 0.04 / canvas.get_figheight()
    canvas.legend(handles=marks, loc="lower left", bbox_to_anchor=(0, bottom), ncols=4, fontsize=7.5, columnspacing=1.4)


def interval_chart(
    release: Release, lines: Sequence[Line], row_height: float, label_width: float, size: float
) -> Canvas:
    """Rows of estimate and interval against the target, with their texts at the right. Sizes are in inches."""
    top, bottom, right = 0.42, 0.48, 1.75 * size / 7.2
    height = top + row_height * len(lines) + bottom
    canvas = Canvas(figsize=(WIDTH, height))
    box = (label_width / WIDTH, bottom / height, (WIDTH - label_width - right) / WIDTH, 1 - (top + bottom) / height)
    axes = canvas.add_axes(box)
    for place, line in enumerate(lines):
        _interval_row(axes, place, line, size)
        _row_texts(axes, release, place, line, size)
    lows = [line.figure.low if line.figure.low is not None else line.figure.estimate or 0 for line in lines]
    start = max(0, int(min(*lows, release.target - 10) // 10) * 10)
    axes.axvline(release.target, color=INK, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    axes.set(xlim=(start, 100), ylim=(len(lines) - 0.4, -0.6))
    axes.set_yticks(range(len(lines)), [textwrap.fill(line.label, 34) for line in lines], fontsize=size)
    axes.grid(axis="x")
    percent_axis(axes, range(start, 101, 20 if start < 50 else 10))
    _column_titles(axes, release, size)
    return canvas


def _interval_row(axes: Axes, place: int, line: Line, size: float) -> None:
    figure = line.figure
    colour = LINES.get(line.mark, ACCENT)
    if figure.low is not None and figure.high is not None:
        axes.plot([figure.low, figure.high], [place, place], color=colour, solid_capstyle="butt", zorder=2)
    mark = MARKS.get(line.mark, {"marker": "o", "markerfacecolor": ACCENT, "markeredgecolor": ACCENT})
    axes.plot(figure.estimate, place, markersize=size * 0.66, zorder=3, linestyle="none", **mark)  # type: ignore[arg-type]  # As above.


# Where the three texts of a row end, in inches right of the axes at a size of 7.2 points.
COLUMN_ENDS = (0.52, 1.3, 1.72)


def _row_texts(axes: Axes, release: Release, place: int, line: Line, size: float) -> None:
    low, high = release.shown(line.figure, "low"), release.shown(line.figure, "high")
    texts = (release.shown(line.figure), f"{low}–{high}" if low and high else "–", count(line.figure.n))
    for end, words, weight in zip(COLUMN_ENDS, texts, ("bold", "normal", "normal"), strict=True):
        beside(axes, words, end * size / 7.2, place, size=size, weight=weight)


def _column_titles(axes: Axes, release: Release, size: float) -> None:
    for end, words in zip(COLUMN_ENDS, ("%", f"KTC {level(release)}%", "n"), strict=True):
        beside(axes, words, end * size / 7.2, -0.62, size=size - 0.5, color="#555555", va="bottom")
    where = f"Mức {number(release.target)}%"
    axes.text(release.target, -0.62, where, ha="center", va="bottom", size=size - 0.5, color="#555555")


def beside(axes: Axes, words: str, inches: float, place: float, fraction: float = 1, **look: object) -> None:
    """A text in the row at `place`, so many inches right of the axes' end (fraction 1) or start (0)."""
    axes.annotate(
        words,
        (fraction, place),
        xycoords=("axes fraction", "data"),
        xytext=(inches * 72, 0),
        textcoords="offset points",
        annotation_clip=False,
        **{"ha": "right", "va": "center", **look},  # type: ignore[arg-type]  # Text properties.
    )


def percent_axis(axes: Axes, ticks: Sequence[int]) -> None:
    axes.set_xticks(ticks, [f"{tick}%" for tick in ticks])
