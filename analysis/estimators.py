"""Estimates over any DataFrame with a design: means, totals, ratios, shares, rates and indices, all by domain.

One function an estimator, equal to R survey's svymean, svytotal, svyratio and svyby. How rows become estimates is left
to `estimands`, differences and other combinations to `contrasts`, intervals to `intervals`.

In all of them `by` names columns whose combinations are the domains (rows without one belong to none). UnknownTerms and
NotNumbers are raised for columns that are not there or hold text, LonelyPSU where a stratum has one PSU and the design
has no rule for it.
"""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.columns import column, numbers
from analysis.contrasts import combined
from analysis.design import FloatArray
from analysis.estimands import Data, Estimands, Part, domains_of
from analysis.linear import Estimate
from analysis.replicates import ReplicateData
from analysis.scores import Replicated

Names = str | Sequence[str]
POSITIVE = (4, 5)


def mean(data: Data, variables: Names, *, by: Names = ()) -> Estimate:
    """Mean of each variable in its own unit; a row without the variable is missing there (na.rm = TRUE)."""
    parts = [_mean(name, numbers(data.frame, name)) for name in _names(variables)]
    return Estimands.of(data, parts, _names(by)).ratios(data)


def total(data: Data, variables: Names, *, by: Names = ()) -> Estimate:
    """Weighted total of each variable in the population."""
    parts = [_mean(name, numbers(data.frame, name)) for name in _names(variables)]
    return Estimands.of(data, parts, _names(by)).totals(data)


def ratio(data: Data, numerator: Names, denominator: Names, *, by: Names = ()) -> Estimate:
    """Total of a numerator over total of its denominator, over rows that have both; one denominator serves all."""
    tops, bottoms = _names(numerator), _names(denominator)
    if len(bottoms) not in (1, len(tops)):
        raise ValueError(f"{len(tops)} numerators need one denominator, or one each; there are {len(bottoms)}")
    pairs = zip(tops, bottoms * len(tops) if len(bottoms) == 1 else bottoms, strict=True)
    parts = [Part(f"{top}/{bottom}", numbers(data.frame, top), numbers(data.frame, bottom)) for top, bottom in pairs]
    return Estimands.of(data, parts, _names(by)).ratios(data)


def share(data: Data, variable: str, *, levels: Sequence[object] | None = None, by: Names = ()) -> Estimate:
    """Share (0 to 1) of each level of a variable among the rows that have one; code "variable=level"."""
    return Estimands.of(data, _levels(data, variable, levels), _names(by)).ratios(data)


def count(data: Data, variable: str, *, levels: Sequence[object] | None = None, by: Names = ()) -> Estimate:
    """How many in the population are of each level of a variable; code "variable=level"."""
    return Estimands.of(data, _levels(data, variable, levels), _names(by)).totals(data)


def rate(data: Data, items: Names, *, positive: Collection[object] = POSITIVE, by: Names = ()) -> Estimate:
    """Share (0 to 1) of the positive answers to each item among those who answered it."""
    parts = [_mean(item, _positive(data, item, positive)) for item in _names(items)]
    return Estimands.of(data, parts, _names(by)).ratios(data)


def index(
    data: Data,
    items: Sequence[str],
    *,
    weights: Mapping[str, float] | None = None,
    positive: Collection[object] = POSITIVE,
    code: str = "index",
    by: Names = (),
) -> Estimate:
    """Sum of the items' rates times their `weights` (default: their mean), with the covariance between items.

    Missing in a domain where nobody answered one of the items.
    """
    stated = {item: 1.0 / len(items) for item in items} if weights is None else weights
    if not items or set(stated) != set(items):
        raise ValueError("an index needs at least one item, and weights that name each of its items and no other")
    rates = rate(data, items, positive=positive, by=by)
    domains = len(rates.codes) // len(items)
    matrix = np.kron(np.array([[stated[item]] for item in items]), np.eye(domains))
    codes = [code + name.removeprefix(items[0]) for name in rates.codes[:domains]]
    found = combined(rates, matrix, codes)
    return replace(
        found,
        missing=None if rates.missing is None else (rates.n + rates.missing)[:domains] - found.n,
        domains=None if rates.domains is None else rates.domains.iloc[:domains],
    )


