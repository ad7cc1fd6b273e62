"""The indices of an instrument as estimates: criterion → factor → overall, by the formula that the instrument names.

A factor is the mean of its criteria's rates; the overall formulas stand in one table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.estimation import Domain
from analysis.linear import Linear, side_by_side
from analysis.measures import ALL_SATISFIED, in_block, rated_in, score_of
from questionnaires.model import Instrument

HEADLINE = "index"


@dataclass(frozen=True)
class Criteria:
    """The items of each factor that count in a domain, and those that the base rule left out with their base."""

    factors: Mapping[str, tuple[str, ...]]
    omitted: tuple[tuple[str, int], ...]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(item for items in self.factors.values() for item in items)


def criteria(domain: Domain, instrument: Instrument, minimum: int) -> Criteria:
    """Items with fewer than `minimum` answers are left out; one without any answer always is."""
    codes = [item.code for item in instrument.items]
    base = dict(zip(codes, map(int, domain.base(domain.tally.columns(codes))), strict=True))
    least = max(minimum, 1)
    factors = {
        factor.code: tuple(item.code for item in factor.items if base[item.code] >= least)
        for factor in instrument.factors
    }
    return Criteria(factors, tuple((code, base[code]) for code in codes if base[code] < least))


@dataclass(frozen=True)
class _Inputs:
    """What a formula may use: the domain, what counts in it, the items' rates, how many rated anything, and the
    weight and the items of each block.
    """

    domain: Domain
    criteria: Criteria
    rates: Linear
    respondents: int
    blocks: Mapping[str, tuple[float, tuple[str, ...]]]

    def positions(self, items: tuple[str, ...]) -> list[int]:
        return [self.rates.codes.index(item) for item in items]


def _mean_of_criteria(code: str, inputs: _Inputs) -> Linear:
    return inputs.rates.mean_of(code, inputs.positions(inputs.criteria.items), inputs.respondents)


def _pooled_answers(code: str, inputs: _Inputs) -> Linear:
    return inputs.domain.pooled(code, inputs.criteria.items, inputs.respondents)


def _mean_of_factors(code: str, inputs: _Inputs) -> Linear:
    """Each factor weighs the same; without one of them the index would be another, so it is missing."""
    factors = inputs.criteria.factors
    if not all(factors.values()):
        return inputs.rates.mean_of(code, [], inputs.respondents)
    shares = {item: 1.0 / (len(factors) * len(items)) for items in factors.values() for item in items}
    weights = np.array(list(shares.values()))
    return inputs.rates.weighted(code, weights, inputs.positions(tuple(shares)), inputs.respondents)


def _weighted_blocks(code: str, inputs: _Inputs) -> Linear:
    """Blocks by their stated weights; without one of them the index would be another, so it is missing."""
    blocks = inputs.blocks
    if not all(items for _, items in blocks.values()):
        return inputs.rates.mean_of(code, [], inputs.respondents)
    total = sum(weight for weight, _ in blocks.values())
    shares = {item: weight / (total * len(items)) for weight, items in blocks.values() for item in items}
    positions = inputs.positions(tuple(shares))
    return inputs.rates.weighted(code, np.array(list(shares.values())), positions, inputs.respondents)


def _all_satisfied(code: str, inputs: _Inputs) -> Linear:
    return inputs.domain.ratios([ALL_SATISFIED]).renamed(code)


def _mean_score(code: str, inputs: _Inputs) -> Linear:
    """Mean score over 5: 20 where everybody is very dissatisfied, so never to be read as a rate."""
    scores = [score_of(item) for item in inputs.criteria.items]
    return inputs.domain.pooled(code, scores, inputs.respondents).weighted(
        code, np.array([0.2]), [0], inputs.respondents
    )


FORMULAS: Mapping[str, Callable[[str, _Inputs], Linear]] = {
    "O_crit": _mean_of_criteria,
    "O_pool": _pooled_answers,
    "O_fac": _mean_of_factors,
    "O_block": _weighted_blocks,
    "H1": _pooled_answers,
    "H2": _all_satisfied,
    "H3": _mean_score,
}
SCORES = frozenset({"H3"})  # Not shares: their interval is that of a mean.


def overall(domain: Domain, instrument: Instrument, counted: Criteria) -> Linear:
    """The headline (code "index") and the formulas shown beside it (code: the formula's name)."""
    rates = domain.ratios([item.code for item in instrument.items])
    inputs = _Inputs(domain, counted, rates, _rated(domain, ALL_SATISFIED), _blocks(instrument, counted))
    named = {HEADLINE: instrument.formula.name} | {formula: formula for formula in instrument.formula.beside}
    return side_by_side([FORMULAS[formula](code, inputs) for code, formula in named.items()])


def factor_rates(domain: Domain, instrument: Instrument, counted: Criteria) -> Linear:
    """Each factor as the mean of its criteria's rates; missing where none of them counts."""
    rates = domain.ratios([item.code for item in instrument.items])
    return side_by_side(
        [
            rates.mean_of(code, [rates.codes.index(item) for item in items], _rated(domain, rated_in(code)))
            for code, items in counted.factors.items()
        ]
    )


def _blocks(instrument: Instrument, counted: Criteria) -> dict[str, tuple[float, tuple[str, ...]]]:
    """By block its weight and the items that count; empty where the instrument has no blocks."""
    found: dict[str, tuple[float, tuple[str, ...]]] = {}
    for block in instrument.blocks or ():
        factors = [factor.code for factor in instrument.factors if factor.block == block.code]
        found[block.code] = block.weight or 1.0, tuple(item for code in factors for item in counted.factors[code])
    return found


def block_rates(domain: Domain, instrument: Instrument, counted: Criteria) -> Linear:
    """Each block as the mean of its criteria's rates; missing where none of them counts."""
    rates = domain.ratios([item.code for item in instrument.items])
    return side_by_side(
        [
            rates.mean_of(code, [rates.codes.index(item) for item in items], _rated(domain, in_block(code)))
            for code, (_, items) in _blocks(instrument, counted).items()
        ]
    )


def _rated(domain: Domain, measure: str) -> int:
    return int(domain.base([domain.tally.column(measure)])[0])
