"""The one place where a figure becomes text: page, documents and sheets print what stands here, to the last digit."""

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

PLACES = 2
MOST_PLACES = 9  # Figures are kept to the ninth place.
Texts = Mapping[str, str]


def rounded(value: float) -> float:
    """The value as it is published: on a grid of 1e-9, so that no machine's last bits reach a file."""
    return value if math.isnan(value) else round(value, MOST_PLACES) + 0.0


def number(value: float, target: float | None = None) -> Texts:
    """Two decimals in Vietnamese and English; more where two would hide on which side of the target the value lies.

    80.004 reads 80.004 beside a target of 80, for 80.00 is not above it. Halves round away from zero.
    """
    exact = Decimal(repr(value))
    places = PLACES
    while places < MOST_PLACES and target is not None and _side(_cut(exact, places), target) != _side(exact, target):
        places += 1
    english = f"{_cut(exact, places):f}"
    return {"vi": english.replace(".", ","), "en": english}


def _cut(value: Decimal, places: int) -> Decimal:
    cut = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(cut) if cut == 0 else cut


def _side(value: Decimal, target: float) -> int:
    goal = Decimal(repr(target))
    return (value > goal) - (value < goal)
