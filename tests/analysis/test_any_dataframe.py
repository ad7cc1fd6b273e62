"""The library over any DataFrame: dtypes that pandas has, and input that cannot be, refused in a sentence."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis import estimators, intervals
from analysis.columns import NotNumbers, UnknownTerms, numbers
from analysis.comparison import crosstab, linear, logistic, ordinal, pairwise, rank_test, t_test
from analysis.quantiles import quantile
from analysis.reliability.consistency import consistency
from analysis.replicates import ReplicateData, replicates_of
from analysis.survey_data import BadDesign, SurveyData
from analysis.weighting import WeightingFault, poststratify, rake


def make_frame() -> pd.DataFrame:
    i = np.arange(80)
    return pd.DataFrame(
        {
            "h": np.where(i < 40, "a", "b"),
            "i": i // 5,
            "w": 1.0 + (7 * i % 11) / 10,
            "y": (13 * i % 29) / 3.0,
            "g": np.array(["x", "y", "z"])[(i * i + i // 5) % 3],
            "r": (1 + (i**3 + 2 * i) % 23 % 5).astype(float),
            "o": ((11 * i + i // 5) % 7 < 4).astype(float),
        }
    ).mask(lambda table: (table.index.to_numpy() == 7)[:, None] & table.columns.isin(["y", "g", "r"])[None, :])


def design(frame: pd.DataFrame) -> SurveyData:
    return SurveyData.of(frame, strata="h", psu="i", weight="w")


def _numbers_of(data: SurveyData) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """A number or two from every method that reads columns."""
    estimates = {
        "mean": estimators.mean(data, "y", by="g"),
        "share": estimators.share(data, "g"),
        "rate": estimators.rate(data, "r", by=["h", "g"]),
        "index": estimators.index(data, ["r", "o"], positive=(1, 4, 5)),
        "dispersion": estimators.dispersion(data, ["y", "o"], by="g"),
        "jackknife": estimators.mean(replicates_of(data, "JKn"), "y", by="g"),
        "pairs": pairwise(data, value="y", by="g").difference,
    }
    tests = {
        "table": crosstab(data, rows="g", columns="r").test(),
        "t": t_test(data, value="y", group="o"),
        "ranks": rank_test(data, value="r", group="g"),
    }
    models = {
        "linear": linear(data, outcome="y", terms=["g", "r"]),
        "logistic": logistic(data, outcome="o", terms=["g", "y"]),
        "ordinal": ordinal(data, outcome="r", terms=["y"]),
    }
    return {
        **{name: np.concatenate([found.value, found.se]) for name, found in estimates.items()},
        **{name: np.array([test.value, test.p]) for name, test in tests.items()},
        **{name: np.concatenate([model.value, model.se]) for name, model in models.items()},
        "quantiles": quantile(data, "y", [0.2, 0.5], by="g").low,
        "alpha": np.array([consistency(data, ["r", "o", "y"]).alpha]),
    }


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "changed",
    [
        lambda table: table.convert_dtypes(),
        lambda table: table.convert_dtypes(dtype_backend="pyarrow"),
        lambda table: table.astype({"h": "category", "g": "category", "i": "category", "o": "category"}),
        lambda table: table.astype({"g": object, "r": object, "y": object}),
        lambda table: table.set_index(np.zeros(len(table), dtype=int)),
    ],
    ids=["nullable", "arrow", "category", "object", "index repeats"],
)
def test_dtypes_make_no_difference(changed: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    found, plain = _numbers_of(design(changed(make_frame()))), _numbers_of(design(make_frame()))

    for name, expected in plain.items():
        assert found[name] == pytest.approx(expected, rel=1e-12, nan_ok=True), name


def test_categories_keep_their_order_and_their_unused_levels() -> None:
    levels = pd.Categorical(make_frame()["g"], ["z", "y", "x", "never"], ordered=True)
    found = estimators.share(design(make_frame().assign(g=levels)), "g")

    assert found.codes == ("g=z", "g=y", "g=x", "g=never")
    assert (found.value[3], found.se[3]) == (0.0, 0.0)


def test_rows_without_a_key_are_in_no_domain() -> None:
    found = estimators.dispersion(design(make_frame()), "o", by="g")

    assert found.n.sum() == 79


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"weight": "nope", "fpc": "neither"}, "no column neither, nope"),
        ({"lonely": "adjust"}, "R: adjust is centre"),
        ({"weight": "g"}, "column g holds text"),
    ],
)
def test_designs_are_refused_in_a_sentence(named: dict[str, str], says: str) -> None:
    with pytest.raises(BadDesign, match=says):
        SurveyData.of(make_frame(), **{"strata": "h", "psu": "i"} | named)


def test_a_table_without_rows_is_no_sample() -> None:
    with pytest.raises(BadDesign, match="no rows"):
        SurveyData.of(make_frame().head(0), weight="w")


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"replicates": []}, "0 replicate weights"),
        ({"replicates": ["w", "o"], "rscales": [1.0]}, "2 replicate weights, 1 rscales"),
        ({"replicates": ["w", "v"]}, "no column v"),
    ],
)
def test_replicates_are_refused_in_a_sentence(named: dict[str, object], says: str) -> None:
    with pytest.raises(BadDesign, match=says):
        ReplicateData.of(make_frame(), **{"weight": "w", "kind": "BRR"} | named)


@pytest.mark.parametrize(
    "asked",
    [
        lambda data: estimators.mean(data, "nope"),
        lambda data: estimators.mean(data, "y", by="nope"),
        lambda data: estimators.share(data, "nope"),
        lambda data: quantile(data, "nope"),
        lambda data: pairwise(data, value="y", by="nope"),
        lambda data: consistency(data, ["y", "nope"]),
    ],
)
def test_unknown_columns_are_named(asked: Callable[[SurveyData], object]) -> None:
    with pytest.raises(UnknownTerms, match="no column nope"):
        asked(design(make_frame()))


def test_text_is_not_reckoned_with() -> None:
    for text in (make_frame()["y"].astype(str), pd.Categorical(make_frame()["g"])):
        with pytest.raises(NotNumbers, match="y "):
            estimators.mean(design(make_frame().assign(y=text)), "y")
    with pytest.raises(NotNumbers, match="r holds text"):
        estimators.rate(design(make_frame().assign(r=make_frame()["r"].astype(str))), "r")
    with pytest.raises(NotNumbers, match="2 columns called y"):
        numbers(pd.concat([make_frame(), make_frame()[["y"]]], axis=1), "y")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda data: intervals.limits(estimators.mean(data, "y")), "means and totals have wald"),
        (lambda data: intervals.limits(estimators.mean(data, "o"), level=95), "like 0.95"),
        (lambda data: intervals.limits(estimators.mean(data, "o"), method="exact"), "methods are"),
        (lambda data: quantile(data, "y", 1.5), "between 0 and 1"),
        (lambda data: estimators.ratio(data, ["y", "o", "r"], ["w", "y"]), "one denominator"),
        (lambda data: estimators.index(data, ["r", "o"], weights={"r": 1.0}), "each of its items"),
        (lambda data: replicates_of(data, "other"), "can be built as"),
    ],
)
def test_questions_without_an_answer_say_why(asked: Callable[[SurveyData], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        asked(design(make_frame()))


def test_known_counts_name_their_column() -> None:
    counts = pd.Series({"x": 30.0, "y": 30.0, "z": 20.0})
    for weigh in (lambda data: poststratify(data, counts=counts), lambda data: rake(data, margins=[counts])):
        with pytest.raises(WeightingFault, match=r"named after the column.*rename_axis"):
            weigh(design(make_frame()))
