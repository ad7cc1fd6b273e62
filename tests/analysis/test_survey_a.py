"""Survey A beside R 4.2.2, survey 4.5 (reference cases P07, P08, P09 and P18 on invented data).

svydesign(ids = ~psu, strata = ~commune, weights = ~w_nr, data = r); each JSON quotes its calls.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analysis import intervals
from analysis.design import LonelyPSU
from analysis.estimation import Domain, Sample
from analysis.linear import Estimate
from analysis.tally import Measure
from tests.analysis.said_by_r import CLOSE, agrees
from tests.analysis.survey_a import (
    DATA,
    DESIGN,
    FACTORS,
    ITEMS,
    make_sample,
    respondents,
    rows_of,
    score,
    share,
    values_of,
)


def _row_measures(factor: str) -> tuple[Measure, Measure]:
    """Each respondent's own share of satisfied answers, and own mean score."""
    items = FACTORS[factor]
    answered = " OR ".join(f'"{item}" >= 1' for item in items)
    total = {
        "hits": " + ".join(f'coalesce(CAST("{item}" >= 4 AS INTEGER), 0)' for item in items),
        "score": " + ".join(f'coalesce("{item}", 0)' for item in items),
        "answers": " + ".join(f'coalesce(CAST("{item}" >= 1 AS INTEGER), 0)' for item in items),
    }
    return (
        Measure(f"rowmean_{factor}", answered, f"({total['hits']}) / ({total['answers']})", "real"),
        Measure(f"score_{factor}", answered, f"({total['score']}) / ({total['answers']})", "real"),
    )


@cache
def _sample() -> Sample:
    measures = [*map(share, ITEMS), *map(score, ITEMS), *(m for factor in FACTORS for m in _row_measures(factor))]
    return make_sample([*measures, share("overall")], by=("commune", "counter", "rgroup"))


@cache
def _domain(commune: str) -> Domain:
    return _sample().domain(**({} if commune == "ALL" else {"commune": commune}))


@cache
def _items(commune: str) -> Estimate:
    return _domain(commune).ratios([*ITEMS, *(f"{item}~score" for item in ITEMS), "overall"]).estimate()


def _floats(estimate: Estimate, i: int) -> tuple[np.ndarray, ...]:
    return tuple(np.array([float(column[i])]) for column in (estimate.value, estimate.se, estimate.df, estimate.n))


@pytest.mark.parametrize("row", rows_of("item_by_commune.csv"), ids=lambda row: f"{row['domain']}-{row['item']}")
def test_each_item_in_each_commune_is_what_r_says(row: dict[str, str]) -> None:
    found = _items(row["domain"])
    i, mean = found.codes.index(row["item"]), found.codes.index(f"{row['item']}~score")
    expected = {key: float(value) if value else np.nan for key, value in row.items() if key not in ("domain", "item")}
    p, se, df, n = _floats(found, i)

    assert (n, df) == (expected["n"], expected["df"])
    assert p == pytest.approx(expected["share"], rel=CLOSE)
    assert se == pytest.approx(expected["se"], rel=CLOSE, abs=1e-14)
    assert found.value[mean] == pytest.approx(expected["mean"], rel=CLOSE)
    assert found.se[mean] == pytest.approx(expected["mean_se"], rel=CLOSE)
    if expected["beta_lo"] > 0:
        assert found.deff[i] == pytest.approx(expected["deff_replace"], rel=CLOSE)
        limits = {
            "xlogit": intervals.logit(p, se, df),
            "beta": intervals.korn_graubard(p, se, df, n),
            "wilson": intervals.wilson(p, se, df, n),
            "mean": intervals.student_t(p, se, df),
        }
        for method, (low, high) in limits.items():
            assert low == pytest.approx(expected[f"{method}_lo"], rel=1e-8), method
            assert high == pytest.approx(expected[f"{method}_hi"], rel=1e-8), method
        if not np.isnan(expected["logit_hi"]):  # R's glm stops early, and fails where one PSU decides.
            low, high = limits["xlogit"]
            assert [low[0], high[0]] == pytest.approx([expected["logit_lo"], expected["logit_hi"]], abs=1e-7)


