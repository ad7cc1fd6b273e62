"""Importance beside performance: the factors in four fields, what to fix first at the lower right.

The numbers are those of drivers.csv; the lines stand at their means, as the analysis parts high from low.
"""

import textwrap
from collections.abc import Mapping, Sequence
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.charts.chart import Chart
from analysis.report.interval_chart import ACCENT, GREY, INK, WIDTH
from analysis.report.priorities import QUADRANTS, Driver, driver_shown, factors_by_rank
from analysis.report.source import Release
from analysis.report.words import ROMAN

LOOKS: Mapping[str, Mapping[str, str]] = {
    "improve first": {"marker": "v", "markerfacecolor": INK, "markeredgecolor": INK},
    "keep": {"marker": "^", "markerfacecolor": ACCENT, "markeredgecolor": ACCENT},
    "possible overkill": {"marker": "s", "markerfacecolor": "white", "markeredgecolor": ACCENT},
    "low priority": {"marker": "o", "markerfacecolor": "white", "markeredgecolor": GREY},
}
WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
CORNERS = {
    "improve first": (0.99, 0.02, "right", "bottom"),
    "keep": (0.99, 0.98, "right", "top"),
    "possible overkill": (0.01, 0.98, "left", "top"),
    "low priority": (0.01, 0.02, "left", "bottom"),
}


def priorities(release: Release) -> Chart | None:
    found = [one for one in factors_by_rank(release) if one["importance_share"] and one["performance"]]
    if len(found) < 2:
        return None
    canvas = Canvas(figsize=(WIDTH, max(3.6, 0.5 + 0.44 * len(found))))
    axes = canvas.add_axes((0.09, 0.13, 0.5, 0.8))
    points = [(float(one["importance_share"]), float(one["performance"])) for one in found]
    _frame(axes, points)
    places = {factor.code: ROMAN[place] for place, factor in enumerate(release.instrument.factors)}
    for one, point in zip(found, points, strict=True):
        axes.plot(*point, markersize=8, linestyle="none", **LOOKS[one["quadrant"]])  # type: ignore[arg-type]  # Texts and colours, as plot takes them.
        mark = places.get(one["code"], one["code"])
        axes.annotate(mark, point, (6, 4), textcoords="offset points", size=8.5, weight="bold")
    _names(canvas, release, found, places)
    return Chart(canvas, *(_words(release, found, language) for language in ("vi", "en")))


def _frame(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    across, up = zip(*points, strict=True)
    axes.axvline(fmean(across), color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    axes.axhline(fmean(up), color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    for quadrant, (x, y, ha, va) in CORNERS.items():
        axes.text(
            x, y, QUADRANTS[quadrant], transform=axes.transAxes, ha=ha, va=va, size=7.5, color="#444444", bbox=WHITE
        )
    axes.margins(0.22)
    axes.set_xlabel("Tầm quan trọng (%)", fontsize=8)
    axes.set_ylabel("Tỷ lệ hài lòng (%)", fontsize=8)
    axes.spines["left"].set_visible(True)


def _names(canvas: Canvas, release: Release, found: Sequence[Driver], places: Mapping[str, str]) -> None:
    """What each mark stands for, with its two numbers, beside the field."""
    titles = {factor.code: factor.title.vi for factor in release.instrument.factors}
    ordered = sorted(found, key=lambda one: list(places).index(one["code"]) if one["code"] in places else 99)
    height = canvas.get_figheight()
    top = height - 0.3
    for one in ordered:
        name = textwrap.wrap(f"{places.get(one['code'], '')}. {titles.get(one['code'], one['code'])}", 38)
        canvas.text(0.625, top / height, "\n".join(name), size=7.8, weight="bold", va="top")
        numbers = f"quan trọng {_number(one, 'importance_share')}%, hài lòng {_number(one, 'performance')}%"
        top -= 0.145 * len(name)
        canvas.text(0.625, top / height, numbers, size=7.2, va="top")
        top -= 0.22


def _number(one: Driver, column: str) -> str:
    return driver_shown(one, column).text


ENGLISH = {
    "improve first": "improve first",
    "keep": "keep",
    "possible overkill": "needs no more",
    "low priority": "not urgent",
}


def _words(release: Release, found: Sequence[Driver], language: str) -> str:
    vietnamese = language == "vi"
    titles = {one.code: one.title.vi if vietnamese else one.title.en for one in release.instrument.factors}
    names = {key: text.lower() for key, text in QUADRANTS.items()} if vietnamese else ENGLISH
    numbers = "quan trọng {}%, hài lòng {}%" if vietnamese else "importance {}%, satisfied {}%"
    each = []
    for one in found:
        texts = [_number(one, column) for column in ("importance_share", "performance")]
        shown = texts if vietnamese else [text.replace(",", ".") for text in texts]
        each.append(f"{titles.get(one['code'], one['code'])}: {numbers.format(*shown)}, {names[one['quadrant']]}")
    title = "Tầm quan trọng và kết quả của các yếu tố" if vietnamese else "Importance and performance of the factors"
    return f"{title}. {'; '.join(each)}."
