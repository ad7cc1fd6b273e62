"""How the cells of a domain were sampled, over one stage or two: from influences of cells to variance and df.

What the cells hold is left to `estimation`, the variance of one stage to `variance`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from analysis.design import BoolArray, FloatArray, Strata
from analysis.tally import IntArray
from analysis.variance import variance

Number = TypeVar("Number", bound=np.generic)


class Stage(Protocol):
    def variance(self, influence: FloatArray) -> FloatArray:
        """(estimates,) from the influence of every cell (cells, estimates)."""

    def degrees_of_freedom(self, present: BoolArray, n: IntArray) -> IntArray:
        """(estimates,) from who answered: where (cells, estimates), and how many (estimates,)."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """PSUs, or respondents: where each begins among the cells, and its stratum. Cells stand in the order of both."""

    starts: IntArray
    stratum_of: IntArray
    strata: Strata

    def variance(self, influence: FloatArray) -> FloatArray:
        whole = len(self.starts) == len(influence)
        sums = influence if whole else np.add.reduceat(influence, self.starts, axis=0)
        return variance(sums, self.stratum_of, self.strata)

    def degrees_of_freedom(self, present: BoolArray, n: IntArray) -> IntArray:
        """Units with a present cell minus the strata that hold them."""
        whole = len(self.starts) == len(present)
        units = present if whole else np.logical_or.reduceat(present, self.starts, axis=0)
        held = np.zeros((len(self.strata.codes), present.shape[1]), dtype=bool)
        np.logical_or.at(held, self.stratum_of, units)
        freedom: IntArray = units.sum(axis=0) - held.sum(axis=0)
        return freedom


@dataclass(frozen=True)
class Drawn:
    """One sample's number of cells and its stages, PSUs first; a second stage adds what was drawn within them."""

    cells: int
    levels: tuple[Stage, ...]


@dataclass(frozen=True)
class Sampling:
    """The cells of one sample, or of several independent ones below each other."""

    samples: tuple[Drawn, ...]

    def variance(self, influence: FloatArray) -> FloatArray:
        """Variance (estimates,) from the influence of every cell (cells, estimates)."""
        parts = [level.variance(cells) for sample, cells in self._split(influence) for level in sample.levels]
        total: FloatArray = np.sum(parts, axis=0)
        return total

    def degrees_of_freedom(self, present: BoolArray, n: IntArray) -> IntArray:
        """PSUs with a present cell (cells, estimates) minus the strata that hold them."""
        parts = [sample.levels[0].degrees_of_freedom(cells, n) for sample, cells in self._split(present)]
        total: IntArray = np.sum(parts, axis=0)
        return total

    @classmethod
    def together(cls, parts: Sequence["Sampling"]) -> "Sampling":
        """Independent samples: their variances add up."""
        return cls(tuple(sample for part in parts for sample in part.samples))

    def _split(self, cells: npt.NDArray[Number]) -> Iterator[tuple[Drawn, npt.NDArray[Number]]]:
        ends = np.cumsum([sample.cells for sample in self.samples])
        return zip(self.samples, np.split(cells, ends[:-1]), strict=True)
