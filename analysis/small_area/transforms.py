"""Scales on which a share's sampling variance hardly depends on the share itself, and the way back.

The model and its bootstrap are left to `shares`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.design import FloatArray

NODES, NODE_WEIGHTS = special.roots_hermitenorm(20)
NODE_WEIGHTS = NODE_WEIGHTS / NODE_WEIGHTS.sum()


@dataclass(frozen=True)
class Transform:
    """`forward` takes shares and effective sizes, `variance` the overall share and the sizes.

    `back` turns a value into a share, `mean` gives the expected share of a normal value with that variance: the way
    back is bent, so that the share at the mean is not the mean of the shares.
    """

    forward: Callable[[FloatArray, FloatArray], FloatArray]
    variance: Callable[[float, FloatArray], FloatArray]
    back: Callable[[FloatArray], FloatArray]
    mean: Callable[[FloatArray, FloatArray], FloatArray]


def _arcsine(share: FloatArray, size: FloatArray) -> FloatArray:
    angle: FloatArray = np.arcsin(np.sqrt(share))
    return angle


def _sine(angle: FloatArray) -> FloatArray:
    share: FloatArray = np.sin(np.clip(angle, 0.0, np.pi / 2.0)) ** 2
    return share


def _mean_sine(angle: FloatArray, variance: FloatArray) -> FloatArray:
    """E sin² = (1 - cos(2 mean) exp(-2 variance)) / 2, as in Hadam, Würz & Kreutzmann (2020)."""
    share: FloatArray = 0.5 - 0.5 * np.cos(2.0 * np.clip(angle, 0.0, np.pi / 2.0)) * np.exp(-2.0 * variance)
    return share


def _logit(share: FloatArray, size: FloatArray) -> FloatArray:
    """Half an answer is added to each side, so that 0 and 1 have a place."""
    value: FloatArray = special.logit((share * size + 0.5) / (size + 1.0))
    return value


def _mean_logistic(value: FloatArray, variance: FloatArray) -> FloatArray:
    """By Gauss–Hermite quadrature."""
    points = value[:, None] + np.sqrt(variance)[:, None] * NODES
    share: FloatArray = special.expit(points) @ NODE_WEIGHTS
    return share


TRANSFORMS: Mapping[str, Transform] = {
    "arcsine": Transform(_arcsine, lambda overall, size: 0.25 / size, _sine, _mean_sine),
    "logit": Transform(
        _logit, lambda overall, size: 1.0 / (size * overall * (1.0 - overall)), special.expit, _mean_logistic
    ),
}
