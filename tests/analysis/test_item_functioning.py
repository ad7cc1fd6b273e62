"""Items that work differently in groups, and items that respondents leave or all put at the top: invented answers."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis.reliability.answers import UnfitAnswers
from analysis.reliability.item_functioning import ItemFunctioning, item_functioning
from analysis.reliability.item_quality import item_quality
from analysis.survey_data import SurveyData
from tests.analysis.survey_a import ITEMS, respondents, rows_of

SCALE = tuple(f"Q{i}" for i in range(1, 9))


def make_answers(n: int = 1200, seed: int = 4, shift: float = 0.0, slope: float = 1.0, levels: int = 5) -> pd.DataFrame:
    """Eight items of one satisfaction; at Q1 online respondents stand `shift` higher and lean `slope` times on it.

    Online respondents are also less satisfied on the whole, which must not count as a difference of any item.
    """
    draw = np.random.default_rng(seed)
    online = draw.random(n) < 0.4
    satisfaction = draw.normal(size=n) - 0.8 * online
    latent = 1.3 * satisfaction[:, None] + draw.logistic(size=(n, len(SCALE)))
    latent[:, 0] += online * (shift + 1.3 * (slope - 1.0) * satisfaction)
    cuts = np.linspace(-2.0, 1.5, levels - 1)
    frame = pd.DataFrame(np.digitize(latent, cuts) + 1.0, columns=list(SCALE))
    return frame.assign(mode=np.where(online, "qr_open", "tablet"), psu=draw.integers(0, 60, n))


@cache
def _found(shift: float = 0.0, slope: float = 1.0, levels: int = 5) -> ItemFunctioning:
    return item_functioning(SurveyData.of(make_answers(4000, 4, shift, slope, levels), psu="psu"), SCALE, by="mode")


def test_groups_that_differ_only_in_satisfaction_show_no_item_that_differs() -> None:
    found = _found()
    assert (found.reference, found.groups) == ("tablet", ("qr_open",))
    assert set(found.size) == {"negligible"}
    assert (found.adjusted > 0.05).all()
    assert np.abs(found.log_odds).max() < 0.15


def test_an_item_that_stands_higher_in_a_group_is_found_with_its_size() -> None:
    """1.5 on the logit scale, and only at Q1; the others are tested without it in their score."""
    found = _found(shift=1.5)
    assert found.size[0] in ("moderate", "large")
    assert set(found.size[1:]) == {"negligible"}
    assert found.log_odds[0, 0] == pytest.approx(1.5, abs=0.25)
    assert found.uniform[0] < 1e-6
    assert found.anchors == SCALE[1:]


def test_an_item_that_leans_less_on_satisfaction_is_nonuniform() -> None:
    found = _found(slope=0.1)
    assert found.nonuniform[0] < 1e-6
    assert found.adjusted[0] < 1e-6
    assert (found.nonuniform[1:] > 0.001).all()


def test_items_of_two_levels_are_compared_too() -> None:
    found = _found(shift=1.5, levels=2)
    assert found.faults == ("",) * len(SCALE)
    assert found.log_odds[0, 0] == pytest.approx(1.5, abs=0.3)
    assert found.size[0] != "negligible"


@pytest.mark.slow
def test_a_false_difference_is_claimed_in_few_surveys() -> None:
    """The corrected list names any of eight sound items in about one survey of twenty; 30 surveys allow up to 5."""
    claims = 0
    for seed in range(30):
        data = SurveyData.of(make_answers(600, 100 + seed), psu="psu")
        claims += bool((item_functioning(data, SCALE, by="mode", purify=False).adjusted < 0.05).any())
    assert claims <= 5


def test_small_groups_are_left_out_and_named() -> None:
    frame = make_answers().assign(mode=lambda table: table["mode"].where(table.index >= 20, "kiosk"))
    found = item_functioning(SurveyData.of(frame, psu="psu"), SCALE, by="mode")
    assert found.left_out == ("kiosk",)
    with pytest.raises(UnfitAnswers, match="fewer than two groups"):
        item_functioning(SurveyData.of(frame), SCALE, by="mode", minimum=1000)


def test_an_item_without_a_model_says_why() -> None:
    frame = make_answers().assign(Q2=5.0)
    found = item_functioning(SurveyData.of(frame, psu="psu"), SCALE, by="mode")
    assert np.isnan(found.p[1])
    assert found.faults[1] != ""
    assert found.size[1] == ""
    assert not np.isnan(np.delete(found.adjusted, 1)).any()


def test_states_of_an_extract_are_told_apart() -> None:
    """Of five asked, one skipped and one did not use it; of three answers two are at the top."""
    frame = pd.DataFrame({"A1": [5, 5, 1, 0, -1, -2], "A2": [4, 4, 4, 4, 4, np.nan]})
    found = item_quality(SurveyData.of(frame), ["A1", "A2"], gap="not asked")
    assert found.asked.tolist() == [5, 5]
    assert found.answered.tolist() == [3, 5]
    assert found.no_answer.value == pytest.approx([1 / 5, 0])
    assert found.not_used.value == pytest.approx([1 / 5, 0])
    assert found.ceiling.value == pytest.approx([2 / 3, 0])
    assert found.floor.value == pytest.approx([1 / 3, 0])
    assert found.mean.value == pytest.approx([11 / 3, 4])


def test_the_mean_of_an_item_is_what_r_says_with_its_error() -> None:
    expected = _means()
    data = SurveyData.of(respondents("responses_2023.csv"), strata="commune", psu="psu", weight="w_nr")
    table = item_quality(data, ITEMS).table().set_index("item")
    for item, (mean, se) in expected.items():
        assert table.loc[item, "mean"] == pytest.approx(mean, rel=1e-9)
        assert table.loc[item, "mean_se"] == pytest.approx(se, rel=1e-9)
    assert table.loc["A1", "answered"] == 1446
    assert (table["no_answer"] > 0).all()


def _means() -> dict[str, tuple[float, float]]:
    rows = [row for row in rows_of("item_by_commune.csv") if row["domain"] == "ALL"]
    return {row["item"]: (float(row["mean"]), float(row["mean_se"])) for row in rows}
