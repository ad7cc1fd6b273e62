"""The funnel of a sample: cases drawn, people met, people who answered, answers in the index.

Every bar is a number of the release or a sum of its dispositions; rates are left to the report, which has their bases.
"""

from collections import Counter
from collections.abc import Mapping

from matplotlib.figure import Figure as Canvas

from analysis.charts.chart import Chart
from analysis.report.interval_chart import ACCENT, INK, WIDTH
from analysis.report.outcomes import waves_with_cases
from analysis.report.source import Release
from analysis.report.words import count

MET = ("complete", "partial", "refused", "broken_off", "other")  # AAPOR: who was reached, whatever came of it.
ANSWERED = ("complete", "partial")
STEPS = {
    "drawn": ("Rút vào mẫu", "Drawn into the sample"),
    "met": ("Gặp được", "Contacted"),
    "answered": ("Đã trả lời", "Answered"),
    "counted": ("Được tính vào chỉ số", "Counted in the index"),
}
SHADES = ("#E4E4E4", "#B9D6E6", "#7FB4D3", ACCENT)


def funnel(release: Release) -> Chart | None:
    steps = _steps(release)
    if len(steps) < 2:
        return None
    height = 0.35 + 0.42 * len(steps)
    canvas = Canvas(figsize=(WIDTH, height))
    axes = canvas.add_axes((2.0 / WIDTH, 0.04, (WIDTH - 2.9) / WIDTH, 1 - 0.34 / height))
    most = max(steps.values())
    for place, (name, cases) in enumerate(steps.items()):
        width, shade = cases / most, SHADES[list(STEPS).index(name)]
        axes.barh(place, width, left=-width / 2, height=0.72, color=shade, edgecolor=INK, linewidth=0.6)
        axes.text(-0.54, place, STEPS[name][0], ha="right", va="center", size=8.5)
        axes.text(0.54, place, count(cases), ha="left", va="center", size=9, weight="bold")
    axes.set(xlim=(-0.5, 0.5), ylim=(len(steps) - 0.5, -0.5), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    vietnamese = ", ".join(f"{STEPS[name][0].lower()}: {count(cases)}" for name, cases in steps.items())
    english = ", ".join(f"{STEPS[name][1].lower()}: {cases:,}" for name, cases in steps.items())
    return Chart(canvas, f"Từ mẫu đến kết quả: {vietnamese}.", f"From the sample to the result: {english}.")


def _steps(release: Release) -> Mapping[str, int]:
    """The waves with cases together; without cases what the plan drew."""
    by_disposition: Counter[str] = Counter()
    for _, found in waves_with_cases(release):
        by_disposition.update({one["disposition"]: one["cases"] for one in found["dispositions"]})
    plan = release.context["counts"].get("plan")
    counted = {"counted": release.index.n} if release.index else {}
    if not by_disposition:
        return {"drawn": plan["cases"], **counted} if plan else {}
    return {
        "drawn": by_disposition.total(),
        "met": sum(by_disposition[one] for one in MET),
        "answered": sum(by_disposition[one] for one in ANSWERED),
        **counted,
    }
