"""The lines of the quality bar on simulated surveys, in short form; benchmarks/coverage.py is the long one.

A line counts as broken when the surveys lie below it by more than chance: two standard errors of so many draws.
"""

import pytest

from analysis import targets
from benchmarks import coverage
from benchmarks.coverage import judged, listed, watched
from benchmarks.simulated_surveys import Setting

SURVEYS = 1000


def chance(line: float, draws: int) -> float:
    return 2.0 * float((line * (1.0 - line) / draws) ** 0.5)


@pytest.mark.parametrize("psus", [None, 6, 12, 40])
@pytest.mark.parametrize("truth", coverage.TRUTHS)
def test_the_published_interval_holds_its_line(truth: float, psus: int | None) -> None:
    for n in (30, 100) if psus is None else (60,) if psus < 40 else (100,):
        for row in judged(Setting(truth=truth, n=n, psus=psus), SURVEYS):
            assert row.coverage >= row.least - chance(row.least, SURVEYS), row
            if row.what == "index":
                assert row.width_to_wilson <= coverage.WIDTH_TO_WILSON, row
            if truth == coverage.TARGET:
                assert row.met <= coverage.FALSE_MET, row
                assert row.plain > 0.4, "the plain estimate is false nearly every second time"


def test_the_simulation_can_tell_a_bad_interval() -> None:
    """The same surveys show that a Wald interval breaks the line."""
    index, item = judged(Setting(truth=0.98, n=30), SURVEYS)

    assert index.wald < coverage.COVERAGE_OF_INDEX_AT_98 - 0.03
    assert item.wald < 0.6


@pytest.mark.parametrize(("n", "psus"), [(targets.MINIMUM_RESPONDENTS, None), (60, 12), (60, 6)])
def test_the_corrected_list_names_no_unit_on_the_target(n: int, psus: int | None) -> None:
    """41 units whose truth is exactly the target: hardly any list names one, where each unit alone would be named."""
    found = listed(Setting(truth=coverage.TARGET, n=n, psus=psus), 300)

    assert found.corrected <= coverage.FALSE_MET + chance(coverage.FALSE_MET, 300)
    assert found.uncorrected > 0.5


def test_daily_looks_break_an_ordinary_interval_and_not_the_sequence() -> None:
    found = watched(0.8, 400)

    assert found.sequence <= 0.05 < 0.15 < found.ordinary
