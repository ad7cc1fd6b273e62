"""Estimators over DataFrames on survey A beside R 4.2.2, survey 4.5: P07, P09, P11, P15 and P18.

svydesign(ids = ~psu, strata = ~commune, weights = ~w_nr, data = r); each JSON quotes its calls.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import estimators, intervals, multiplicity, significance
from analysis.comparison.t_tests import t_test
from analysis.contrasts import contrast, differences
from analysis.design import LonelyPSU
from analysis.linear import Estimate
from analysis.replicates import replicates_of
from analysis.survey_data import SurveyData
from analysis.weighting.calibration import rake
from tests.analysis.said_by_r import CLOSE, agrees, result_agrees
from tests.analysis.survey_a import DATA, FACTORS, ITEMS, respondents, rows_of, values_of


def make_data(table: pd.DataFrame | None = None, **design: Any) -> SurveyData:
    stated: dict[str, Any] = {"strata": "commune", "psu": "psu", "weight": "w_nr"} | design
    return SurveyData.of(respondents("responses_2023.csv") if table is None else table, **stated)


@cache
def _by_commune() -> dict[str, tuple[Estimate, Estimate]]:
    """Rates and means of all items in every commune, and in all."""
    data, items = make_data(), [*ITEMS, "overall"]
    found = {"ALL": (estimators.rate(data, items), estimators.mean(data, items))}
    for commune in sorted(data.frame["commune"].unique()):
        part = data.subset(data.frame["commune"] == commune)
        found[str(commune)] = (estimators.rate(part, items), estimators.mean(part, items))
    return found


def test_p07_all_items_in_all_communes_at_once() -> None:
    data = make_data()
    table = estimators.rate(data, list(ITEMS), by="commune").table()
    rows = pd.DataFrame(rows_of("item_by_commune.csv"))
    rows = rows[rows["domain"] != "ALL"].set_index("domain")
    expected = pd.concat([rows[rows["item"] == item].loc[table["commune"].unique().astype(str)] for item in ITEMS])

    assert len(table) == 22 * 41
    assert table["value"].to_numpy() == pytest.approx(expected["share"].astype(float).to_numpy(), rel=CLOSE)
    assert table["se"].to_numpy() == pytest.approx(expected["se"].astype(float).to_numpy(), rel=CLOSE, abs=1e-14)
    assert table["df"].tolist() == expected["df"].astype(int).tolist()
    assert table["base"].tolist() == expected["n"].astype(int).tolist()
    one = make_data().subset(data.frame["commune"] == 1)
    assert estimators.rate(one, "A1").missing == pytest.approx(one.frame[one.weights > 0]["A1"].isna().sum())


@pytest.mark.parametrize(
    ("name", "design"),
    [("des1", {"fpc": "M_psu"}), ("des2", {"psu": ["psu", "hh"], "fpc": ["M_psu", "N_hh"]})],
)
def test_p07_a_finite_population_at_one_and_at_two_stages(name: str, design: dict[str, Any]) -> None:
    expected = values_of(DATA / "item_by_commune.json")
    data = make_data(**design)

    for item in ("A1", "C2", "E4"):
        agrees(estimators.rate(data, item), expected[f"{item}_{name}"])


def test_p07_two_stages_by_commune_and_domains_across_strata() -> None:
    expected = values_of(DATA / "item_by_commune.json")
    two = make_data(psu=["psu", "hh"], fpc=["M_psu", "N_hh"])
    for name, data, by in (
        ("A1_by_commune_des2", two, ["commune"]),
        ("A1_by_counter", make_data(), ["counter"]),
        ("A1_by_rgroup", make_data(), ["rgroup"]),
        ("A1_by_age_sex", make_data(), ["sex", "age"]),  # R lets the first key run fastest.
    ):
        agrees(estimators.rate(data, "A1", by=by), expected[name])


def test_p07_levels_means_and_design_effects() -> None:
    expected, data = values_of(DATA / "item_by_commune.json"), make_data()
    for found, name in (
        (estimators.rate(data, "A1"), "A1_all"),
        (estimators.mean(data, "A1"), "A1_mean_all"),
        (estimators.share(data, "A1"), "A1_levels"),
    ):
        agrees(found, expected[name])
    third = estimators.rate(data.subset(data.frame["counter"] == 3), "A1")
    low, high = intervals.limits(third, method="korn_graubard")
    beta = expected["A1_counter3_beta"]
    assert [third.value[0], low[0], high[0]] == pytest.approx([beta["est"], beta["lower"], beta["upper"]], rel=1e-8)


def test_p08_the_index_is_the_same_over_rows_and_over_sums() -> None:
    expected, data = values_of(DATA / "factor_index.json"), make_data()
    items = [item for item in ITEMS if item[0] == "C"]

    for found, name in ((estimators.index(data, items), "meanitems_C"), (estimators.pooled(data, items), "pooled_C")):
        agrees(found, expected[name])
    for factor, own in FACTORS.items():
        agrees(estimators.pooled(data, list(own)), expected[f"pooled_{factor}"])
    by_commune = estimators.index(data, items, by="commune")
    rows = [row for row in rows_of("index_by_commune.csv") if (row["factor"], row["kind"]) == ("C", "meanitems")]
    se = {row["commune"]: float(row["se"]) for row in rows}
    assert by_commune.se == pytest.approx([se[str(commune)] for commune in by_commune.table()["commune"]], rel=CLOSE)


TESTS = {"wald": ("p_wald", "lo_wald"), "logit": ("p_logit", "lo_logit"), "wilson": ("p_score", "lo_wilson")} | {
    "korn_graubard": ("p_kg", "lo_beta")
}


@pytest.mark.parametrize("method", TESTS)
def test_p09_each_test_against_80_percent(method: str) -> None:
    p_name, low_name = TESTS[method]
    rows = rows_of("above_80.csv")
    for row in rows:
        rates, _ = _by_commune()[row["commune"]]
        i = rates.codes.index(row["item"])
        p = significance.share_p_values(rates, 0.8, method=method, level=0.9)[i]
        low = intervals.limits(rates, method=method, level=0.9)[0][i]
        if row[p_name]:
            assert p == pytest.approx(float(row[p_name]), rel=1e-8), row
            assert low == pytest.approx(float(row[low_name]), rel=1e-7 if method == "logit" else 1e-8), row
            assert method != "logit" or low == pytest.approx(float(row["lo_xlogit"]), rel=1e-8), row
            assert (low > 0.8) == (p < 0.05), row


@pytest.mark.parametrize("adjustment", ["holm", "BH", "BY", "bonferroni"])
@pytest.mark.parametrize("test", ["wald", "logit", "score", "kg"])
def test_p09_adjustment_for_many_communes(test: str, adjustment: Any) -> None:
    for item in ("A3", "E4", "overall"):
        rows = [row for row in rows_of("above_80.csv") if row["item"] == item and row["commune"] != "ALL"]
        p = np.array([float(row[f"p_{test}"] or "nan") for row in rows])
        expected = np.array([float(row[f"{test}_{adjustment}"] or "nan") for row in rows])

        assert multiplicity.adjusted(p, method=adjustment) == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_p09_the_choice_of_the_test_is_a_choice_of_communes() -> None:
    """How many of the 41 are above 80 % in item A3, each by itself and after Benjamini–Hochberg (n_reject_A3)."""
    found = [rates for commune, (rates, _) in _by_commune().items() if commune != "ALL"]
    named = {}
    for method in TESTS:
        of_items = [significance.share_p_values(rates, 0.8, method=method, level=0.9) for rates in found]
        p = np.array([values[rates.codes.index("A3")] for values, rates in zip(of_items, found, strict=True)])
        named[method] = tuple(int(np.sum(each < 0.05)) for each in (p, multiplicity.adjusted(p, method="BH")))

    assert named == {"wald": (9, 2), "logit": (4, 0), "wilson": (5, 0), "korn_graubard": (4, 0)}


@cache
def _two_years() -> pd.DataFrame:
    both = pd.concat([respondents("responses_2023.csv"), respondents("responses_2024.csv")], ignore_index=True)
    return both.assign(
        ystr=both["year"].astype(str) + " " + both["commune"].astype(str),
        ypsu=both["year"].astype(str) + " " + both["psu"].astype(str),
    )


DESIGNS: dict[str, dict[str, Any]] = {"st": {}, "ind": {"strata": "ystr", "psu": "ypsu"}}


@pytest.mark.parametrize("design", DESIGNS)
def test_p11_the_change_between_years_knows_the_villages_they_share(design: str) -> None:
    expected = values_of(DATA / "two_years.json")
    data = make_data(_two_years(), **DESIGNS[design])
    for item in ("A1", "C4", "E4", "overall"):
        years = estimators.rate(data, item, by="year")
        change = differences(years)
        value = expected[f"{item}_{design}"]

        agrees(years, {"est": value["est"], "se": np.sqrt(np.diag(value["vcov"])), "vcov": value["vcov"]})
        assert change.value[0] == pytest.approx(value["diff"], rel=CLOSE)
        assert change.se[0] == pytest.approx(value["se"], rel=CLOSE)
        assert data.degrees_of_freedom() == value["df"]
    assert data.degrees_of_freedom() == expected["degf"][design]


@pytest.mark.parametrize("design", DESIGNS)
def test_p11_the_change_in_each_commune(design: str) -> None:
    data = make_data(_two_years(), **DESIGNS[design])
    rows = [row for row in rows_of("change_by_commune.csv") if row["design"] == design]
    years = estimators.rate(data, "overall", by=["commune", "year"])
    sums = {
        row["commune"]: {f"overall[{row['commune']}, 2024]": 1.0, f"overall[{row['commune']}, 2023]": -1.0}
        for row in rows
    }
    change = contrast(years, sums)
    p = significance.p_values(change)

    shares = dict(zip(years.codes, years.value, strict=True))
    for year in ("2023", "2024"):
        expected = [float(row[f"p{year}"]) for row in rows]
        assert [shares[f"overall[{row['commune']}, {year}]"] for row in rows] == pytest.approx(expected, rel=CLOSE)
    assert change.value == pytest.approx([float(row["diff"]) for row in rows], rel=CLOSE)
    assert change.se == pytest.approx([float(row["se"]) for row in rows], rel=CLOSE)
    assert change.df.tolist() == [int(row["df"]) for row in rows]
    assert p == pytest.approx([float(row["p_two_sided"]) for row in rows], rel=1e-8)
    for method in ("BH", "holm"):
        assert multiplicity.adjusted(p, method=method) == pytest.approx([float(r[method]) for r in rows], rel=1e-8)


def test_p11_the_t_test_of_two_years() -> None:
    expected = values_of(DATA / "two_years.json")
    table = _two_years().assign(above=lambda t: (t["overall"] >= 4).where(t["overall"].notna()).astype(float))
    for value, name in (("above", "ttest_overall"), ("overall", "ttest_score")):
        found = t_test(make_data(table), value=value, group="year")
        result_agrees(found, expected[name])


def test_p15_the_jackknife_of_strata() -> None:
    expected = values_of(DATA / "replicates.json")
    data = replicates_of(make_data(), "JKn")
    for found, name in (
        (estimators.rate(data, "A1"), "sipas_jkn_A1"),
        (estimators.rate(data, "A1", by="counter"), "sipas_jkn_by_counter"),
    ):
        agrees(found, expected[name])


def test_p15_each_replicate_is_raked_again() -> None:
    expected, design = values_of(DATA / "replicates.json")["sipas_jkn_raked_A1"], make_data()
    margins = [pd.read_csv(DATA / f"population_{name}.csv").set_index(name)["Freq"] for name in ("age", "sex", "urban")]
    data = replicates_of(design, "JKn").reweighted(lambda one: rake(one, margins=margins))
    found = estimators.rate(data, "A1")

    agrees(found, expected)


LONELY = values_of(DATA / "lonely.json")
# In R's words; "remove" leaves a lonely PSU out of the variance, which is what its certainty does.
RULES = {"certainty": ("certainty", "remove"), "average": ("average",), "centre": ("adjust",)}


@pytest.mark.parametrize("domain_lonely", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_p18_each_rule_also_where_a_domain_leaves_one_psu(rule: str, domain_lonely: bool) -> None:
    data = make_data(respondents("lonely.csv"), lonely=rule, domain_lonely=domain_lonely)
    domain = data.subset((data.frame["counter"] == 2) & (data.frame["rgroup"] == "business"))
    found = estimators.rate(domain, "A1")
    by_group = estimators.rate(data, "A1", by=["counter", "rgroup"])
    i = by_group.codes.index("A1[2, business]")

    for called in RULES[rule]:
        expected = LONELY[f"domain_{called}_{str(domain_lonely).upper()}"]
        agrees(found, expected)
        assert (found.n[0], found.df[0]) == (expected["n"], expected["df"])
        assert by_group.se[i] == pytest.approx(expected["se"], rel=CLOSE)


@pytest.mark.parametrize("rule", RULES)
def test_p18_each_rule_over_everybody(rule: str) -> None:
    data = make_data(respondents("lonely.csv"), lonely=rule)
    above = data.frame.assign(above=(data.frame["overall"] >= 4).where(data.frame["overall"].notna()).astype(float))
    rates = estimators.rate(data, "A1")

    for called in RULES[rule]:
        agrees(rates, LONELY[f"A1_{called}"])
        assert rates.df[0] == LONELY[f"A1_{called}"]["df"]
        agrees(estimators.total(make_data(above, lonely=rule), "above"), LONELY[f"total_{called}"])


def test_p18_without_a_rule_the_strata_are_named() -> None:
    with pytest.raises(LonelyPSU) as found:
        estimators.rate(make_data(respondents("lonely.csv")), "A1")

    assert found.value.strata == ("4", "17", "30")
