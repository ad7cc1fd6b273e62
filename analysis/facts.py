"""What was received: responses by wave, mode and unit, checked against the manifest; context.json is made from it.

No statistic is computed here, only counts of rows.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import display
from analysis.engine import Engine
from analysis.extract import Extract, ExtractFault
from analysis.series import MODES, OFFICER_MODES, SERIES_OF_MODE, text

FAR_ABOVE = 3


@dataclass(frozen=True)
class Group:
    """Responses of one wave, mode and unit; `without_stratum` and `without_weight` count those that lack one."""

    wave: str
    mode: str
    unit: str
    responses: int
    without_stratum: int
    without_weight: int


@dataclass(frozen=True)
class Facts:
    groups: tuple[Group, ...]
    planned: frozenset[str]  # Waves with a plan.
    days: Mapping[str, int]  # By wave: on so many days officers brought answers.
    points: tuple[Mapping[str, Any], ...] = ()  # Responses by wave, unit, mode and collection point.

    def outside_frame(self, group: Group) -> int:
        """Probability responses of a planned wave that belong to no case, and so stand for nobody but themselves."""
        in_plan = group.wave in self.planned and SERIES_OF_MODE[group.mode] == "probability"
        return group.without_stratum if in_plan else 0

    def analysed(self) -> Iterator[tuple[Group, int]]:
        return ((group, group.responses - self.outside_frame(group)) for group in self.groups)


def read_facts(engine: Engine, extract: Extract) -> Facts:
    """Counts the rows. Raises ExtractFault where they are not those that the manifest speaks of."""
    rows = engine.table(
        "SELECT wave, mode, coalesce(unit, '') AS unit, count(*) AS responses,"  # noqa: S608
        " count(*) - count(stratum) AS without_stratum, count(*) - count(weight) AS without_weight "
        f"FROM {engine.parquet(extract.parquet)} GROUP BY ALL ORDER BY ALL"
    )
    groups = tuple(Group(**row) for row in rows.to_pylist())
    planned = frozenset(wave.slug for wave in extract.waves if wave.plan is not None)
    facts = Facts(groups, planned, _days(engine, extract), _points(engine, extract))
    _check(facts, extract)
    return facts


def _days(engine: Engine, extract: Extract) -> Mapping[str, int]:
    rows = engine.table(
        "SELECT wave, count(DISTINCT local_day) AS days "  # noqa: S608
        f"FROM {engine.parquet(extract.parquet)} WHERE mode IN ({', '.join(map(text, OFFICER_MODES))}) GROUP BY wave"
    )
    return {row["wave"]: row["days"] for row in rows.to_pylist()}


def _points(engine: Engine, extract: Extract) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        engine.table(
            "SELECT unit, point, wave, mode, count(*) AS responses "  # noqa: S608
            f"FROM {engine.parquet(extract.parquet)} WHERE point IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).to_pylist()
    )


def _check(facts: Facts, extract: Extract) -> None:
    total = sum(group.responses for group in facts.groups)
    if total != extract.manifest["responses"]:
        raise ExtractFault(
            f"the manifest speaks of {extract.manifest['responses']} responses, the files hold {total}; "
            "write the extract again"
        )
    waves = {wave.slug for wave in extract.all_waves}
    for group in facts.groups:
        if group.wave not in waves:
            raise ExtractFault(
                f"responses name a wave {group.wave} that the manifest does not; write the extract again"
            )
        if group.mode not in SERIES_OF_MODE:
            raise ExtractFault(f"responses name an unknown mode {group.mode}; known are {', '.join(SERIES_OF_MODE)}")
        planned = group.wave in facts.planned and SERIES_OF_MODE[group.mode] == "probability"
        if planned and group.without_weight > group.without_stratum:
            raise ExtractFault(
                f"in wave {group.wave} responses of mode {group.mode} have a case but no weight; "
                "give every case of the plan its weight and write the extract again"
            )


def by_point(facts: Facts, extract: Extract) -> list[Mapping[str, Any]]:
    """The collection points with responses, by unit; their names where the extract has them."""
    names = {one["code"]: {"vi": one["label_vi"], "en": one["label_en"]} for one in extract.points}
    nameless = {"vi": "", "en": ""}
    return [
        {
            **{name: found[name] for name in ("unit", "point", "wave", "responses")},
            "series": SERIES_OF_MODE[found["mode"]],
            "name": names.get(found["point"], nameless),
        }
        for found in facts.points
    ]


def counts(facts: Facts, extract: Extract) -> Mapping[str, Any]:
    """The counts of context.json: by series, mode and unit, and what the plan drew."""
    by_series, by_mode = Counter[str](), Counter[str]()
    by_unit: dict[str, Counter[str]] = {}
    for group, number in facts.analysed():
        by_series[SERIES_OF_MODE[group.mode]] += number
        by_mode[group.mode] += number
        by_unit.setdefault(group.unit, Counter())[SERIES_OF_MODE[group.mode]] += number
    for stratum in _strata(extract):
        by_unit.setdefault(stratum.unit, Counter())["planned"] += sum(stratum.cases_by_psu.values())
    corrected, late = extract.manifest.get("corrected", 0), extract.manifest.get("late", {})
    return {
        "responses": sum(group.responses for group in facts.groups),
        "by_series": {series: by_series[series] for series in MODES if by_series[series]},
        "by_mode": dict(sorted((mode, number) for mode, number in by_mode.items() if number)),
        "by_unit": [
            {"unit": unit, **{key: found[key] for key in ("probability", "open", "counter_3", "planned")}}
            for unit, found in sorted(by_unit.items())
        ],
        "plan": _plan(extract),
        "excluded": _excluded(facts, extract),
        **({"corrected": corrected} if corrected else {}),
        **({"late": late} if any(late.values()) else {}),
    }


def withdrawals(extract: Extract) -> Mapping[str, Any]:
    """What respondents took back, each share with its text; `far_above`: a unit whose share is more than FAR_ABOVE
    times the share of all other units together.
    """
    found = extract.withdrawals
    return {
        **found,
        "far_above": FAR_ABOVE,
        "by_mode": [_with_share(one) for one in found["by_mode"]],
        "by_unit": [_with_share(one) | {"far_above": _is_far_above(one, found)} for one in found["by_unit"]],
    }


def _with_share(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "share": display.number(display.rounded(100 * one["withdrawn"] / one["received"]))}


def _is_far_above(one: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Compared without a fraction, so that nothing hangs on its last digit."""
    received, withdrawn = (whole[name] - one[name] for name in ("received", "withdrawn"))
    return bool(received and one["withdrawn"] * received > FAR_ABOVE * withdrawn * one["received"])


def _excluded(facts: Facts, extract: Extract) -> list[dict[str, Any]]:
    outside = sum(map(facts.outside_frame, facts.groups))
    found = [dict(entry) for entry in extract.manifest.get("excluded", [])]
    return [*found, {"reason": "outside_frame", "count": outside}] if outside else found


def _strata(extract: Extract) -> Sequence[Any]:
    return [stratum for wave in extract.waves for stratum in wave.plan or ()]


def _plan(extract: Extract) -> Mapping[str, int] | None:
    strata = _strata(extract)
    if not strata:
        return None
    return {
        "strata": len(strata),
        "psus": sum(len(stratum.cases_by_psu) for stratum in strata),
        "cases": sum(sum(stratum.cases_by_psu.values()) for stratum in strata),
    }
