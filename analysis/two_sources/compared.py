"""Probability and open series of a survey side by side, as files of a release: unit_gaps.csv and two_sources.csv.

Nothing in figures.csv changes. What is computed is left to `gaps` and `combination`, what is read to `rows`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import indices
from analysis.design import Lonely
from analysis.display import rounded
from analysis.engine import Engine
from analysis.extract import Extract
from analysis.figures import Method
from analysis.linear import Estimate
from analysis.two_sources.combination import adjusted
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.gaps import Gaps, gaps
from analysis.two_sources.methods import USUAL, assumptions_of
from analysis.two_sources.rows import read_samples
from analysis.waves import WaveSums, counted

GAPS, ADJUSTED = "unit_gaps.csv", "two_sources.csv"
PAIR = ("probability", "open")
READING = {
    "vi": "Số liệu bổ sung, không thay thế chỉ số: chuỗi trả lời tự nguyện được hiệu chỉnh theo mẫu xác suất dựa trên "
    "các biến phụ trợ. Mỗi cách tính kèm giả định của nó; khoảng chênh lệch còn lại (gap) so với mẫu xác suất cho biết "
    "hiệu chỉnh đã hết thiên lệch hay chưa. Sai số chuẩn không đo phần thiên lệch còn lại.",
    "en": "Additional, never in place of the index: the open series adjusted to the probability sample by covariates. "
    "Every method prints its assumptions; the gap that remains to the probability sample says whether adjusting has "
    "removed the bias. Standard errors do not measure the bias that remains.",
}


@dataclass(frozen=True)
class Compared:
    """The rows of both files, and what context.json says of them."""

    files: Mapping[str, pd.DataFrame]
    context: Mapping[str, Any]


def compared(engine: Engine, extract: Extract, waves: Sequence[WaveSums], method: Method, lonely: Lonely) -> Compared:
    """Every wave that has both series. Raises TwoSourcesFault where none has."""
    both = [sums for sums in waves if set(PAIR) <= set(sums.samples)]
    if not both:
        raise TwoSourcesFault("no wave has both a probability sample and open responses; nothing can be compared")
    units = pd.concat([_gap_rows(sums, method) for sums in both], ignore_index=True)
    figures: list[pd.DataFrame] = []
    about: dict[str, dict[str, Any]] = {}
    for sums in both:
        try:
            rows, covariates = _adjusted_rows(engine, extract, sums, method, lonely)
            figures.append(rows)
            about[sums.wave.slug] = {"covariates": list(covariates)}
        except TwoSourcesFault as fault:
            about[sums.wave.slug] = {"covariates": [], "not_adjusted": str(fault)}
    return Compared(
        files={GAPS: units} | ({ADJUSTED: pd.concat(figures, ignore_index=True)} if figures else {}),
        context={
            "reading": READING,
            "waves": about,
            "assumptions": {
                name: {language: list(assumptions_of(name, language)) for language in ("vi", "en")} for name in USUAL
            },
            "gaps": {"correction": "BH", "false_discovery": 1.0 - method.level, "level": method.level},
        },
    )


def _gap_rows(sums: WaveSums, method: Method) -> pd.DataFrame:
    """The whole first, a family of its own, then every unit in both series."""
    units = [unit for unit in sums.values("probability", "unit") if unit in sums.values("open", "unit")]
    parts = [_gaps(sums, "all", {"all": {}}, method)]
    if units:
        parts.append(_gaps(sums, "unit", {unit: {"unit": unit} for unit in units}, method))
    return pd.concat(parts, ignore_index=True)


def _gaps(sums: WaveSums, domain_type: str, domains: Mapping[str, Mapping[str, str]], method: Method) -> pd.DataFrame:
    pairs = [_pair(sums, domain_type, keys) for keys in domains.values()]
    found = gaps(
        _stacked([pair[0] for pair in pairs]),
        _stacked([pair[1] for pair in pairs]),
        units=tuple(domains),
        interval=method.interval,
        level=method.level,
        false_discovery=1.0 - method.level,
    )
    return _in_percent(found).assign(wave=sums.wave.slug, domain_type=domain_type)[list(GAP_COLUMNS)]


GAP_COLUMNS = (
    *("wave", "domain_type", "domain", "n_probability", "n_open", "probability", "open", "gap", "low", "high"),
    *("p", "p_adjusted", "differs"),
)


def _pair(sums: WaveSums, domain_type: str, keys: Mapping[str, str]) -> tuple[Estimate, ...]:
    """The index of a domain in both series, over the criteria that count in both."""
    domains = [sums.samples[series].domain(**keys) for series in PAIR]
    first, second = (counted(domain, sums.instrument, domain_type).factors for domain in domains)
    shared = {code: tuple(item for item in items if item in second[code]) for code, items in first.items()}
    criteria = indices.Criteria(shared, ())
    return tuple(indices.overall(domain, sums.instrument, criteria).estimate() for domain in domains)


def _stacked(found: Sequence[Estimate]) -> Estimate:
    """The headline of every domain as one list of estimates."""
    at = [one.codes.index(indices.HEADLINE) for one in found]
    columns: dict[str, Any] = {
        name: np.array([getattr(one, name)[i] for one, i in zip(found, at, strict=True)])
        for name in ("value", "se", "df", "n", "base", "deff")
    }
    return Estimate(codes=(indices.HEADLINE,) * len(found), **columns)


def _in_percent(found: Gaps) -> pd.DataFrame:
    table = found.table().rename(columns={"unit": "domain", "open_series": "open"})
    for column in ("probability", "open", "gap", "low", "high"):
        table[column] = [rounded(100.0 * value) for value in table[column]]
    for column in ("p", "p_adjusted"):
        table[column] = [rounded(value) for value in table[column]]
    return table.assign(differs=table["differs"].map({True: "yes", False: "no"}))


def _adjusted_rows(
    engine: Engine, extract: Extract, sums: WaveSums, method: Method, lonely: Lonely
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The index, then every item, by each method; in percent."""
    weights = _index_weights(sums)
    probability, open_series, terms = read_samples(engine, extract, sums, list(weights), lonely)
    found = adjusted(
        probability,
        open_series,
        targets=list(weights),
        terms=terms,
        family="gaussian",
        level=method.level,
    )
    table = pd.concat([found.combined(_index_name(sums), weights).table(), found.table()], ignore_index=True)
    for column in ("estimate", "se", "low", "high", "direct", "gap", "gap_se", "gap_low", "gap_high"):
        table[column] = [rounded(100.0 * value) for value in table[column]]
    return table.assign(wave=sums.wave.slug)[["wave", *table.columns]], tuple(
        term.removeprefix("by_") for term in terms
    )


def _index_weights(sums: WaveSums) -> Mapping[str, float]:
    """Each criterion's part in the index: the same for all, or within its factor; both series answered each of them."""
    first, second = (counted(sums.samples[series].domain(), sums.instrument, "all").factors for series in PAIR)
    factors = [tuple(item for item in items if item in second[code]) for code, items in first.items()]
    filled = [items for items in factors if items]
    if not filled:
        raise TwoSourcesFault("no criterion has answers in both series; nothing can be adjusted")
    if _index_name(sums) == "O_fac":
        return {item: 1.0 / (len(filled) * len(items)) for items in filled for item in items}
    count = sum(map(len, filled))
    return {item: 1.0 / count for items in filled for item in items}


def _index_name(sums: WaveSums) -> str:
    """Formulas that are no mean of criteria are shown as the mean of criteria, and named so."""
    return "O_fac" if sums.instrument.formula.name == "O_fac" else "O_crit"
