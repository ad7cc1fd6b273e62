"""Draws the charts of one release as SVG and PNG, with a text for those who cannot see them (charts/alt.json).

Every printed figure is the release's own text; what a chart is called and where it stands is left to `report`.
"""

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.report import source
from analysis.report.cells import level
from analysis.report.interval_chart import ACCENT, INK, WIDTH, Line, beside, interval_chart, legend, percent_axis
from analysis.report.source import Figure, Release
from analysis.report.words import ROMAN, SIMULATED, VERDICTS, count, number, upper_first

STYLE = Path(__file__).parent / "report" / "hailong.mplstyle"
LEVEL_COLOURS = {5: ACCENT, 4: "#7FB4D3", 3: "#E4E4E4", 2: "#9B9B9B", 1: "#4A4A4A"}


@dataclass(frozen=True)
class Chart:
    canvas: Canvas
    alt: str


def draw(release_dir: Path) -> list[Path]:
    """Writes the charts that the release has figures for; the same release gives the same bytes."""
    release = source.read(release_dir)
    folder = release_dir / "charts"
    folder.mkdir(exist_ok=True)
    written, alt = [], {}
    with mpl.rc_context(fname=STYLE):
        for name, paint in PAINTERS.items():
            chart = paint(release)
            if chart:
                alt[name] = chart.alt
                written += _save(chart, folder / name, release.simulated)
    alt_file = folder / "alt.json"
    alt_file.write_text(json.dumps(alt, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return [*written, alt_file]


def _save(chart: Chart, stem: Path, simulated: bool) -> list[Path]:
    height = chart.canvas.get_figheight()
    if simulated:
        chart.canvas.text(
            1 - 0.06 / WIDTH,
            1 - 0.06 / height,
            SIMULATED,
            ha="right",
            va="top",
            weight="bold",
            size=7.5,
            gid="simulated",
        )
    svg, png = stem.with_suffix(".svg"), stem.with_suffix(".png")
    chart.canvas.savefig(svg, metadata={"Date": None, "Creator": None, "Title": chart.alt})
    svg.write_text(_without_styles(svg.read_text("utf-8")), "utf-8")
    chart.canvas.savefig(png, metadata={"Software": None, "Title": stem.name})
    return [svg, png]


def _without_styles(svg: str) -> str:
    """Styles become attributes: a page whose policy forbids inline style shows the chart all the same."""
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'style="([^"]*)"', lambda found: _attributes(found[1]), svg)
    return svg.replace("<svg ", '<svg role="img" stroke-linejoin="round" stroke-linecap="butt" ', 1)


def _attributes(style: str) -> str:
    pairs = (declaration.split(":", 1) for declaration in style.split(";") if ":" in declaration)
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in pairs)


def _overall(release: Release) -> Chart | None:
    """The index as a bar of 0 to 100 with its interval and the target; its value and verdict stand above in words."""
    index = release.index
    if index is None or index.estimate is None:
        return None
    canvas = Canvas(figsize=(WIDTH, 1.7))
    axes = canvas.add_axes((0.03, 0.2, 0.94, 0.29))
    axes.barh(0, 100, height=0.7, color="#EDEDED")
    axes.barh(0, index.estimate, height=0.7, color=ACCENT)
    if index.low is not None and index.high is not None:
        for colour, width, cap in (("white", 4.5, 13), (INK, 2, 10)):  # A white edge, to be seen on the bar as well.
            axes.plot([index.low, index.high], [0, 0], color=colour, linewidth=width, solid_capstyle="projecting")
            axes.plot([index.low, index.high], [0, 0], "|", color=colour, markersize=cap, markeredgewidth=width)
    axes.axvline(release.target, color=INK, linewidth=1.2, linestyle=(0, (4, 2)))
    axes.text(release.target, 0.56, f"Mục tiêu: trên {number(release.target)}%", ha="center", va="bottom", size=8)
    axes.set(xlim=(0, 100), ylim=(-0.5, 0.5), yticks=[])
    percent_axis(axes, range(0, 101, 20))
    _overall_words(canvas, release, index)
    words = f"{release.instrument.index.name.vi}: {_in_words(release, index)} Kết luận: {VERDICTS[index.verdict]}."
    return Chart(canvas, words)


def _overall_words(canvas: Canvas, release: Release, index: Figure) -> None:
    low, high = release.shown(index, "low"), release.shown(index, "high")
    interval = f"Khoảng tin cậy {level(release)}%: {low}% – {high}%" if low and high else ""
    canvas.text(0.03, 0.7, f"{release.shown(index)}%", size=20, weight="bold", color=ACCENT)
    canvas.text(0.235, 0.79, upper_first(VERDICTS[index.verdict]), size=10, weight="bold")
    canvas.text(0.235, 0.69, interval, size=8)


def _in_words(release: Release, figure: Figure) -> str:
    interval = (
        f", khoảng tin cậy {level(release)}% từ {release.shown(figure, 'low')}% đến {release.shown(figure, 'high')}%"
    )
    return f"{release.shown(figure)}%{interval if figure.low is not None else ''}."


