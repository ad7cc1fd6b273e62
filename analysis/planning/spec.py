"""The sampling part of a Survey Plan as data: strata, stages, allocation, public number, beliefs, costs.

What it draws is left to `draw`; how many cases a stratum gets, to `allocation`; what it promises, to `sizes`.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Column = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Share = Annotated[float, Field(gt=0, lt=1)]
FrameKind = Literal["dossiers", "households", "schools", "visits"]
# A stage whose units no list names yet, only their number: pupils of a class, adults of a household.
PERSON = "person"
CODE = "code"  # The column that names every row of a frame once.


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(Frozen):
    """One stage of the draw. `unit`: the column of the frame that names its units, or `person`.

    `number`: units drawn within each unit of the stage before; the first stage may leave it to the allocation.
    `size`: the column whose sum is a unit's size where units are drawn in proportion to it; without it rows count.
    `order`: the columns by which a systematic draw walks through the list; they spread the sample over their values.
    `reserves`: spare units beside them, used in their order; the first and the last stage may have some.
    """

    unit: Column
    method: Literal["random", "systematic", "proportional", "all"] = "random"
    number: int | None = Field(default=None, ge=1)
    size: Column | None = None
    order: tuple[Column, ...] = ()
    reserves: int = Field(default=0, ge=0, le=20)


class Allocation(Frozen):
    """How many cases each stratum gets out of `total`."""

    rule: Literal["proportional", "equal", "power", "neyman"] = "proportional"
    total: int = Field(ge=1)
    minimum: int = Field(default=0, ge=0)  # Of a stratum, as far as it has that many.
    maximum: int | None = Field(default=None, ge=1)  # What one unit's officers can visit, whatever its size.
    power: float = Field(default=0.5, ge=0, le=1)  # 1: proportional, 0: equal (Bankier 1988).
    spread: dict[str, float] = {}  # By stratum the standard deviation expected (Neyman 1934).


class PublicNumber(Frozen):
    """The number that nobody can know when the plan is sealed."""

    source: str = Field(min_length=5)  # "Xổ số kiến thiết Thanh Hóa, giải đặc biệt"
    day: date
    digits: int = Field(default=6, ge=4, le=20)


class Assumptions(Frozen):
    """What is believed before the data arrive. `items` and `item_correlation`: of an index; 1 item is one question."""

    share: Share = 0.85  # Satisfied, where nothing better is known.
    correlation: float = Field(default=0.05, ge=0, lt=1)  # Of two answers from one PSU (ICC).
    response: float = Field(default=0.85, gt=0, le=1)  # Of the cases drawn, those that answer.
    truths: tuple[Share, ...] = (0.83, 0.85, 0.88)
    target: Share = 0.80
    level: float = Field(default=0.95, ge=0.5, le=0.999)
    margin: float = Field(default=0.05, gt=0, le=0.5)  # e of the official n = N / (1 + N e²).
    items: int = Field(default=1, ge=1, le=200)
    item_correlation: float = Field(default=1.0, ge=0, le=1)


class Effort(Frozen):
    """What one case, one PSU and the whole cost (đồng), and how fast officers work."""

    per_case: int = Field(default=0, ge=0)
    per_psu: int = Field(default=0, ge=0)
    fixed: int = Field(default=0, ge=0)
    officers: int = Field(default=1, ge=1)
    cases_per_day: float = Field(default=8.0, gt=0)  # Of one officer.


class SamplePlan(Frozen):
    kind: FrameKind
    strata: tuple[Column, ...] = Field(min_length=1)
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=4)
    allocation: Allocation
    reinterview: float = Field(default=0.05, ge=0, le=0.5)
    public_number: PublicNumber
    area: str = ""  # The code of the unit that stands for all, where strata are not units.
    simulated: bool = False
    assumptions: Assumptions = Assumptions()
    effort: Effort = Effort()

    @model_validator(mode="after")
    def _stages_fit(self) -> Self:
        if self.stages[-1].unit not in (CODE, PERSON):
            raise ValueError("the last stage draws the rows of the frame (unit: code) or persons (unit: person)")
        if any(stage.unit in (CODE, PERSON) for stage in self.stages[:-1]) and self.stages[-1].unit != PERSON:
            raise ValueError("rows of the frame and persons can be drawn in the last stages only")
        if any(stage.reserves for stage in self.stages[1:-1]):
            raise ValueError("only the first and the last stage can have reserves")
        if any(stage.number is None and stage.method != "all" for stage in self.stages[1:]):
            raise ValueError("every stage but the first says its number, or draws all")
        return self

    @property
    def finite(self) -> bool:
        """Whether variances may count the first stage as drawn without replacement, with equal chances."""
        return self.stages[0].method in ("random", "all")
