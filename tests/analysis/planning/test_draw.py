"""The draw: stated probabilities, weights that sum to the frame, reserves, re-interviews; the same everywhere."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from analysis.planning import draw as drawing
from analysis.planning.allocation import CannotAllocate
from analysis.planning.chance import CannotDraw
from analysis.planning.draw import Draw
from analysis.planning.rows import Row, by_stratum, count
from analysis.planning.spec import Allocation, SamplePlan, Stage
from analysis.planning.strata import planned_strata
from tests.analysis.planning.plans import FRAMES, dossiers, households, plan
from tests.quickest import quickest


def _seed(number: int) -> str:
    return f"{number:064x}"


def draw(rows: Sequence[Row], plan: SamplePlan, seed: str) -> Draw:
    return drawing.draw(rows, plan, planned_strata(rows, plan), seed)


def test_weights_sum_to_each_stratum_in_every_draw_of_one_stage() -> None:
    sizes = {code: len(rows) for code, rows in by_stratum(FRAMES["dossiers"], plan("dossiers")).items()}
    for number in range(5):
        drawn = draw(FRAMES["dossiers"], plan("dossiers"), _seed(number))
        sums: Counter[str] = Counter()
        for case in drawn.sample:
            sums[case.stratum] += case.weight  # type: ignore[assignment]

        assert sums == pytest.approx(sizes)


def test_schools_by_enrolment_and_as_many_children_in_each_give_equal_weights() -> None:
    stages = (
        Stage(unit="school", method="proportional", size="people", number=4),
        Stage(unit="person", number=10),
    )
    drawn = draw(FRAMES["schools"], plan("schools", stages=stages), _seed(5))
    weights = {code: {round(case.weight, 9) for case in drawn.sample if case.stratum == code} for code in ("mam_non",)}

    assert len(weights["mam_non"]) == 1
    assert sum(case.weight for case in drawn.sample) == pytest.approx(count(list(FRAMES["schools"]), plan("schools")))


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = list(FRAMES["households"])
    first = draw(rows, plan("households"), _seed(3))
    Random(1).shuffle(rows)

    assert draw(rows, plan("households"), _seed(3)) == first


def test_reserves_stand_beside_the_sample_in_their_order() -> None:
    drawn = draw(FRAMES["households"], plan("households"), _seed(1))
    spare = [case for case in drawn.cases if case.reserve and not case.reserve_psu]
    places = Counter((case.stratum, case.psu, case.reserve) for case in spare)
    spare_psus = {(case.stratum, case.psu) for case in drawn.cases if case.reserve_psu}

    assert len({case.code for case in drawn.cases}) == len(drawn.cases)
    assert set(places.values()) == {1}
    assert {reserve for _, _, reserve in places} == {1, 2}
    assert len(spare_psus) == 2
    assert not spare_psus & {(case.stratum, case.psu) for case in drawn.sample}


def test_a_share_is_asked_again_and_no_reserve_is() -> None:
    drawn = draw(FRAMES["dossiers"], plan("dossiers", reinterview=0.1), _seed(2))
    again = [case for case in drawn.cases if case.reinterview]

    assert len(again) == round(0.1 * len(drawn.sample))
    assert all(case.in_sample for case in again)


def test_a_hamlet_with_fewer_households_than_wanted_gives_all_it_has() -> None:
    rows = [row for row in households() if row["hamlet"] != "0-0" or row["code"].endswith(("A", "B"))]
    few = sum(row["hamlet"] == "0-0" for row in rows)
    drawn = draw(
        rows, plan("households", stages=(Stage(unit="hamlet", method="all"), Stage(unit="code", number=8))), "1"
    )
    cases = [case for case in drawn.sample if case.psu == "0-0"]

    assert 0 < few < 8
    assert len(cases) == few
    assert {case.probability for case in cases} == {1.0}


def test_systematic_draws_spread_over_the_order_of_the_days() -> None:
    drawn = draw(FRAMES["visits"], plan("visits"), _seed(9))
    days = {row["code"]: row["day"] for row in FRAMES["visits"]}
    mine = sorted(days[case.code] for case in drawn.sample if case.stratum == "tram-0/outpatient")

    assert mine[0] < "2017-03-08"
    assert mine[-1] > "2017-03-21"


def test_the_strata_are_what_an_extract_reads() -> None:
    drawn = draw(FRAMES["households"], plan("households"), _seed(1))
    (first, _) = drawn.strata

    assert first.planned.unit == "15481"
    assert first.planned.psus == 7
    assert sum(first.drawn.values()) == len([case for case in drawn.sample if case.stratum == "15481"])
    assert set(first.population) == set(first.drawn)


def test_what_cannot_be_drawn_is_refused_with_the_reason() -> None:
    with pytest.raises(CannotDraw, match="lacks the columns hamlet"):
        draw(dossiers(), plan("households"), _seed(1))
    with pytest.raises(CannotDraw, match="would get no case"):
        draw(dossiers(), plan("dossiers", allocation=Allocation(total=8)), _seed(1))
    with pytest.raises(CannotDraw, match="more than once"):
        draw([*dossiers(10), dossiers(10)[0]], plan("dossiers"), _seed(1))
    with pytest.raises(CannotDraw, match="signs"):
        draw([{**dossiers(1)[0], "code": "a|b"}], plan("dossiers"), _seed(1))
    with pytest.raises(CannotAllocate, match="only 600 can be drawn"):
        draw(dossiers(), plan("dossiers", allocation=Allocation(total=601)), _seed(1))


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ([{"unit": "hamlet"}], "the last stage draws the rows"),
        ([{"unit": "code"}, {"unit": "code", "number": 1}], "in the last stages only"),
        ([{"unit": "hamlet"}, {"unit": "code"}], "says its number"),
    ],
)
def test_stages_that_do_not_fit_are_refused(stages: list[dict[str, object]], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        plan("households", stages=stages)


def test_twenty_four_thousand_dossiers_are_drawn_within_a_second() -> None:
    rows = dossiers(24_000, units=41)
    large = plan("dossiers", allocation=Allocation(total=4100, minimum=10))

    assert len(draw(rows, large, _seed(1)).sample) == 4100
    assert quickest(lambda: draw(rows, large, _seed(1)), times=3) < 1.0
