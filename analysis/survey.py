"""The whole survey: one wave as it is, or several combined by the survey's stated weights, as figures and omissions.

Series are never mixed: only the probability samples of the waves are combined.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.estimation import Domain
from analysis.figures import Figure, Method, Place, Shown, figures_of, in_order
from analysis.indices import Criteria
from analysis.linear import combined
from analysis.measures import fields
from analysis.waves import WaveSums, counted, distribution_figures, domain_figures, index_parts, point_figures

Omission = Mapping[str, str | int]


@dataclass(frozen=True)
class Findings:
    """All figures in their published order, and the criteria that the base rule left out."""

    figures: tuple[Figure, ...]
    omissions: tuple[Omission, ...]


def findings(waves: Sequence[WaveSums], weights: Mapping[str, float], method: Method) -> Findings:
    """Figures of a survey. `weights` (by wave slug) are the stated ones; without them waves stand side by side."""
    figures: list[Figure] = []
    omissions: list[Omission] = []
    for sums in waves:
        for place, domain in _places(sums, waves):
            figures += domain_figures(sums, place, domain, method)
            omissions += _omissions(sums, place, domain)
        for place, domain in _points(sums):
            figures += point_figures(sums, place, domain, method)
        for series in sums.samples:
            figures += distribution_figures(sums, series, *_whole(sums, waves))
    if len(waves) > 1 and weights:
        figures += _combined_figures(waves, weights, method)
    return Findings(tuple(in_order(figures)), tuple(omissions))


def _whole(sums: WaveSums, waves: Sequence[WaveSums]) -> tuple[str, str]:
    """How the whole of a wave is called: all, or the wave's name where there are several."""
    return ("all", "all") if len(waves) == 1 else ("wave", sums.wave.slug)


def _places(sums: WaveSums, waves: Sequence[WaveSums]) -> Iterator[tuple[Place, Domain]]:
    """Every domain of a wave. With several waves a unit has a figure of its own only where one wave reaches it."""
    for series, sample in sums.samples.items():
        whole = sample.domain()
        yield _place(sums, series, whole, _whole(sums, waves)), whole
        for domain_type, code in _domains(sums, series, waves):
            domain = sample.domain(**{domain_type: code})
            yield _place(sums, series, domain, (domain_type, code)), domain


def _points(sums: WaveSums) -> Iterator[tuple[Place, Domain]]:
    """Collection points, each of which belongs to one wave."""
    for series, sample in sums.samples.items():
        for code in sums.values(series, "point"):
            domain = sample.domain(point=code)
            yield _place(sums, series, domain, ("point", code)), domain


def _place(sums: WaveSums, series: str, domain: Domain, named: tuple[str, str]) -> Place:
    return Place(series=series, respondents=domain.respondents, drawn=sums.wave.plan is not None, **_named(named))


def _named(place: tuple[str, str]) -> dict[str, str]:
    return {"domain_type": place[0], "domain": place[1]}


def _domains(sums: WaveSums, series: str, waves: Sequence[WaveSums]) -> Iterator[tuple[str, str]]:
    others = [other for other in waves if other is not sums and series in other.samples]
    for key in ("unit", "unit_end"):
        elsewhere = {unit for other in others for unit in other.values(series, key)}
        yield from ((key, unit) for unit in sums.values(series, key) if unit not in elsewhere)
    if len(waves) > 1:
        return
    yield from (("mode", mode) for mode in sums.values(series, "mode"))
    if len(sums.instrument.respondent_types) > 1:
        yield from (("respondent_type", code) for code in sums.values(series, "respondent_type"))
    for question in fields(sums.instrument):
        yield from ((question.code, code) for code in sums.values(series, question.code))


def _omissions(sums: WaveSums, place: Place, domain: Domain) -> Iterator[Omission]:
    if not place.respondents:
        return
    for item, base in counted(domain, sums.instrument, place.domain_type).omitted:
        named = {"series": place.series, "domain_type": place.domain_type, "domain": place.domain}
        yield {**named, "item": item, "base": base}


def _combined_figures(waves: Sequence[WaveSums], weights: Mapping[str, float], method: Method) -> Iterator[Figure]:
    """The indices and factors of the whole survey, and of units and respondent types that every wave reaches."""
    stated = [(weights.get(sums.wave.slug, 0.0), sums) for sums in waves]
    parts = [(weight, sums) for weight, sums in stated if weight > 0]
    if not all("probability" in sums.samples for _, sums in parts):
        return
    yield from _combined(parts, ("all", "all"), {}, method)
    for domain_type in ("respondent_type", "unit", "unit_end"):
        shared = set.intersection(*(set(sums.values("probability", domain_type)) for _, sums in parts))
        for code in sorted(shared):
            yield from _combined(parts, (domain_type, code), {domain_type: code}, method)


def _combined(
    parts: Sequence[tuple[float, WaveSums]], named: tuple[str, str], keys: Mapping[str, str], method: Method
) -> Iterator[Figure]:
    total = sum(weight for weight, _ in parts)
    stated = ", ".join(f"{sums.wave.slug} {weight:.12g}" for weight, sums in parts)
    domains = [(weight / total, sums, sums.samples["probability"].domain(**keys)) for weight, sums in parts]
    levels = [
        (weight, {shown.level: shown for shown in index_parts(domain, sums.instrument, _counted(domain, sums, named))})
        for weight, sums, domain in domains
    ]
    place = Place(
        series="combined",
        respondents=sum(domain.respondents for *_, domain in domains),
        drawn=all(sums.wave.plan is not None for _, sums in parts),
        **_named(named),
    )
    for level, first in levels[0][1].items():
        if not all(level in shown for _, shown in levels):
            continue
        linear = combined([(weight, shown[level].linear) for weight, shown in levels])
        if linear.codes:
            formula = first.formula and f"{first.formula}, waves by stated weights ({stated})"
            yield from figures_of(Shown(first.level, linear, first.means, formula), place, method)


def _counted(domain: Domain, sums: WaveSums, named: tuple[str, str]) -> Criteria:
    return counted(domain, sums.instrument, named[0])


def stated_weights(manifest: Mapping[str, Any]) -> Mapping[str, float]:
    """The weights by which the survey combines its waves; none where it has no rule."""
    combination = manifest["survey"].get("combination") or {}
    weights = combination.get("weights") or {}
    return {str(slug): float(weight) for slug, weight in weights.items() if combination.get("rule") == "weighted"}
