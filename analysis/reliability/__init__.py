"""The instrument itself: do its items measure together, and do they measure the same for everybody?"""

from analysis.reliability.answers import UnfitAnswers
from analysis.reliability.confirmatory import ConfirmedFactors, confirmatory_factors
from analysis.reliability.consistency import Consistency, consistency
from analysis.reliability.exploratory import Adequacy, Factors, adequacy, exploratory_factors
from analysis.reliability.item_functioning import ItemFunctioning, item_functioning
from analysis.reliability.item_quality import item_quality
from analysis.reliability.omega import GeneralOmega, Omega, general_omega, omega
from analysis.reliability.structure import FactorModel

__all__ = [
    "Adequacy",
    "ConfirmedFactors",
    "Consistency",
    "FactorModel",
    "Factors",
    "GeneralOmega",
    "ItemFunctioning",
    "Omega",
    "UnfitAnswers",
    "adequacy",
    "confirmatory_factors",
    "consistency",
    "exploratory_factors",
    "general_omega",
    "item_functioning",
    "item_quality",
    "omega",
]
