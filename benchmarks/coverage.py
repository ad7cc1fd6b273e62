"""How often the published interval holds the truth, how wide it is, and how often a verdict is false.

    python -m benchmarks.coverage [--surveys 4000] [--json coverage.json]

Draws surveys from a known truth and judges them with the functions of the analysis package. The lines are those of
LINES; a line that is not held ends with exit code 1. A short form runs with the tests.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np

from analysis import intervals, monitoring, targets
from analysis.__main__ import DEFAULT_INTERVAL
from analysis.design import FloatArray
from analysis.display import rounded
from analysis.linear import Estimate
from analysis.multiplicity import adjusted
from analysis.significance import listed_p_values, share_p_values
from benchmarks.simulated_surveys import Setting, drawn

LEVEL = 0.95
TARGET = 0.80
TRUTHS = (0.80, 0.90, 0.95, 0.98)
SIZES = (30, 60, 100, 400)
UNITS = 41
COVERAGE = 0.93
COVERAGE_OF_INDEX_AT_98 = 0.91
WIDTH_TO_WILSON = 1.3
FALSE_MET = 0.05


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the surveys of one setting showed. Shares of surveys; widths in percentage points, on average."""

    design: str
    n: int
    truth: float
    what: str  # index or item
    coverage: float
    width: float
    width_to_wilson: float
    wald: float  # Coverage of value ± t se, only to be compared with.
    met: float  # Verdicts "met" against the target: false where the truth is the target.
    plain: float  # Estimates above the target.

    @property
    def least(self) -> float:
        return COVERAGE_OF_INDEX_AT_98 if (self.what, self.truth) == ("index", 0.98) else COVERAGE


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Lists over UNITS units whose truth is exactly the target: the share of lists that name any of them."""

    design: str
    n: int
    corrected: float
    uncorrected: float


@dataclass(frozen=True, kw_only=True)
class Looks:
    """An open series watched daily: the share of surveys in which the limits exclude the truth on any day."""

    days: int
    a_day: int
    truth: float
    sequence: float
    ordinary: float


def settings() -> Iterator[Setting]:
    for truth in TRUTHS:
        for n in SIZES:
            yield Setting(truth=truth, n=n)
            for psus in (6, 12, 30 if n < 100 else 40):
                if psus < n:
                    yield Setting(truth=truth, n=n, psus=psus)


def judged(setting: Setting, surveys: int, seed: int = 1) -> tuple[Row, Row]:
    """The index and the items of `surveys` surveys."""
    draw = np.random.default_rng((seed, setting.n, setting.psus or 0, round(1000 * setting.truth)))
    found = list(drawn(setting, surveys, draw))
    return (
        _row(setting, "index", [part.index for part in found]),
        _row(setting, "item", [part.items for part in found]),
    )


def _row(setting: Setting, what: str, parts: Sequence[Estimate]) -> Row:
    low, high = _limits(parts, DEFAULT_INTERVAL)
    wilson_low, wilson_high = _limits(parts, "wilson")
    wald_low, wald_high = _limits(parts, "wald")
    value = np.concatenate([part.value for part in parts])
    return Row(
        design=setting.design,
        n=setting.n,
        truth=setting.truth,
        what=what,
        coverage=_holds(low, high, setting.truth),
        width=100.0 * float(np.mean(high - low)),
        width_to_wilson=float(np.mean(high - low) / np.mean(wilson_high - wilson_low)),
        wald=_holds(wald_low, wald_high, setting.truth),
        met=float(np.mean([_verdict(*pair) == "met" for pair in zip(low, high, strict=True)])),
        plain=float(np.mean(value > TARGET + 1e-12)),
    )


def _limits(parts: Sequence[Estimate], method: str) -> intervals.Limits:
    low, high = zip(*(intervals.METHODS[method](part, LEVEL) for part in parts), strict=True)
    return np.concatenate(low), np.concatenate(high)


def _holds(low: FloatArray, high: FloatArray, truth: float) -> float:
    return float(np.mean((low <= truth) & (truth <= high)))


def _verdict(low: float, high: float) -> str:
    return targets.verdict(rounded(100.0 * float(low)), rounded(100.0 * float(high)), 100.0 * TARGET)


def listed(setting: Setting, lists: int, seed: int = 2) -> Lists:
    """Lists of UNITS surveys each, corrected by Holm."""
    draw = np.random.default_rng((seed, setting.n, setting.psus or 0))
    found = [part.index for part in drawn(setting, lists * UNITS, draw)]
    listed, own = (
        np.concatenate([p_values(part, TARGET) for part in found]).reshape(lists, UNITS)
        for p_values in (listed_p_values, share_p_values)
    )
    alpha = (1.0 - LEVEL) / 2.0
    named = [bool(np.any(adjusted(family, method="holm") < alpha)) for family in listed]
    return Lists(
        design=setting.design,
        n=setting.n,
        corrected=float(np.mean(named)),
        uncorrected=float(np.mean(np.any(own < alpha, axis=1))),
    )


def watched(truth: float, surveys: int, days: int = 60, a_day: int = 20, seed: int = 3) -> Looks:
    """Every day some answers more and one look; `ordinary` is the interval of a single look."""
    draw = np.random.default_rng(seed)
    n = np.cumsum(draw.poisson(a_day, size=(surveys, days)) + 1, axis=1).astype(np.float64)
    hits = np.cumsum(draw.binomial(np.diff(n, axis=1, prepend=0.0).astype(np.int64), truth), axis=1).astype(np.float64)
    share = hits / n
    ordinary = intervals.korn_graubard(share, np.sqrt(share * (1 - share) / n), n - 1, n, level=LEVEL)

    def ever(limits: intervals.Limits) -> float:
        return float(np.mean(np.any((limits[0] > truth) | (truth > limits[1]), axis=1)))

    sequence = monitoring.share_limits(hits, n, level=LEVEL)
    return Looks(days=days, a_day=a_day, truth=truth, sequence=ever(sequence), ordinary=ever(ordinary))


LINES: dict[str, Callable[[Row], bool]] = {
    "coverage": lambda row: row.coverage >= row.least,
    "width of the index": lambda row: row.what != "index" or row.width_to_wilson <= WIDTH_TO_WILSON,
    "false met": lambda row: row.truth != TARGET or row.met <= FALSE_MET,
}


def broken(rows: Sequence[Row], lists: Sequence[Lists], looks: Sequence[Looks]) -> Iterator[str]:
    """Every line that is not held, with its place."""
    for row in rows:
        for line, held in LINES.items():
            if not held(row):
                yield f"{line}: {row}"
    yield from (f"corrected list: {found}" for found in lists if found.corrected > FALSE_MET)
    yield from (f"daily looks: {found}" for found in looks if found.sequence > 1.0 - LEVEL)


def _print(rows: Sequence[Row], lists: Sequence[Lists], looks: Sequence[Looks]) -> None:
    click.echo("design     n  truth  what   coverage  (Wald)  width  /Wilson  met    plain estimate above")
    for row in sorted(rows, key=lambda row: (row.what, row.truth)):
        click.echo(
            f"{row.design:8} {row.n:4}   {row.truth:.2f}  {row.what:5}    {row.coverage:.3f}   {row.wald:.3f}"
            f"  {row.width:5.1f}    {row.width_to_wilson:.2f}   {row.met:.3f}  {row.plain:.3f}"
        )
    for each in lists:
        click.echo(
            f"list of {UNITS} units at {TARGET:.2f}, {each.design}, n {each.n}: names any"
            f" corrected {each.corrected:.3f}, uncorrected {each.uncorrected:.3f}"
        )
    for look in looks:
        click.echo(
            f"{look.days} daily looks at {look.truth:.2f}: ever wrong {look.sequence:.3f}, ordinary {look.ordinary:.3f}"
        )


@click.command()
@click.option("--surveys", default=4000, show_default=True, help="Surveys drawn for every setting.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Also write the numbers to this file.")
def main(surveys: int, path: Path | None) -> None:
    """Simulate coverage, width and false verdicts of the published interval."""
    start = time.monotonic()
    rows = [row for setting in settings() for row in judged(setting, surveys)]
    at_target = [Setting(truth=TARGET, n=n, psus=psus) for n, psus in ((30, None), (60, 12), (100, 40))]
    lists = [listed(setting, max(surveys // 4, 1)) for setting in at_target]
    looks = [watched(truth, surveys) for truth in TRUTHS]
    _print(rows, lists, looks)
    click.echo(f"{surveys} surveys a setting, {time.monotonic() - start:.0f} s")
    if path:
        found = {
            "rows": list(map(asdict, rows)),
            "lists": list(map(asdict, lists)),
            "looks": list(map(asdict, looks)),
        }
        path.write_text(json.dumps(found, indent=1), "utf-8")
    failed = list(broken(rows, lists, looks))
    for line in failed:
        click.echo(f"Not held: {line}", err=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
