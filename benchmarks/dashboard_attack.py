"""The dashboard under attack, the long form: 10,000 pairs of filters over 30 snapshots of 20,000 answers in 41 units.

Run as `python -m benchmarks.dashboard_attack`; ends with 1 where a group under five was isolated, or where a planted
hole was not found. `tests/analysis/dashboard/test_protection.py` is the short form.
"""

import sys
import time
from collections import Counter
from random import Random

import click

from analysis.dashboard.attack import attack
from tests.analysis.dashboard import running_wave
from tests.analysis.dashboard.running_wave import make_days, make_snapshots


@click.command()
@click.option("--pairs", default=10_000, show_default=True)
@click.option("--units", default=41, show_default=True)
@click.option("--days", default=30, show_default=True)
@click.option("--seed", default=20171101, show_default=True)
def main(pairs: int, units: int, days: int, seed: int) -> None:
    answers = list(make_days(Random(seed), units, days, 20_000 // days))
    click.echo(f"{sum(map(len, answers))} answers in {units} units on {days} days")
    variants = {
        "as it is": (running_wave.protected(units), pairs),
        "planted: no least number": (running_wave.every_cell_at_once, pairs // 20),
        "planted: no memory between snapshots": (running_wave.anew_each_time(units), pairs // 20),
        "planted: items one by one": (running_wave.items_at_once(units), pairs // 20),
    }
    wrong = 0
    for variant, (step, tried) in variants.items():
        start = time.monotonic()
        snapshots = make_snapshots(answers, step)
        shown = sum(atom["n"] for atom in snapshots[-1]["atoms"])
        half = sum(atom["n"] for atom in snapshots[days // 2]["atoms"]) / sum(map(len, answers[: days // 2 + 1]))
        findings = attack(snapshots, tried, Random(seed))
        click.echo(
            f"{variant}: {tried} pairs, {len(findings)} groups under five "
            f"{dict(Counter(one.how for one in findings))}, "
            f"{len(snapshots[-1]['atoms'])} atoms, {shown} answers shown, {half:.1%} at half time, "
            f"{time.monotonic() - start:.0f} s"
        )
        wrong += bool(findings) != variant.startswith("planted")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
