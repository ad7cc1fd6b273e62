"""Draws the charts of one release as SVG and PNG, in Vietnamese and, in charts/en, in English; with a text for those
who cannot see them, in charts/alt.json and charts/alt.en.json.

Every printed figure is the release's own text; what a chart is called and where it stands is left to `report`.
"""

import json
import re
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

from analysis.charts.english import retell
from analysis.charts.funnel import funnel
from analysis.charts.indices import factors, forest, overall
from analysis.charts.items import items
from analysis.charts.priorities import priorities
from analysis.charts.tiles import tiles
from analysis.charts.trend import trend
from analysis.report import chart_words, printed
from analysis.report.chart_words import ENGLISH_FOLDER as ENGLISH
from analysis.report.interval_chart import WIDTH
from analysis.report.translation import English, pairs
from analysis.report.words import SIMULATED

STYLE = Path(__file__).parents[1] / "report" / "hailong.mplstyle"


def draw(release_dir: Path) -> list[Path]:
    """Writes the charts that the release has figures for; the same release gives the same bytes."""
    release = printed.read(release_dir)
    folder = release_dir / "charts"
    (folder / ENGLISH).mkdir(parents=True, exist_ok=True)
    written, alt, alt_english, english = [], {}, {}, English(dict(pairs(release.context)))
    with mpl.rc_context(fname=STYLE):
        for name, paint in PAINTERS.items():
            chart = paint(release)
            if chart:
                alt[name], alt_english[name] = chart.alt, chart.english
                if release.simulated:
                    _mark(chart.canvas)
                written += _save(chart.canvas, alt[name], folder / name)
                retell(chart.canvas, english)
                written += _save(chart.canvas, alt_english[name], folder / ENGLISH / name)
    for file, words in ((chart_words.VIETNAMESE, alt), (chart_words.ENGLISH, alt_english)):
        content = json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / file).write_text(content, "utf-8")
        written.append(folder / file)
    return written


def _mark(canvas: Canvas) -> None:
    x, y = 1 - 0.06 / WIDTH, 1 - 0.06 / canvas.get_figheight()
    canvas.text(x, y, SIMULATED, ha="right", va="top", weight="bold", size=7.5, gid="simulated")


def _save(canvas: Canvas, alt: str, stem: Path) -> list[Path]:
    svg, png = stem.with_suffix(".svg"), stem.with_suffix(".png")
    canvas.savefig(svg, metadata={"Date": None, "Creator": None, "Title": alt})
    svg.write_text(_without_styles(svg.read_text("utf-8")), "utf-8")
    canvas.savefig(png, metadata={"Software": None, "Title": stem.name})
    return [svg, png]


def _without_styles(svg: str) -> str:
    """Styles become attributes: a page whose policy forbids inline style shows the chart all the same."""
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'style="([^"]*)"', lambda found: _attributes(found[1]), svg)
    return svg.replace("<svg ", '<svg role="img" stroke-linejoin="round" stroke-linecap="butt" ', 1)


def _attributes(style: str) -> str:
    pairs = (declaration.split(":", 1) for declaration in style.split(";") if ":" in declaration)
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in pairs)


PAINTERS = {
    "overall": overall,
    "factors": factors,
    "items": items,
    "forest": forest,
    "tiles": tiles,
    "trend": trend,
    "priorities": priorities,
    "funnel": funnel,
}
