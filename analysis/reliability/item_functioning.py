"""Differential item functioning: do people who are equally satisfied answer an item alike in each mode or language?

Ordinal logistic regression of the item on the mean score, the group, and both together (Zumbo 1999; Choi, Gibbons &
Crane 2011), with design-based tests; the regression itself is `comparison.ordinal`. The score contains the item itself
(Holland & Thayer 1988): matched without it, groups that differ in satisfaction seem to differ in every item.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis.comparison.ordinal import ordinal
from analysis.comparison.regression import Coefficients, NotFitted, logistic
from analysis.design import FloatArray
from analysis.multiplicity import adjusted
from analysis.reliability.answers import UnfitAnswers
from analysis.survey_data import SurveyData

ITEM, SCORE, GROUP, BOTH = "item", "score", "group", "score:group"
MODERATE, LARGE = 0.035, 0.07  # Jodoin & Gierl (2001), Applied Measurement in Education 14, 329–349.
ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class ItemFunctioning:
    """One entry an item; `groups` against `reference`, the largest group. Missing (nan) where no model could be fitted.

    `p` tests any difference, `uniform` one that is the same at every satisfaction, `nonuniform` one that changes with
    it; `adjusted` controls the false discovery rate over the items (Benjamini & Hochberg). `effect` is the gain in
    Nagelkerke's R² by the group: `size` is "negligible" below 0.035, "moderate" below 0.07, else "large", and always
    "negligible" where `adjusted` is not below `rate`. `log_odds` (items, groups) of a higher answer, at equal score.
    `anchors` are the items that made up the score, with the item itself; `faults` says why an item has no model.
    """

    items: tuple[str, ...]
    column: str
    reference: str
    groups: tuple[str, ...]
    left_out: tuple[str, ...]
    n: npt.NDArray[np.int64]
    p: FloatArray
    uniform: FloatArray
    nonuniform: FloatArray
    adjusted: FloatArray
    effect: FloatArray
    log_odds: FloatArray
    rate: float
    anchors: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def size(self) -> tuple[str, ...]:
        named = np.where(self.effect < MODERATE, "negligible", np.where(self.effect < LARGE, "moderate", "large"))
        named = np.where(self.adjusted < self.rate, named, "negligible")
        return tuple(str(name) for name in np.where(np.isnan(self.p), "", named))

    def table(self) -> pd.DataFrame:
        own = ("n", "p", "uniform", "nonuniform", "adjusted", "effect", "size")
        columns = {"item": self.items} | {name: getattr(self, name) for name in own}
        odds = {f"log_odds {group}": self.log_odds[:, i] for i, group in enumerate(self.groups)}
        return pd.DataFrame(columns | odds | {"fault": self.faults})


@dataclass(frozen=True, kw_only=True)
class _Found:
    n: int
    p: float
    uniform: float
    nonuniform: float
    effect: float
    log_odds: FloatArray
    fault: str


def item_functioning(
    data: SurveyData,
    items: Sequence[str],
    *,
    by: str,
    minimum: int = 30,
    rate: float = 0.05,
    purify: bool = True,
) -> ItemFunctioning:
    """Differences between the groups of column `by` (mode, language, …) in how `items` of one scale are answered.

    Items must have missing values where there is no answer. Groups with fewer than `minimum` respondents are left out
    and named. With `purify`, items found to differ by a moderate or large effect leave the score, and all are
    tested again until that set stands. Raises UnfitAnswers with fewer than two groups or three items.
    """
    groups, left_out = _groups(data, by, minimum)
    if len(groups) < 2 or len(items) < 3:
        raise UnfitAnswers(f"{by} has fewer than two groups of {minimum} respondents, or the scale fewer than 3 items")
    group = data.frame[by].astype("string").astype(pd.CategoricalDtype(list(groups)))
    answers = data.frame[list(items)].astype("float64")
    anchors, seen = tuple(items), set()
    while True:
        seen.add(anchors)
        models = [_differences(data, answers, item, anchors, group) for item in items]
        found = _gathered(items, by, groups, left_out, rate, anchors, models)
        kept = tuple(item for item, size in zip(items, found.size, strict=True) if size in ("negligible", ""))
        if not purify or kept in seen or len(kept) < 2 or len(seen) == ROUNDS:
            return found
        anchors = kept


def _groups(data: SurveyData, by: str, minimum: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Groups by falling size, and those that are too small."""
    counts = data.frame.loc[data.weights > 0, by].astype("string").value_counts().sort_index()
    counts = counts.sort_values(ascending=False, kind="stable")
    return tuple(counts.index[counts >= minimum]), tuple(counts.index[counts < minimum])


