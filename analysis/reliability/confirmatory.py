"""Confirmatory factor analysis: do the items measure the factors that the instrument says they measure?

Estimators: "ml" of scores (complete answers), "fiml" with missing answers, "wlsmv" of ordered levels. How each is
fitted is left to `likelihood` and `ordered_fit`.
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.design import FloatArray
from analysis.reliability import likelihood, ordered_fit
from analysis.reliability.answers import Answers, answers
from analysis.reliability.omega import omega_of
from analysis.reliability.polychoric import as_levels, pairs_of, solve
from analysis.reliability.polychoric_sampling import influence
from analysis.reliability.structure import (
    FactorModel,
    FactorStructure,
    Unrelated,
    Unrestricted,
    degrees_of_freedom,
    structure_of,
)
from analysis.survey_data import SurveyData

Estimator = Literal["ml", "fiml", "wlsmv"]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How far the model is from the answers. With "wlsmv" the corrected test gives the second set, `scaled`."""

    chisq: float
    df: int
    p: float
    cfi: float
    tli: float
    rmsea: float
    srmr: float


@dataclass(frozen=True, kw_only=True)
class ConfirmedFactors:
    """Matrices are (items, factors); `se` belongs to `loadings`, whose factors have variance 1.

    Standard errors come from the expected information ("fiml": the observed one); weighted ones from the design.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    estimator: Estimator
    n: int
    loadings: FloatArray
    se: FloatArray
    standardised: FloatArray
    factor_correlations: FloatArray
    fit: Fit
    scaled: Fit | None

    def table(self) -> pd.DataFrame:
        item, factor = np.nonzero(self.standardised)
        return pd.DataFrame(
            {
                "factor": [self.factors[i] for i in factor],
                "item": [self.items[i] for i in item],
                "loading": self.loadings[item, factor],
                "se": self.se[item, factor],
                "standardised": self.standardised[item, factor],
            }
        ).sort_values("factor", kind="stable", key=lambda names: names.map(self.factors.index), ignore_index=True)

    def scales(self) -> pd.DataFrame:
        """Composite reliability (omega) and average variance extracted of each factor's items, standardised."""
        own = [loadings[loadings != 0] for loadings in self.standardised.T]
        rows = [(omega_of(loadings, 1.0 - loadings**2), float((loadings**2).mean())) for loadings in own]
        return pd.DataFrame(rows, index=list(self.factors), columns=["omega", "ave"])


def confirmatory_factors(
    data: SurveyData, model: FactorModel, *, estimator: Estimator = "ml", weighted: bool = False
) -> ConfirmedFactors:
    """The model fitted as lavaan's cfa(std.lv = TRUE). Raises UnfitAnswers.

    "ml" and "wlsmv" take respondents who answered every item, "fiml" all who answered any (missing at random given
    the rest). Weighted, standard errors and the corrected test follow the design; the plain chi-square does not.
    """
    chosen = answers(data, model.items, missing="pairwise" if estimator == "fiml" else "complete", weighted=weighted)
    structure = structure_of(model, residuals=estimator != "wlsmv")
    of_design = data if weighted else None
    if estimator == "wlsmv":
        return _ordered(chosen, model, structure, of_design)
    return _scores(chosen, model, structure, estimator, of_design)


def _scores(
    chosen: Answers, model: FactorModel, structure: FactorStructure, estimator: Estimator, design: SurveyData | None
) -> ConfirmedFactors:
    patterns = likelihood.patterns_of(chosen)
    fitted = likelihood.fit(patterns, structure)
    free = likelihood.fit(patterns, Unrestricted(len(chosen.items)))
    none = likelihood.fit(patterns, Unrelated(len(chosen.items)))
    spread = np.sqrt(np.diag(free.covariance))
    between = (free.covariance - fitted.covariance) / np.outer(spread, spread)
    left = between[np.triu_indices_from(between)]
    if estimator == "fiml" or design is not None:  # lavaan counts the means where they are part of the model.
        left = np.concatenate([left, (free.mean - fitted.mean) / spread])
    observed = estimator == "fiml" and design is None
    covariance = (
        likelihood.observed_covariance(patterns, structure, fitted)
        if observed
        else np.asarray(np.linalg.inv(fitted.information), dtype=np.float64)
    )
    if design is not None:
        moved = likelihood.row_scores(chosen, patterns, fitted) @ covariance * chosen.n
        covariance = _of_design(design, chosen, moved)
    return _result(
        chosen,
        model,
        structure,
        estimator,
        parameters=fitted.parameters,
        covariance=covariance,
        spread=np.sqrt(np.diag(fitted.covariance)),
        fit=_fit(
            chisq=2.0 * (free.log_likelihood - fitted.log_likelihood),
            df=degrees_of_freedom(structure),
            none=2.0 * (free.log_likelihood - none.log_likelihood),
            size=chosen.n,
            srmr=float(np.sqrt((left**2).mean())),
            items=len(chosen.items),
        ),
    )


