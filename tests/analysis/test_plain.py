"""A plain sample from sums of products against the same sample with a cell a response."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from analysis import plain
from analysis.design import Design
from analysis.engine import DuckDB
from analysis.estimation import Domain, Sample
from analysis.plain import PlainSample, plain_sample
from analysis.tally import Measure, tally
from tests.analysis.extracts import make_extract, make_row, read_figures
from tests.analysis.test_command import run

ITEMS = ("a", "b", "c", "d")
SCORES = tuple(f"{item}~score" for item in ITEMS)
MEASURES = (
    *(Measure(item, f"{item} >= 1", f"{item} >= 4") for item in ITEMS),
    *(Measure(f"{item}~score", f"{item} >= 1", item, "score") for item in ITEMS),
    Measure("trips", "trips IS NOT NULL", "trips", "number"),
)


def make_rows(n: int = 700, **columns: object) -> pd.DataFrame:
    """Answers that hang together, with gaps; trips of both signs."""
    draw = np.random.default_rng(4)
    person = draw.normal(1, 0.7, n)
    rows = {item: (1 + np.searchsorted([-1, 0, 0.7, 1.6], person + draw.normal(0, 0.7, n))) for item in ITEMS}
    table = pd.DataFrame(rows | {"trips": draw.integers(-3, 900, n), "unit": draw.choice(["x", "y", "z"], n)})
    table[list(ITEMS)] = table[list(ITEMS)].where(draw.random((n, len(ITEMS))) > 0.1, -1)
    return table.assign(id=[f"{i:05d}" for i in range(n)], **columns)


def both_ways(table: pd.DataFrame) -> tuple[Sample, PlainSample]:
    connection = duckdb.connect()
    connection.register("people", table)
    design, engine = Design(psu="id", lonely="certainty"), DuckDB(connection)
    cells = tally(engine, "people", MEASURES, design=design, by=("unit",))
    return Sample.of(cells, design), plain_sample(engine, "people", MEASURES, by=("unit",), together=(ITEMS, SCORES))


def check(one: Domain, other: Domain, close: float = 1e-12) -> None:
    assert one.respondents == other.respondents
    rates = [domain.ratios(ITEMS) for domain in (one, other)]
    n = int(np.sum(np.any(one.tally.n[:, one.tally.base_of[: len(ITEMS)]] > 0, axis=1)))
    pairs = [
        (one.ratios([*ITEMS, *SCORES, "trips"]), other.ratios([*ITEMS, *SCORES, "trips"])),
        (one.totals(["a", "trips"]), other.totals(["a", "trips"])),
        (one.pooled("all", ITEMS, n), other.pooled("all", ITEMS, n)),
        (one.pooled("scores", SCORES, n), other.pooled("scores", SCORES, n)),
        tuple(rate.mean_of("index", range(4), n) for rate in rates),
        tuple(rate.weighted("blocks", np.array([0.7, -0.3]), [0, 3], n) for rate in rates),
    ]
    for by_cell, by_product in pairs:
        expected, found = by_cell.estimate(), by_product.estimate()
        assert found.value == pytest.approx(expected.value, rel=1e-14, nan_ok=True)
        assert found.se == pytest.approx(expected.se, rel=close, abs=1e-15, nan_ok=True), found.codes
        assert (found.base == expected.base).all()
        if found.codes != ("blocks",):
            known = ~np.isnan(expected.value)
            assert (found.df == expected.df)[known].all(), found.codes


@pytest.mark.parametrize("at_once", [1, 7, 300])
def test_products_give_the_variance_of_a_cell_a_response(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(plain, "AT_ONCE", at_once)
    cells, products = both_ways(make_rows())

    check(cells.domain(), products.domain())
    for unit in "xyz":
        check(cells.domain(unit=unit), products.domain(unit=unit))
    assert len(products.tally.rows) == 3


@pytest.mark.parametrize(
    "alike", [{"a": 5, "b": 5, "c": 5, "d": 5}, {"a": 3, "b": 3, "c": 3, "d": 3}, {"a": -1, "b": 4, "c": 0, "d": 5}]
)
def test_where_everybody_answers_alike_there_is_no_doubt(alike: dict[str, int]) -> None:
    cells, products = both_ways(make_rows(**alike))

    check(cells.domain(), products.domain())
    assert np.nanmax(products.domain().ratios([*ITEMS, *SCORES]).estimate().se) == 0.0


def test_one_dissatisfied_among_many_is_not_taken_for_none() -> None:
    """Products near each other cancel: of a mean score's standard error of 0.0002 eleven digits are left."""
    rows = make_rows(5000, a=5, b=5, c=5, d=5)
    rows.loc[17, "a"] = 1
    cells, products = both_ways(rows)

    check(cells.domain(), products.domain(), close=1e-11)
    assert products.domain().ratios(["a"]).estimate().se[0] > 1e-4


@pytest.mark.parametrize("n", [1, 2])
def test_few_responses(n: int) -> None:
    check(*(sample.domain() for sample in both_ways(make_rows(n))))


def test_measures_that_nobody_asked_to_combine_have_no_variance() -> None:
    _, products = both_ways(make_rows())
    mixed = products.domain().ratios(["a", "trips"]).mean_of("both", [0, 1], 700).estimate()

    assert np.isnan(mixed.se[0])


def test_open_answers_have_the_figures_of_a_plain_sample(tmp_path: Path) -> None:
    """The same answers on tablets without a plan, where a response has a cell, and by open QR, where it has none."""
    draw = np.random.default_rng(8)
    levels = draw.choice([5, 4, 3, 1, 0, -1], (400, 3), p=[0.5, 0.25, 0.1, 0.05, 0.05, 0.05]).tolist()
    answers = [{"A1": a, "A2": b, "B1": c, "trips": a + 5, "unit": f"00{i % 3}"} for i, (a, b, c) in enumerate(levels)]
    figures = []
    for mode in ("tablet", "qr_open"):
        extract = make_extract(tmp_path / mode, [make_row(mode=mode, **answer) for answer in answers])
        assert run(extract, tmp_path / f"{mode}-release").exit_code == 0
        found = read_figures(tmp_path / f"{mode}-release")
        figures.append([row for row in found.values() if row["domain_type"] != "mode"])

    assert len(figures[0]) == len(figures[1]) > 100
    for drawn, came in zip(*figures, strict=True):
        for column in ("code", "domain", "n", "base", "estimate", "se", "df", "low", "high", "deff"):
            assert drawn[column] == came[column], (drawn["id"], column)
