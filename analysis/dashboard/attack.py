"""Tries to isolate fewer than five answers by subtracting what the dashboard shows: any two filters, any snapshots.

It knows nothing but the snapshots and asks them as the page does. Where one group of answers lies inside another, the
difference of their numbers is the size of a group; one of 1 to 4 is a finding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from analysis.dashboard.reading import Filter, Snapshot, counts

MINIMUM = 5


@dataclass(frozen=True)
class Finding:
    """How many people, or answers to an item, two or three results leave over."""

    how: str
    inner: Filter
    outer: Filter
    snapshots: tuple[int, ...]
    measure: str
    left: int


def attack(snapshots: Sequence[Snapshot], pairs: int, random: Random) -> list[Finding]:
    """Draws that many pairs of filters, each one inside the other, at three moments each."""
    found: list[Finding] = []
    for _ in range(pairs):
        outer = _outer(random, snapshots[-1])
        inner = _inner(random, outer, snapshots[-1])
        moments = sorted(random.choices(range(len(snapshots)), k=3))
        found += _isolated(snapshots, inner, outer, (moments[0], moments[1], moments[2]))
    return found


def _isolated(
    snapshots: Sequence[Snapshot], inner: Filter, outer: Filter, moments: tuple[int, int, int]
) -> Iterator[Finding]:
    small = [counts(snapshots[one], inner) for one in moments]
    large = [counts(snapshots[one], outer) for one in moments]
    for measure in dict.fromkeys(code for sums in (*small, *large) for code in sums):
        f, g = ([sums.get(measure, (0, 0))[0] for sums in found] for found in (small, large))
        groups = {
            "alone": f[0],
            "two filters": g[0] - f[0],
            "two snapshots": f[1] - f[0],
            "two filters of two snapshots": g[1] - f[0],
            "what two filters left, twice": (g[1] - f[1]) - (g[0] - f[0]),
            "three snapshots": (g[2] - g[0]) - (f[1] - f[0]),
            "first and last of three": (f[2] - f[0]) - (f[1] - f[0]),
        }
        for how, left in groups.items():
            if 0 < abs(left) < MINIMUM:
                numbers = tuple(snapshots[one]["number"] for one in moments)
                yield Finding(how, inner, outer, numbers, measure, left)


def _outer(random: Random, snapshot: Snapshot) -> Filter:
    wave = random.choice(snapshot["waves"])["slug"]
    series = random.choice(sorted({atom["series"] for atom in snapshot["atoms"]} or {"probability"}))
    chosen = {key: _some(random, codes) for key, codes in _codes(snapshot).items()}
    return Filter(wave, series, **chosen)


def _codes(snapshot: Snapshot) -> dict[str, list[str]]:
    return {
        key: sorted({code for atom in snapshot["atoms"] for code in atom[key]} - {"*"})
        for key in ("units", "types", "modes")
    }


def _some(random: Random, codes: Sequence[str]) -> frozenset[str] | None:
    return None if random.random() < 0.4 else frozenset(random.sample(codes, random.randint(1, len(codes))))


def _inner(random: Random, outer: Filter, snapshot: Snapshot) -> Filter:
    """The outer filter with one or two of its codes left out."""
    key = random.choice(("units", "types", "modes"))
    codes = sorted(getattr(outer, key) or _codes(snapshot)[key])
    left = random.sample(codes, max(1, len(codes) - random.randint(1, 2)))
    chosen = {name: getattr(outer, name) for name in ("units", "types", "modes")} | {key: frozenset(left)}
    return Filter(outer.wave, outer.series, **chosen)