def pooled(
    data: Data, items: Sequence[str], *, positive: Collection[object] = POSITIVE, code: str = "pooled", by: Names = ()
) -> Estimate:
    """All answers to several items as one ratio: who answers more weighs more. `base` counts the answers."""
    answers = np.stack([_positive(data, item, positive) for item in items])
    given = np.sum(~np.isnan(answers), axis=0).astype(np.float64)
    part = Part(code, np.where(given > 0, np.nansum(answers, axis=0), np.nan), given, given)
    return Estimands.of(data, [part], _names(by)).ratios(data)


def dispersion(data: Data, variables: Names, *, by: Names = ()) -> Estimate:
    """Variances and covariances of variables in the population (R survey's svyvar), over rows that have them all.

    One estimate a pair, code "a~b" (a variance: "a~a"); the sum of squares is over n - 1 of the sample's n.
    """
    names, keys = _names(variables), _names(by)
    columns = np.stack([numbers(data.frame, name) for name in names])
    complete = np.isfinite(columns).all(axis=0)
    means = Estimands.of(
        data,
        [_mean(name, np.where(complete, values, np.nan)) for name, values in zip(names, columns, strict=True)],
        keys,
    ).ratios(data)
    domain_of, _ = domains_of(data, keys)
    value, n = means.value.reshape(len(names), -1), means.n[: len(means.n) // len(names)]
    away = np.where(complete & (domain_of >= 0), columns - value[:, domain_of], np.nan)
    scale = n / np.maximum(n - 1, 1)
    pairs = list(itertools.combinations_with_replacement(range(len(names)), 2))
    parts = [_mean(f"{names[i]}~{names[j]}", away[i] * away[j] * scale[domain_of]) for i, j in pairs]
    found = Estimands.of(data, parts, keys).ratios(data)
    return _recentred(found, means, pairs, scale) if isinstance(data, ReplicateData) else found


def _recentred(found: Estimate, means: Estimate, pairs: Sequence[tuple[int, int]], scale: FloatArray) -> Estimate:
    """Every replicate's products around its own means, not the sample's."""
    if not (isinstance(found.doubt, Replicated) and isinstance(means.doubt, Replicated)):
        return found
    moved = means.doubt.replicates - means.value
    moved = moved.reshape(len(moved), -1, len(scale))
    excess = np.concatenate([moved[:, i] * moved[:, j] * scale for i, j in pairs], axis=1)
    doubt = replace(found.doubt, replicates=found.doubt.replicates - excess)
    variance = doubt.variance()
    change = np.where(found.se > 0, variance / np.where(found.se > 0, found.se, 1.0) ** 2, np.nan)
    finite = None if found.deff_finite is None else found.deff_finite * change
    return replace(found, se=np.sqrt(variance), deff=found.deff * change, deff_finite=finite, doubt=doubt)


def _names(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _mean(code: str, values: FloatArray) -> Part:
    return Part(code, values, np.ones(len(values)))


def _levels(data: Data, variable: str, stated: Sequence[object] | None) -> list[Part]:
    """The levels that are stated, else those of the category in its order (also unused ones), else those that occur."""
    answers = column(data.frame, variable)
    if isinstance(answers.dtype, pd.CategoricalDtype):
        known = list(answers.cat.categories)
    else:
        known = sorted(answers.dropna().unique())
    chosen = known if stated is None else stated
    return [_mean(f"{variable}={level}", _where_answered(answers, answers == level)) for level in chosen]


def _positive(data: Data, item: str, positive: Collection[object]) -> FloatArray:
    answers = column(data.frame, item)
    if not any(isinstance(one, str) for one in positive):
        numbers(data.frame, item)  # "4" is not 4: answers read as text would all count as not positive.
    return _where_answered(answers, answers.isin(list(positive)))


def _where_answered(answers: pd.Series, holds: pd.Series) -> FloatArray:
    """1 where it holds, 0 where not, nan where there is no answer."""
    return np.where(answers.isna(), np.nan, holds.to_numpy(dtype=np.float64, na_value=np.nan))
