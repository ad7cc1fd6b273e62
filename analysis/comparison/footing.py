"""What two figures must share before their difference means anything, and the refusal where they do not.

A difference across a break needs the note that will be printed beside it (domain.md: a method change sold as progress).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Footing:
    """What a figure stands on: method of the survey, day of the list of units, instrument and formula of the index."""

    method: str
    units_on: str
    instrument: str = ""
    formula: str = ""

    @classmethod
    def of_context(cls, context: Mapping[str, object]) -> "Footing":
        """Of a release's context.json."""
        survey, method = context["survey"], context["method"]
        if not (isinstance(survey, Mapping) and isinstance(method, Mapping)):
            raise ValueError("the context has no survey and method; name the context.json of a release")
        formula = method.get("formula", {})
        waves = context.get("waves", [])
        codes = {str(wave["instrument"]) for wave in waves} if isinstance(waves, Sequence) else set()
        return cls(
            method=str(survey["method"]),
            units_on=str(survey["units_on"]),
            instrument=", ".join(sorted(codes)),
            formula=f"{formula.get('name', '')} {formula.get('version', '')}".strip(),
        )


@dataclass(frozen=True, kw_only=True)
class Break:
    """One thing that changed between two periods."""

    periods: tuple[str, str]
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what} changed from {self.before or 'nothing'} to {self.after or 'nothing'}"


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


def breaks_between(periods: tuple[str, str], before: Footing, after: Footing) -> tuple[Break, ...]:
    return tuple(
        Break(periods=periods, what=words, before=getattr(before, part), after=getattr(after, part))
        for part, words in _PARTS.items()
        if getattr(before, part) != getattr(after, part)
    )


Notes = Mapping[tuple[str, str], str]


def require_notes(
    footing: Mapping[str, Footing], pairs: Sequence[tuple[str, str]], notes: Notes
) -> dict[tuple[str, str], tuple[Break, ...]]:
    """The breaks of each pair of periods. Raises SeriesBreak with all breaks of pairs that have no note."""
    found = {pair: breaks_between(pair, footing[pair[0]], footing[pair[1]]) for pair in pairs}
    if unsaid := [one for pair, breaks in found.items() if not notes.get(pair, "").strip() for one in breaks]:
        raise SeriesBreak(unsaid)
    return found
