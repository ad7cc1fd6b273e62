"""What a snapshot says of a filter: the atoms that lie wholly inside it, added up; rates, index and half-widths.

Without weights and as if everybody had been drawn simply: a reading under way, not the index of a release.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.dashboard.ladder import ALL
from analysis.display import number

Z = 1.959963984540054
Snapshot = Mapping[str, Any]
POOLED = ("O_pool", "H1")


@dataclass(frozen=True)
class Filter:
    """None: all. What is asked for of units, types and modes is a set of codes each."""

    wave: str
    series: str
    units: frozenset[str] | None = None
    types: frozenset[str] | None = None
    modes: frozenset[str] | None = None

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Filter":
        chosen = {key: frozenset(asked[key]) if asked.get(key) else None for key in ("units", "types", "modes")}
        return cls(asked["wave"], asked["series"], **chosen)

    def holds(self, atom: Mapping[str, Any]) -> bool:
        return self._is_of_wave(atom) and all(
            chosen is None or (tuple(atom[key]) != ALL and chosen.issuperset(atom[key]))
            for key, chosen in self._chosen()
        )

    def touches(self, atom: Mapping[str, Any]) -> bool:
        return self._is_of_wave(atom) and all(
            chosen is None or tuple(atom[key]) == ALL or not chosen.isdisjoint(atom[key])
            for key, chosen in self._chosen()
        )

    def _is_of_wave(self, atom: Mapping[str, Any]) -> bool:
        return (atom["wave"], atom["series"]) == (self.wave, self.series)

    def _chosen(self) -> tuple[tuple[str, frozenset[str] | None], ...]:
        return ("units", self.units), ("types", self.types), ("modes", self.modes)


def counts(snapshot: Snapshot, wanted: Filter) -> dict[str, list[int]]:
    """By item how many answered and how many of them are satisfied, over all atoms inside; "" counts respondents."""
    found = {"": [0, 0]}
    for atom in filter(wanted.holds, snapshot["atoms"]):
        found[""][0] += atom["n"]
        for item, (base, satisfied) in atom["items"].items():
            sums = found.setdefault(item, [0, 0])
            sums[0] += base
            sums[1] += satisfied
    return found


def reading(snapshot: Snapshot, wanted: Filter) -> dict[str, Any]:
    wave = next(one for one in snapshot["waves"] if one["slug"] == wanted.wave)
    sums = counts(snapshot, wanted)
    overlapping = [one["n"] for one in snapshot["atoms"] if wanted.touches(one) and not wanted.holds(one)]
    return {
        "n": sums[""][0],
        "elsewhere": sum(overlapping),
        "index": _index(wave, sums),
        "factors": [_factor(wave, factor, sums) for factor in wave["factors"]],
        "items": [_item(wave, item, sums) for factor in wave["factors"] for item in factor["items"]],
    }


def _item(wave: Snapshot, item: Mapping[str, Any], sums: Mapping[str, list[int]]) -> dict[str, Any]:
    """With a rate only where factor and index count the item, too."""
    base, satisfied = sums.get(item["code"], (0, 0))
    named = {"code": item["code"], "name": item["name"], "base": base}
    if base < _least(wave):
        return named
    return {**named, "satisfied": satisfied, **_shown(100 * satisfied / base, _half(base, satisfied))}


def _least(wave: Snapshot) -> int:
    return max(1, int(wave["formula"]["base_minimum"]))


def _factor(wave: Snapshot, factor: Mapping[str, Any], sums: Mapping[str, list[int]]) -> dict[str, Any]:
    return {"code": factor["code"], "name": factor["name"], **_mean(wave, [factor], sums, _formula(wave))}


def _index(wave: Snapshot, sums: Mapping[str, list[int]]) -> dict[str, Any]:
    return _mean(wave, wave["factors"], sums, _formula(wave))


def _formula(wave: Snapshot) -> str:
    return str(wave["formula"]["name"])


def _mean(
    wave: Snapshot, factors: Sequence[Mapping[str, Any]], sums: Mapping[str, list[int]], formula: str
) -> dict[str, Any]:
    """The mean of item rates by the instrument's formula, with the mean of their half-widths: the most that its own
    can be, reached where everybody answers all items alike.
    """
    codes = [[item["code"] for item in factor["items"]] for factor in factors]
    least = _least(wave)
    counted = [[sums[code] for code in part if code in sums and sums[code][0] >= least] for part in codes]
    answers = sum(base for part in counted for base, _ in part)
    if not answers or (formula == "O_fac" and not all(counted)):
        return {"base": answers}
    shares = list(_shares(counted, formula))
    value = sum(share * 100 * satisfied / base for share, (base, satisfied) in shares)
    return {"base": answers, **_shown(value, sum(share * _half(*pair) for share, pair in shares))}


def _shares(counted: Sequence[Sequence[list[int]]], formula: str) -> Iterator[tuple[float, list[int]]]:
    items = sum(map(len, counted))
    answers = sum(base for part in counted for base, _ in part)
    for part in counted:
        for pair in part:
            if formula in POOLED and len(counted) > 1:
                yield pair[0] / answers, pair
            else:
                yield (1 / (len(counted) * len(part)) if formula == "O_fac" else 1 / items), pair


def _half(base: int, satisfied: int) -> float:
    """Half of Wilson's interval, which is never 0, in points of percent."""
    rate = satisfied / base
    spread = math.sqrt(rate * (1 - rate) / base + Z**2 / (4 * base**2))
    return 100 * Z * spread / (1 + Z**2 / base)


def _shown(value: float, half: float) -> dict[str, Any]:
    return {"value": value, "half": half, "texts": {"value": number(value), "half": number(half)}}


def between_waves(snapshot: Snapshot, wanted: Filter) -> list[dict[str, Any]]:
    """The same filter in every wave; a difference only where both asked the same questionnaire."""
    found: list[dict[str, Any]] = []
    for wave in snapshot["waves"]:
        asked = Filter(wave["slug"], wanted.series, wanted.units, wanted.types, wanted.modes)
        sums = counts(snapshot, asked)
        one = {"slug": wave["slug"], "name": wave["name"], "n": sums[""][0], "index": _index(wave, sums)}
        one["hash"] = wave["content_hash"]
        if found:
            one["change"] = _change(found[-1], one)
        found.append(one)
    return found


def _change(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    if before["hash"] != after["hash"]:
        return {"break": True}
    old, new = before["index"], after["index"]
    if "value" not in old or "value" not in new:
        return {}
    return _shown(new["value"] - old["value"], math.hypot(old["half"], new["half"]))


def course(snapshots: Iterable[Snapshot], wanted: Filter) -> list[dict[str, Any]]:
    """The same filter over the snapshots: how the reading came to be."""
    found = []
    for snapshot in snapshots:
        wave = next((one for one in snapshot["waves"] if one["slug"] == wanted.wave), None)
        if wave is not None:
            sums = counts(snapshot, wanted)
            said = {"number": snapshot["number"], "taken_at": snapshot["taken_at"]}
            found.append({**said, "n": sums[""][0], "index": _index(wave, sums)})
    return found
