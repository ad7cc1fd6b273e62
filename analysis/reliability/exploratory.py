"""Exploratory factor analysis: which items go together, how well so many factors reproduce their correlations, and
whether the correlations are fit for it (Kaiser–Meyer–Olkin, Bartlett, eigenvalues)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.design import FloatArray
from analysis.reliability.answers import Missing, UnfitAnswers, answers
from analysis.reliability.extraction import EXTRACTIONS, free_correlations
from analysis.reliability.polychoric import polychoric
from analysis.reliability.rotation import ROTATIONS, in_order
from analysis.survey_data import SurveyData

Kind = Literal["pearson", "polychoric"]


@dataclass(frozen=True, kw_only=True)
class Factors:
    """`loadings` (items, factors) are the pattern; `explained` their sums of squares; correlations of the factors.

    `chisq` is Bartlett's corrected statistic on `df`; it tests the model only when the answers are normal and drawn
    independently. `rms` is the root mean square of the correlations left over.
    """

    items: tuple[str, ...]
    n: int
    loadings: FloatArray
    correlations: FloatArray
    uniquenesses: FloatArray
    communalities: FloatArray
    explained: FloatArray
    chisq: float
    df: int
    p: float
    rms: float
    tli: float
    rmsea: float

    def table(self) -> pd.DataFrame:
        names = [f"F{i + 1}" for i in range(self.loadings.shape[1])]
        table = pd.DataFrame(self.loadings, columns=names).assign(uniqueness=self.uniquenesses)
        table.insert(0, "item", self.items)
        return table


@dataclass(frozen=True, kw_only=True)
class Adequacy:
    """`kmo` overall and `item_kmo` by item (Kaiser 1974); Bartlett's test that all correlations are 0."""

    items: tuple[str, ...]
    n: int
    kmo: float
    item_kmo: FloatArray
    chisq: float
    df: int
    p: float
    eigenvalues: FloatArray

    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"item": self.items, "kmo": self.item_kmo})


def exploratory_factors(
    data: SurveyData,
    items: Sequence[str],
    *,
    factors: int,
    extraction: Literal["ml", "minres"] = "minres",
    rotation: Literal["none", "varimax", "promax", "oblimin"] = "oblimin",
    correlation: Kind = "pearson",
    missing: Missing = "complete",
    weighted: bool = False,
) -> Factors:
    """Loadings of `factors` common factors, as R's factanal (ml) and psych's fa (minres). Raises UnfitAnswers."""
    matrix, n = correlations(data, items, kind=correlation, missing=missing, weighted=weighted)
    df = free_correlations(len(items), factors)
    found = EXTRACTIONS[extraction](matrix, factors)
    loadings, between = in_order(*ROTATIONS[rotation](found.loadings))
    model = found.loadings @ found.loadings.T + np.diag(found.uniquenesses)
    fit = _fit(matrix, model, n, factors, df)
    return Factors(
        items=tuple(items),
        n=n,
        loadings=loadings,
        correlations=between,
        uniquenesses=found.uniquenesses,
        communalities=(found.loadings**2).sum(axis=1),
        explained=(loadings**2).sum(axis=0),
        df=df,
        **fit,
    )


def adequacy(
    data: SurveyData,
    items: Sequence[str],
    *,
    correlation: Kind = "pearson",
    missing: Missing = "complete",
    weighted: bool = False,
) -> Adequacy:
    """As psych's KMO and cortest.bartlett. Raises UnfitAnswers."""
    matrix, n = correlations(data, items, kind=correlation, missing=missing, weighted=weighted)
    inverse = np.linalg.inv(matrix)
    spread = np.sqrt(np.diag(inverse))
    apart = 1.0 - np.eye(len(matrix))
    squares, partial = (matrix * apart) ** 2, (inverse / np.outer(spread, spread) * apart) ** 2
    chisq, df = _independence(matrix) * _bartlett(len(matrix), n, 0), len(matrix) * (len(matrix) - 1) // 2
    return Adequacy(
        items=tuple(items),
        n=n,
        kmo=float(squares.sum() / (squares.sum() + partial.sum())),
        item_kmo=squares.sum(axis=0) / (squares.sum(axis=0) + partial.sum(axis=0)),
        chisq=chisq,
        df=df,
        p=float(special.chdtrc(df, chisq)),
        eigenvalues=np.asarray(np.linalg.eigvalsh(matrix)[::-1], dtype=np.float64),
    )


def correlations(
    data: SurveyData, items: Sequence[str], *, kind: Kind, missing: Missing, weighted: bool
) -> tuple[FloatArray, int]:
    """The matrix to analyse and the respondents behind it. Raises UnfitAnswers when it is not positive definite."""
    if kind == "polychoric":
        ordered = polychoric(data, items, missing=missing, weighted=weighted)
        matrix, n = ordered.correlations, ordered.n
    else:
        chosen = answers(data, items, missing=missing, weighted=weighted)
        matrix, n = chosen.correlation(), chosen.n
    if np.linalg.eigvalsh(matrix)[0] <= 1e-12:
        raise UnfitAnswers("the items' correlations are not positive definite: drop an item or take complete answers")
    return matrix, n


def _fit(matrix: FloatArray, model: FloatArray, n: int, factors: int, df: int) -> dict[str, float]:
    """R's factanal for chisq; psych's factor.stats for rms, TLI and RMSEA, which use the same corrected chisq."""
    items = len(matrix)
    model = model - np.diag(np.diag(model)) + np.eye(items)
    ratio = np.linalg.solve(model, matrix)
    discrepancy = float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - items)
    corrected = _bartlett(items, n, factors)
    chisq, null, null_df = discrepancy * corrected, _independence(matrix) * corrected, items * (items - 1) / 2
    return {
        "chisq": chisq,
        "p": float(special.chdtrc(df, chisq)) if df else float("nan"),
        "rms": float(np.sqrt(np.sum((matrix - model) ** 2) / (items * (items - 1)))),
        "tli": (null / null_df - chisq / df) / (null / null_df - 1.0) if df else float("nan"),
        "rmsea": float(np.sqrt(max(chisq / (df * n) - 1.0 / (n - 1), 0.0))) if df else float("nan"),
    }


def _independence(matrix: FloatArray) -> float:
    return -float(np.linalg.slogdet(matrix)[1])


def _bartlett(items: int, n: int, factors: int) -> float:
    """Bartlett's (1951) multiplier, which makes the discrepancy closer to chi-square in small samples."""
    return n - 1.0 - (2.0 * items + 5.0) / 6.0 - 2.0 * factors / 3.0
