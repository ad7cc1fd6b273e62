"""The sampling part of a Survey Plan as data: strata, stages, allocation, reserves, re-interviews, the public number.

What it draws is left to `draw`; how many cases a stratum gets, to `allocation`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Column = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# A stage whose units no list names yet, only their number: pupils of a class, adults of a household.
PERSON = "person"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(Frozen):
    """One stage of the draw. `unit`: the column of the frame that names its units, or `person`.

    `number`: units drawn within each unit of the stage before; the first stage may leave it to the allocation.
    `size`: the column whose sum is a unit's size where units are drawn in proportion to it; without it rows count.
    """

    unit: Column
    method: Literal["random", "systematic", "proportional", "all"] = "random"
    number: int | None = Field(default=None, ge=1)
    size: Column | None = None


class Allocation(Frozen):
    """How many cases each stratum gets out of `total`."""

    rule: Literal["proportional", "equal", "power", "neyman"] = "proportional"
    total: int = Field(ge=1)
    minimum: int = Field(default=0, ge=0)  # Of a stratum, as far as it has that many.
    power: float = Field(default=0.5, ge=0, le=1)  # 1: proportional, 0: equal (Bankier 1988).
    spread: dict[str, float] = {}  # By stratum the standard deviation expected (Neyman 1934).


class PublicNumber(Frozen):
    """The number that nobody can know when the plan is sealed."""

    source: str = Field(min_length=5)  # "Xổ số kiến thiết Thanh Hóa, giải đặc biệt"
    day: date
    digits: int = Field(default=6, ge=4, le=20)


class SamplePlan(Frozen):
    strata: tuple[Column, ...] = Field(min_length=1)
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=4)
    allocation: Allocation
    reserves: int = Field(default=0, ge=0, le=20)  # For every unit of the stage before the last.
    reinterview: float = Field(default=0.05, ge=0, le=0.5)
    public_number: PublicNumber

    @property
    def take(self) -> int:
        """Cases that one first-stage unit brings; 1 where the first stage draws the cases themselves."""
        take = 1
        for stage in self.stages[1:]:
            take *= stage.number or 1
        return take
