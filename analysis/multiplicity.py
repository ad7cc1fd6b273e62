"""Control over many tests at once: p-values adjusted so that they may be read as if there were one test.

Equal to R's p.adjust. Which tests form a family is stated by who asks; missing p-values belong to none.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from analysis.design import FloatArray

Method = Literal["holm", "hochberg", "hommel", "BH", "BY", "bonferroni"]


def adjusted(p_values: FloatArray, *, method: Method) -> FloatArray:
    """Adjusted p-values of one family (k,), in the order given; missing (nan) ones stay missing and do not count.

    holm and bonferroni bound the chance of one false claim or more (Holm 1979), hochberg and hommel only for tests
    that are independent or positively dependent (Hochberg 1988, Hommel 1988), BH the expected share of false claims
    among those made (Benjamini & Hochberg 1995), BY the same under any dependence (Benjamini & Yekutieli 2001).
    """
    p = np.asarray(p_values, dtype=np.float64)
    known = ~np.isnan(p)
    found = np.full(len(p), np.nan)
    if known.any():
        found[known] = np.minimum(_METHODS[method](p[known]), 1.0)
    return found


def _bonferroni(p: FloatArray) -> FloatArray:
    return p * len(p)


def _holm(p: FloatArray) -> FloatArray:
    """Step down: the smallest times k, the next times k - 1, never less than the one before."""
    order = np.argsort(p, kind="stable")
    found = np.empty(len(p))
    found[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return found


def _hochberg(p: FloatArray) -> FloatArray:
    """Step up: the greatest as it is, the next times 2, never more than the one before."""
    order = np.argsort(p, kind="stable")[::-1]
    found = np.empty(len(p))
    found[order] = np.minimum.accumulate(p[order] * np.arange(1, len(p) + 1))
    return found


def _hommel(p: FloatArray) -> FloatArray:
    """Simes' test of every subfamily, by Wright's (1992) algorithm, Biometrics 48, 1005–1013."""
    order, count = np.argsort(p, kind="stable"), len(p)
    rising = p[order]
    best = np.full(count, np.min(count * rising / np.arange(1, count + 1)))
    for size in range(count - 1, 1, -1):
        cut = count - size + 1
        least = np.min(size * rising[cut:] / np.arange(2, size + 1))
        low = np.minimum(size * rising[:cut], least)
        best = np.maximum(best, np.concatenate([low, np.full(count - cut, low[-1])]))
    found = np.empty(count)
    found[order] = np.maximum(best, rising)
    return found


def _false_discovery(p: FloatArray) -> FloatArray:
    """Step up: the greatest as it is, the next times k/(k - 1), never more than the one before."""
    order = np.argsort(p, kind="stable")[::-1]
    count = len(p)
    found = np.empty(count)
    found[order] = np.minimum.accumulate(p[order] * count / np.arange(count, 0, -1))
    return found


def _any_dependence(p: FloatArray) -> FloatArray:
    return _false_discovery(p) * float(np.sum(1.0 / np.arange(1, len(p) + 1)))


_METHODS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "holm": _holm,
    "hochberg": _hochberg,
    "hommel": _hommel,
    "BH": _false_discovery,
    "BY": _any_dependence,
    "bonferroni": _bonferroni,
}
