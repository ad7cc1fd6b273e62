"""What a model says about the covariances of items: factors, no relation at all, or anything. Fitting is left to
`likelihood` (scores) and `ordered_fit` (ordered levels)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.design import FloatArray
from analysis.reliability.answers import UnfitAnswers

BoolArray = npt.NDArray[np.bool_]


class Structure(Protocol):
    """Parameters (q,) give covariances (items, items) and their slopes (q, items, items)."""

    def start(self, variances: FloatArray) -> FloatArray: ...

    def implied(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]: ...


@dataclass(frozen=True)
class FactorModel:
    """Which items each factor is measured by; factors have variance 1 and, if `correlated`, free correlations."""

    factors: Mapping[str, Sequence[str]]
    correlated: bool = True

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item for items in self.factors.values() for item in items))

    @property
    def pattern(self) -> BoolArray:
        """(items, factors)"""
        return np.array([[item in items for items in self.factors.values()] for item in self.items])


@dataclass(frozen=True, kw_only=True)
class FactorStructure:
    """Parameters in order: loadings by factor, correlations of the factors, and residual variances of the items.

    Ordered levels have no residual variances of their own: `residuals` is False and the diagonal says nothing.
    """

    pattern: BoolArray
    correlated: bool
    residuals: bool = True

    @cached_property
    def _loadings(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        factor, item = np.nonzero(self.pattern.T)
        return item, factor

    @cached_property
    def _pairs(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        factors = self.pattern.shape[1] if self.correlated else 0
        return np.triu_indices(factors, 1)

    @property
    def size(self) -> int:
        return int(self.pattern.sum()) + len(self._pairs[0]) + self.residuals * len(self.pattern)

    def start(self, variances: FloatArray) -> FloatArray:
        loadings = 0.7 * np.sqrt(variances)[self._loadings[0]]
        residuals = 0.5 * variances if self.residuals else np.empty(0)
        return np.concatenate([loadings, np.full(len(self._pairs[0]), 0.5), residuals])

    def parts(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Loadings (items, factors), factors' correlations, residual variances."""
        items, factors = self.pattern.shape
        count, pairs = len(self._loadings[0]), len(self._pairs[0])
        loadings, between = np.zeros((items, factors)), np.eye(factors)
        loadings[self._loadings] = parameters[:count]
        between[self._pairs] = between[self._pairs[::-1]] = parameters[count : count + pairs]
        residuals = parameters[count + pairs :] if self.residuals else np.zeros(items)
        return loadings, between, residuals

    def implied(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        loadings, between, residuals = self.parts(parameters)
        items, common = len(loadings), loadings @ between
        item, factor = self._loadings
        count, pairs = len(item), len(self._pairs[0])
        half = np.zeros((self.size, items, items))
        half[np.arange(count), item] = common.T[factor]
        a, b = self._pairs
        half[count : count + pairs] = loadings.T[a][:, :, None] * loadings.T[b][:, None, :]
        if self.residuals:
            at = np.arange(items)
            half[count + pairs + at, at, at] = 0.5
        return common @ loadings.T + np.diag(residuals), half + half.transpose(0, 2, 1)


@dataclass(frozen=True)
class Unrelated:
    """Items with variances and nothing between them: what a model's fit is compared with."""

    items: int

    def start(self, variances: FloatArray) -> FloatArray:
        return variances

    def implied(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        return np.diag(parameters), np.eye(self.items)[:, :, None] * np.eye(self.items)[:, None, :]


@dataclass(frozen=True)
class Unrestricted:
    """Any covariances: what a model's fit is measured against."""

    items: int

    def start(self, variances: FloatArray) -> FloatArray:
        return np.diag(variances)[np.triu_indices(self.items)]

    def implied(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        row, column = np.triu_indices(self.items)
        slopes, covariance = np.zeros((len(row), self.items, self.items)), np.zeros((self.items, self.items))
        at = np.arange(len(row))
        slopes[at, row, column] = slopes[at, column, row] = 1.0
        covariance[row, column] = covariance[column, row] = parameters
        return covariance, slopes


def structure_of(model: FactorModel, *, residuals: bool = True) -> FactorStructure:
    """Raises UnfitAnswers for a model without degrees of freedom, which the answers could not contradict."""
    few = [name for name, items in model.factors.items() if len(items) < 2]
    structure = FactorStructure(pattern=model.pattern, correlated=model.correlated, residuals=residuals)
    if few:
        raise UnfitAnswers(f"factors with fewer than two items: {', '.join(few)}")
    if degrees_of_freedom(structure) < 0:
        raise UnfitAnswers("the model has more parameters than the items have covariances")
    return structure


def degrees_of_freedom(structure: FactorStructure) -> int:
    items = len(structure.pattern)
    return items * (items + (1 if structure.residuals else -1)) // 2 - structure.size
