"""What two figures must share before their difference means anything, and the refusal where they do not.

A difference across a break needs the note that will be printed beside it, or a change of method passes for progress.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from questionnaires.changes import INDEX, Comparison, Consequence, compare
from questionnaires.changes import Change as InstrumentChange


@dataclass(frozen=True, kw_only=True)
class Footing:
    """What a figure stands on: method of the survey, day of the list of units, instrument and formula of the index.

    Where the instruments themselves are known (their JSON), they are compared question by question.
    """

    method: str
    units_on: str
    instrument: str = ""
    formula: str = ""
    instruments: tuple[str, ...] = ()

    @classmethod
    def of_context(cls, context: Mapping[str, object]) -> "Footing":
        """Of a release's context.json."""
        survey, method = context["survey"], context["method"]
        if not (isinstance(survey, Mapping) and isinstance(method, Mapping)):
            raise ValueError("the context has no survey and method; name the context.json of a release")
        formula = method.get("formula", {})
        waves, instruments = context.get("waves", []), context.get("instruments", {})
        codes = {str(wave["instrument"]) for wave in waves} if isinstance(waves, Sequence) else set()
        known = instruments.values() if isinstance(instruments, Mapping) else ()
        return cls(
            method=_words(survey["method"]),
            units_on=str(survey["units_on"]),
            instrument=", ".join(sorted(codes)),
            formula=f"{formula.get('name', '')} {formula.get('version', '')}".strip(),
            instruments=tuple(sorted(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in known)),
        )


def _words(said: object) -> str:
    """Of a text in two languages its Vietnamese: a better translation changes no method."""
    return str(said["vi"] if isinstance(said, Mapping) else said)


@dataclass(frozen=True, kw_only=True)
class Break:
    """One thing that changed between two periods; of the instrument, what in it changed."""

    periods: tuple[str, str]
    what: str
    before: str
    after: str
    changes: tuple[InstrumentChange, ...] = ()

    def __str__(self) -> str:
        named = f"{self.what} changed from {self.before or 'nothing'} to {self.after or 'nothing'}"
        said = [f"{one.place or 'head'} {one.rule.words}" for one in self.changes]
        more = [f"{len(said) - _SAID} more"] if len(said) > _SAID else []
        return f"{named} ({'; '.join([*said[:_SAID], *more])})" if said else named


class SeriesBreak(ValueError):
    """A difference was asked for across a break of method or units without the note that explains it."""

    def __init__(self, breaks: Sequence[Break]) -> None:
        self.breaks = tuple(breaks)
        said = "; ".join(f"between {b.periods[0]} and {b.periods[1]} {b}" for b in self.breaks)
        super().__init__(f"{said}: state the note that will stand beside the difference, or show the figures apart")


_PARTS = {
    "method": "the method",
    "units_on": "the list of units",
    "instrument": "the instrument",
    "formula": "the formula",
}
_OF_INSTRUMENTS = frozenset({"instrument", "formula"})  # Their comparison says more where they are known.
_SAID = 3  # So many changes are named in a sentence; the others are counted.


def breaks_between(periods: tuple[str, str], before: Footing, after: Footing, series: str = INDEX) -> tuple[Break, ...]:
    """What separates the figures of a series: the index, or by its code an item, a question or a factor."""
    known = bool(before.instruments and after.instruments)
    named = [
        Break(periods=periods, what=words, before=getattr(before, part), after=getattr(after, part))
        for part, words in _PARTS.items()
        if getattr(before, part) != getattr(after, part) and not (known and part in _OF_INSTRUMENTS)
    ]
    return (*named, *_instrument_breaks(periods, before, after, series)) if known else tuple(named)


def _instrument_breaks(periods: tuple[str, str], before: Footing, after: Footing, series: str) -> Iterator[Break]:
    for old, new, found in _compared(before, after):
        if found.consequence_for(series) == Consequence.BREAKS:
            why = tuple(one for one in found.reasons_for(series) if one.effect_on(series) == Consequence.BREAKS)
            yield Break(periods=periods, what="the instrument", before=old, after=new, changes=why)


def remarks_between(before: Footing, after: Footing, series: str = INDEX) -> tuple[InstrumentChange, ...]:
    """What changed in the instruments that leaves a series comparable, with a note that has to stand beside it."""
    return tuple(
        one
        for _, _, found in _compared(before, after)
        if found.consequence_for(series) == Consequence.NOTE
        for one in found.reasons_for(series)
    )


@cache
def _compared(before: Footing, after: Footing) -> tuple[tuple[str, str, Comparison], ...]:
    """Each pair of instruments with their names; of several waves those of the same code are pairs."""
    old, new = ([json.loads(one) for one in footing.instruments] for footing in (before, after))
    if len(old) == 1 and len(new) == 1:
        pairs = [(old[0], new[0])]
    else:
        pairs = [(one, other) for one in old for other in new if one["code"] == other["code"]]
        pairs += [(one, new[0]) for one in old if all(one["code"] != other["code"] for other in new)]
        pairs += [(old[0], other) for other in new if all(one["code"] != other["code"] for one in old)]
    return tuple((_name(one), _name(other), compare(one, other)) for one, other in pairs)


def _name(instrument: Mapping[str, object]) -> str:
    return f"{instrument['code']} {instrument['version']}"


Notes = Mapping[tuple[str, str], str]


def require_notes(
    footing: Mapping[str, Footing], pairs: Sequence[tuple[str, str]], notes: Notes, series: str = INDEX
) -> dict[tuple[str, str], tuple[Break, ...]]:
    """The breaks of each pair of periods. Raises SeriesBreak with all breaks of pairs that have no note."""
    found = {pair: breaks_between(pair, footing[pair[0]], footing[pair[1]], series) for pair in pairs}
    if unsaid := [one for pair, breaks in found.items() if not notes.get(pair, "").strip() for one in breaks]:
        raise SeriesBreak(unsaid)
    return found
