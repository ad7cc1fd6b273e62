"""How many more responses would decide a verdict, if what was found so far stays as it is.

The verdict itself is left to `targets`, the limits it is read from to `intervals`.
"""

from dataclasses import replace

import numpy as np

from analysis import intervals
from analysis.design import BoolArray, FloatArray
from analysis.linear import Estimate
from analysis.targets import MINIMUM_RESPONDENTS

MOST = 1_000_000  # Whoever needs more is as good as on the target.


def further_responses(
    of: Estimate, target: float, *, method: str = "korn_graubard_capped", level: float = 0.95
) -> FloatArray:
    """Respondents (k,) beyond `n` after which the limits would exclude `target`; 0 where they do already.

    Assumes the same value, the same design effect and answers per respondent, and no more degrees of freedom, so it is
    on the safe side where more PSUs are drawn. Missing where no number up to MOST decides, or there is no interval.
    """
    n = np.maximum(of.n.astype(np.float64), 1.0)

    def decides(total: FloatArray) -> BoolArray:
        factor = total / n
        base = np.rint(of.base * factor).astype(np.int64)
        grown = replace(of, se=of.se / np.sqrt(factor), n=total.astype(np.int64), base=base)
        low, high = intervals.METHODS[method](grown, level)
        decided: BoolArray = (low > target) | (high <= target)
        return decided

    too_few, enough = n - 1.0, n + MOST
    possible = decides(enough)
    enough = np.where(decides(n), n, enough)
    for _ in range(int(np.ceil(np.log2(MOST))) + 1):
        middle = np.ceil((too_few + enough) / 2.0)
        reached = decides(middle)
        too_few, enough = np.where(reached, too_few, middle), np.where(reached, middle, enough)
    return np.where(possible, np.maximum(enough, MINIMUM_RESPONDENTS) - of.n, np.nan)
