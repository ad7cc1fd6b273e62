"""What can be wrong with a weighting step: one sentence each that says what to do; none is repaired silently."""

from collections.abc import Sequence


class WeightingFault(ValueError):
    """The weights asked for do not exist, or what they were asked from is wrong."""


class PlanFaults(WeightingFault):
    """The plan gives no inclusion probabilities; all faults at once, each with its place."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"the plan gives no weights: {'; '.join(self.faults)}")


class UnmatchedLevels(WeightingFault):
    """Sample and targets do not name the same levels; merge levels before weighting."""

    def __init__(self, of: str, *, without_target: Sequence[str], without_row: Sequence[str]) -> None:
        self.of, self.without_target, self.without_row = of, tuple(without_target), tuple(without_row)
        parts = [
            f"{text} {', '.join(levels)}"
            for text, levels in (
                ("no target for", self.without_target),
                ("no row with a weight for", self.without_row),
            )
            if levels
        ]
        super().__init__(f"{of}: {'; '.join(parts)}; merge levels so that each has both")


class EmptyClasses(WeightingFault):
    """A class has weight to give away and nobody who could take it; merge classes."""

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = tuple(classes)
        super().__init__(f"nobody can take the weight of the classes {', '.join(self.classes)}; merge them with others")


class TargetsDisagree(WeightingFault):
    """No weights at all reach these targets, because they contradict each other."""


class BoundsNotMet(WeightingFault):
    """Weights reach the targets, but not within the bounds; `narrowest` are the tightest 1 ± t that would do."""

    def __init__(self, bounds: tuple[float, float], narrowest: tuple[float, float]) -> None:
        self.bounds, self.narrowest = bounds, narrowest
        super().__init__(
            f"no weights between {bounds[0]:g} and {bounds[1]:g} times the old ones reach the targets; "
            f"the narrowest bounds of equal reach are {narrowest[0]:.4f} to {narrowest[1]:.4f}"
        )


class NegativeWeights(WeightingFault):
    """Linear calibration without bounds gave rows a weight below 0, which no estimate of a share can carry."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        super().__init__(f"rows with a negative weight: {rows}; set bounds from 0 upwards, or use the distance raking")


class NotConverged(WeightingFault):
    """The search for weights stopped before the targets were reached."""

    def __init__(self, rounds: int, worst: str, gap: float) -> None:
        self.rounds, self.worst, self.gap = rounds, worst, gap
        super().__init__(f"after {rounds} rounds {worst} is still {gap:.2g} of its target away; widen bounds or merge")


class TrimImpossible(WeightingFault):
    """The limits cannot hold the total of the weights."""
