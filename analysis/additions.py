"""What a release holds beyond its own figures when it is asked for: modelled figures of units, two sources compared,
the quality of the instrument, and what to fix first.

Nothing that a release holds without them is changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.design import Lonely
from analysis.drivers.tabled import drivers
from analysis.engine import Engine
from analysis.extract import Extract
from analysis.figures import Figure, Method
from analysis.reliability.tabled import instrument_quality
from analysis.series_data import Tables, TooFewResponses
from analysis.small_area import SmallAreaFault
from analysis.small_area.modelled import Covariates, modelled
from analysis.survey import stated_weights
from analysis.two_sources import TwoSourcesFault
from analysis.two_sources.compared import compared
from analysis.waves import WaveSums

FAULTS = (SmallAreaFault, TooFewResponses, TwoSourcesFault)
# By their name in `Wanted` and in context.json.
TABLES: Mapping[str, Callable[[Engine, Extract, Sequence[WaveSums], Lonely], Tables]] = {
    "instrument_quality": instrument_quality,
    "drivers": drivers,
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`small_area` is what is known of the units from elsewhere; None: no modelled figures. `earlier`: folders of
    releases of earlier years, which `analysis.earlier` compares.
    """

    small_area: Covariates | None = None
    earlier: tuple[Path, ...] = ()
    two_sources: bool = False
    instrument_quality: bool = False
    drivers: bool = False


@dataclass(frozen=True)
class Added:
    """Figures for figures.csv, entries of context.json, and files of their own by name."""

    figures: tuple[Figure, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def added(
    wanted: Wanted,
    engine: Engine,
    extract: Extract,
    waves: Sequence[WaveSums],
    figures: Sequence[Figure],
    method: Method,
    lonely: Lonely,
) -> Added:
    """Raises one of FAULTS where the data give no ground for what is wanted."""
    rows: tuple[Figure, ...] = ()
    files: dict[str, pd.DataFrame] = {}
    about: dict[str, Any] = {}
    if wanted.small_area is not None:
        model = modelled(
            figures, waves, stated_weights(extract.manifest), level=method.level, covariates=wanted.small_area
        )
        rows, about["small_area"] = model.figures, model.context
    if wanted.two_sources:
        both = compared(engine, extract, waves, method, lonely)
        files |= both.files
        about["two_sources"] = both.context
    for name, tables in TABLES.items():
        if getattr(wanted, name):
            found = tables(engine, extract, waves, lonely)
            files |= found.files
            about[name] = found.context
    return Added(rows, about, files)