def _index(kind: str, factor: str, commune: str) -> Estimate:
    domain, items = _domain(commune), FACTORS[factor]
    if kind == "pooled":
        return domain.pooled(factor, items, 0).estimate()
    if kind == "meanitems":
        return domain.ratios(items).mean_of(factor, range(len(items)), 0).estimate()
    return domain.ratios([f"{kind}_{factor}"]).estimate()


@pytest.mark.parametrize("kind", ["pooled", "meanitems", "rowmean", "score"])
@pytest.mark.parametrize("factor", FACTORS)
def test_each_definition_of_an_index_is_what_r_says(kind: str, factor: str) -> None:
    whole = values_of(DATA / "factor_index.json")[f"{kind}_{factor}"]
    communes = [row for row in rows_of("index_by_commune.csv") if (row["factor"], row["kind"]) == (factor, kind)]
    agrees(_index(kind, factor, "ALL"), {key: whole[key] for key in whole if key != "vcov"})

    for row in communes:
        found = _index(kind, factor, row["commune"])
        assert found.value[0] == pytest.approx(float(row["est"]), rel=CLOSE), row
        assert found.se[0] == pytest.approx(float(row["se"]), rel=CLOSE), row


def test_an_index_of_complete_respondents_with_stated_weights_is_what_r_says() -> None:
    """Row means of the five factors, of those who answered in each, times .15 .20 .25 .25 .15."""
    parts = [_row_measures(factor)[0] for factor in "ABCDE"]
    complete = " AND ".join(f"({part.answered})" for part in parts)
    sample = make_sample([replace(part, answered=complete) for part in parts])
    rates = sample.domain().ratios([part.code for part in parts])
    found = rates.weighted("index", np.array([0.15, 0.20, 0.25, 0.25, 0.15]), range(5), 0).estimate()

    expected = values_of(DATA / "factor_index.json")["weighted_index"]
    agrees(found, expected)


def test_the_mean_of_two_shares_carries_their_covariance() -> None:
    both = '("A1" >= 1) AND ("A2" >= 1)'
    sample = make_sample([Measure(item, both, f'{both} AND "{item}" >= 4') for item in ("A1", "A2")])
    found = sample.domain().ratios(["A1", "A2"]).mean_of("both", [0, 1], 0).estimate()

    expected = values_of(DATA / "factor_index.json")["check_two_items_complete"]
    agrees(found, expected)


def test_the_shares_of_the_levels_are_what_r_says() -> None:
    sample = make_sample([Measure(f"A1={level}", '"A1" >= 1', f'"A1" = {level}') for level in range(1, 6)])
    found = sample.domain().ratios([f"A1={level}" for level in range(1, 6)]).estimate()

    expected = values_of(DATA / "item_by_commune.json")["A1_levels"]
    assert found.value == pytest.approx(expected["est"], rel=CLOSE)
    assert found.se == pytest.approx(expected["se"], rel=CLOSE)


def test_domains_that_cross_strata_are_what_r_says() -> None:
    expected = values_of(DATA / "item_by_commune.json")
    for key, name in (("counter", "A1_by_counter"), ("rgroup", "A1_by_rgroup")):
        for i, value in enumerate(expected[name]["by"][key]):
            found = _sample().domain(**{key: str(value)}).ratios(["A1"]).estimate()
            assert found.value[0] == pytest.approx(expected[name]["est"][i], rel=CLOSE)
            assert found.se[0] == pytest.approx(expected[name]["se"][i], rel=CLOSE)

    index = values_of(DATA / "factor_index.json")["by_counter_T"]
    for i, value in enumerate(index["by"]["counter"]):
        found = _sample().domain(counter=str(value)).ratios(["rowmean_T"]).estimate()
        assert found.value[0] == pytest.approx(index["est"][i], rel=CLOSE)
        assert found.se[0] == pytest.approx(index["se"][i], rel=CLOSE)

    counter = _sample().domain(counter="3").ratios(["A1"]).estimate()
    assert (counter.df[0], counter.n[0]) == (
        expected["A1_counter3_degf"]["df"],
        expected["A1_counter3_degf"]["n"],
    )