def _factors(release: Release) -> Chart | None:
    lines = []
    for place, factor in enumerate(release.instrument.factors):
        figure = release.find("factor", factor.code)
        if figure and figure.estimate is not None:
            lines.append(Line(f"{ROMAN[place]}. {factor.title.vi}", figure, "plain"))
    if not lines:
        return None
    canvas = interval_chart(release, lines, row_height=0.3, label_width=2.05, size=8)
    words = "; ".join(f"{line.label}: {_in_words(release, line.figure).rstrip('.')}" for line in lines)
    return Chart(canvas, f"Tỷ lệ hài lòng theo yếu tố. {words}.")


def _forest(release: Release) -> Chart | None:
    units = [figure for figure in release.of_domain_type("unit") if figure.estimate is not None]
    if not units:
        return None
    units.sort(key=lambda figure: (-(figure.estimate or 0), figure.domain))
    lines = [
        Line(upper_first(release.units.get(figure.domain, figure.domain)), figure, figure.verdict) for figure in units
    ]
    canvas = interval_chart(release, lines, row_height=min(0.2, 6.4 / len(lines)), label_width=1.4, size=7.2)
    legend(canvas)
    highest, lowest = lines[0], lines[-1]
    counts = ", ".join(
        f"{count(sum(figure.verdict == verdict for figure in units))} đơn vị {words}"
        for verdict, words in VERDICTS.items()
    )
    words = (
        f"Chỉ số của {count(len(units))} đơn vị so với mức {number(release.target)}%: {counts}. Cao nhất: "
        f"{highest.label}, "
        f"{_in_words(release, highest.figure)} Thấp nhất: {lowest.label}, {_in_words(release, lowest.figure)}"
    )
    return Chart(canvas, words)


def _items(release: Release) -> Chart | None:
    """Answers per item, satisfied to the right of the middle of `neutral`, dissatisfied to the left."""
    items = [(item, release.find("item", item.code)) for item in release.instrument.items]
    rows = [(item, figure, _level_shares(release, item.code)) for item, figure in items if figure]
    rows = [(item, figure, shares) for item, figure, shares in rows if sum(shares.values())]
    if not rows:
        return None
    labels = [textwrap.fill(item.criterion.vi, 48) for item, _, _ in rows]
    canvas, axes = _items_frame(len(rows), 0.26 if any("\n" in label for label in labels) else 0.2)
    for place, (words, (item, figure, shares)) in enumerate(zip(labels, rows, strict=True)):
        _item_bar(axes, place, shares)
        beside(axes, words, 0.45 - ITEM_LABELS, place, size=7, ha="left", fraction=0, linespacing=0.95)
        beside(axes, item.code, 0.06 - ITEM_LABELS, place, size=7, ha="left", fraction=0, color="#555555")
        beside(axes, release.shown(figure), 0.52, place, size=7.5, weight="bold")
        beside(axes, count(figure.base), 1.0, place, size=7.5)
    _items_legend(canvas, release)
    words = "; ".join(f"{item.code} {item.criterion.vi}: {release.shown(figure)}%" for item, figure, _ in rows)
    return Chart(canvas, f"Cơ cấu câu trả lời theo tiêu chí; tỷ lệ hài lòng từng tiêu chí: {words}.")


ITEM_LABELS = 3.0  # Inches left of the bars.


def _item_bar(axes: Axes, place: int, shares: Mapping[int, float]) -> None:
    left = -(shares[1] + shares[2] + shares[3] / 2)
    for answer, colour in sorted(LEVEL_COLOURS.items()):
        axes.barh(place, shares[answer], left=left, height=0.74, color=colour, edgecolor="white", linewidth=0.5)
        left += shares[answer]


def _items_frame(rows: int, row_height: float) -> tuple[Canvas, Axes]:
    top, bottom, right = 0.42, 0.45, 1.05
    height = top + bottom + min(row_height, 7.6 / rows) * rows
    canvas = Canvas(figsize=(WIDTH, height))
    box = (ITEM_LABELS / WIDTH, bottom / height, (WIDTH - ITEM_LABELS - right) / WIDTH, 1 - (top + bottom) / height)
    axes = canvas.add_axes(box)
    axes.axvline(0, color="#555555", linewidth=0.8, zorder=3)
    axes.set(ylim=(rows - 0.4, -0.6), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    for end, words in ((0.52, "Hài lòng %"), (1.0, "n")):
        beside(axes, words, end, -0.62, size=7, color="#555555", va="bottom")
    return canvas, axes


def _items_legend(canvas: Canvas, release: Release) -> None:
    axes = canvas.axes[0]
    labels = [label.vi.replace(" (", "\n(") for label in release.instrument.scale.levels]
    patches = [axes.barh(0, 0, color=LEVEL_COLOURS[answer], label=label) for answer, label in enumerate(labels, 1)]
    bottom = 0.06 / canvas.get_figheight()
    canvas.legend(
        handles=patches, loc="lower center", bbox_to_anchor=(0.5, bottom), ncols=5, fontsize=7.2, handlelength=1.2
    )


def _level_shares(release: Release, code: str) -> dict[int, float]:
    """Share of each level among the answers 1 to 5: the length of its bar, printed nowhere."""
    levels = {answer: release.find("item", f"{code}={answer}") for answer in LEVEL_COLOURS}
    asked = {answer: figure.estimate or 0.0 if figure else 0.0 for answer, figure in levels.items()}
    total = sum(asked.values()) or 1.0
    return {answer: 100 * share / total for answer, share in asked.items()}


PAINTERS = {"overall": _overall, "factors": _factors, "items": _items, "forest": _forest}
