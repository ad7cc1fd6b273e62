"""Surveys drawn from a known truth, many at once, as samples of the analysis package: what `coverage` judges.

People answer 22 items that hang together; people of one PSU resemble each other. Estimates and intervals are the
product's own; nothing is estimated here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.design import Design, FloatArray
from analysis.estimation import Domain, Sample
from analysis.linear import Estimate, side_by_side
from analysis.tally import Measure, Tally

ITEMS = 22
TOGETHER = 0.45  # Latent correlation of two answers of one person.
AT_ONCE = 250  # Surveys in memory together.


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One population and one way to sample it: `psus` of them, or None for a simple sample of people.

    `alike` is the latent correlation of two people's answers to one item in the same PSU.
    """

    truth: float
    n: int
    psus: int | None = None
    alike: float = 0.05

    @property
    def design(self) -> str:
        return "simple" if self.psus is None else f"{self.psus} PSUs"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Estimates of many surveys: the index of each, and each item of each."""

    index: Estimate
    items: Estimate


def drawn(setting: Setting, surveys: int, draw: np.random.Generator) -> Iterator[Found]:
    """`surveys` of them, some at a time."""
    for start in range(0, surveys, AT_ONCE):
        count = min(AT_ONCE, surveys - start)
        yield _found(_domain(setting, _satisfied(setting, count, draw)), count)


def _satisfied(setting: Setting, count: int, draw: np.random.Generator) -> FloatArray:
    """Satisfied answers by PSU, survey and item. Each answer is one with probability `truth`."""
    psus = setting.psus or setting.n
    shared = 0.0 if setting.psus is None else setting.alike / TOGETHER
    psu_of = np.arange(setting.n) * psus // setting.n
    place = draw.normal(size=(psus, count))[psu_of]
    person = np.sqrt(shared) * place + np.sqrt(1.0 - shared) * draw.normal(size=(setting.n, count))
    chance = special.ndtr((special.ndtri(setting.truth) - np.sqrt(TOGETHER) * person) / np.sqrt(1.0 - TOGETHER))
    answers = draw.random((setting.n, count, ITEMS), dtype=np.float32) < chance[:, :, None]
    starts = np.searchsorted(psu_of, np.arange(psus))
    return np.add.reduceat(answers.astype(np.float64), starts, axis=0)


def _domain(setting: Setting, satisfied: FloatArray) -> Domain:
    """The tally of all surveys: every item of every survey is a measure that everybody answered."""
    psus, count, _ = satisfied.shape
    people = np.bincount(np.arange(setting.n) * psus // setting.n, minlength=psus)
    measures = tuple(Measure(f"{survey}:{item}", "TRUE", "TRUE") for survey in range(count) for item in range(ITEMS))
    cells = Tally(
        measures=measures,
        keys={"stratum": np.full(psus, ""), "psu": np.array([f"{psu:06d}" for psu in range(psus)])},
        rows=people,
        n=people[:, None],
        weight=people[:, None].astype(np.float64),
        value=satisfied.reshape(psus, count * ITEMS),
        base_of=np.zeros(len(measures), dtype=np.int64),
    )
    return Sample.of(cells, Design()).domain()


def _found(domain: Domain, count: int) -> Found:
    rates = domain.ratios([measure.code for measure in domain.tally.measures])
    columns = np.arange(count * ITEMS).reshape(count, ITEMS)
    indices = [rates.mean_of("index", list(map(int, own)), domain.respondents) for own in columns]
    return Found(index=side_by_side(indices).estimate(), items=rates.estimate())
