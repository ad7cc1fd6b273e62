"""What a release holds beyond its own figures when it is asked for: modelled figures of units, two sources compared.

Nothing that a release holds without them is changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.design import Lonely
from analysis.engine import Engine
from analysis.extract import Extract
from analysis.figures import Figure, Method
from analysis.small_area.modelled import Covariates, modelled
from analysis.survey import stated_weights
from analysis.two_sources.compared import compared
from analysis.waves import WaveSums


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`small_area` is what is known of the units from elsewhere; None: no modelled figures."""

    small_area: Covariates | None = None
    two_sources: bool = False


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
    """Raises SmallAreaFault and TwoSourcesFault where the data give no ground for what is wanted."""
    rows: tuple[Figure, ...] = ()
    files: Mapping[str, pd.DataFrame] = {}
    about: dict[str, Any] = {}
    if wanted.small_area is not None:
        model = modelled(
            figures, waves, stated_weights(extract.manifest), level=method.level, covariates=wanted.small_area
        )
        rows, about["small_area"] = model.figures, model.context
    if wanted.two_sources:
        both = compared(engine, extract, waves, method, lonely)
        files, about["two_sources"] = both.files, both.context
    return Added(rows, about, files)
