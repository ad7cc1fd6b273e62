"""Known totals of the population, matched with the sample: which levels, which rows, nothing left over on either side.

A margin is a pandas Series of counts whose index names the column (or columns) of the sample.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.columns import require
from analysis.design import BoolArray, FloatArray
from analysis.model_columns import ModelColumns
from analysis.survey_data import SurveyData
from analysis.tally import IntArray
from analysis.weighting.classes import joined, row_groups
from analysis.weighting.faults import TargetsDisagree, UnmatchedLevels, WeightingFault

AGREEMENT = 1e-6  # Margins of one population add up to the same total, relatively.


class Cells:
    """The cells of one margin: each row's cell (-1: none) and each cell's label and target."""

    def __init__(self, frame: pd.DataFrame, margin: pd.Series) -> None:
        if not isinstance(margin, pd.Series) or None in margin.index.names:
            raise WeightingFault(
                "known counts are a Series whose index is named after the column(s) of the sample: "
                'pd.Series({"f": 5100, "m": 4900}).rename_axis("sex")'
            )
        self.columns = tuple(str(name) for name in margin.index.names)
        require(frame, self.columns)
        self.labels = tuple(joined(key) for key in margin.index)
        self.targets: FloatArray = margin.to_numpy(dtype=np.float64)
        if not (np.isfinite(self.targets).all() and (self.targets >= 0).all()):
            raise WeightingFault(f"the targets of {self.name} must be counts, none missing or negative")
        if len(set(self.labels)) < len(self.labels):
            raise WeightingFault(f"the targets of {self.name} name a level twice")
        position = {label: i for i, label in enumerate(self.labels)}
        self._group_of, self._groups = row_groups(frame, self.columns)
        self.cell_of: IntArray = np.array([position.get(group, -1) for group in self._groups])[self._group_of]

    @property
    def name(self) -> str:
        return " × ".join(self.columns)

    def check(self, weights: FloatArray) -> None:
        """Raises UnmatchedLevels unless every row with a weight has a cell and every cell with a target a row."""
        strays = np.unique(self._group_of[(self.cell_of < 0) & (weights > 0)])
        stray = [self._groups[i] for i in strays]
        total = self.totals(weights)
        empty = [
            label for label, had, wanted in zip(self.labels, total, self.targets, strict=True) if wanted and not had
        ]
        if stray or empty:
            raise UnmatchedLevels(self.name, without_target=stray, without_row=empty)

    def totals(self, weights: FloatArray) -> FloatArray:
        inside = self.cell_of >= 0
        sums = np.bincount(self.cell_of[inside], weights=weights[inside], minlength=len(self.labels))
        return sums.astype(np.float64)

    def indicators(self) -> FloatArray:
        """(rows, cells) of 0 and 1"""
        inside: BoolArray = self.cell_of[:, None] == np.arange(len(self.labels))
        return inside.astype(np.float64)


def matched_margins(data: SurveyData, margins: Sequence[pd.Series]) -> tuple[Cells, ...]:
    """The margins of a raking, each complete. Raises UnmatchedLevels, TargetsDisagree."""
    cells = tuple(Cells(data.frame, margin) for margin in margins)
    if not cells:
        raise WeightingFault("raking needs at least one margin")
    for one in cells:
        one.check(data.weights)
    totals = [one.targets.sum() for one in cells]
    if max(totals) - min(totals) > AGREEMENT * max(totals):
        said = ", ".join(f"{one.name} {total:g}" for one, total in zip(cells, totals, strict=True))
        raise TargetsDisagree(f"the margins add up to different populations: {said}")
    return cells


def matched_totals(columns: ModelColumns, totals: Mapping[str, float]) -> FloatArray:
    """The totals in the order of the columns. Raises UnmatchedLevels."""
    missing = [name for name in columns.names if name not in totals]
    unknown = [name for name in totals if name not in columns.names]
    if missing or unknown:
        raise UnmatchedLevels("totals", without_target=missing, without_row=unknown)
    return np.array([totals[name] for name in columns.names], dtype=np.float64)
