"""A chart said in English: the same canvas, whose words are said again as the report's are, so no figure can differ.

What Vietnamese is called in English is left to `report.translation`.
"""

import re
import textwrap

from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from analysis.report.translation import SWAPPED, English

# No words but n, which reads alike: figures, whose comma and full stop change places.
FIGURES = re.compile(r"(n = )?[\W\d_]*\d[\W\d_]*")
MARK = re.compile(r"([IVX]+\.|[^\w\s]) ")  # The number of a factor, the sign of a verdict.


def retell(canvas: Canvas, english: English) -> None:
    """Changes the words where they stand; nothing moves."""
    written_by_axes: set[int] = set()
    for axis in (axis for axes in canvas.axes for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_locator(), FixedLocator):  # Ticks that the axis chose itself are bare numbers.
            axis.set_ticklabels([_said(label.get_text(), english) for label in axis.get_ticklabels()])
        written_by_axes |= {id(label) for label in axis.findobj(Text)} - {id(axis.label)}
    for text in canvas.findobj(Text):
        if isinstance(text, Text) and text.get_text().strip() and id(text) not in written_by_axes:
            text.set_text(_said(text.get_text(), english))


def _said(words: str, english: English) -> str:
    """Words that were set in lines are said as a whole and set anew; else each line is said."""
    lines = words.split("\n")
    if len(lines) > 1 and (whole := _marked(" ".join(lines), english)) is not None:
        return textwrap.fill(whole, max(map(len, lines)) + 2)
    return "\n".join(_line(line, english) for line in lines)


def _line(words: str, english: English) -> str:
    if FIGURES.fullmatch(words):
        return words.translate(SWAPPED)
    said = _marked(words, english)
    return english.say(words) if said is None else said


def _marked(words: str, english: English) -> str | None:
    mark = MARK.match(words)
    start = mark.end() if mark else 0
    said = english.known(words[start:])
    return None if said is None else words[:start] + said
