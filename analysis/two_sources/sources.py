"""Two samples of one population made ready: the same model columns for both, refused where one lacks a level.

Both are `SurveyData`; the open one has no known chances, and its PSUs say which rows belong together.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.model_columns import ModelColumns, levels, model_columns
from analysis.survey_data import SurveyData
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.selection import Samples


def both(
    probability: SurveyData, open_series: SurveyData, terms: Sequence[str], categorical: Sequence[str]
) -> tuple[Samples, tuple[str, ...]]:
    """The samples and the names of their columns. Rows of weight 0 count for nothing.

    Raises TwoSourcesFault where a covariate is missing in a row, or a level occurs in one sample only.
    """
    needed = list(dict.fromkeys(part for term in terms for part in term.split(":")))
    for source in (probability, open_series):
        if absent := [part for part in needed if part not in source.frame]:
            raise TwoSourcesFault(f"both samples must have the covariates; one lacks {', '.join(absent)}")
    together = pd.concat([open_series.frame[needed], probability.frame[needed]], ignore_index=True)
    columns = model_columns(together, terms, categorical=categorical)
    split = len(open_series.frame)
    _check(columns, together, split, (open_series, probability))
    samples = Samples(
        open_x=columns.matrix[:split],
        open_weights=open_series.weights,
        x=columns.matrix[split:],
        weights=probability.weights,
    )
    return samples, columns.names


def _check(columns: ModelColumns, together: pd.DataFrame, split: int, sources: tuple[SurveyData, SurveyData]) -> None:
    used = np.concatenate([source.weights > 0 for source in sources])
    if gaps := int((used & ~columns.complete).sum()):
        raise TwoSourcesFault(f"{gaps} rows lack a covariate; give what is unknown a level of its own")
    for name in together:
        if pd.api.types.is_numeric_dtype(together[name]) and f"{name}" in columns.names:
            continue
        codes, labels = levels(together[name])
        seen = [set(codes[part & used]) for part in (_first(split, len(used)), ~_first(split, len(used)))]
        if alone := sorted(labels[code] for code in seen[0] ^ seen[1]):
            raise TwoSourcesFault(
                f"{name} {', '.join(alone)} occurs in one sample only, so nothing tells how the other would be; "
                "merge it with another level"
            )


def _first(count: int, rows: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.arange(rows) < count
