"""The chart of the answers to each criterion, satisfied to the right of the middle, dissatisfied to the left."""

import textwrap
from collections.abc import Mapping, Sequence, Set
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.charts.chart import LANGUAGES, Chart
from analysis.report.interval_chart import ACCENT, WIDTH, beside
from analysis.report.source import Figure, Release
from analysis.report.words import count
from questionnaires.model import RatedItem
from questionnaires.texts import Language

LEVEL_COLOURS = {5: ACCENT, 4: "#7FB4D3", 3: "#E4E4E4", 2: "#9B9B9B", 1: "#4A4A4A"}
HATCHES = {2: "....", 1: "////"}  # On paper without colour the darkest blue and the darkest grey are alike.
# Where one level is kept back, its side of the middle is drawn as a whole: that is what the rate says.
SIDES = {"+": (4, 5), "-": (1, 2, 3)}
SIDE_LOOKS = {"-": ("#C9C9C9", "xx", "Mức 1–3 (gộp)"), "+": ("#5FA0C6", "\\\\", "Mức 4–5 (gộp)")}
Shares = Mapping[int | str, float]


def items(release: Release) -> Chart | None:
    """Answers per item, satisfied to the right of the middle of `neutral`, dissatisfied to the left."""
    items = [(item, release.find("item", item.code)) for item in release.instrument.items]
    rows = [(item, figure, _shares(release, figure)) for item, figure in items if figure]
    rows = [(item, figure, shares) for item, figure, shares in rows if sum(shares.values())]
    if not rows:
        return None
    middle = 0.0 if any("-" in shares for _, _, shares in rows) else 0.5  # Of level 3; a joint side has no such middle.
    labels = [textwrap.fill(item.criterion.vi, 48) for item, _, _ in rows]
    canvas, axes = _items_frame(len(rows), 0.26 if any("\n" in label for label in labels) else 0.2)
    for place, (words, (item, figure, shares)) in enumerate(zip(labels, rows, strict=True)):
        _item_bar(axes, place, shares, middle)
        beside(axes, words, 0.45 - ITEM_LABELS, place, size=7, ha="left", fraction=0, linespacing=0.95)
        beside(axes, item.code, 0.06 - ITEM_LABELS, place, size=7, ha="left", fraction=0, color="#555555")
        beside(axes, release.shown(figure), 0.52, place, size=7.5, weight="bold")
        beside(axes, count(figure.base), 1.0, place, size=7.5)
    _items_legend(canvas, release, {side for _, _, shares in rows for side in SIDES if side in shares})
    found = [(item, figure) for item, figure, _ in rows]
    return Chart(canvas, *(_said(release, found, language) for language in LANGUAGES))


SAID: Mapping[Language, str] = {
    "vi": "Cơ cấu câu trả lời theo tiêu chí; tỷ lệ hài lòng từng tiêu chí: {}.",
    "en": "Answers to each criterion; who is satisfied with each: {}.",
}


def _said(release: Release, rows: Sequence[tuple[RatedItem, Figure]], language: Language) -> str:
    texts = {figure.id: release.display.get(figure.id, {}).get("estimate", {}) for _, figure in rows}
    each = (f"{one.code} {one.criterion[language]}: {texts[figure.id].get(language, '–')}%" for one, figure in rows)
    return SAID[language].format("; ".join(each))


EDGE: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.5}
ITEM_LABELS = 3.0  # Inches left of the bars.


def _item_bar(axes: Axes, place: int, shares: Shares, middle: float) -> None:
    left = -sum(shares.get(part, 0.0) for part in (1, 2, "-")) - shares.get(3, 0.0) * (1 - middle)
    for part in ("-", 1, 2, 3, 4, 5, "+"):
        if part in shares:
            axes.barh(place, shares[part], left=left, height=0.74, **_look(part), **EDGE)
            left += shares[part]


def _look(part: int | str) -> dict[str, Any]:
    if isinstance(part, int):
        return {"color": LEVEL_COLOURS[part], "hatch": HATCHES.get(part)}
    return {"color": SIDE_LOOKS[part][0], "hatch": SIDE_LOOKS[part][1]}


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


def _items_legend(canvas: Canvas, release: Release, joint: Set[str]) -> None:
    axes = canvas.axes[0]
    labels = dict(enumerate([label.vi.replace(" (", "\n(") for label in release.instrument.scale.levels], 1))
    names = {side: label for side, (_, _, label) in SIDE_LOOKS.items() if side in joint} | labels
    patches = [axes.barh(0, 0, label=label, **_look(part), **EDGE) for part, label in names.items()]
    bottom = 0.06 / canvas.get_figheight()
    canvas.legend(
        handles=patches,
        loc="lower center",
        bbox_to_anchor=(0.5, bottom),
        ncols=len(names),
        fontsize=7.2,
        handlelength=1.2,
    )


def _shares(release: Release, figure: Figure) -> Shares:
    """Share of each level among the answers 1 to 5: the length of its bar, printed nowhere."""
    if figure.estimate is None:
        return {}
    found: dict[int | str, float] = {}
    for side, rate in (("+", figure.estimate), ("-", 100.0 - figure.estimate)):
        levels = {answer: release.find("item", f"{figure.code}={answer}") for answer in SIDES[side]}
        if any(level.kept_back for level in levels.values() if level):
            found[side] = rate
        else:
            asked = {answer: level.estimate or 0.0 if level else 0.0 for answer, level in levels.items()}
            total = sum(asked.values())
            found |= {answer: rate * share / total if total else 0.0 for answer, share in asked.items()}
    return found
