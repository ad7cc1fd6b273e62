"""The index over the years with its intervals; where something changed, the line is broken and the change is named.

Periods, changes and breaks are read from the release; they are made in `analysis.earlier`.
"""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.charts.chart import Chart
from analysis.report.earlier import BREAKS
from analysis.report.interval_chart import ACCENT, INK, WIDTH
from analysis.report.source import Release
from analysis.report.words import count, number

Period = Mapping[str, Any]


def trend(release: Release) -> Chart | None:
    name = f"{release.series}/overall/index/all/all"
    periods = [one for one in release.earlier.get("periods", ()) if name in one["figures"]]
    if len(periods) < 2:
        return None
    breaks = {
        (one["from"], one["to"]): tuple(dict.fromkeys(each["what"] for each in one["breaks"]))
        for one in release.earlier["changes"]
        if one["id"] == name
    }
    canvas = Canvas(figsize=(WIDTH, 3.0))
    axes = canvas.add_axes((0.09, 0.17, 0.8, 0.72))
    figures = [one["figures"][name] for one in periods]
    _frame(axes, release, periods, figures)
    for place, (before, after) in enumerate(pairwise(periods)):
        _step(axes, place, figures, breaks.get((before["slug"], after["slug"]), ()))
    for place, one in enumerate(figures):
        axes.plot([place, place], [one["low"], one["high"]], color=ACCENT, linewidth=2, zorder=2)
        axes.plot(place, one["estimate"], "o", color=ACCENT, markersize=6, zorder=3)
        words = f" {one['texts']['estimate']['vi']}%"
        axes.annotate(words, (place, one["estimate"]), (5, 5), textcoords="offset points", size=8.5, weight="bold")
    return Chart(canvas, *(_words(release, periods, figures, breaks, language) for language in ("vi", "en")))


def _frame(axes: Axes, release: Release, periods: Sequence[Period], figures: Sequence[Mapping[str, Any]]) -> None:
    lowest = min(release.target, *(one["low"] for one in figures))
    start = max(0, int((lowest - 5) // 10) * 10)
    axes.axhline(release.target, color=INK, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    goal = f"Mức\n{number(release.target)}%"
    axes.text(1.01, release.target, goal, transform=axes.get_yaxis_transform(), va="center", size=7.5)
    labels = [f"{_year(one)}\nn = {count(figure['n'])}" for one, figure in zip(periods, figures, strict=True)]
    axes.set(xlim=(-0.5, len(periods) - 0.5), ylim=(start, 102))
    axes.set_xticks(range(len(periods)), labels, fontsize=8)
    axes.set_yticks(range(start, 101, 10), [f"{tick}%" for tick in range(start, 101, 10)])
    axes.grid(axis="y")


def _year(period: Period) -> str:
    """Two periods of one year differ by the month in which they end."""
    year, month = str(period["period"]["to"]).split("-")[:2]
    return f"{int(month)}/{year}"


def _step(axes: Axes, place: int, figures: Sequence[Mapping[str, Any]], broken: Sequence[str]) -> None:
    """A line between comparable periods; else none, and what changed is written where it is missing."""
    if not broken:
        values = [figures[place]["estimate"], figures[place + 1]["estimate"]]
        axes.plot([place, place + 1], values, color=ACCENT, linewidth=1.4, zorder=2)
        return
    axes.axvline(place + 0.5, color=INK, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
    words = "Đổi " + ", ".join(BREAKS[one] for one in broken)
    axes.text(
        place + 0.5,
        0.98,
        textwrap.fill(words, 22),
        transform=axes.get_xaxis_transform(),
        ha="center",
        va="top",
        size=7,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )


WORDS = {
    "vi": ("{name} qua các kỳ", "{when}: {value}%", "không so sánh được với kỳ trước vì có thay đổi"),
    "en": ("{name} over the periods", "{when}: {value}%", "not comparable with the period before: something changed"),
}  # fmt: skip


def _words(
    release: Release,
    periods: Sequence[Period],
    figures: Sequence[Mapping[str, Any]],
    breaks: Mapping[tuple[str, str], Sequence[str]],
    language: str,
) -> str:
    title, each, broken = WORDS[language]
    said = []
    for place, (one, figure) in enumerate(zip(periods, figures, strict=True)):
        words = each.format(when=_year(one), value=figure["texts"]["estimate"][language])
        apart = place and breaks.get((periods[place - 1]["slug"], one["slug"]))
        said.append(f"{words} ({broken})" if apart else words)
    name = release.instrument.index.name
    return f"{title.format(name=name.vi if language == 'vi' else name.en)}: {'; '.join(said)}."
