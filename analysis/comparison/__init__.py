"""Is there a difference: tests of tables, means and ranks, regressions, pairs of domains, changes over time.

Everything takes a SurveyData or ReplicateData and its covariance; estimates themselves are left to `estimators`.
"""

from analysis.comparison.crosstabs import Crosstab, crosstab
from analysis.comparison.ordinal import Ordinal, ordinal
from analysis.comparison.pairwise import Pairwise, pairwise
from analysis.comparison.ranks import rank_test
from analysis.comparison.regression import NotFitted, Regression, linear, logistic, standardised
from analysis.comparison.released import released
from analysis.comparison.t_tests import t_test
from analysis.comparison.test_results import NoTest, TestResult
from analysis.comparison.trends import Break, Change, Footing, Released, SeriesBreak, change, changes, trend

__all__ = [
    "Break",
    "Change",
    "Crosstab",
    "Footing",
    "NoTest",
    "NotFitted",
    "Ordinal",
    "Pairwise",
    "Regression",
    "Released",
    "SeriesBreak",
    "TestResult",
    "change",
    "changes",
    "crosstab",
    "linear",
    "logistic",
    "ordinal",
    "pairwise",
    "rank_test",
    "released",
    "standardised",
    "t_test",
    "trend",
]
