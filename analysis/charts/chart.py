"""What every chart is: a canvas with its words for those who cannot see it."""

from dataclasses import dataclass

from matplotlib.figure import Figure as Canvas


@dataclass(frozen=True)
class Chart:
    """`alt` and `english` say the same."""

    canvas: Canvas
    alt: str
    english: str = ""
