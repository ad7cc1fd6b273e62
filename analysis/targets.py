"""The verdict on an index against its target, from the limits as they are printed: strictly above (“trên 80%”)."""

import math

MINIMUM_RESPONDENTS = 30
MINIMUM_DF = 1  # Korn–Graubard widens by the t quantile, so few degrees of freedom end in "undecided", not in error.
NO_PLAN = "no sealed plan"  # Why nothing is concluded of answers that nobody drew.
IMPRECISE_DF = 8
IMPRECISE_WIDTH = 30.0


def verdict(low: float, high: float, target: float) -> str:
    """met: the whole interval lies above the target; not_met: none of it does; else undecided. Limits in percent."""
    if low > target:
        return "met"
    return "not_met" if high <= target else "undecided"


def obstacle(n: int, df: int, low: float) -> str:
    """Why there can be no verdict, or "" if there can: too few respondents, no degrees of freedom, no interval."""
    if n < MINIMUM_RESPONDENTS:
        return f"fewer than {MINIMUM_RESPONDENTS} respondents"
    if df < MINIMUM_DF or math.isnan(low):
        return "no degrees of freedom"
    return ""


def imprecision(df: int, low: float, high: float) -> str:
    """A caution to be read with the figure, or "": it does not change the verdict."""
    if df < IMPRECISE_DF:
        return f"fewer than {IMPRECISE_DF} degrees of freedom"
    return f"interval wider than {IMPRECISE_WIDTH:.0f} points" if high - low > IMPRECISE_WIDTH else ""
