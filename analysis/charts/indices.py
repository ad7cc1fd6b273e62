"""The charts of the index: as a whole, by factor and by unit, each value with its interval against the target."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure as Canvas

from analysis.charts.chart import LANGUAGES, Chart, counts_said, unit_said, value_said, verdict_said
from analysis.report.cells import level
from analysis.report.interval_chart import ACCENT, INK, WIDTH, Line, interval_chart, legend, percent_axis
from analysis.report.source import Figure, Release
from analysis.report.words import ROMAN, number, upper_first, verdict
from analysis.site.words import setting
from questionnaires.texts import Language


def overall(release: Release) -> Chart | None:
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
    return Chart(canvas, *(_overall_said(release, index, language) for language in LANGUAGES))


def _overall_said(release: Release, index: Figure, language: Language) -> str:
    verdict = {"vi": "Kết luận", "en": "Verdict"}[language]
    value, decided = value_said(release, index, language), verdict_said(index.kind, language)
    return f"{release.instrument.index.name[language]}: {value}. {verdict}: {decided}."


def _overall_words(canvas: Canvas, release: Release, index: Figure) -> None:
    low, high = release.shown(index, "low"), release.shown(index, "high")
    interval = f"Khoảng tin cậy {level(release)}%: {low}% – {high}%" if low and high else ""
    canvas.text(0.03, 0.7, f"{release.shown(index)}%", size=20, weight="bold", color=ACCENT)
    canvas.text(0.235, 0.79, upper_first(verdict(index.kind)), size=10, weight="bold")
    canvas.text(0.235, 0.69, interval, size=8)


def factors(release: Release) -> Chart | None:
    lines = []
    for place, factor in enumerate(release.instrument.factors):
        figure = release.find("factor", factor.code)
        if figure and figure.estimate is not None:
            lines.append(Line(f"{ROMAN[place]}. {factor.title.vi}", figure, "plain"))
    if not lines:
        return None
    canvas = interval_chart(release, lines, row_height=0.3, label_width=2.05, size=8)
    return Chart(canvas, *(_factors_said(release, lines, language) for language in LANGUAGES))


def _factors_said(release: Release, lines: Sequence[Line], language: Language) -> str:
    titles = {factor.code: factor.title[language] for factor in release.instrument.factors}
    each = (f"{titles[line.figure.code]}: {value_said(release, line.figure, language)}" for line in lines)
    title = {"vi": "Tỷ lệ hài lòng theo yếu tố", "en": "Satisfaction by factor"}[language]
    return f"{title}. {'; '.join(each)}."


def forest(release: Release) -> Chart | None:
    units = [one for one in release.of_domain_type("unit") if one.estimate is not None]
    if not units:
        return None
    units.sort(key=lambda figure: (-(figure.estimate or 0), figure.domain))
    lines = [
        Line(upper_first(release.units.get(figure.domain, figure.domain)), figure, figure.verdict) for figure in units
    ]
    canvas = interval_chart(release, lines, row_height=min(0.2, 6.4 / len(lines)), label_width=1.4, size=7.2)
    legend(canvas, units)
    return Chart(canvas, *(_forest_said(release, lines, language) for language in LANGUAGES))


FOREST: Mapping[Language, str] = {
    "vi": "Chỉ số của {units} đơn vị so với mức {target}%: {counts}. Cao nhất: {first}. Thấp nhất: {last}.",
    "en": "The index of {units} units against {target}%: {counts}. Highest: {first}. Lowest: {last}.",
}


def _forest_said(release: Release, lines: Sequence[Line], language: Language) -> str:
    first, last = (
        f"{unit_said(release, one.figure.domain, language)}, {value_said(release, one.figure, language)}"
        for one in (lines[0], lines[-1])
    )
    of_units = {"vi": " đơn vị ", "en": " "}[language]
    counts = counts_said([one.figure.kind for one in lines], of_units, language)
    target = setting(release.target, language)
    return FOREST[language].format(units=len(lines), target=target, counts=counts, first=first, last=last)
