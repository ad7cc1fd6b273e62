"""What each sealed plan promised beside what was reached, for the report: sizes, rates, half-widths, days.

Nothing is estimated here that the figures do not hold, but for strata that are no domain of their own. What a plan
promises is `planning.sizes`; which words a promise that was not kept deserves, `report.promises`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from analysis import display
from analysis.extract import Extract, Wave
from analysis.facts import Facts
from analysis.figures import Figure, Method, Place
from analysis.indices import HEADLINE
from analysis.planning.size_words import comma
from analysis.waves import WaveSums, domain_figures

# Kept where at least, or at most, as much was reached; the other rows only inform.
AT_LEAST = ("cases", "answers", "response", "reinterviews")
AT_MOST = ("half_width", "deff", "days")
COUNTS = ("cases", "answers", "reserves", "reinterviews", "days", "cost")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """What a wave reached: its figures by id, what became of its cases, and on how many days officers were out."""

    wave: Wave
    figures: Mapping[str, Figure]
    whole: tuple[str, str]
    cases: Mapping[str, Any]
    days: int | None

    def figure(self, level: str, code: str, domain_type: str, domain: str) -> Figure | None:
        return self.figures.get("/".join(("probability", level, code, domain_type, domain)))


def compared(
    extract: Extract, facts: Facts, sums: Sequence[WaveSums], figures: Sequence[Figure], method: Method
) -> list[Row]:
    """By wave with a sealed plan: the seal, the rows of the whole, and the domains that were promised anything."""
    found = []
    for each in sums:
        wave, whole = each.wave, ("all", "all") if len(sums) == 1 else ("wave", each.wave.slug)
        if wave.sealed and wave.promise:
            by_id = {one.id: one for one in (*figures, *_strata(each, wave.promise, method))}
            reached = Found(wave, by_id, whole, extract.cases.get(wave.slug, {}), facts.days.get(wave.slug))
            found.append(_wave(reached, wave.sealed, wave.promise))
    return found


def _strata(sums: WaveSums, promise: Mapping[str, Any], method: Method) -> Iterator[Figure]:
    """Figures of each stratum that was promised something: it is no domain of the published ones."""
    sample = sums.samples.get("probability")
    codes = [row["code"] for row in promise["rows"] if row["level"] == "stratum"]
    if sample is None:
        return
    for code in codes:
        domain = sample.domain(stratum=code)
        named = {"series": "probability", "domain_type": "stratum", "domain": code}
        place = Place(**named, respondents=domain.respondents, drawn=True)
        yield from domain_figures(sums, place, domain, method)


def _wave(found: Found, sealed: Mapping[str, Any], promise: Mapping[str, Any]) -> Row:
    overall, *domains = promise["rows"]
    index = found.figure("overall", HEADLINE, *found.whole)
    return {
        "wave": found.wave.slug,
        "sealed": sealed,
        "assumptions": promise["assumptions"],
        "rows": list(_whole(found, promise)),
        "power": {truth: comma(100 * chance, 0) for truth, chance in overall["power"].items()},
        "verdict": index.verdict if index else "",
        "domains": [_domain(found, row) for row in domains],
    }


def _whole(found: Found, promise: Mapping[str, Any]) -> Iterator[Row]:
    """No row where nothing was promised."""
    overall, work, cases = promise["rows"][0], promise["work"], found.cases
    index = found.figure("overall", HEADLINE, *found.whole)
    answered = cases.get("rates", {}).get("RR2")
    again, spare = cases.get("reinterviews", {}), cases.get("reserves", {})
    drawn = sum(sum(stratum.cases_by_psu.values()) for stratum in found.wave.plan or ())
    yield _row("cases", overall["cases"], drawn)
    most = drawn + spare.get("used", 0)
    yield _answers(round(overall["answers"]), index.n if index else 0, most)
    yield _row("response", 100 * promise["assumptions"]["response"], None if answered is None else 100 * answered)
    if overall["half_width"] is not None:
        yield _row("half_width", overall["half_width"], half_width(index))
    yield _row("deff", overall["deff"], _deff(found))
    if promise["reserves"]:
        yield _row("reserves", promise["reserves"], spare.get("used"))
    if promise["reinterviews"]:
        yield _row("reinterviews", promise["reinterviews"], again.get("done"))
    yield _row("days", work["days"], found.days)
    if work["cost"]:
        yield _row("cost", work["cost"], None)


def _answers(promised: float, reached: int, most: int) -> Row:
    """More answers than `most`, the cases in use, keep no promise: not all of them are of people who were drawn."""
    row = _row("answers", promised, reached)
    return row if reached <= most else {**row, "kept": False, "beyond": True}


def _domain(found: Found, row: Mapping[str, Any]) -> Row:
    """One commune, respondent type or stratum. Which reserves were used in it is not known, so all may have been."""
    used = found.cases.get("reserves", {}).get("used", 0)
    figure = found.figure("overall", HEADLINE, row["level"], row["code"])
    return {
        "level": row["level"],
        "code": row["code"],
        "cases": row["cases"],
        "outlook": row["outlook"],
        "verdict": figure.verdict if figure else "",
        "answers": _answers(round(row["answers"]), figure.n if figure else 0, row["cases"] + used),
        "half_width": _row("half_width", row["half_width"], half_width(figure)),
    }


def half_width(figure: Figure | None) -> float | None:
    """Half of the interval as published, in percentage points; None where it has none."""
    return (figure.high - figure.low) / 2 if figure and figure.high >= figure.low else None


def _deff(found: Found) -> float | None:
    """Of one question, as plans assume it: the median over the items, each against its own base."""
    figures = (found.figure("item", item.code, *found.whole) for item in found.wave.instrument.items)
    return _median(figure.deff for figure in figures if figure)


def _median(values: Iterable[float]) -> float | None:
    known = [value for value in values if value >= 0]  # Missing is nan, which is not.
    return median(known) if known else None


def _row(what: str, promised: float | None, reached: float | None) -> Row:
    """Both numbers with their texts, the difference, and whether the promise was kept: judged as printed."""
    numbers = {"promised": promised, "reached": reached}
    if promised is not None and reached is not None:
        numbers["difference"] = abs(_printed(what, reached) - _printed(what, promised))
    texts = {name: _text(what, value) for name, value in numbers.items() if value is not None}
    return {"what": what, **numbers, "texts": texts, "kept": _kept(what, promised, reached)}


def _text(what: str, value: float) -> display.Texts:
    if what in COUNTS:
        return {"vi": f"{value:,.0f}".replace(",", "."), "en": f"{value:,.0f}"}
    return display.number(display.rounded(value))


def _printed(what: str, value: float) -> float:
    return value if what in COUNTS else float(display.number(display.rounded(value))["en"])


def _kept(what: str, promised: float | None, reached: float | None) -> bool | None:
    if promised is None or reached is None or what not in (*AT_LEAST, *AT_MOST):
        return None
    more = _printed(what, reached) - _printed(what, promised)
    return more >= 0 if what in AT_LEAST else more <= 0
