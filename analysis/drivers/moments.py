"""Weighted second moments of drivers and an outcome, kept as sums by PSU so that a bootstrap only adds them up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.columns import matrix
from analysis.design import FloatArray
from analysis.replicates import replicates_of
from analysis.survey_data import SurveyData

ALIKE = 1e-12  # A variance up to this is what rounding leaves of none.


class UnfitDrivers(ValueError):
    """The drivers cannot explain the outcome: the sentence says which and why."""


@dataclass(frozen=True, kw_only=True)
class Moments:
    """`products` (PSUs, k, k): sums of w z z' with z = (1, drivers, outcome), those centred at the whole's means."""

    drivers: tuple[str, ...]
    outcome: str
    n: int
    products: FloatArray
    data: SurveyData

    def correlations(self, factors: FloatArray | None = None) -> FloatArray:
        """(replicates, k, k) between drivers and, last, the outcome; `factors` (PSUs, replicates) multiply weights.

        One replicate without factors: the sample as it is. What is alike for all in a replicate goes with nothing.
        """
        each = np.ones((len(self.products), 1)) if factors is None else factors
        sums = np.tensordot(each.T, self.products, axes=1)
        means = sums[:, 0, 1:] / sums[:, :1, 0]
        covariance = sums[:, 1:, 1:] / sums[:, :1, :1] - means[:, :, None] * means[:, None, :]
        variance = np.einsum("rii->ri", covariance)
        whole = self.products.sum(axis=0)
        alike = variance <= ALIKE * np.diag(whole)[1:] / whole[0, 0]
        scale = np.where(alike, 0.0, 1.0 / np.sqrt(np.where(alike, 1.0, variance)))
        correlations: FloatArray = covariance * scale[:, :, None] * scale[:, None, :]
        return correlations

    def bootstrap(self, count: int, seed: int) -> FloatArray:
        """(PSUs, count) factors of Rao & Wu's rescaled bootstrap. Raises LonelyPSU."""
        stage = self.data.stages[0]
        units = np.arange(len(self.products), dtype=np.int64)
        condensed = replace(
            self.data,
            frame=self.data.frame.iloc[stage.order[stage.starts]],
            weights=np.ones(len(units)),
            stages=(replace(stage, unit_of=units, order=units, starts=units),),
            calibration=None,
        )
        return replicates_of(condensed, "bootstrap", count=count, seed=seed).replicates


def moments(data: SurveyData, outcome: str, drivers: Sequence[str]) -> Moments:
    """Of respondents with the outcome and every driver. Raises UnfitDrivers."""
    names = [*drivers, outcome]
    values = matrix(data.frame, names)
    used = (data.weights > 0) & ~np.isnan(values).any(axis=1)
    if used.sum() < len(names) + 1:
        raise UnfitDrivers(f"only {int(used.sum())} respondents have {outcome} and all {len(drivers)} drivers")
    weights = np.where(used, data.weights, 0.0)
    values = np.where(used[:, None], values, 0.0)
    values = values - weights @ values / weights.sum()
    constant = weights @ values**2 <= ALIKE * weights.sum()
    if constant.any():
        raise UnfitDrivers(f"everybody has the same {', '.join(np.array(names)[constant])}")
    return Moments(
        drivers=tuple(drivers),
        outcome=outcome,
        n=int(used.sum()),
        products=_by_psu(data, np.column_stack([np.ones(len(values)), values]), weights),
        data=data,
    )


def _by_psu(data: SurveyData, columns: FloatArray, weights: FloatArray) -> FloatArray:
    """One column against all at a time, so that no table of all products of all rows is ever held."""
    weighed = columns * weights[:, None]
    return np.stack([data.stages[0].sums(weighed * column[:, None]) for column in columns.T], axis=1)
