"""Post-stratification: each cell's weights are multiplied so that they add up to the cell's known count."""

import numpy as np
import pandas as pd

from analysis.survey_data import SurveyData
from analysis.weighting.diagnostics import Margin, Weighted
from analysis.weighting.projection import CellMeans, after
from analysis.weighting.targets import Cells


def poststratify(data: SurveyData, *, counts: pd.Series) -> Weighted:
    """Weights that reproduce `counts`, whose index is named after the column(s) of the cells (R's postStratify).

    Holt & Smith (1979), JRSS A 142, 33–46. Raises UnmatchedLevels.
    """
    cells, before = Cells(data.frame, counts), data.weights
    cells.check(before)
    had = cells.totals(before)
    factor = cells.targets / np.where(had > 0, had, 1.0)
    weights = np.where(cells.cell_of >= 0, before * factor[cells.cell_of], 0.0)
    calibration = CellMeans(
        weights=weights, before=before, cell_of=np.maximum(cells.cell_of, 0), cells=len(cells.labels)
    )
    margins = zip(cells.labels, cells.targets, had, cells.totals(weights), strict=True)
    return Weighted(
        step="post-stratify",
        data=data.with_weights(weights, calibration=after(data.calibration, calibration)),
        before=before,
        margins=tuple(
            Margin(name=f"{cells.name} = {label}", target=float(target), before=float(was), attained=float(now))
            for label, target, was, now in margins
        ),
        classes=pd.DataFrame({"class": cells.labels, "factor": factor}),
    )
