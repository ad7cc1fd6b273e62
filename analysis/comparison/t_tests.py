"""The design-based t test of one mean against a value, or of two means against each other (R survey's svyttest)."""

from dataclasses import replace

from analysis.comparison.regression import NotFitted, linear
from analysis.comparison.test_results import TestResult, t_test_of
from analysis.estimands import Data


def t_test(
    data: Data, *, value: str, group: str | None = None, against: float = 0.0, level: float = 0.95
) -> TestResult:
    """`group` of two levels: mean of the second minus mean of the first; without it, mean minus `against`.

    Both have the design's degrees of freedom - 1. Raises UnknownTerms, NotFitted.
    """
    if group is None:
        mean = linear(data, outcome=value, terms=())
        test = t_test_of(
            "design-based t test of a mean", float(mean.value[0]) - against, float(mean.se[0]), mean.df - 1, level=level
        )
        return replace(test, estimate=test.estimate + against, low=test.low + against, high=test.high + against)
    means = linear(data, outcome=value, terms=[group], categorical=[group])
    if len(means.value) != 2:
        raise NotFitted(
            f"{group} must show two levels in the rows that have {value}; use linear() and its test for more"
        )
    name = f"design-based t test of {means.names[1]}"
    return t_test_of(name, float(means.value[1]), float(means.se[1]), means.df, level=level)
