"""What to fix first, as short forms say it: by importance where that was computed, else what is rated lowest."""

from collections.abc import Iterator

from analysis.report.blocks import Piece
from analysis.report.cells import shown
from analysis.report.priorities import driver_shown, factors_by_rank, name_of
from analysis.report.source import Release

MOST = 3


def first_steps(release: Release) -> list[tuple[Piece, ...]]:
    """One line for each, with its figure."""
    found = list(_by_importance(release)) or list(_lowest_items(release))
    return found[:MOST]


def _by_importance(release: Release) -> Iterator[tuple[Piece, ...]]:
    for one in factors_by_rank(release):
        if one["quadrant"] == "improve first":
            yield (f"{name_of(release, one['code'])}: ", driver_shown(one, "performance"), "% hài lòng;")


def _lowest_items(release: Release) -> Iterator[tuple[Piece, ...]]:
    found = [(item, release.find("item", item.code)) for item in release.instrument.items]
    rated = [(figure.estimate or 0.0, item, figure) for item, figure in found if figure and release.shown(figure)]
    for _, item, figure in sorted(rated, key=lambda each: (each[0], each[1].code)):
        yield (f"{item.criterion.vi}: ", shown(release, figure), "% hài lòng;")
