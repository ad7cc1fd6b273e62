"""Two-sided intervals of shares (0 to 1) under a sampling design, array in and array out, and the t interval of means.

The default is Korn–Graubard with its effective size capped, as NCHS has it: table and verdict use the same limits.
No interval exists without degrees of freedom or a standard error; there the limits are missing (nan).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np
from scipy import special

from analysis.design import BoolArray, FloatArray
from analysis.linear import TINY, Estimate
from analysis.tally import IntArray

Limits = tuple[FloatArray, FloatArray]


def t_quantile(df: FloatArray, level: float) -> FloatArray:
    """The quantile of Student's t that leaves (1 - level)/2 above it; infinite df gives the normal's."""
    upper = 0.5 + level / 2.0
    finite = np.where((df > 0) & np.isfinite(df), df, 1.0)
    quantile = np.where(np.isinf(df), special.ndtri(upper), special.stdtrit(finite, upper))
    return np.where(df > 0, quantile, np.nan)


def effective_size(share: FloatArray, se: FloatArray, df: FloatArray, n: FloatArray, level: float) -> FloatArray:
    """Korn–Graubard's n*: n_eff times (t with n - 1 df / t with the design's df)², n_eff = p (1 - p) / se².

    Where the sample shows no spread at all (everybody satisfied, or nobody), the design cannot tell n_eff; n stands in.
    """
    size = _independent(share, se, n, _shows_spread(share, se))
    correction: FloatArray = size * (t_quantile(n - 1.0, level) / t_quantile(df, level)) ** 2
    return correction


def _independent(share: FloatArray, se: FloatArray, n: FloatArray, spread: BoolArray) -> FloatArray:
    """n_eff; without spread n, but an unknown standard error is not none: it leaves n_eff unknown."""
    size = np.where(spread, share * (1.0 - share) / np.where(spread, se, 1.0) ** 2, n)
    return np.where(np.isnan(se), np.nan, size)


def _shows_spread(share: FloatArray, se: FloatArray) -> BoolArray:
    return (se > TINY) & (share > TINY) & (share < 1.0 - TINY)


def korn_graubard(
    share: FloatArray,
    se: FloatArray,
    df: FloatArray,
    n: FloatArray,
    *,
    level: float = 0.95,
    cap: FloatArray | None = None,
) -> Limits:
    """Clopper–Pearson limits at the effective size (Korn & Graubard 1998; R survey's svyciprop "beta").

    `n` counts the observations behind the share; `cap` bounds n* (NCHS caps at n).
    """
    size = effective_size(share, se, df, n, level)
    size = size if cap is None else np.minimum(size, cap)
    known = np.isfinite(size) & np.isfinite(share)
    size = np.where(known, size, 1.0)
    p = np.where(known, share, 0.5)
    none, everyone = p < TINY, p > 1.0 - TINY
    tail = (1.0 - level) / 2.0
    hits, misses = np.where(everyone, size, size * p), np.where(none, size, size * (1.0 - p))
    low = special.betaincinv(np.where(none, 1.0, hits), np.where(everyone, 0.0, misses) + 1.0, tail)
    high = special.betaincinv(np.where(none, 0.0, hits) + 1.0, np.where(everyone, 1.0, misses), 1.0 - tail)
    low, high = np.where(none, 0.0, low), np.where(everyone, 1.0, high)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def wilson(share: FloatArray, se: FloatArray, df: FloatArray, n: FloatArray, *, level: float = 0.95) -> Limits:
    """Roots q of (p - q)² = t² q (1 - q) / n_eff (R survey 4.5's svyciprop "wilson")."""
    size = _independent(share, se, n, se > TINY)
    t2 = t_quantile(df, level) ** 2
    middle = (share + t2 / (2.0 * size)) / (1.0 + t2 / size)
    reach = np.sqrt(t2 * share * (1.0 - share) / size + t2**2 / (4.0 * size**2)) / (1.0 + t2 / size)
    return np.clip(middle - reach, 0.0, 1.0), np.clip(middle + reach, 0.0, 1.0)


def logit(share: FloatArray, se: FloatArray, df: FloatArray, *, level: float = 0.95) -> Limits:
    """logit(p) ± t se / (p (1 - p)), back on the scale of shares (R's "xlogit"). Missing at exactly 0 and 1."""
    inside = (share > TINY) & (share < 1.0 - TINY)
    p = np.where(inside, share, np.nan)
    reach = t_quantile(df, level) * se / (p * (1.0 - p))
    return special.expit(special.logit(p) - reach), special.expit(special.logit(p) + reach)


def arcsine(share: FloatArray, se: FloatArray, df: FloatArray, *, level: float = 0.95) -> Limits:
    """asin(√p) ± t se / (2 √(p (1 - p))), back on the scale of shares (R's "asin"). Missing at exactly 0 and 1."""
    inside = (share > TINY) & (share < 1.0 - TINY)
    p = np.where(inside, share, np.nan)
    middle, reach = np.arcsin(np.sqrt(p)), t_quantile(df, level) * se / (2.0 * np.sqrt(p * (1.0 - p)))
    low, high = np.clip(middle - reach, 0.0, None), np.clip(middle + reach, None, np.pi / 2.0)
    return np.sin(low) ** 2, np.sin(high) ** 2


def likelihood(share: FloatArray, se: FloatArray, df: FloatArray, n: FloatArray, *, level: float = 0.95) -> Limits:
    """Shares q whose deviance from p, at the effective size, is t²: 2 n_eff KL(p ‖ q) = t² n / (n - 1).

    Rao & Scott's scaled likelihood ratio, R's "likelihood" (profile of svyglm, whose Pearson dispersion is the factor
    n / (n - 1); R interpolates its profile). Missing at exactly 0 and 1.
    """
    inside = (share > TINY) & (share < 1.0 - TINY) & (se > TINY)
    p = np.where(inside, share, np.nan)
    reach = (t_quantile(df, level) * se) ** 2 / (2.0 * p * (1.0 - p)) * n / np.maximum(n - 1.0, 1.0)

    def beyond(q: FloatArray) -> BoolArray:
        deviance: FloatArray = special.rel_entr(p, q) + special.rel_entr(1.0 - p, 1.0 - q)
        return deviance > reach

    return _bisected(beyond, np.where(inside, 0.0, np.nan), p), _bisected(beyond, np.where(inside, 1.0, np.nan), p)


def _bisected(beyond: Callable[[FloatArray], BoolArray], outside: FloatArray, inside: FloatArray) -> FloatArray:
    """Where `beyond` turns, between a point outside and one inside the interval."""
    for _ in range(60):
        middle = (outside + inside) / 2.0
        out = beyond(middle)
        outside, inside = np.where(out, middle, outside), np.where(out, inside, middle)
    return (outside + inside) / 2.0


def student_t(value: FloatArray, se: FloatArray, df: FloatArray, *, level: float = 0.95) -> Limits:
    """value ± t se: for means. For shares it is Wald's interval, which is only here to be compared with."""
    reach = t_quantile(df, level) * se
    return value - reach, value + reach


def _floats(values: IntArray | FloatArray) -> FloatArray:
    return values.astype(np.float64)


def _capped(of: Estimate, level: float) -> Limits:
    """The default: n and cap are the answers behind the figure: the respondents of an item, all answers to an index.

    With respondents in the place of answers an index of 22 items at .95 with n = 30 is covered by .924 of the
    intervals, with answers by .934 (4,000 draws).
    """
    return korn_graubard(of.value, of.se, _floats(of.df), _floats(of.base), level=level, cap=capped_at(of))


def capped_at(of: Estimate) -> FloatArray:
    """The most that n* may be: the answers behind the figure.

    Answers that all agree come from people who may be all alike, so without spread the cap is the respondents.
    """
    return np.where(_shows_spread(of.value, of.se), _floats(of.base), _floats(of.n))


def _uncapped(of: Estimate, level: float) -> Limits:
    return korn_graubard(of.value, of.se, _floats(of.df), _floats(of.base), level=level)


def _wilson(of: Estimate, level: float) -> Limits:
    return wilson(of.value, of.se, _floats(of.df), _floats(of.n), level=level)


def _likelihood(of: Estimate, level: float) -> Limits:
    return likelihood(of.value, of.se, _floats(of.df), _floats(of.n), level=level)


class _Closed(Protocol):
    def __call__(self, share: FloatArray, se: FloatArray, df: FloatArray, /, *, level: float) -> Limits: ...


def _of_share(closed: _Closed) -> Callable[[Estimate, float], Limits]:
    return lambda of, level: closed(of.value, of.se, _floats(of.df), level=level)


of_means = _of_share(student_t)

# What a release may be published with.
INTERVALS: Mapping[str, Callable[[Estimate, float], Limits]] = {
    "korn_graubard_capped": _capped,
    "wilson": _wilson,
    "logit": _of_share(logit),
}
# All there are, to be compared; R survey's names: beta, likelihood, asin, mean.
METHODS: Mapping[str, Callable[[Estimate, float], Limits]] = {
    **INTERVALS,
    "korn_graubard": _uncapped,
    "likelihood": _likelihood,
    "asin": _of_share(arcsine),
    "wald": of_means,
}


def limits(
    of: Estimate, *, method: str = "korn_graubard_capped", level: float = 0.95, df: float | None = None
) -> Limits:
    """Two-sided limits of shares by one of METHODS; `df` in the place of the design's (inf: normal quantiles).

    Only wald (R: mean) is for means and totals. Raises ValueError for anything else that lies outside 0 to 1.
    """
    if method not in METHODS or not 0.0 < level < 1.0:
        raise ValueError(f"methods are {', '.join(METHODS)}; the level lies between 0 and 1, like 0.95")
    if method != "wald" and ((of.value < -TINY) | (of.value > 1.0 + TINY)).any():
        raise ValueError(f"{method} is for shares between 0 and 1; means and totals have wald")
    stated = of if df is None else replace(of, df=np.full(len(of.value), df))
    return METHODS[method](stated, level)
