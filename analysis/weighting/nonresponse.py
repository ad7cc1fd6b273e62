"""Weights for those who answered: unknown eligibility first, then non-response by classes or by response propensity."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.comparison.regression import Regression, logistic
from analysis.design import FloatArray
from analysis.survey_data import SurveyData
from analysis.tally import IntArray
from analysis.weighting.classes import class_of_rows, condition, move_weight
from analysis.weighting.diagnostics import Weighted
from analysis.weighting.faults import WeightingFault


def adjust_unknown_eligibility(data: SurveyData, *, known: str, within: str | Sequence[str] | None = None) -> Weighted:
    """The weight of cases whose eligibility is not known goes to those of their class that are, eligible or not.

    `known`: a column of yes and no. The share of the unknown that is eligible is so taken to be that of the known
    (AAPOR's e by proportional allocation; Valliant & Dever 2018, section 3.2). Raises EmptyClasses.
    """
    knows = condition(data, known)
    classes, labels = class_of_rows(data, within)
    weights, factors = move_weight(data.weights, ~knows, knows, classes, labels)
    return _moved("unknown eligibility", data, weights, factors)


def adjust_nonresponse(
    data: SurveyData, *, responded: str, eligible: str | None = None, within: str | Sequence[str] | None = None
) -> Weighted:
    """Weighting classes: the weight of those who did not respond goes to those of their class who did.

    `responded`, `eligible`: columns of yes and no; cases that are not eligible keep their weight (they stand for the
    part of the frame that is not in the population). Valliant & Dever (2018), section 3.3. Raises EmptyClasses.
    """
    did = condition(data, responded)
    entitled = condition(data, eligible) if eligible else np.ones(len(did), dtype=bool)
    classes, labels = class_of_rows(data, within)
    weights, factors = move_weight(data.weights, entitled & ~did, entitled & did, classes, labels)
    return _moved("non-response classes", data, weights, factors)


def _moved(step: str, data: SurveyData, weights: FloatArray, factors: pd.DataFrame) -> Weighted:
    moved = data.with_weights(weights, calibration=data.calibration)
    return Weighted(step=step, data=moved, before=data.weights, classes=factors)


@dataclass(frozen=True, kw_only=True)
class Propensity:
    """Each row's estimated chance to respond (rows,), and the weighted logistic regression it comes from."""

    data: SurveyData
    responded: str
    regression: Regression
    chance: FloatArray

    def classes(self, count: int = 5) -> IntArray:
        """Classes 1 to `count` (rows,) of equal size by chance; bounds belong to the class below (R's cut, type 7)."""
        bounds = np.quantile(self.chance, np.linspace(0.0, 1.0, count + 1))
        return np.maximum(np.searchsorted(bounds, self.chance, side="left"), 1).astype(np.int64)

    def by_classes(self, count: int = 5) -> Weighted:
        """Weighting classes of similar chance: steadier than the inverse where the model is poor."""
        did = condition(self.data, self.responded)
        labels = [str(i + 1) for i in range(count)]
        weights, factors = move_weight(self.data.weights, ~did, did, self.classes(count) - 1, labels)
        return _moved(f"response propensity, {count} classes", self.data, weights, factors)

    def by_inverse(self) -> Weighted:
        """Each respondent's weight divided by the chance to respond."""
        did = condition(self.data, self.responded)
        weights = np.where(did, self.data.weights / self.chance, 0.0)
        return _moved("response propensity, inverse", self.data, weights, pd.DataFrame())


def response_propensity(
    data: SurveyData, *, responded: str, terms: Sequence[str], categorical: Sequence[str] = ()
) -> Propensity:
    """The chance to respond by a survey-weighted logistic regression on what is known of everybody drawn.

    Little (1986), International Statistical Review 54, 139–157. Raises WeightingFault where a term is missing.
    """
    regression = logistic(data, outcome=responded, terms=terms, categorical=categorical)
    if regression.n < int((data.weights > 0).sum()):
        raise WeightingFault(f"{', '.join((responded, *terms))} must be known of every row that has a weight")
    return Propensity(data=data, responded=responded, regression=regression, chance=regression.fitted)
