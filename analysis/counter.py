"""The three-level series of counters: shares of its levels by unit and collection point, apart from every index.

Two positive levels stand against one negative, so nothing here can be compared with a rating on five levels.
"""

from collections.abc import Iterator

from analysis import measures
from analysis.engine import Engine
from analysis.estimation import Domain
from analysis.extract import CounterWave, Extract
from analysis.figures import Figure, Method, Place, Shown, figures_of, in_order
from analysis.plain import PlainSample, plain_sample
from analysis.series import wave_rows
from analysis.targets import MINIMUM_RESPONDENTS

SERIES = "counter_3"


def counter_figures(engine: Engine, extract: Extract, method: Method) -> list[Figure]:
    """Figures of every wave with a counter's instrument, as a whole, by unit, and by point with enough answers."""
    return in_order([one for wave in extract.counters for one in _wave_figures(engine, extract, wave, method)])


def _wave_figures(engine: Engine, extract: Extract, wave: CounterWave, method: Method) -> Iterator[Figure]:
    wanted = {topic.measure.code: topic for topic in measures.counter_topics(wave.instrument)}
    rows = wave_rows(engine.parquet(extract.parquet), wave.slug, planned=False)
    sample = plain_sample(engine, rows, [topic.measure for topic in wanted.values()], by=("unit", "point"))
    if not len(sample.tally.rows):
        return
    means = {code: 1.0 for code in wanted if code.endswith("~mean")}
    whole = ("wave", wave.slug), sample.domain()
    for (domain_type, code), domain in (whole, *_places(sample)):
        place = Place(series=SERIES, domain_type=domain_type, domain=code, respondents=domain.respondents, drawn=False)
        for level in dict.fromkeys(topic.level for topic in wanted.values()):
            codes = [code for code, topic in wanted.items() if topic.level == level]
            yield from figures_of(Shown(level, domain.ratios(codes), means), place, method)


def _places(sample: PlainSample) -> Iterator[tuple[tuple[str, str], Domain]]:
    for code in sorted(set(map(str, sample.tally.keys["unit"]))):
        yield ("unit", code), sample.domain(unit=code)
    for code in sorted(set(map(str, sample.tally.keys["point"])) - {""}):
        domain = sample.domain(point=code)
        if domain.respondents >= MINIMUM_RESPONDENTS:
            yield ("point", code), domain
