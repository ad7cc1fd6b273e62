"""Control over the verdicts of many units at once, as a second, labelled column beside each unit's own verdict.

The family is every verdict of one series and one type of domain. Holm bounds the chance of one false claim or more (for
lists with consequences: which units fall short), Benjamini–Hochberg the share of false claims (for screening: where to
look first). Both are read at (1 - level)/2, as each unit's own verdict is, so neither list claims more than it does.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.display import rounded
from analysis.figures import Figure
from analysis.multiplicity import adjusted

COLUMNS = (
    *("id", "series", "domain_type", "domain", "n", "estimate", "low", "high", "verdict", "p_met", "p_not_met"),
    *("holm_met", "holm_not_met", "bh_met", "bh_not_met", "verdict_holm", "verdict_bh", "further_responses"),
)
SIDES = ("met", "not_met")
Row = Mapping[str, object]


def rows(figures: Sequence[Figure], level: float) -> Iterator[Row]:
    """One row a figure that has a verdict, in the order of the figures. Missing numbers are nan."""
    tested = [figure for figure in figures if figure.tested is not None]
    for _, family in itertools.groupby(tested, key=lambda figure: (figure.series, figure.domain_type)):
        yield from _family(list(family), (1.0 - level) / 2.0)


def _family(figures: Sequence[Figure], alpha: float) -> Iterator[Row]:
    tests = [figure.tested for figure in figures if figure.tested is not None]
    p = {f"p_{side}": np.array([getattr(test, f"p_{side}") for test in tests]) for side in SIDES}
    listed = {side: np.array([getattr(test, f"listed_{side}") for test in tests]) for side in SIDES}
    p |= {
        f"{name}_{side}": adjusted(listed[side], method="holm" if name == "holm" else "BH")
        for name in ("holm", "bh")
        for side in SIDES
    }
    for i, (figure, test) in enumerate(zip(figures, tests, strict=True)):
        values = {name: rounded(float(column[i])) for name, column in p.items()}
        known = {name: getattr(figure, name) for name in COLUMNS[:9]}
        yield {
            **known,
            **values,
            "verdict_holm": _verdict(values["holm_met"], values["holm_not_met"], alpha),
            "verdict_bh": _verdict(values["bh_met"], values["bh_not_met"], alpha),
            "further_responses": None if math.isnan(test.further) else int(test.further),
        }


def _verdict(p_met: float, p_not_met: float, alpha: float) -> str:
    if p_met < alpha:
        return "met"
    return "not_met" if p_not_met <= alpha else "undecided"
