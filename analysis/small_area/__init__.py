"""Estimates for areas with few answers, by a model that borrows from the other areas. Always labelled as modelled.

A modelled estimate stands beside the direct one and never takes its place.
"""

from analysis.small_area.benchmarking import benchmarked
from analysis.small_area.fay_herriot import SmallAreaFault, SmallAreas, fay_herriot
from analysis.small_area.shares import ModelledShares, modelled_shares
from analysis.small_area.smoothing import Smoothed, smoothed_variances

__all__ = [
    "ModelledShares",
    "SmallAreaFault",
    "SmallAreas",
    "Smoothed",
    "benchmarked",
    "fay_herriot",
    "modelled_shares",
    "smoothed_variances",
]
