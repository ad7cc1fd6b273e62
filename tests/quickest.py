"""How much of the processor a step takes at its best: what else the machine does must not fail a test."""

import time
from collections.abc import Callable
from typing import Any


def quickest(step: Callable[[], Any], times: int = 5) -> float:
    """Seconds of this process in the best of some runs."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        step()
        taken.append(time.process_time() - begun)
    return min(taken)
