"""Combinations of estimates with their covariance: differences of domains, changes between years, weighted sums.

How sure they are is left to the estimates' doubt, p-values to `significance`.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.design import FloatArray
from analysis.linear import Estimate

STEP = 1e-30  # Nothing is subtracted, so it may be as small as one likes.


def contrast(of: Estimate, sums: Mapping[str, Mapping[str, float]]) -> Estimate:
    """Weighted sums of estimates, by the name of the sum: weights by code (R survey's svycontrast).

    Example: contrast(means, {"growth": {"api00": 1.0, "api99": -1.0}}). The degrees of freedom are those of all the
    domains together. Raises KeyError for an unknown code.
    """
    position = {code: i for i, code in enumerate(of.codes)}
    weights = np.zeros((len(of.codes), len(sums)))
    for column, chosen in enumerate(sums.values()):
        for code, weight in chosen.items():
            weights[position[code], column] = weight
    return combined(of, weights, list(sums))


def function(of: Estimate, functions: Mapping[str, Callable[[Mapping[str, complex]], complex]]) -> Estimate:
    """Smooth functions of estimates, linearised (the delta method; R survey's svycontrast of an expression).

    Each takes the values by code and is made of arithmetic and numpy functions: {"growth": lambda v: v["b"] / v["a"]}.
    Its slopes are found by complex steps, exact to the last digits (Squire & Trapp 1998). Raises KeyError.
    """
    gradient = np.zeros((len(of.codes), len(functions)))
    for column, chosen in enumerate(functions.values()):
        for i, code in enumerate(of.codes):
            values = dict(zip(of.codes, of.value.astype(complex), strict=True))
            values[code] += STEP * 1j
            gradient[i, column] = np.imag(chosen(values)) / STEP
    plain = dict(zip(of.codes, of.value.astype(complex), strict=True))
    value = np.array([np.real(chosen(plain)) for chosen in functions.values()])
    return replace(combined(of, gradient, list(functions)), value=value)


def differences(of: Estimate, *, reference: str | None = None) -> Estimate:
    """Every estimate minus every earlier one, or minus `reference` (a code); code "a - b"."""
    pairs = (
        [(later, earlier) for earlier, later in itertools.combinations(of.codes, 2)]
        if reference is None
        else [(code, reference) for code in of.codes if code != reference]
    )
    return contrast(of, {f"{one} - {other}": {one: 1.0, other: -1.0} for one, other in pairs})


def combined(of: Estimate, weights: FloatArray, codes: Sequence[str]) -> Estimate:
    """Sums of the estimates times `weights` (k, m), named by `codes` (m); design effects are unknown (nan).

    `n` counts who answered in any of them and `base` adds up their answers.
    """
    if of.doubt is None:
        raise ValueError("these estimates cannot be combined any more; combine them as Linear")
    doubt = of.doubt.combined(weights)
    value = np.where(weights != 0, np.nan_to_num(of.value)[:, None] * weights, 0.0).sum(axis=0)
    unknown = (np.isnan(of.value)[:, None] & (weights != 0)).any(axis=0)
    value = np.where(unknown, np.nan, value)
    return Estimate(
        codes=tuple(codes),
        value=value,
        se=np.where(unknown, np.nan, np.sqrt(doubt.variance())),
        df=doubt.degrees_of_freedom(),
        n=doubt.respondents(),
        base=(of.base @ (weights != 0)).astype(np.int64),
        deff=np.full(len(codes), np.nan),
        doubt=doubt,
    )
