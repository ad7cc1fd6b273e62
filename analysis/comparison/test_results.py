"""What every test of this room returns, and the two that all others come down to: Wald's F and Student's t."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.design import FloatArray
from analysis.intervals import t_quantile
from analysis.significance import t_p_values

SINGULAR = 1e12


class NoTest(ValueError):
    """The estimates' covariance does not carry a joint test; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """One test. `statistic` names what `value` is: F, t or chi-squared; `ddf` is infinite where there is none.

    A test of one difference has its `estimate` with standard error and limits; others have none (nan).
    """

    __test__ = False  # pytest takes a class of this name for a collection of tests.

    method: str
    statistic: str
    value: float
    df: float
    ddf: float
    p: float
    estimate: float = np.nan
    se: float = np.nan
    low: float = np.nan
    high: float = np.nan

    def table(self) -> pd.DataFrame:
        return pd.DataFrame([asdict(self)])


def f_test(method: str, value: float, df: float, ddf: float) -> TestResult:
    p = special.fdtrc(df, ddf, value) if ddf > 0 else np.nan
    return TestResult(method=method, statistic="F", value=value, df=df, ddf=ddf, p=float(p))


def wald_test(method: str, estimates: FloatArray, covariance: FloatArray, ddf: float) -> TestResult:
    """All `estimates` are 0: F = b' V⁻¹ b / q on q and `ddf` degrees of freedom (R survey's regTermTest)."""
    q = len(estimates)
    return f_test(method, quadratic(estimates, covariance) / q, q, ddf)


def quadratic(estimates: FloatArray, covariance: FloatArray) -> float:
    """b' V⁻¹ b. Raises NoTest where the covariance cannot be inverted."""
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all() or np.linalg.cond(covariance / np.outer(spread, spread)) > SINGULAR:
        raise NoTest(
            f"the design has too few PSUs, or too little spread, for a joint test of {len(estimates)} estimates; "
            "merge levels"
        )
    return float(estimates @ np.linalg.solve(covariance, estimates))


def t_test_of(method: str, estimate: float, se: float, df: float, *, level: float = 0.95) -> TestResult:
    """The estimate is 0, with the interval estimate ± t se."""
    t = estimate / se if se > 0 else np.nan
    reach = float(t_quantile(np.array(float(df)), level)) * se
    return TestResult(
        method=method,
        statistic="t",
        value=t,
        df=df,
        ddf=np.inf,
        p=float(t_p_values(np.array(t), np.array(float(df)))),
        estimate=estimate,
        se=se,
        low=estimate - reach,
        high=estimate + reach,
    )
