"""The rows of a wave as they are summed: where the plan says so, who answered stands also for who did not.

Within a stratum the weights of the responses are raised by one factor, so that they add up to its people in the frame;
finer classes of non-response are left to `weighting`.
"""

from math import fsum

from analysis.engine import Engine
from analysis.extract import ExtractFault, Wave
from analysis.series import of_series, wave_rows


def rows_of(engine: Engine, responses: str, wave: Wave, *, outside: bool = False) -> str:
    """A relation as `wave_rows` makes it of the relation `responses`. Raises ExtractFault."""
    planned = wave.plan is not None
    if wave.nonresponse == "none":
        return wave_rows(responses, wave.slug, planned, outside=outside)
    factors = _factors(engine, wave_rows(responses, wave.slug, planned), wave)
    return wave_rows(responses, wave.slug, planned, factors, outside=outside)


def _factors(engine: Engine, rows: str, wave: Wave) -> dict[str, float]:
    """Summed in one order, so that the same responses give the same factors on every machine."""
    found = engine.table(
        "SELECT design_stratum AS stratum, design_weight AS weight, count(*) AS responses "  # noqa: S608
        f"FROM {of_series(rows, 'probability')} AS responses GROUP BY ALL ORDER BY ALL"
    ).to_pylist()
    people = {stratum.code: stratum.people for stratum in wave.plan or ()}
    summands: dict[str, list[float]] = {}
    for row in found:
        summands.setdefault(row["stratum"], []).append(row["weight"] * row["responses"])
    if missing := [code for code in summands if not people.get(code)]:
        raise ExtractFault(
            f"the plan of wave {wave.slug} does not say how many people stratum {missing[0]} has (population), to whom "
            "its weights should add up; complete the plan"
        )
    return {code: people[code] / total for code, weights in summands.items() if (total := fsum(weights)) > 0}
