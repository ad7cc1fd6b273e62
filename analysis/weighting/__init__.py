"""Weights, step by step: from a plan, through non-response, to known totals; how heavy each step was.

Each step takes a SurveyData and gives one with other weights; nothing here estimates. What a calibration leaves for
variances goes along as `SurveyData.calibration`.
"""

from analysis.weighting.base import base_weights, plan_weights
from analysis.weighting.calibration import calibrate, rake
from analysis.weighting.diagnostics import Margin, Weighted, diagnostics
from analysis.weighting.faults import (
    BoundsNotMet,
    EmptyClasses,
    NegativeWeights,
    NotConverged,
    PlanFaults,
    TargetsDisagree,
    TrimImpossible,
    UnmatchedLevels,
    WeightingFault,
)
from analysis.weighting.nonresponse import (
    Propensity,
    adjust_nonresponse,
    adjust_unknown_eligibility,
    response_propensity,
)
from analysis.weighting.poststratification import poststratify
from analysis.weighting.trimming import trim

__all__ = [
    "BoundsNotMet",
    "EmptyClasses",
    "Margin",
    "NegativeWeights",
    "NotConverged",
    "PlanFaults",
    "Propensity",
    "TargetsDisagree",
    "TrimImpossible",
    "UnmatchedLevels",
    "Weighted",
    "WeightingFault",
    "adjust_nonresponse",
    "adjust_unknown_eligibility",
    "base_weights",
    "calibrate",
    "diagnostics",
    "plan_weights",
    "poststratify",
    "rake",
    "response_propensity",
    "trim",
]