def test_a_finite_population_correction_is_what_r_says() -> None:
    """svydesign(…, fpc = ~M_psu): M_psu villages in the frame of a commune, m_psu of them sampled."""
    communes = respondents("responses_2023.csv").groupby("commune")
    fraction = communes["psu"].nunique() / communes["M_psu"].first()
    design = replace(DESIGN, fraction={str(code): float(sampled) for code, sampled in fraction.items()})
    sample = make_sample([share(item) for item in ("A1", "C2", "E4")], design)
    found = sample.domain().ratios(["A1", "C2", "E4"]).estimate()

    expected = values_of(DATA / "item_by_commune.json")
    assert found.se == pytest.approx([expected[f"{item}_des1"]["se"] for item in ("A1", "C2", "E4")], rel=CLOSE)


def test_two_stages_from_sums_by_respondent_are_what_r_says() -> None:
    """svydesign(ids = ~psu + hh, fpc = ~M_psu + N_hh): every village a stratum of the people who answered in it."""
    table = respondents("responses_2023.csv")
    communes, villages = table.groupby("commune"), table.groupby(["commune", "psu"])["N_hh"].first()
    fraction = communes["psu"].nunique() / communes["M_psu"].first()
    design = replace(
        DESIGN,
        fraction={str(code): float(sampled) for code, sampled in fraction.items()},
        respondent="hh",
        people={(str(commune), str(psu)): int(people) for (commune, psu), people in villages.items()},
    )
    sample = make_sample([share(item) for item in ("A1", "C2", "E4")], design, by=("hh", "commune"))
    found = sample.domain().ratios(["A1", "C2", "E4"]).estimate()
    expected = values_of(DATA / "item_by_commune.json")

    assert found.se == pytest.approx([expected[f"{item}_des2"]["se"] for item in ("A1", "C2", "E4")], rel=CLOSE)
    assert found.df[0] == _items("ALL").df[0]
    for commune, se in zip(sorted(communes.groups), expected["A1_by_commune_des2"]["se"], strict=True):
        one = sample.domain(commune=str(commune)).ratios(["A1"]).estimate()
        assert one.se[0] == pytest.approx(se, rel=CLOSE, abs=1e-14)


WITH_SPREAD = [row for row in rows_of("above_80.csv") if row["lo_beta"]]


@pytest.mark.parametrize("row", WITH_SPREAD, ids=lambda row: f"{row['item']}-{row['commune']}")
def test_lower_limits_of_the_90_percent_interval_are_what_r_says(row: dict[str, str]) -> None:
    found = _items(row["commune"])
    p, se, df, n = _floats(found, found.codes.index(row["item"]))

    assert intervals.korn_graubard(p, se, df, n, level=0.9)[0] == pytest.approx(float(row["lo_beta"]), rel=1e-8)
    assert intervals.wilson(p, se, df, n, level=0.9)[0] == pytest.approx(float(row["lo_wilson"]), rel=1e-8)
    assert intervals.effective_size(p, se, df, n, 0.9) == pytest.approx(float(row["n_eff_df"]), rel=1e-8)


LONELY = values_of(DATA / "lonely.json")
RULES = {"certainty": "certainty", "average": "average", "centre": "adjust"}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_for_a_lonely_psu_is_what_r_says(rule: str) -> None:
    design = replace(DESIGN, lonely=rule)
    sample = make_sample([share("A1"), share("overall")], design, by=("counter", "rgroup"), file="lonely.csv")
    whole = sample.domain().ratios(["A1"]).estimate()
    total = sample.domain().totals(["overall"]).estimate()
    crossing = sample.domain(counter="2", rgroup="business").ratios(["A1"]).estimate()
    expected = {name: LONELY[f"{name}_{RULES[rule]}"] for name in ("A1", "total")}
    part = LONELY[f"domain_{RULES[rule]}_FALSE"]

    assert whole.value[0] == pytest.approx(expected["A1"]["est"], rel=CLOSE)
    assert whole.se[0] == pytest.approx(expected["A1"]["se"], rel=CLOSE)
    assert whole.df[0] == expected["A1"]["df"]
    assert total.value[0] == pytest.approx(expected["total"]["est"], rel=CLOSE)
    assert total.se[0] == pytest.approx(expected["total"]["se"], rel=CLOSE)
    assert crossing.se[0] == pytest.approx(part["se"], rel=CLOSE)
    assert (crossing.n[0], crossing.df[0]) == (part["n"], part["df"])


def test_lonely_strata_are_named_until_a_rule_is_chosen() -> None:
    with pytest.raises(LonelyPSU) as found:
        make_sample([share("A1")], file="lonely.csv")

    assert sorted(found.value.strata) == ["17", "30", "4"]
