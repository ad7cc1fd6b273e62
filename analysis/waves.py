"""One wave: its responses as samples by series, checked against the plan, and the figures of each domain.

How several waves become one survey is left to `survey`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis import indices, measures
from analysis.design import Design, Lonely
from analysis.display import rounded
from analysis.engine import Engine
from analysis.estimation import Domain, Sample
from analysis.extract import Extract, ExtractFault, Stratum, Wave
from analysis.figures import Figure, Method, Place, Shown, figures_of
from analysis.plain import PlainSample, plain_sample
from analysis.response import rows_of
from analysis.series import MODES, name, of_series
from analysis.tally import BadWeights, Measure, Tally, tally
from analysis.targets import MINIMUM_RESPONDENTS
from questionnaires.model import GeneralRating, Instrument, RatedItem

KEYS = ("unit", "respondent_type", "mode", "point")
SMALL_PLACES = ("unit", "unit_end", "point")  # To which the rule of the least base belongs.


@dataclass(frozen=True)
class WaveSums:
    """The sums of a wave: a sample by series, and the distribution of every item by series."""

    wave: Wave
    samples: Mapping[str, Sample | PlainSample]
    distribution: Tally

    @property
    def instrument(self) -> Instrument:
        return self.wave.instrument

    def values(self, series: str, key: str) -> list[str]:
        """The codes of a domain key in a series; units of the plan also where nobody answered. `unit_end`: what units
        became, where all that it was made of is known.
        """
        if key == "unit_end" and not self.wave.whole_units:
            return []
        found = set(map(str, self.samples[series].tally.keys[key])) - {""}
        if key == "unit" and series == "probability" and self.wave.plan is not None:
            found |= {stratum.unit for stratum in self.wave.plan}
        return sorted(found.intersection(self.wave.whole_units) if key == "unit_end" else found)


def read_wave(engine: Engine, extract: Extract, wave: Wave, lonely: Lonely) -> WaveSums:
    """Sums the wave's responses. Raises ExtractFault (responses against plan, weights) and LonelyPSU."""
    rows = rows_of(engine, engine.parquet(extract.parquet), wave)
    instrument = wave.instrument
    _check_ratings(engine, rows, wave)
    wanted = {topic.measure.code: topic.measure for topic in measures.topics(instrument)}
    wanted |= {measure.code: measure for measure in measures.index_measures(instrument)}
    seen = set(engine.table(f"SELECT DISTINCT series FROM {rows} AS responses")["series"].to_pylist())  # noqa: S608
    try:
        samples = {
            series: _sample(engine, of_series(rows, series), wave, series, list(wanted.values()), lonely)
            for series in MODES
            if series in seen
        }
        states = tally(
            engine,
            rows,
            measures.distribution(instrument),
            design=Design(weight="design_weight"),
            by=("series",),
        )
    except BadWeights as error:
        raise ExtractFault(f"in wave {wave.slug} {error}; write the extract again") from error
    return WaveSums(wave, {series: sample for series, sample in samples.items() if len(sample.tally.rows)}, states)


def _sample(
    engine: Engine, rows: str, wave: Wave, series: str, wanted: Sequence[Measure], lonely: Lonely
) -> Sample | PlainSample:
    """Only a probability sample has weights, or PSUs that are not their responses."""
    places = (*KEYS, "unit_end") if wave.whole_units else KEYS
    own = (*places, *(question.code for question in measures.fields(wave.instrument)))
    if series != "probability":
        return plain_sample(engine, rows, wanted, by=own, together=measures.combined(wave.instrument))
    columns = Design(stratum="design_stratum", psu="design_psu", weight="design_weight")
    keys = own if wave.first_stage == "with-replacement" else ("design_respondent", *own)
    cells = tally(engine, rows, wanted, design=columns, by=keys)
    return Sample.of(cells, _design(wave, cells, lonely))


def _check_ratings(engine: Engine, rows: str, wave: Wave) -> None:
    """Every rated question of the instrument has a level or a state in every response: an empty cell means nothing."""
    ratings = [q.code for q in wave.instrument.questions() if isinstance(q, RatedItem | GeneralRating)]
    odd = [
        f"count(*) FILTER (WHERE NOT coalesce({name(code)} BETWEEN -4 AND 5, FALSE)) AS {name(code)}"
        for code in ratings
    ]
    found = engine.table(f"SELECT {', '.join(odd)} FROM {rows} AS responses")  # noqa: S608
    wrong = [code for code in ratings if found[code][0].as_py()]
    if wrong:
        raise ExtractFault(
            f"wave {wave.slug} has responses with neither a level nor a state for {', '.join(wrong)}; "
            "write the extract again"
        )


