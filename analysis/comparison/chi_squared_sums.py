"""P(Σ λ_j χ²_1 > x): the distribution of Pearson's statistic under a design, exactly and by a saddlepoint."""

import numpy as np
from scipy import optimize, special

from analysis.design import FloatArray

TERMS = 200_000
SMALL = 1e-12
NEAR_MEAN = 1e-4  # Too near the mean the saddlepoint divides zero by zero; Satterthwaite stands in, as in R survey.


def exceeds(x: float, weights: FloatArray) -> float:
    """Ruben's (1962) series of chi-squared probabilities, Annals of Mathematical Statistics 33, 542–570.

    `weights` must be positive. Terms are added until what is left cannot change twelve digits.
    """
    n, beta = len(weights), 2.0 / (1.0 / weights.min() + 1.0 / weights.max())
    ratios = 1.0 - beta / weights
    mixture = [float(np.prod(np.sqrt(beta / weights)))]
    powers, moments = np.ones(n), [0.0]
    left, total = 1.0 - mixture[0], mixture[0] * special.chdtrc(n, x / beta)
    for k in range(1, TERMS):
        if left < SMALL:
            break
        powers = powers * ratios
        moments.append(float(powers.sum()))
        mixture.append(float(np.dot(moments[1:], mixture[::-1])) / (2.0 * k))
        left -= mixture[-1]
        total += mixture[-1] * special.chdtrc(n + 2.0 * k, x / beta)
    return float(min(total + max(left, 0.0), 1.0))


def saddlepoint(x: float, weights: FloatArray) -> float:
    """Kuonen (1999), Biometrika 86, 929–935 (R survey's pchisqsum, method saddlepoint)."""
    largest = weights.max()
    lam, x = weights / largest, x / largest

    def slope(z: float) -> float:
        return float(np.sum(lam / (1.0 - 2.0 * z * lam))) - x

    lower = -0.01 if x > lam.sum() else -len(lam) / (2.0 * x)
    z = float(optimize.brentq(slope, lower, 0.5 * (1.0 - 1e-10), xtol=1e-14))
    if abs(z) < NEAR_MEAN:
        return satterthwaite(x, lam)
    cumulant = -0.5 * float(np.sum(np.log1p(-2.0 * z * lam)))
    w = np.sign(z) * np.sqrt(2.0 * (z * x - cumulant))
    v = z * np.sqrt(2.0 * float(np.sum(lam**2 / (1.0 - 2.0 * z * lam) ** 2)))
    return float(special.ndtr(-(w + np.log(v / w) / w)))


def satterthwaite(x: float, weights: FloatArray) -> float:
    """A scaled chi-squared with the same mean and variance."""
    scale = float(np.sum(weights**2) / np.sum(weights))
    return float(special.chdtrc(np.sum(weights) ** 2 / np.sum(weights**2), x / scale))
