"""Sampling variances of shares, smoothed over areas: one design effect for all, since one area alone tells too little.

In a small area the variance estimate is as poor as the share itself, and 0 where everybody agrees.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.columns import numbers
from analysis.design import FloatArray
from analysis.small_area.fitting import SmallAreaFault


@dataclass(frozen=True, kw_only=True)
class Smoothed:
    """The mean design effect of the areas, and for each the sampling variance and the effective size from it."""

    overall: float
    deff: float
    variance: FloatArray  # deff P (1 - P) / n
    size: FloatArray  # n / deff; 0 in an area without answers.

    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"variance": self.variance, "effective_size": self.size})


def smoothed_variances(data: pd.DataFrame, *, se: str, n: str, overall: float) -> Smoothed:
    """`overall` is the share of all areas together, `se` the direct standard errors (missing ones do not count).

    The design effect is the mean over areas of se² n / (P (1 - P)). Raises SmallAreaFault where it cannot be told.
    """
    error, size = numbers(data, se), numbers(data, n)
    spread = overall * (1.0 - overall)
    effects = (error**2 * size)[~np.isnan(error) & (size > 0)] / spread if spread > 0 else np.array([])
    if not len(effects) or effects.mean() <= 0:
        raise SmallAreaFault("the areas show no sampling variance at all; a model has nothing to add to them")
    deff = float(effects.mean())
    answered = size > 0
    variance = np.where(answered, deff * spread / np.where(answered, size, 1.0), np.nan)
    return Smoothed(overall=overall, deff=deff, variance=variance, size=size / deff)