def _design(wave: Wave, cells: Tally, lonely: Lonely) -> Design:
    """The plan's design where the wave has one; else a plain sample of one stratum.

    One respondent alone has no variance and no degrees of freedom either, so the plain sample needs no choice.
    """
    if wave.plan is None:
        return Design(lonely="certainty")
    planned = {(stratum.code, psu) for stratum in wave.plan for psu in stratum.cases_by_psu}
    seen = set(zip(map(str, cells.keys["stratum"]), map(str, cells.keys["psu"]), strict=True))
    if unknown := sorted(seen - planned):
        stratum, psu = unknown[0]
        raise ExtractFault(
            f"wave {wave.slug} has responses of PSU {psu} in stratum {stratum}, which its plan did not sample "
            f"({len(unknown)} such PSUs); correct the cases and write the extract again"
        )
    design = Design(sampled={stratum.code: len(stratum.cases_by_psu) for stratum in wave.plan}, lonely=lonely)
    return design if wave.first_stage == "with-replacement" else _without_replacement(design, wave, wave.plan)


def _without_replacement(design: Design, wave: Wave, plan: Sequence[Stratum]) -> Design:
    """Each stratum's share of its PSUs was sampled, and people within them; PSUs that were certain become strata."""
    for stratum in plan:
        if stratum.psus_in_frame < len(stratum.cases_by_psu):
            raise ExtractFault(
                f"the plan of wave {wave.slug} does not say how many PSUs stratum {stratum.code} has (psus_in_frame); "
                "complete the plan, or take its PSUs as drawn with replacement: --first-stage with-replacement"
            )
    return replace(
        design,
        fraction={stratum.code: len(stratum.cases_by_psu) / stratum.psus_in_frame for stratum in plan},
        respondent="design_respondent",
        people={(stratum.code, psu): count for stratum in plan for psu, count in stratum.people_by_psu.items()},
    )


def counted(domain: Domain, instrument: Instrument, domain_type: str) -> indices.Criteria:
    """The base rule belongs to units and their points; elsewhere only criteria without any answer are left out."""
    minimum = instrument.formula.base_minimum if domain_type in SMALL_PLACES else 1
    return indices.criteria(domain, instrument, minimum)


def index_parts(domain: Domain, instrument: Instrument, criteria: indices.Criteria) -> list[Shown]:
    """What the formulas give: overall, blocks where there are any, factors."""
    formula = instrument.formula
    means = dict.fromkeys(indices.SCORES, 100.0)
    overall = indices.overall(domain, instrument, criteria)
    blocks = [Shown("block", indices.block_rates(domain, instrument, criteria))] if instrument.blocks else []
    return [
        Shown("overall", overall, means, f"{formula.name} {formula.version}"),
        *blocks,
        Shown("factor", indices.factor_rates(domain, instrument, criteria)),
    ]


def topic_parts(domain: Domain, instrument: Instrument) -> list[Shown]:
    """Items and every other counted question, one part a level."""
    by_level: dict[str, list[str]] = {}
    for topic in measures.topics(instrument):
        by_level.setdefault(topic.level, []).append(topic.measure.code)
    return [
        Shown(level, domain.ratios(codes), {code: 1.0 for code in codes if code.endswith("~mean")})
        for level, codes in by_level.items()
    ]


def domain_figures(sums: WaveSums, place: Place, domain: Domain, method: Method) -> Iterator[Figure]:
    criteria = counted(domain, sums.instrument, place.domain_type)
    for shown in (*index_parts(domain, sums.instrument, criteria), *topic_parts(domain, sums.instrument)):
        yield from figures_of(shown, place, method)


def point_figures(sums: WaveSums, place: Place, domain: Domain, method: Method) -> Iterator[Figure]:
    """Of a collection point the index, blocks and factors, and only from enough respondents. The target is set for
    units, so a point has no verdict.
    """
    if place.respondents >= MINIMUM_RESPONDENTS:
        for shown in index_parts(domain, sums.instrument, counted(domain, sums.instrument, place.domain_type)):
            yield from figures_of(replace(shown, formula=""), place, method)


def distribution_figures(sums: WaveSums, series: str, domain_type: str, domain: str) -> Iterator[Figure]:
    """For every item the share of each state among those who were asked; n counts them unweighted."""
    cells = sums.distribution.where(series=series)
    n, weight = cells.n.sum(axis=0), cells.weight.sum(axis=0)
    for item in sums.instrument.items:
        asked = cells.base_of[cells.column(measures.asked(item.code))]
        for i, measure in enumerate(cells.measures):
            code, _, state = measure.code.rpartition("=")
            if code == item.code and state in measures.STATES and n[asked]:
                yield Figure(
                    series=series,
                    level="item",
                    code=measure.code,
                    domain_type=domain_type,
                    domain=domain,
                    n=int(n[cells.base_of[i]]),
                    base=int(n[asked]),
                    estimate=rounded(100.0 * float(weight[cells.base_of[i]] / weight[asked])),
                    method="share of those asked",
                )
