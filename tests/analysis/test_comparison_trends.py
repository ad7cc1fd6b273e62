"""Changes over time: what PSUs kept in both years bring, and the refusal to cross a break in silence."""

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import Footing, Released, SeriesBreak, change, changes, trend
from analysis.comparison.trends import segments
from analysis.survey_data import SurveyData

OLD = Footing(method="SIPAS 2012", units_on="2017-06-01", instrument="sipas2017", formula="O_crit 1")
NEW = Footing(method="SIPAS 2022", units_on="2017-06-01", instrument="sipas2022", formula="O_crit 1")
MERGED = Footing(method="SIPAS 2022", units_on="2019-12-01", instrument="sipas2022", formula="O_crit 1")
NOTE = "From 2022 all residents are asked, not only users."


def figure(period: str, value: float, footing: Footing = OLD, se: float = 2.0) -> Released:
    return Released(period=period, value=value, se=se, df=30, footing=footing)


def test_change_between_released_figures() -> None:
    """Standard errors 2 and 2: sqrt(8); Satterthwaite's degrees of freedom are 30 + 30."""
    found = change(figure("2016", 80.0), figure("2017", 84.0)).table().iloc[0]

    assert (found["change"], found["df"]) == (4.0, pytest.approx(60))
    assert found["se"] == pytest.approx(np.sqrt(8))
    assert found["low"] < 0 < found["high"]


def test_shared_psus_make_a_change_surer() -> None:
    alone, together = (change(figure("a", 80.0), figure("b", 84.0), covariance=c).test.se for c in (0.0, 3.0))

    assert together == pytest.approx(np.sqrt(2))
    assert together < alone


def test_break_of_method_stops_a_change() -> None:
    with pytest.raises(SeriesBreak, match="the method changed from SIPAS 2012 to SIPAS 2022") as fault:
        change(figure("2021", 87.16), figure("2022", 80.08, NEW))

    assert [one.what for one in fault.value.breaks] == ["the method", "the instrument"]


def test_note_lets_a_change_cross_and_stays_with_it() -> None:
    found = change(figure("2021", 87.16), figure("2022", 80.08, NEW), note=NOTE).table().iloc[0]

    assert found["change"] == pytest.approx(-7.08)
    assert found["note"] == NOTE
    assert "method" in found["breaks"]


def test_blank_note_is_none() -> None:
    with pytest.raises(SeriesBreak):
        change(figure("2021", 87.16), figure("2022", 80.08, NEW), note="  ")


def test_trend_names_every_break_at_once() -> None:
    series = [figure("2021", 87.0), figure("2022", 80.0, NEW), figure("2023", 82.0, MERGED)]

    with pytest.raises(SeriesBreak) as fault:
        trend(series)
    found = trend(series, notes={("2021", "2022"): NOTE, ("2022", "2023"): "Units merged."})

    assert {one.periods for one in fault.value.breaks} == {("2021", "2022"), ("2022", "2023")}
    assert found.table()["change"].tolist() == [-7.0, 2.0]


def test_series_is_cut_at_its_breaks() -> None:
    series = [figure("2020", 86.0), figure("2021", 87.0), figure("2022", 80.0, NEW)]

    assert [[one.period for one in part] for part in segments(series)] == [["2020", "2021"], ["2022"]]


def make_two_years() -> SurveyData:
    """Two villages in each of two communes, asked in both years; each village moves by about the same."""
    rows = [
        {"year": year, "commune": commune, "psu": psu, "x": base + shift + 0.01 * psu * (year == 2024)}
        for commune, psu, base in ((1, 1, 2.0), (1, 2, 4.0), (2, 3, 1.0), (2, 4, 5.0))
        for year, shift in ((2023, 0.0), (2024, 0.5))
    ]
    return SurveyData.of(pd.DataFrame(rows), strata="commune", psu="psu")


def test_villages_asked_twice_carry_their_level_into_both_years() -> None:
    """The villages differ by far more than their changes: only the covariance can know."""
    found = changes(make_two_years(), value="x", period="year", footing={"2023": OLD, "2024": OLD})
    one = found.changes[0]

    assert one.test.estimate == pytest.approx(0.525)
    assert one.test.se < 0.01
    assert one.test.df == 2


def test_changes_by_domain_and_across_breaks() -> None:
    data, footing = make_two_years(), {"2023": OLD, "2024": NEW}

    with pytest.raises(SeriesBreak):
        changes(data, value="x", period="year", footing=footing, by="commune")
    table = changes(
        data, value="x", period="year", footing=footing, by="commune", notes={("2023", "2024"): NOTE}
    ).table()

    assert table["commune"].tolist() == [1, 2]
    assert table["change"].to_numpy() == pytest.approx([0.515, 0.535])
    assert (table["note"] == NOTE).all()


def test_footing_of_a_release() -> None:
    context = {
        "survey": {"method": "SIPAS 2012", "units_on": "2017-06-01"},
        "waves": [{"instrument": "sipas2017"}],
        "method": {"formula": {"name": "O_crit", "version": "1"}},
    }

    assert Footing.of_context(context) == OLD
