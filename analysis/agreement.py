"""How well second interviews (phúc tra) agree with the first: of ratings, and of facts that must not differ.

Cohen's kappa falls to nothing where nearly everybody is satisfied, however well two interviews agree, for then chance
alone agrees too (Feinstein and Cicchetti 1990). Gwet's AC1 (2008) does not; both are given, and the plain share.

Run as `python -m analysis.agreement` it compares what stands on standard input, by officer, for the manager alone.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

from analysis.display import number, rounded
from analysis.extract import Extract
from questionnaires import loader
from questionnaires.kinds import LongText, ShortText
from questionnaires.model import PlainPart, Questionnaire, RatedItem

Answers = Mapping[str, Any]  # `values` and `states`, as an extract has them.
Pair = tuple[Any, Any]
FEWEST = 5  # Second interviews of one officer, before anything is said about them.
STRIKING = 3.0  # Standard errors below the others.
NORMAL = 1.4826  # What makes the median distance from the middle a standard deviation of normal values.
NOT_ASKED = -2


@dataclass(frozen=True)
class Agreement:
    """`base`: pairs of answers; shares and coefficients in percent and as fractions, None without a pair.

    AC1's chance agreement is over the categories that occur.
    """

    base: int
    equal: float | None
    kappa: float | None
    ac1: float | None


def agreement(pairs: Sequence[Pair]) -> Agreement:
    base = len(pairs)
    if not base:
        return Agreement(0, None, None, None)
    observed = sum(first == second for first, second in pairs) / base
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    found = sorted({*firsts, *seconds}, key=str)
    by_margins = sum(firsts[one] * seconds[one] for one in found) / base**2
    usual = [(firsts[one] + seconds[one]) / (2 * base) for one in found]
    by_chance = sum(share * (1 - share) for share in usual) / (len(found) - 1) if len(found) > 1 else 0.0
    return Agreement(base, 100 * observed, _beyond(observed, by_margins), _beyond(observed, by_chance))


def _beyond(observed: float, chance: float) -> float | None:
    """None where chance alone agrees always, so that nothing can be beyond it."""
    return None if math.isclose(chance, 1.0) else (observed - chance) / (1 - chance)


def compared(instrument: Questionnaire, pairs: Sequence[tuple[Answers, Answers]]) -> dict[str, Any]:
    """Of all ratings together and each by itself, and of each fact; of what both interviews asked."""
    items = {code: _pairs(code, pairs) for code in _items(instrument)}
    facts = {code: _pairs(code, pairs) for code in _facts(instrument)}
    return {
        "interviews": len(pairs),
        "overall": asdict(agreement([pair for found in items.values() for pair in found])),
        "items": [{"code": code, **asdict(agreement(found))} for code, found in items.items() if found],
        "facts": [{"code": code, **asdict(agreement(found))} for code, found in facts.items() if found],
    }


def _items(instrument: Questionnaire) -> list[str]:
    return [one.code for one in instrument.questions() if isinstance(one, RatedItem)]


def _facts(instrument: Questionnaire) -> list[str]:
    """What is so or not, whoever asks: the profile, without texts."""
    parts = [part for part in instrument.parts if isinstance(part, PlainPart) and part.kind == "profile"]
    return [one.code for part in parts for one in part.questions if not isinstance(one, ShortText | LongText)]


def _pairs(code: str, pairs: Sequence[tuple[Answers, Answers]]) -> list[Pair]:
    """An answer, or the code of why there is none; questions that one of the two did not ask are left out."""
    found = [(_said(first, code), _said(second, code)) for first, second in pairs]
    return [pair for pair in found if NOT_ASKED not in pair]


def _said(answers: Answers, code: str) -> Any:
    value = answers["values"].get(code)
    if value is None:
        return answers["states"].get(code, NOT_ASKED)
    return tuple(sorted(map(str, value))) if isinstance(value, list) else value


def by_group(instrument: Questionnaire, pairs: Sequence[tuple[str, Answers, Answers]]) -> dict[str, Any]:
    """The agreement of each group (an officer), and whether it lies strikingly below that of all others."""
    items = max(len(_items(instrument)), 1)
    groups: dict[str, list[tuple[Answers, Answers]]] = {}
    for group, first, second in pairs:
        groups.setdefault(group, []).append((first, second))
    shares = {group: [_share(instrument, pair) for pair in found] for group, found in groups.items()}
    return {
        group: {
            **{key: value for key, value in compared(instrument, found).items() if key != "items"},
            "low": _is_low(shares[group], [one for other in shares if other != group for one in shares[other]], items),
        }
        for group, found in groups.items()
    }


def _share(instrument: Questionnaire, pair: tuple[Answers, Answers]) -> float:
    answers = [found for code in _items(instrument) for found in _pairs(code, [pair])]
    return agreement(answers).equal or 0.0


def _is_low(own: Sequence[float], others: Sequence[float], items: int) -> bool:
    """The mean share of equal answers lies more standard errors below the middle of the others than chance explains.

    Middle and spread are such that a second bad officer hides nobody; nor is the spread ever less than that of so many
    answers which agree by 95 %.
    """
    if len(own) < FEWEST or len(others) < FEWEST:
        return False
    middle = median(others)
    spread = max(NORMAL * median(abs(one - middle) for one in others), 100 * math.sqrt(0.05 * 0.95 / items))
    return fmean(own) < middle - STRIKING * spread * math.sqrt(1 / len(own) + 1 / len(others))


def of_extract(extract: Extract) -> dict[str, Any]:
    """By wave, for the report; without officers, whom the extract does not name."""
    found = {}
    for wave in extract.waves:
        pairs = [(pair["first"], pair["second"]) for pair in extract.again.get(wave.slug, ())]
        if pairs:
            found[wave.slug] = _shown(compared(wave.instrument, pairs))
    return found


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    rows = [found["overall"], *found["items"], *found["facts"]]
    for row in rows:
        known = {name: rounded(row[name]) for name in ("equal", "kappa", "ac1") if row[name] is not None}
        row.update(known, shown={name: number(value) for name, value in known.items()})
    return found


def main() -> None:
    asked = json.load(sys.stdin)
    instrument = loader.from_json(json.dumps(asked["instrument"]))
    pairs = [(pair["group"], pair["first"], pair["second"]) for pair in asked["pairs"]]
    whole = compared(instrument, [(first, second) for _, first, second in pairs])
    json.dump({**whole, "groups": by_group(instrument, pairs)}, sys.stdout)


if __name__ == "__main__":
    main()
