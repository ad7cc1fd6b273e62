"""How each item fared with respondents: left unanswered, not used, everybody at the top; with the design's doubt.

How items go together is left to `consistency` and the factor modules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.columns import matrix
from analysis.design import BoolArray, FloatArray
from analysis.linear import Estimate
from analysis.survey_data import SurveyData
from analysis.tally import IntArray

NOT_USED, NOT_ASKED = 0, -2  # States of a rated item in an extract; the others below 1 are refusals to answer.


@dataclass(frozen=True, kw_only=True)
class ItemQuality:
    """One entry an item. `asked` and `answered` count respondents.

    `no_answer` and `not_used` are shares of those asked; `ceiling`, `floor` (at the highest and lowest level) and
    `mean` are of those who answered. Standard errors are in each Estimate.
    """

    items: tuple[str, ...]
    asked: IntArray
    answered: IntArray
    no_answer: Estimate
    not_used: Estimate
    ceiling: Estimate
    floor: Estimate
    mean: Estimate

    def table(self) -> pd.DataFrame:
        table = pd.DataFrame({"item": self.items, "asked": self.asked, "answered": self.answered})
        for name in ("no_answer", "not_used", "ceiling", "floor", "mean"):
            estimate: Estimate = getattr(self, name)
            table[name], table[f"{name}_se"] = estimate.value, estimate.se
        return table


def item_quality(
    data: SurveyData,
    items: Sequence[str],
    *,
    highest: int = 5,
    lowest: int = 1,
    gap: Literal["no answer", "not asked"] = "no answer",
) -> ItemQuality:
    """Of columns with answers from `lowest` up and, below 1, the states of an extract.

    `gap` says what a missing value (NULL) means: in an extract of several waves it is "not asked". Raises LonelyPSU.
    """
    values = matrix(data.frame, items)
    states = np.where(np.isnan(values), NOT_ASKED if gap == "not asked" else -1, values)
    answered, asked = states >= lowest, states != NOT_ASKED
    inside = (data.weights > 0)[:, None]

    def shares(of: FloatArray | BoolArray, among: BoolArray) -> Estimate:
        frame = pd.DataFrame(np.where(among, of, np.nan), columns=list(items), index=data.frame.index)
        return estimators.mean(replace(data, frame=frame), list(items))

    return ItemQuality(
        items=tuple(items),
        asked=(asked & inside).sum(axis=0),
        answered=(answered & inside).sum(axis=0),
        no_answer=shares(~answered & (states != NOT_USED), asked),
        not_used=shares(states == NOT_USED, asked),
        ceiling=shares(states == highest, answered),
        floor=shares(states == lowest, answered),
        mean=shares(states, answered),
    )
