"""How many cases each stratum gets: whole numbers that add up, never more than a stratum has.

Rules: Cochran (1977), chapter 5, for proportional and Neyman; Bankier (1988) for power allocation.
"""

import math
from collections.abc import Mapping

from analysis.planning.spec import Allocation


class CannotAllocate(Exception):
    """The strata cannot give what is asked; the message says what to change."""


def allocated(plan: Allocation, sizes: Mapping[str, int]) -> dict[str, int]:
    """Cases by stratum; `sizes` counts what each stratum has. Raises CannotAllocate."""
    shares = _shares(plan, sizes)
    sizes = {stratum: min(size, plan.maximum or size) for stratum, size in sizes.items()}
    _check(plan, sizes)
    least = {stratum: min(plan.minimum, size) for stratum, size in sizes.items()}
    found = {stratum: float(count) for stratum, count in least.items()}
    # Strata that reach their least or their whole size are settled; what is left goes to the others, by their shares.
    free, left = set(sizes), float(plan.total)
    while free:
        total = math.fsum(shares[stratum] for stratum in free)  # Exact, so the order of a set does not matter.
        wanted = {stratum: left * shares[stratum] / total for stratum in free}
        over = {stratum for stratum in free if wanted[stratum] >= sizes[stratum]}
        under = {stratum for stratum in free if wanted[stratum] < least[stratum]}
        # Whichever changes more is settled first, as in Neyman allocation with limits on both sides.
        excess = math.fsum(wanted[stratum] - sizes[stratum] for stratum in over)
        lack = math.fsum(least[stratum] - wanted[stratum] for stratum in under)
        settled = (over if excess >= lack else under) if over or under else set()
        if not settled:
            return _whole(found | wanted, sizes, plan.total)
        for stratum in settled:
            found[stratum] = float(sizes[stratum] if stratum in over and excess >= lack else least[stratum])
            left -= found[stratum]
        free -= settled
    return _whole(found, sizes, plan.total)


def _shares(plan: Allocation, sizes: Mapping[str, int]) -> dict[str, float]:
    if plan.rule == "equal":
        return dict.fromkeys(sizes, 1.0)
    if plan.rule == "power":
        return {stratum: float(size) ** plan.power for stratum, size in sizes.items()}
    if plan.rule == "neyman":
        if unknown := [stratum for stratum in sizes if not plan.spread.get(stratum, 0.0) > 0]:
            raise CannotAllocate(f"Neyman allocation needs a standard deviation above 0 for {', '.join(unknown)}")
        return {stratum: size * plan.spread[stratum] for stratum, size in sizes.items()}
    return {stratum: float(size) for stratum, size in sizes.items()}


def _check(plan: Allocation, sizes: Mapping[str, int]) -> None:
    there = sum(sizes.values())
    if empty := [stratum for stratum, size in sizes.items() if size < 1]:
        raise CannotAllocate(f"strata without anybody: {', '.join(empty)}; leave them out of the frame")
    if plan.total > there:
        most = f" and at most {plan.maximum} of a stratum may be asked" if plan.maximum else ""
        raise CannotAllocate(f"{plan.total} cases are wanted, only {there} can be drawn{most}; ask for fewer")
    least = sum(min(plan.minimum, size) for size in sizes.values())
    if least > plan.total:
        raise CannotAllocate(f"at least {plan.minimum} in each stratum makes {least} cases, more than {plan.total}")


def _whole(found: Mapping[str, float], sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """Rounded to whole numbers by largest remainders, ties by name."""
    floor = {stratum: int(value + 1e-9) for stratum, value in found.items()}
    by_rest = sorted(found, key=lambda stratum: (floor[stratum] - found[stratum], stratum))
    missing = total - sum(floor.values())
    for stratum in [one for one in by_rest if floor[one] < sizes[one]][:missing]:
        floor[stratum] += 1
    return floor
