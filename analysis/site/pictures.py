"""Pictures of intervals as SVG, drawn from the figures: bars in pages, and one picture that stands alone.

In pages places are percentages, so that a bar is as wide as its column and its words keep their size on a phone.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from analysis.report.source import Figure

ROOM = 5.0  # Percent of the width left free at either end, for what stands at 0 or 100.


class Axis:
    """From a multiple of ten below everything that is shown to 100."""

    def __init__(self, figures: Iterable[Figure | None], target: float) -> None:
        lows = [one.low if one.low is not None else one.estimate for one in figures if one and one.estimate is not None]
        least = min([target - 10.0, *(low for low in lows if low is not None)])
        self.start = max(0.0, 10.0 * (least // 10.0))
        self.target = target

    def at(self, value: float) -> str:
        """Where a value stands, in percent of the width."""
        share = (value - self.start) / (100.0 - self.start)
        return f"{ROOM + (100.0 - 2.0 * ROOM) * share:.2f}%"

    @property
    def ticks(self) -> Sequence[int]:
        step = 20 if self.start < 40 else 10
        return [tick for tick in range(0, 101, step) if tick >= self.start]


def bar(figure: Figure, axis: Axis, words: str = "") -> Markup:
    """One interval with its estimate and the target. `words`: what it shows, where no figures stand beside it."""
    if figure.estimate is None:
        return Markup("")
    named = Markup('role="img" aria-label="{}"').format(words) if words else Markup('aria-hidden="true"')
    lines = [
        _line(axis.at(axis.start), axis.at(100.0), "#dfe6e8", 6),
        Markup(
            '<line x1="{0}" x2="{0}" y1="2" y2="22" stroke="#3f4a52" stroke-width="1.5" stroke-dasharray="3 2"/>'
        ).format(axis.at(axis.target)),
    ]
    if figure.low is not None and figure.high is not None:
        lines.append(_line(axis.at(figure.low), axis.at(figure.high), COLOURS[figure.verdict], 6))
    lines.append(
        Markup('<circle cx="{}" cy="12" r="5" fill="{}" stroke="#fff" stroke-width="1.5"/>').format(
            axis.at(figure.estimate), COLOURS[figure.verdict]
        )
    )
    return Markup('<svg class="bar" {} width="100%" height="24">{}</svg>').format(named, Markup("").join(lines))


# Met is the one accent; not met is dark, undecided between: told apart in grey print too, and said in words beside.
COLOURS = {"met": "#0b6b5d", "not_met": "#3a2a20", "undecided": "#6b7f88", "": "#6b7f88"}


def _line(start: str, end: str, colour: str, width: int) -> Markup:
    return Markup('<line x1="{}" x2="{}" y1="12" y2="12" stroke="{}" stroke-width="{}"/>').format(
        start, end, colour, width
    )


def scale(axis: Axis) -> Markup:
    """The numbers above a column of bars."""
    words = [
        Markup('<text x="{}" y="13" text-anchor="middle" font-size="12" fill="#4a565e">{}</text>').format(
            axis.at(tick), tick
        )
        for tick in axis.ticks
    ]
    return Markup('<svg class="bar" aria-hidden="true" width="100%" height="18">{}</svg>').format(
        Markup("").join(words)
    )


def alone(title: str, lines: Sequence[str], figure: Figure | None, target: float, alt: str) -> Markup:
    """A picture for other people's pages: words, the interval on 0 to 100, and where the figure comes from."""
    parts = [
        Markup('<rect width="480" height="220" fill="#fff"/><rect width="6" height="220" fill="#0b6b5d"/>'),
        _words(title, 34, 15, bold=True),
        *(_words(line, 64 + 22 * place, 14, bold=place == 0) for place, line in enumerate(lines)),
    ]
    if figure is not None and figure.estimate is not None:
        parts.append(_interval(figure, target))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 220" width="480" height="220" role="img" '
        'font-family="system-ui, sans-serif"><title>{}</title>{}</svg>\n'
    ).format(alt, Markup("").join(parts))


def _words(text: str, top: int, size: int, *, bold: bool = False) -> Markup:
    weight = "700" if bold else "400"
    return Markup('<text x="24" y="{}" font-size="{}" font-weight="{}" fill="#16242b">{}</text>').format(
        top, size, weight, text
    )


def _interval(figure: Figure, target: float) -> Markup:
    def at(value: float) -> str:
        return f"{24 + 4.32 * value:.1f}"

    colour, top = COLOURS[figure.verdict], 188
    found = Markup('<line x1="{}" x2="{}" y1="{t}" y2="{t}" stroke="#dfe6e8" stroke-width="8"/>').format(
        at(0), at(100), t=top
    )
    found += Markup(
        '<line x1="{0}" x2="{0}" y1="176" y2="200" stroke="#3f4a52" stroke-width="1.5" stroke-dasharray="3 2"/>'
    ).format(at(target))
    if figure.low is not None and figure.high is not None:
        found += Markup('<line x1="{}" x2="{}" y1="{t}" y2="{t}" stroke="{}" stroke-width="8"/>').format(
            at(figure.low), at(figure.high), colour, t=top
        )
    return found + Markup('<circle cx="{}" cy="{}" r="6" fill="{}" stroke="#fff" stroke-width="2"/>').format(
        at(figure.estimate or 0.0), top, colour
    )
