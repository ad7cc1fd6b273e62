"""The sampling design: which columns hold it, how many PSUs were sampled, and what to do with a stratum of one.

Passed along, never guessed. Reading plans is left to `extract`, variances to `estimation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Lonely = Literal["fail", "certainty", "average", "centre"]


class LonelyPSU(Exception):
    """Strata with one sampled PSU have no variance of their own; the analyst must choose one of the `rules`."""

    def __init__(self, strata: Sequence[str], unit: str = "PSU", rules: str = "certainty, average or centre") -> None:
        self.strata, self.rules = tuple(strata), rules
        super().__init__(f"strata with only one sampled {unit}: {', '.join(self.strata) or 'the whole sample'}")


@dataclass(frozen=True, kw_only=True)
class Design:
    """Names of the columns that hold the design, and what the plan knows beyond the responses.

    `sampled` gives the number of sampled PSUs by stratum, also those without a response (they count as zero in a
    variance); a stratum that it does not name has the PSUs that were seen. `fraction` gives the share of the frame's
    PSUs that was sampled, by stratum; without it PSUs are taken as drawn with replacement. A column that is None is
    constant. `respondent` tells the cells of a PSU apart where PSUs were drawn without replacement: then what was
    drawn within a PSU, out of its `people` by (stratum, PSU), has a variance of its own, and a PSU that was certain to
    be drawn is a stratum of its respondents. `lonely` is the rule for a stratum with one sampled PSU, in the words of R
    survey's options(survey.lonely.psu): fail, certainty, average, centre (R: adjust). Within a PSU there is nobody else
    to average or to centre over, so a PSU with one respondent has no rule but certainty.
    """

    stratum: str | None = None
    psu: str | None = None
    weight: str | None = None
    sampled: Mapping[str, int] = field(default_factory=dict)
    fraction: Mapping[str, float] = field(default_factory=dict)
    respondent: str | None = None
    people: Mapping[tuple[str, str], int] = field(default_factory=dict)
    lonely: Lonely = "fail"

    def strata(self, codes: Sequence[str], seen: Sequence[int]) -> "Strata":
        """The strata of a sample: `codes` in order and the PSUs seen in each. Raises LonelyPSU under the rule fail."""
        sampled = np.array([self.sampled.get(code, count) for code, count in zip(codes, seen, strict=True)], float)
        free = np.array([1.0 - self.fraction.get(code, 0.0) for code in codes], float)
        alone = (sampled == 1) & (free > 0)
        if self.lonely == "fail" and alone.any():
            raise LonelyPSU([code for code, one in zip(codes, alone, strict=True) if one])
        return Strata(codes=tuple(codes), sampled=sampled, free=free, alone=alone, lonely=self.lonely)

    def within(self, psus: Sequence[tuple[str, str]], respondents: FloatArray, free: FloatArray) -> "Strata":
        """The second stage: every PSU (stratum, PSU) a stratum of its respondents; `free` is its own stratum's.

        Raises LonelyPSU for one respondent alone, unless the rule is certainty.
        """
        people = np.array([self.people.get(psu, 0) for psu in psus], float)
        reached = np.minimum(respondents / np.where(people > 0, people, np.inf), 1.0)
        left = (1.0 - reached) * (1.0 - free)
        alone = (respondents == 1) & (left > 0)
        codes = [f"{stratum} / {psu}" for stratum, psu in psus]
        if self.lonely != "certainty" and alone.any():
            raise LonelyPSU([code for code, one in zip(codes, alone, strict=True) if one], "respondent", "certainty")
        return Strata(
            codes=tuple(codes),
            sampled=respondents,
            free=left,
            alone=alone,
            lonely=self.lonely,
            parents=np.arange(len(codes)),
        )


@dataclass(frozen=True, kw_only=True)
class Strata:
    """The strata of a sample, one entry each: sampled units, share of the frame not sampled, one unit only.

    Units are PSUs; at a later stage they are drawn within a unit of the stage before (`parents`: its number), and
    `free` carries the sampled fraction of the stages before. `domain_lonely` treats a stratum of which a domain keeps
    one unit by the same rule as one of which one unit was sampled (R: options(survey.adjust.domain.lonely)).
    """

    codes: tuple[str, ...]
    sampled: FloatArray
    free: FloatArray
    alone: BoolArray
    lonely: Lonely
    domain_lonely: bool = False
    parents: npt.NDArray[np.int64] | None = None

    @property
    def parent(self) -> npt.NDArray[np.int64]:
        return np.zeros(len(self.codes), dtype=np.int64) if self.parents is None else self.parents