def _differences(
    data: SurveyData, answers: pd.DataFrame, item: str, anchors: Sequence[str], group: pd.Series
) -> _Found:
    """The three nested models of one item, over the same respondents."""
    score = answers[list(dict.fromkeys([*anchors, item]))].mean(axis=1)
    frame = pd.DataFrame({ITEM: answers[item], SCORE: score, GROUP: group})
    used = (data.weights > 0) & frame.notna().all(axis=1).to_numpy(dtype=bool)
    frame[SCORE] = (frame[SCORE] - frame.loc[used, SCORE].mean()) / frame.loc[used, SCORE].std()
    inside = replace(data, frame=frame).subset(used)
    groups = len(group.cat.categories) - 1
    try:
        plain, without = _model(inside, [SCORE])
        uniform, _ = _model(inside, [SCORE, GROUP])
        every, explained = _model(inside, [SCORE, GROUP, BOTH])
        if every.df < 1:
            raise NotFitted(f"{every.df - 1 + len(every.value)} degrees of freedom of the design are too few to test")
    except NotFitted as fault:
        nothing = np.full(groups, np.nan)
        n = int(used.sum())
        return _Found(
            n=n, p=np.nan, uniform=np.nan, nonuniform=np.nan, effect=np.nan, log_odds=nothing, fault=str(fault)
        )
    if groups != uniform.term_of.count(GROUP):
        raise UnfitAnswers(f"a group has no respondent who answered {item}")
    return _Found(
        n=plain.n,
        p=every.test(GROUP, BOTH).p,
        uniform=uniform.test(GROUP).p,
        nonuniform=every.test(BOTH).p,
        effect=explained - without,
        log_odds=uniform.value[[i for i, term in enumerate(uniform.term_of) if term == GROUP]],
        fault="",
    )


def _model(data: SurveyData, terms: Sequence[str]) -> tuple[Coefficients, float]:
    """The regression of the item, and Nagelkerke's R² of it. Raises NotFitted."""
    used = data.weights > 0
    levels, weights = data.frame.loc[used, ITEM], data.weights[used] / data.weights[used].mean()
    if levels.nunique() == 2:
        binary = data.frame.assign(**{ITEM: (data.frame[ITEM] == levels.max()).astype("float64")})
        of_two = logistic(replace(data, frame=binary), outcome=ITEM, terms=terms)
        return of_two, of_two.nagelkerke
    model = ordinal(data, outcome=ITEM, terms=terms)
    totals = np.bincount(np.unique(levels, return_inverse=True)[1], weights=weights)
    nothing = float(special.xlogy(totals, totals / totals.sum()).sum())
    gained = 1.0 - np.exp(2.0 * (nothing - model.log_likelihood) / model.n)
    return model, float(gained / (1.0 - np.exp(2.0 * nothing / model.n)))


def _gathered(
    items: Sequence[str],
    by: str,
    groups: tuple[str, ...],
    left_out: tuple[str, ...],
    rate: float,
    anchors: tuple[str, ...],
    models: Sequence[_Found],
) -> ItemFunctioning:
    p = np.array([model.p for model in models])
    return ItemFunctioning(
        items=tuple(items),
        column=by,
        reference=groups[0],
        groups=groups[1:],
        left_out=left_out,
        n=np.array([model.n for model in models], dtype=np.int64),
        p=p,
        uniform=np.array([model.uniform for model in models]),
        nonuniform=np.array([model.nonuniform for model in models]),
        adjusted=adjusted(p, method="BH"),
        effect=np.array([model.effect for model in models]),
        log_odds=np.stack([model.log_odds for model in models]),
        rate=rate,
        anchors=anchors,
        faults=tuple(model.fault for model in models),
    )
