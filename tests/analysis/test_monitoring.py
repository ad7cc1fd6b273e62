"""Limits that may be looked at every day: their error over whole surveys, and what the ordinary interval does there."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.monitoring import Kind, MeanSequence, MonitoringFault, ShareSequence, restored, saved, share_limits, watch

DAYS = 60


def _counts(draw: np.random.Generator, share: float, surveys: int) -> tuple[np.ndarray, np.ndarray]:
    """Satisfied and all answers (surveys, days) up to each day, some 12 a day."""
    n = draw.poisson(12, (surveys, DAYS))
    return np.cumsum(draw.binomial(n, share), axis=1).astype(float), np.cumsum(n, axis=1).astype(float)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.98])
def test_a_share_watched_daily_is_wrong_in_at_most_five_of_a_hundred_surveys(share: float) -> None:
    """4,000 surveys of 60 days, looked at every day."""
    hits, n = _counts(np.random.default_rng(1), share, 4000)
    low, high = share_limits(hits, n)
    wrong = ((low > share) | (high < share)).any(axis=1).mean()

    assert wrong <= 0.05


def test_an_ordinary_interval_watched_daily_is_wrong_far_more_often() -> None:
    hits, n = _counts(np.random.default_rng(1), 0.8, 4000)
    low, high = special.betaincinv(hits, n - hits + 1, 0.025), special.betaincinv(hits + 1, n - hits, 0.975)
    wrong = ((low > 0.8) | (high < 0.8)).any(axis=1).mean()

    assert wrong > 0.12


def test_a_false_met_while_watching_is_rare() -> None:
    """The truth is exactly 80 %: the lower limit rises above it on any of 60 days in at most 5 % of surveys."""
    hits, n = _counts(np.random.default_rng(4), 0.8, 4000)

    assert (share_limits(hits, n)[0] > 0.8).any(axis=1).mean() <= 0.05


@pytest.mark.parametrize(("a", "b"), [(16.0, 4.0), (4.0, 1.0), (0.8, 0.2)])
def test_a_mean_watched_daily_is_wrong_in_at_most_five_of_a_hundred_surveys(a: float, b: float) -> None:
    """120 surveys of 30 days with 10 answers each, from values close together to nearly yes and no."""
    draw = np.random.default_rng(2)
    wrong = 0
    for _ in range(120):
        values = draw.beta(a, b, 300)
        table = watch(
            pd.DataFrame({"day": np.arange(300) // 10, "value": values}), day="day", value="value", kind="mean"
        ).table()
        wrong += bool(((table["low"] > 0.8) | (table["high"] < 0.8)).any())

    assert wrong / 120 <= 0.05


def test_betting_uses_that_an_index_varies_little() -> None:
    values = np.random.default_rng(3).beta(16, 4, 500)
    by_betting, as_share = (sequence.after(values).limits for sequence in (MeanSequence.start(), ShareSequence()))

    assert by_betting[1] - by_betting[0] < 0.5 * (as_share[1] - as_share[0])
    assert by_betting[0] < 0.8 < by_betting[1]


def test_the_limits_are_where_betting_has_won_twentyfold() -> None:
    """Against 0.5 after 9 of 10: B(9.5, 1.5) / B(0.5, 0.5) / 0.5^10, by hand 9.5, so 0.5 is still kept at 95 %."""
    capital = special.beta(9.5, 1.5) / special.beta(0.5, 0.5) / 0.5**10

    for level, kept in ((1 - 1 / (capital * 1.001), True), (1 - 1 / (capital * 0.999), False)):
        low, _ = share_limits(np.array([9.0]), np.array([10.0]), level=level)
        assert bool(low[0] <= 0.5) is kept


def test_a_day_added_to_a_kept_state_is_the_whole_at_once() -> None:
    values = np.random.default_rng(5).random(700)
    for start in (ShareSequence(), MeanSequence.start()):
        kept = restored(json.loads(json.dumps(saved(start.after(values[:301])))))
        in_parts, at_once = kept.after(values[301:]), start.after(values)

        assert in_parts.limits == pytest.approx(at_once.limits, abs=1e-12)
        assert (in_parts.n, in_parts.estimate) == (700, pytest.approx(values.mean()))


def test_nothing_seen_yet_says_nothing() -> None:
    for sequence in (ShareSequence(), MeanSequence.start()):
        assert sequence.limits == (0.0, 1.0)
        assert np.isnan(sequence.estimate)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_everybody_agrees(value: float) -> None:
    for sequence in (ShareSequence(), MeanSequence.start()):
        low, high = sequence.after(np.full(100, value)).limits
        assert low <= value <= high
        assert high - low < 0.12


@pytest.mark.parametrize("kind", ["share", "mean"])
def test_a_source_that_changes_is_noticed(kind: Kind) -> None:
    """40 days of 90 %, then the same QR is photographed and shared: 30 %."""
    draw = np.random.default_rng(6)
    values = np.concatenate([draw.random(800) < 0.9, draw.random(800) < 0.3]).astype(float)
    table = watch(pd.DataFrame({"day": np.arange(1600) // 20, "v": values}), day="day", value="v", kind=kind).table()

    assert not table["changed"][:40].any()
    assert table["changed"].iloc[-1]
    assert np.isnan(table["low"].iloc[-1])


def test_units_watched_jointly_share_the_error() -> None:
    draw = np.random.default_rng(7)
    frame = pd.DataFrame(
        {"day": np.arange(400) // 40, "unit": draw.choice(["a", "b", "c"], 400), "score": draw.integers(1, 6, 400)}
    )
    options = {"day": "day", "value": "score", "by": "unit", "kind": "mean", "bounds": (1.0, 5.0)}
    alone, together = (watch(frame, **options, jointly=jointly).table() for jointly in (False, True))

    assert set(alone["unit"]) == {"a", "b", "c"}
    assert (together["low"] <= alone["low"]).all()
    assert (together["high"] >= alone["high"]).all()
    assert alone["estimate"].between(1, 5).all()
    assert (alone.groupby("unit")["low"].diff().dropna() >= 0).all()


def test_values_outside_their_bounds_are_refused() -> None:
    with pytest.raises(MonitoringFault, match="outside 0 to 1"):
        watch(pd.DataFrame({"day": [1], "v": [5.0]}), day="day", value="v")
