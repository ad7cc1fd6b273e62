"""How much of the processor a step takes at its best: what else the machine does must not fail a test."""

import time
from collections.abc import Callable
from typing import Any

USUAL = 0.07  # Seconds of a million additions with Python 3.11 on the machine that budgets of seconds are meant for.


def quickest(step: Callable[[], Any], times: int = 5) -> float:
    """Seconds of this process in the best of some runs, as on the usual machine if this one is slower now."""
    return _best(step, times) / slowness()


def slowness() -> float:
    """How many times slower than usual this machine is now; 1 if it is quicker."""
    return max(1.0, _best(_additions, 5) / USUAL)


def _best(step: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.process_time()
        step()
        taken.append(time.process_time() - begun)
    return min(taken)


def _additions() -> None:
    x = 0
    for i in range(1_000_000):
        x += i
