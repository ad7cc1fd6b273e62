"""A release as documents may print it: what the public site keeps back has lost its numbers here, so nobody prints it.

Which cells those are is left to `site.disclosure`, beside earlier publications to `site.decision`.
"""

import json
from collections.abc import Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.release import KEPT_BACK
from analysis.report import source
from analysis.report.source import Figure, Release
from analysis.site.cells import MINIMUM
from analysis.site.disclosure import opened


def read(folder: Path) -> Release:
    release = source.read(folder)
    return without(release, _kept_back(folder, release))


def _kept_back(folder: Path, release: Release) -> frozenset[str]:
    """As it was decided; a release of which nothing was decided yet stands alone."""
    try:
        found = json.loads((folder / KEPT_BACK).read_text("utf-8"))
    except FileNotFoundError:
        found = {}
    if found.get("release_hash") == release.release_hash:
        return frozenset(found["kept_back"])
    return opened(release).kept_back(release)


def without(release: Release, hidden: Set[str]) -> Release:
    return replace(
        release,
        figures={id: _emptied(one) if id in hidden else one for id, one in release.figures.items()},
        display={id: texts for id, texts in release.display.items() if id not in hidden},
        many_units={id: row for id, row in release.many_units.items() if id not in hidden},
    )


def _emptied(figure: Figure) -> Figure:
    numbers: dict[str, Any] = dict.fromkeys(source.NUMBER_COLUMNS)
    return replace(figure, n=0, base=0, verdict="", method="", kept_back=True, **numbers)


def may_be_told(number: int, figure: Figure | None) -> bool:
    """Whether a count of the people behind a figure is told, as it is with the figure; it may have none."""
    return not figure.kept_back if figure else not 0 < number < MINIMUM
