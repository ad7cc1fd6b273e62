"""What to fix first: what goes with overall satisfaction, how sure that order is, and what a rise would bring."""

from analysis.drivers.factor_scores import factor_scores
from analysis.drivers.gains import Gains, gains
from analysis.drivers.importance import Importance, Ranks, importance, rank_probabilities
from analysis.drivers.importance_performance import ImportancePerformance, importance_performance
from analysis.drivers.moments import UnfitDrivers

__all__ = [
    "Gains",
    "Importance",
    "ImportancePerformance",
    "Ranks",
    "UnfitDrivers",
    "factor_scores",
    "gains",
    "importance",
    "importance_performance",
    "rank_probabilities",
]
