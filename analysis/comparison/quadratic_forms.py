"""P(Σ λ_j χ²_1 > x χ²_d / d): how Pearson's statistic is distributed under a design whose covariance is estimated.

Exactly by Imhof's integral and by a saddlepoint; R survey's pFsum. Which λ belong to a table is left to `crosstabs`.
"""

import numpy as np
from scipy import integrate, optimize, special

from analysis.design import FloatArray

NEAR_MEAN = 1e-4  # Nearer to the mean the saddlepoint divides zero by zero; Satterthwaite stands in, as in R survey.
INSIDE = 0.99999  # The saddlepoint lies strictly between the poles.


def exceeds(x: float, weights: FloatArray, ddf: float) -> float:
    """Imhof (1961), Biometrika 48, 419–426."""
    if x <= 0:
        return 1.0
    lam, times = _form(x, weights, ddf)

    def integrand(u: float) -> float:
        angle = 0.5 * float(times @ np.arctan(lam * u))
        return float(np.sin(angle) / u * np.exp(-0.25 * (times @ np.log1p((lam * u) ** 2))))

    area, _ = integrate.quad(integrand, 0.0, np.inf, limit=500, epsabs=1e-10)
    return float(np.clip(0.5 + area / np.pi, 0.0, 1.0))


def saddlepoint(x: float, weights: FloatArray, ddf: float) -> float:
    """Kuonen (1999), Biometrika 86, 929–935."""
    if x <= 0:
        return 1.0
    lam, times = _form(x, weights, ddf)

    def slope(z: float) -> float:
        return float(times @ (lam / (1.0 - 2.0 * z * lam)))

    z = float(optimize.brentq(slope, INSIDE / (2.0 * lam.min()), INSIDE / (2.0 * lam.max()), xtol=1e-14))
    if abs(z) < NEAR_MEAN:
        return satterthwaite(x, weights, ddf)
    cumulant = -0.5 * float(times @ np.log1p(-2.0 * z * lam))
    w = np.sign(z) * np.sqrt(-2.0 * cumulant)
    v = z * np.sqrt(2.0 * float(times @ (lam / (1.0 - 2.0 * z * lam)) ** 2))
    return float(special.ndtr(-(w + np.log(v / w) / w)))


def satterthwaite(x: float, weights: FloatArray, ddf: float) -> float:
    """F with the mean and variance of the sum: Rao and Scott's second-order correction."""
    df = float(weights.sum() ** 2 / (weights**2).sum())
    return float(special.fdtrc(df, ddf, x / weights.sum()))


def _form(x: float, weights: FloatArray, ddf: float) -> tuple[FloatArray, FloatArray]:
    """The sum as one quadratic form that exceeds 0: its weights, of greatest size 1, and their degrees of freedom.

    R survey counts the denominator's degrees of freedom whole and keeps their fraction in its scale; so it is here.
    """
    lam = np.append(weights, -x / ddf) / weights.max()
    return lam, np.append(np.ones(len(weights)), max(np.floor(ddf), 1.0))
