"""Ours against everything that R says of the same estimate or test, as far as it says it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from analysis.comparison import TestResult
from analysis.linear import Estimate

CLOSE = 1e-9


def agrees(found: Estimate, expected: Mapping[str, Any], *, deff: str = "deff", close: float = CLOSE) -> None:
    """Value, standard error, coefficient of variation, covariance and design effect."""
    assert found.value == pytest.approx(np.atleast_1d(expected["est"]), rel=close)
    assert found.se == pytest.approx(np.atleast_1d(expected["se"]), rel=close, abs=1e-12)
    if "cv" in expected:
        assert found.cv == pytest.approx(np.atleast_1d(expected["cv"]), rel=close, abs=1e-12)
    if "vcov" in expected:
        scale = float(np.max(np.abs(expected["vcov"])))
        assert found.covariance() == pytest.approx(np.array(expected["vcov"]), rel=close, abs=max(scale, 1e-12) * close)
    if "deff" in expected:
        assert getattr(found, deff) == pytest.approx(np.atleast_1d(expected["deff"]), rel=close)


def result_agrees(found: TestResult, expected: Mapping[str, Any], *, p_within: float = 0.0) -> None:
    """Statistic, degrees of freedom, p (`p_within`: of it), difference and its limits (R's htest)."""
    assert found.value == pytest.approx(_only(expected["statistic"]), rel=1e-7)
    assert found.p == pytest.approx(_only(expected["p.value"]), rel=1e-7, abs=p_within)
    if "parameter" in expected:
        freedom = list(expected["parameter"].values())
        assert [found.df, found.ddf][: len(freedom)] == pytest.approx(freedom, rel=1e-7)
    if "estimate" in expected:
        assert found.estimate == pytest.approx(_only(expected["estimate"]), rel=1e-7)
    if "conf.int" in expected:
        assert [found.low, found.high] == pytest.approx(expected["conf.int"], rel=1e-7)


def _only(value: Any) -> float:
    return float(next(iter(value.values()))) if isinstance(value, Mapping) else float(value)
