"""Estimators over DataFrames beside R 4.2.2, survey 4.5: P01 to P04 and P20."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import estimators, intervals
from analysis.comparison.crosstabs import crosstab
from analysis.contrasts import contrast
from analysis.linear import Estimate
from analysis.survey_data import SurveyData
from analysis.weighting.poststratification import poststratify
from tests.analysis.package_data import Cases
from tests.analysis.said_by_r import CLOSE, agrees, result_agrees


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest) -> Cases:
    return Cases(Path(request.config.getoption("--refcases")))


def _printed(found: Estimate, value: str, se: str) -> None:
    """To the last printed digit."""
    for ours, theirs in ((found.value[0], value), (found.se[0], se)):
        assert ours == pytest.approx(float(theirs), abs=0.5001 * 10.0 ** -len(theirs.partition(".")[2])), theirs


def test_p01_means_and_totals(cases: Cases) -> None:
    expected, data, plain = cases.expected("P01"), cases.strata(), cases.strata(fpc=False)

    agrees(estimators.mean(data, ["api00", "api99"]), expected["mean"], deff="deff_finite")
    agrees(estimators.mean(plain, ["api00", "api99"]), expected["mean_nofpc"], deff="deff_finite")
    agrees(estimators.mean(data, "api00"), expected["mean_deff_replace"])
    agrees(estimators.total(data, ["enroll", "api.stu"]), expected["total"], deff="deff_finite")
    agrees(estimators.share(data, "comp.imp"), expected["share_comp_imp"])
    agrees(estimators.share(data, "stype"), expected["share_stype"])
    agrees(estimators.ratio(data, "api.stu", "enroll"), expected["ratio"])
    both = estimators.mean(data, ["api00", "api99"])
    agrees(contrast(both, {"growth": {"api00": 1.0, "api99": -1.0}}), expected["contrast"])


def test_p01_domains(cases: Cases) -> None:
    expected, data = cases.expected("P01"), cases.strata()
    table = data.frame.assign(above=(data.frame["api00"] >= 700).astype(float))
    rated = SurveyData.of(table, strata="stype", weight="pw", fpc="fpc")
    improved = data.subset(data.frame["comp.imp"] == "Yes")

    agrees(estimators.mean(data, "api00", by="stype"), expected["by_stype"])
    agrees(estimators.mean(data, "api00", by="comp.imp"), expected["by_comp"])
    agrees(estimators.mean(rated, "above", by=["sch.wide", "comp.imp"]), expected["by_2way"])
    agrees(estimators.ratio(data, "api.stu", "enroll", by="comp.imp"), expected["by_ratio"])
    agrees(estimators.total(improved, "enroll"), expected["domain_total"])
    assert estimators.mean(data, "api00").df[0] == expected["degf"]
    assert estimators.mean(improved, "api00").df[0] == expected["degf_subset"]


def test_p01_dispersion_and_intervals(cases: Cases) -> None:
    expected, data = cases.expected("P01"), cases.strata()
    found = estimators.dispersion(data, ["api00", "api99"])
    upper = np.triu_indices(2)

    assert found.value == pytest.approx(np.array(expected["var"]["cov"])[upper], rel=CLOSE)
    assert found.se == pytest.approx(np.array(expected["var"]["se"])[upper], rel=CLOSE)
    mean = estimators.mean(data, "api00")
    for name, level, df in (("ci_t", 0.95, None), ("ci_90", 0.90, None), ("ci_z", 0.95, np.inf)):
        low, high = intervals.limits(mean, method="wald", level=level, df=df)
        assert [low[0], high[0]] == pytest.approx(expected[name]["values"][0], rel=1e-8)


def test_p02_clusters(cases: Cases) -> None:
    expected, data, plain = cases.expected("P02"), cases.clusters(), cases.clusters(fpc=False)

    agrees(estimators.mean(data, ["api00", "api99"]), expected["mean"], deff="deff_finite")
    agrees(estimators.mean(plain, ["api00", "api99"]), expected["mean_wr"])
    agrees(estimators.total(data, "enroll"), expected["total"], deff="deff_finite")
    agrees(estimators.ratio(data, "api.stu", "enroll"), expected["ratio"])
    agrees(estimators.share(data, "stype"), expected["share_stype"], deff="deff_finite")
    agrees(estimators.count(data, "stype"), expected["total_stype"])
    agrees(estimators.mean(data, ["api00", "api99"], by="stype"), expected["by_stype"])
    agrees(estimators.share(data, "sch.wide", by="stype"), expected["by_stype_share"])
    agrees(estimators.share(plain, "comp.imp", levels=["Yes"], by="stype"), expected["by_wr_share"])
    school = estimators.mean(data, "api00")
    assert school.df[0] == expected["degf"]
    assert np.array(intervals.of_means(school, 0.95))[:, 0] == pytest.approx(expected["ci_t"]["values"][0], rel=1e-8)


def test_p02_covariance_of_domains(cases: Cases) -> None:
    expected, data = cases.expected("P02"), cases.clusters()
    schools = estimators.mean(data, "api00", by="stype")
    sums = {f"E_minus_{other}": {"api00[E]": 1.0, f"api00[{other}]": -1.0} for other in "HM"}

    assert schools.covariance() == pytest.approx(np.array(expected["cov_by"]["values"]), rel=CLOSE)
    agrees(contrast(schools, sums), expected["contrast_by"])


def test_p03_two_stages(cases: Cases) -> None:
    """svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284): weights follow from the populations."""
    expected, table = cases.expected("P03"), cases.table("mu284")
    data = SurveyData.of(table, psu=["id1", "id2"], fpc=["n1", "n2"])
    weighted = table.assign(w=data.weights, above=(table["y1"] > 40).astype(float))

    agrees(estimators.total(data, "y1"), expected["total"])
    assert estimators.total(data, "y1").se[0] ** 2 == pytest.approx(expected["total_var"]["values"][0][0], rel=CLOSE)
    assert data.weights == pytest.approx(list(expected["weights"].values()), rel=CLOSE)
    agrees(estimators.mean(data, "y1"), expected["deff"], deff="deff_finite")
    agrees(
        estimators.mean(SurveyData.of(weighted, psu="id1", fpc="n1", weight="w"), "y1"), expected["mean_stage1_only"]
    )
    agrees(estimators.mean(SurveyData.of(weighted, psu="id1", weight="w"), "y1"), expected["mean_wr"])
    two = SurveyData.of(weighted, psu=["id1", "id2"], fpc=["n1", "n2"])
    agrees(estimators.mean(two, "above"), expected["share_y1_gt40"])


def test_p04_strata_and_clusters_of_the_textbooks(cases: Cases) -> None:
    expected = cases.expected("P04")
    hospital = SurveyData.of(cases.table("hospital"), strata="oblevel", fpc="tothosp", weight="weighta")
    counties = SurveyData.of(cases.table("unemp_strat"), strata="str", psu="clu", weight="wt", fpc="fpc")

    agrees(estimators.mean(hospital, "births"), expected["hospital_mean"])
    agrees(estimators.total(hospital, "births"), expected["hospital_total"])
    agrees(estimators.mean(hospital, "births", by="oblevel"), expected["hospital_by"])
    agrees(estimators.mean(counties, "ue91"), expected["unemp_mean"])
    agrees(estimators.ratio(counties, "ue91", "lab91"), expected["unemp_ratio"])
    for population in (8, 32):
        table = cases.table("unemp_cluster").assign(fpc=population)
        data = SurveyData.of(table, psu="clu", weight="wt", fpc="fpc")
        agrees(estimators.total(data, ["ue91", "lab91"]), expected[f"cluster_total_fpc{population}"])
        agrees(estimators.ratio(data, "ue91", "lab91"), expected[f"cluster_ratio_fpc{population}"])


def test_p04_a_certainty_psu_by_rule_and_by_its_population(cases: Cases) -> None:
    expected, table = cases.expected("P04"), cases.table("unemp_certainty")
    by_rule = SurveyData.of(table, strata="str", psu="clu", weight="wt", lonely="certainty")
    by_fpc = SurveyData.of(table, strata="str", psu="clu", weight="wt", fpc="fpc")

    for data, name in ((by_rule, "certainty_option"), (by_fpc, "certainty_fpc")):
        agrees(estimators.mean(data, "ue91"), expected[name])
        agrees(estimators.total(data, "ue91"), expected[f"{name}_total"])
    _printed(estimators.mean(by_rule, "ue91"), "445.18", "150.47")
    _printed(estimators.mean(by_fpc, "ue91"), "445.18", "132.39")
    _printed(estimators.total(by_rule, "ue91"), "15077", "521.12")
    _printed(estimators.total(by_fpc, "ue91"), "15077", "458.53")


def test_p04_a_sample_weighted_to_known_counts(cases: Cases) -> None:
    """postStratify(du6, ~poststr, …): counts of 7 and 25 of the 32 municipalities."""
    expected = cases.expected("P04")
    data = SurveyData.of(cases.table("unemp_poststrat"), psu="id", weight="wt", fpc="fpc")
    counts = pd.Series([7.0, 25.0], index=pd.Index([1, 2], name="poststr"))
    weighted = poststratify(data, counts=counts).data

    agrees(estimators.total(weighted, "ue91"), expected["post_total"])
    agrees(estimators.mean(weighted, "ue91"), expected["post_mean"])
    agrees(estimators.ratio(weighted, "ue91", "lab91"), expected["post_ratio"])
    by_size = estimators.mean(weighted, "ue91", by="poststr")
    agrees(by_size, expected["post_by"])
    _printed(estimators.mean(weighted, "ue91"), "565.81", "187.93")
    _printed(estimators.total(weighted, "ue91"), "18106", "6013.6")
    _printed(by_size.only(0), "1868", "852.35238")
    _printed(by_size.only(1), "201.2", "30.07237")


def test_p04_what_sudaan_and_sas_printed(cases: Cases) -> None:
    """Lehtonen & Pahkinen, Levy & Lemeshow, as quoted in survey/inst/ucla-examples.pdf."""
    hospital = SurveyData.of(cases.table("hospital"), strata="oblevel", fpc="tothosp", weight="weighta")
    births = estimators.mean(hospital, "births", by="oblevel")
    counties = SurveyData.of(cases.table("unemp_strat"), strata="str", psu="clu", weight="wt", fpc="fpc")
    clusters = SurveyData.of(cases.table("unemp_cluster").assign(fpc=32), psu="clu", weight="wt", fpc="fpc")
    both = estimators.total(clusters, ["ue91", "lab91"])

    _printed(estimators.mean(hospital, "births"), "1164.4", "215.28")
    _printed(estimators.total(hospital, "births"), "183983", "34014")
    assert births.se == pytest.approx([63.56802, 334.01701, 441.67075], abs=6e-6)
    _printed(estimators.mean(counties, "ue91"), "475.33", "133.73")
    _printed(estimators.ratio(counties, "ue91", "lab91"), "0.1277788", "0.003173564")
    _printed(both.only(0), "13188", "3814.9")
    _printed(both.only(1), "102004", "34473.4")
    _printed(estimators.ratio(clusters, "ue91", "lab91"), "0.129289", "0.006295318")


def test_p20_rao_scott(cases: Cases) -> None:
    expected = cases.expected("P20")
    data = SurveyData.of(cases.table("nhanes2f"), strata="stratid", psu="psuid", weight="finalwgt")
    table = crosstab(data, rows="race", columns="diabetes")
    adjusted, first_order = table.test("F"), table.test("chi2")

    result_agrees(adjusted, expected["rao_scott"])
    result_agrees(first_order, expected["chisq_unadj"])


def test_p20_nhanes(cases: Cases) -> None:
    """svydesign(id = ~psuid, strata = ~stratid, weights = ~finalwgt, nest = TRUE)"""
    expected = cases.expected("P20")
    table = cases.table("nhanes2f").assign(one=1.0)
    data = SurveyData.of(table, strata="stratid", psu="psuid", weight="finalwgt")
    zinc = estimators.mean(data, "zinc")

    agrees(zinc, expected["zinc"])
    _printed(zinc, "87.18207", "0.4944827")  # Stata's manual.
    population = estimators.total(data.subset(data.frame["zinc"].notna()), "one")
    assert [zinc.n[0], population.value[0], zinc.df[0]] == list(expected["zinc_n"].values())
    assert np.array(intervals.of_means(zinc, 0.95))[:, 0] == pytest.approx(expected["zinc_ci"]["values"][0], rel=1e-8)
    agrees(estimators.mean(data, "diabetes"), expected["diabetes"])
    agrees(estimators.mean(data, "highlead"), expected["highlead"])
    agrees(estimators.mean(data, "diabetes", by="race"), expected["diabetes_by_race"])
    agrees(estimators.mean(data, "zinc", by="region"), expected["zinc_by_region"])
    agrees(estimators.mean(data.subset(data.frame["race"] == 2), "highbp"), expected["highbp_domain_race2"])
    methods = {"logit": "logit", "xlogit": "logit", "beta": "korn_graubard", "mean": "wald", "wilson": "wilson"}
    found = estimators.mean(data, "diabetes")
    for name, method in methods.items():
        low, high = intervals.limits(found, method=method)
        value = expected[f"diabetes_ci_{name}"]
        assert found.value[0] == pytest.approx(value["est"], rel=CLOSE)
        assert [low[0], high[0]] == pytest.approx([value["lower"], value["upper"]], rel=1e-8)
