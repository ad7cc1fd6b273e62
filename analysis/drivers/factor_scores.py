"""Each respondent's own mean score and share of satisfied answers by factor: the drivers and their performance."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

SHARE = "~share"


def factor_scores(
    frame: pd.DataFrame, factors: Mapping[str, Sequence[str]], *, positive: Collection[float] = (4, 5)
) -> pd.DataFrame:
    """Columns "A" (mean of the answers given) and "A~share" (share of them that are `positive`) for each factor.

    Items must have missing values where there is no answer; who answered none of a factor's items is missing in it.
    """
    columns = {}
    for factor, items in factors.items():
        answers = frame[list(items)].astype("float64")
        satisfied = answers.isin(list(positive)).where(answers.notna())
        columns[factor] = answers.mean(axis=1)
        columns[factor + SHARE] = satisfied.astype("float64").mean(axis=1)
    return pd.DataFrame(columns, index=frame.index)
