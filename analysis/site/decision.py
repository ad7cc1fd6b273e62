"""Writes beside the figures of a release which of them the public may not see, for its documents and for pages that
know nothing of the rules. The public site decides by itself, in the same way, each time it is written.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.release import KEPT_BACK, PUBLICATION
from analysis.report import source
from analysis.site.disclosure import Opened, opened
from analysis.site.published import STATES

FORMAT = "hailong-kept-back/1"


def write(folder: Path, earlier: Sequence[Path] = ()) -> frozenset[str]:
    """kept_back.json of the release in `folder`; `earlier`: what was published of its survey before, oldest first."""
    before: list[Opened] = []
    for place in earlier:
        before.append(opened(source.read(place), before))
    release = source.read(folder)
    found = opened(release, before).kept_back(release)
    told = {"format": FORMAT, "release_hash": release.release_hash, "kept_back": sorted(found)}
    draft = folder / f".{KEPT_BACK}"
    draft.write_text(json.dumps(told, indent=0) + "\n", "utf-8")
    draft.replace(folder / KEPT_BACK)
    return found


def published_before(folder: Path, beside: Path) -> list[Path]:
    """The releases in `beside` that were published of the same survey with a smaller number, oldest first; none of one
    that was not entered for publication.
    """
    own = _record(folder)
    places = [path.parent for depth in ("*", "*/*") for path in beside.glob(f"{depth}/{PUBLICATION}")] if own else []
    found = [(_record(place), place) for place in places]
    numbered = [
        (record["number"], place)
        for record, place in found
        if record.get("survey") == own.get("survey")
        and record.get("state") in STATES
        and record["number"] < own.get("number", 0)
    ]
    return [place for _, place in sorted(numbered)]


def _record(folder: Path) -> dict[str, Any]:
    """Nothing where there is none that can be read; then the public site cannot be written either, and says so."""
    try:
        found: Any = json.loads((folder / PUBLICATION).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("number"), int) else {}
