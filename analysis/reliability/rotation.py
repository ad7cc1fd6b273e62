"""Rotations of factor loadings: varimax, promax, oblimin. Each gives the loadings and the factors' correlations."""

from collections.abc import Callable, Mapping

import numpy as np

from analysis.design import FloatArray

Rotated = tuple[FloatArray, FloatArray]
STEPS, SETTLED = 10_000, 1e-7


def unrotated(loadings: FloatArray) -> Rotated:
    return loadings, np.eye(loadings.shape[1])


def varimax(loadings: FloatArray, settled: float = 1e-5) -> Rotated:
    """Kaiser (1958) on rows of length 1 (Kaiser's normalisation), as R's varimax and stopping where it stops.

    The criterion is flat: stopping later moves a factor's sum of squares by about 0.001.
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows, turn, reached = loadings / length, np.eye(loadings.shape[1]), 0.0
    for _ in range(STEPS):
        turned = rows @ turn
        left, values, right = np.linalg.svd(rows.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        turn, before, reached = left @ right, reached, float(values.sum())
        if reached < before * (1.0 + settled):
            break
    return (rows @ turn) * length, np.eye(loadings.shape[1])


def promax(loadings: FloatArray, power: float = 4.0) -> Rotated:
    """Hendrickson & White (1964): varimax, then towards its own powers, as R's promax."""
    straight, _ = varimax(loadings)
    target = straight * np.abs(straight) ** (power - 1.0)
    turn = np.linalg.lstsq(straight, target, rcond=None)[0]
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    back = np.linalg.inv(turn)
    return straight @ turn, back @ back.T


def oblimin(loadings: FloatArray) -> Rotated:
    """Direct oblimin with gamma 0 (quartimin), without Kaiser's normalisation, as GPArotation's oblimin.

    Gradient projection for oblique rotation (Jennrich 2002; Bernaards & Jennrich 2005).
    """
    turn, step = np.eye(loadings.shape[1]), 1.0
    turned, value, slope = _quartimin(loadings, turn)
    for _ in range(STEPS):
        projected = slope - turn * (turn * slope).sum(axis=0)
        length = float(np.sum(projected**2))
        if np.sqrt(length) < SETTLED:
            break
        step *= 2.0
        for _ in range(30):
            proposed = turn - step * projected
            proposed = proposed / np.sqrt((proposed**2).sum(axis=0))
            turned, reached, new_slope = _quartimin(loadings, proposed)
            if value - reached > 0.5 * length * step:
                break
            step /= 2.0
        turn, value, slope = proposed, reached, new_slope
    return turned, turn.T @ turn


def _quartimin(loadings: FloatArray, turn: FloatArray) -> tuple[FloatArray, float, FloatArray]:
    """Rotated loadings, the criterion, and its slope by the turn."""
    back = np.linalg.inv(turn)
    turned = loadings @ back.T
    others = (turned**2) @ (1.0 - np.eye(len(turn)))
    return turned, float(np.sum(turned**2 * others) / 4.0), -((turned.T @ (turned * others)) @ back).T


ROTATIONS: Mapping[str, Callable[[FloatArray], Rotated]] = {
    "none": unrotated,
    "varimax": varimax,
    "promax": promax,
    "oblimin": oblimin,
}


def in_order(loadings: FloatArray, correlations: FloatArray) -> Rotated:
    """Factors by falling sum of squared loadings, each with more positive than negative loading."""
    order = np.argsort(-(loadings**2).sum(axis=0), kind="stable")
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)[order]
    return loadings[:, order] * sign, correlations[np.ix_(order, order)] * np.outer(sign, sign)
