"""Many draws of every kind: stated probabilities, unbiased estimates, honest variances; benchmarks/draws.py does more.

What is judged is stated in Monte-Carlo standard errors, so the limits do not depend on the number of draws.
"""

import pytest

from benchmarks.draws import judged, sen_yates_grundy
from tests.analysis.planning.plans import PLANS

DRAWS = 250


@pytest.mark.parametrize("kind", sorted(PLANS))
def test_draws_keep_what_the_plan_states(kind: str) -> None:
    row = judged(kind, DRAWS)

    assert max(row.cases, row.psus) < 5.0
    assert max(row.weights, row.total, row.share) < 4.0
    # With replacement errs to the safe side where many of few units are drawn; 25 estimates say no more than this.
    assert 0.7 < row.variance < 2.2


def test_joint_probabilities_give_the_variance_of_sampfords_design() -> None:
    _, joint, replaced = sen_yates_grundy(1000)

    assert joint == pytest.approx(1.0, abs=0.25)
    assert replaced > joint
