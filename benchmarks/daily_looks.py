"""The error of limits that are looked at every day, beside the ordinary interval's, and what the guard costs in width.

Long form of tests/analysis/test_monitoring.py: python -m benchmarks.daily_looks [--surveys 20000]
"""

import argparse
import time

import numpy as np
from scipy import special

from analysis.design import FloatArray
from analysis.monitoring import MeanSequence, share_limits

SHARES, A_DAY, DAYS = (0.5, 0.8, 0.9, 0.95, 0.98), (3, 12, 60), 90
Limits = tuple[FloatArray, FloatArray]


def ordinary(hits: FloatArray, n: FloatArray) -> Limits:
    """Clopper–Pearson's, which is right for one look."""
    with np.errstate(invalid="ignore"):
        low = np.where(hits > 0, special.betaincinv(hits, n - hits + 1, 0.025), 0.0)
        high = np.where(hits < n, special.betaincinv(hits + 1, n - hits, 0.975), 1.0)
    return low, high


def counts(draw: np.random.Generator, share: float, a_day: int, surveys: int) -> tuple[FloatArray, FloatArray]:
    """Satisfied and all answers (surveys, days) so far."""
    n = draw.poisson(a_day, (surveys, DAYS))
    return np.cumsum(draw.binomial(n, share), axis=1).astype(float), np.cumsum(n, axis=1).astype(float)


def wrong(limits: Limits, share: float) -> float:
    return float(((limits[0] > share) | (limits[1] < share)).any(axis=1).mean())


def shares(surveys: int) -> None:
    print(
        f"{DAYS} daily looks, {surveys} surveys a row; error of the whole survey, and width on the last day in points"
    )
    print("share  a day   always valid  ordinary   width: always valid  ordinary")
    for share in SHARES:
        for a_day in A_DAY:
            hits, n = counts(np.random.default_rng(1), share, a_day, surveys)
            found, usual = share_limits(hits, n), ordinary(hits, n)
            widths = [100 * float(np.mean(high[:, -1] - low[:, -1])) for low, high in (found, usual)]
            print(
                f"{share:5.2f}  {a_day:5d}   {wrong(found, share):12.4f}  {wrong(usual, share):8.4f}"
                f"   {widths[0]:19.1f}  {widths[1]:8.1f}"
            )


def means(surveys: int) -> None:
    """An index: values close together, by betting; the mean is 0.8."""
    print("\nmean of an index by betting, 30 daily looks of 10 answers: spread of values, error, width in points")
    for a, b in ((16.0, 4.0), (4.0, 1.0), (0.8, 0.2)):
        draw, errors, widths = np.random.default_rng(2), 0, []
        for _ in range(surveys):
            sequence, missed = MeanSequence.start(), False
            for _ in range(30):
                sequence = sequence.after(draw.beta(a, b, 10))
                low, high = sequence.limits
                missed |= not low <= 0.8 <= high
            errors += missed
            widths.append(100 * (high - low))
        print(f"beta({a:g}, {b:g})   {errors / surveys:.4f}   {np.mean(widths):.1f}")


def cost() -> None:
    values = np.random.default_rng(3).beta(16, 4, 100_000)
    start = time.perf_counter()
    MeanSequence.start().after(values)
    print(f"\n100,000 answers added to a betting sequence: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=20_000)
    chosen = parser.parse_args().surveys
    shares(chosen)
    means(max(chosen // 40, 100))
    cost()
