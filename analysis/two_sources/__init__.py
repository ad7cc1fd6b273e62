"""A probability sample and an open series side by side: the gap between them, and what the open one says if adjusted.

An adjusted figure is additional, rests on assumptions that are printed with it, and replaces nothing.
"""

from analysis.two_sources.combination import Adjusted, adjusted
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.gaps import Gaps, gaps
from analysis.two_sources.methods import METHODS
from analysis.two_sources.pseudo_weights import pseudo_weights

__all__ = ["METHODS", "Adjusted", "Gaps", "TwoSourcesFault", "adjusted", "gaps", "pseudo_weights"]