def _ordered(
    chosen: Answers, model: FactorModel, structure: FactorStructure, design: SurveyData | None
) -> ConfirmedFactors:
    levels = as_levels(chosen)
    pairs = pairs_of(levels)
    correlations = solve(pairs)
    moved = influence(levels, pairs, correlations)
    sampling = moved.T @ moved if design is None else _of_design(design, chosen, moved * chosen.weights.sum())
    moments = ordered_fit.Moments(
        n=chosen.n, first=pairs.first, second=pairs.second, correlations=correlations, sampling=sampling * chosen.n
    )
    found = ordered_fit.fit(moments, structure)
    df, items = degrees_of_freedom(structure), len(chosen.items)
    chisq, none = (ordered_fit.discrepancy(moments, left) for left in (found.residuals, correlations))
    nothing = np.empty((len(correlations), 0))
    measured = partial(_fit, df=df, size=chosen.n - 1, items=items, srmr=_ordered_srmr(found.residuals, items))
    return _result(
        chosen,
        model,
        structure,
        "wlsmv",
        parameters=found.parameters,
        covariance=found.covariance * (1.0 if design else chosen.n / (chosen.n - 1.0)),  # As lavaan.
        spread=np.ones(items),
        fit=measured(chisq=chisq, none=none),
        scaled=measured(
            chisq=ordered_fit.corrected(moments, chisq, found.slopes, df),
            none=ordered_fit.corrected(moments, none, nothing, len(correlations)),
        ),
    )


def _of_design(design: SurveyData, chosen: Answers, moved: FloatArray) -> FloatArray:
    """Covariance of a weighted mean of `moved` (respondents, parameters) under the sampling design."""
    scores = np.zeros((len(design.frame), moved.shape[1]))
    scores[chosen.rows] = moved * (chosen.weights / chosen.weights.sum())[:, None]
    return design.covariance(scores)


def _ordered_srmr(residuals: FloatArray, items: int) -> float:
    """Over the diagonal as well, where correlations leave nothing."""
    return float(np.sqrt((residuals**2).sum() / (items * (items + 1) / 2)))


def _fit(*, chisq: float, df: int, none: float, size: int, srmr: float, items: int) -> Fit:
    """Indices as lavaan's: Bentler's CFI and SRMR, Tucker & Lewis's TLI, Steiger's RMSEA; `none`: unrelated items."""
    none_df = items * (items - 1) // 2
    worse, excess = max(chisq - df, none - none_df, 0.0), max(chisq - df, 0.0)
    ratio = none / none_df
    return Fit(
        chisq=chisq,
        df=df,
        p=float(special.chdtrc(df, chisq)) if df else float("nan"),
        cfi=1.0 - excess / worse if worse > 0 else 1.0,
        tli=(ratio - chisq / df) / (ratio - 1.0) if df else float("nan"),
        rmsea=float(np.sqrt(excess / (df * size))) if df else float("nan"),
        srmr=srmr,
    )


def _result(
    chosen: Answers,
    model: FactorModel,
    structure: FactorStructure,
    estimator: Estimator,
    *,
    parameters: FloatArray,
    covariance: FloatArray,
    spread: FloatArray,
    fit: Fit,
    scaled: Fit | None = None,
) -> ConfirmedFactors:
    """`spread`: the items' standard deviations under the model."""
    loadings, between, _ = structure.parts(parameters)
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    se, _, _ = structure.parts(np.sqrt(np.diag(covariance)))
    return ConfirmedFactors(
        items=chosen.items,
        factors=tuple(model.factors),
        estimator=estimator,
        n=chosen.n,
        loadings=loadings * sign,
        se=se,
        standardised=loadings * sign / spread[:, None],
        factor_correlations=between * np.outer(sign, sign),
        fit=fit,
        scaled=scaled,
    )
