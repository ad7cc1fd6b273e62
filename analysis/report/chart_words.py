"""What the charts of a release say to those who cannot see them, as `analysis.charts` left it beside them."""

import json
from collections.abc import Mapping
from pathlib import Path

VIETNAMESE, ENGLISH = "alt.json", "alt.en.json"


def read(charts: Path, file: str = VIETNAMESE) -> dict[str, str]:
    """By chart; nothing where none was drawn."""
    path = charts / file
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def in_both(charts: Path) -> Mapping[str, str]:
    """The English by the Vietnamese, of the charts that say both themselves."""
    vietnamese, english = read(charts), read(charts, ENGLISH)
    return {vietnamese[name]: words for name, words in english.items() if name in vietnamese}
