"""Which mode of collection belongs to which series, and the rows of one wave as the tally reads them.

A series is never mixed with another: only probability modes can stand for people who did not answer.
"""

from collections.abc import Mapping
from types import MappingProxyType

MODES: Mapping[str, tuple[str, ...]] = {
    "probability": ("qr_slip", "tablet", "phone", "paper_self", "paper_officer"),
    "open": ("qr_open", "kiosk", "visit_code"),
    "counter_3": ("counter_3",),
}
OFFICER_MODES = ("tablet", "phone", "paper_officer")
NO_FACTORS: Mapping[str, float] = MappingProxyType({})
SERIES_OF_MODE = {mode: series for series, modes in MODES.items() for mode in modes}


def text(value: str) -> str:
    """The value as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def name(column: str) -> str:
    """The column as an identifier of SQL: codes such as A1.1 hold a point."""
    return '"' + column.replace('"', '""') + '"'


def _series() -> str:
    cases = " ".join(
        f"WHEN mode IN ({', '.join(map(text, modes))}) THEN {text(series)}" for series, modes in MODES.items()
    )
    return f"CASE {cases} END"


def wave_rows(
    responses: str, wave: str, planned: bool, factors: Mapping[str, float] = NO_FACTORS, *, outside: bool = False
) -> str:
    """One wave's rows of the relation `responses`, with columns series, design_stratum, design_psu, design_weight and
    design_respondent.

    In a wave with a plan a probability response stands for the people of its stratum, through its case or the batch of
    its slip; one with neither is outside the frame and left out, or with `outside` there with no design_stratum. Every
    other response stands for itself: its own PSU, weight 1. `factors`: by stratum what weights are multiplied by.
    """
    in_plan = f"({'TRUE' if planned else 'FALSE'} AND series = 'probability')"
    return f"""(
        SELECT *,
            CASE WHEN {in_plan} THEN CAST(stratum AS STRING) ELSE '' END AS design_stratum,
            CASE WHEN {in_plan} THEN CAST(psu AS STRING) ELSE CAST(id AS STRING) END AS design_psu,
            CAST(id AS STRING) AS design_respondent,
            CASE WHEN series = 'probability' THEN coalesce(weight, 1.0) ELSE 1.0 END{_times(factors)} AS design_weight
        FROM (SELECT *, {_series()} AS series FROM {responses} WHERE wave = {text(wave)})
        WHERE {"TRUE" if outside else f"NOT ({in_plan} AND stratum IS NULL)"}
    )"""  # noqa: S608  (values are quoted by `text`; the folder's hashes were verified)


def _times(factors: Mapping[str, float]) -> str:
    if not factors:
        return ""
    cases = " ".join(
        f"WHEN CAST(stratum AS STRING) = {text(stratum)} THEN CAST({factor!r} AS DOUBLE)"
        for stratum, factor in factors.items()
    )
    return f" * CASE WHEN series <> 'probability' THEN 1.0 {cases} ELSE 1.0 END"


def of_series(rows: str, series: str) -> str:
    """The rows of one series among those of `wave_rows`."""
    return f"(SELECT * FROM {rows} AS wave_rows WHERE series = {text(series)})"  # noqa: S608
