"""What the charts of a release say to those who cannot see them, as `analysis.charts` left it beside them."""

import json
from collections.abc import Mapping
from pathlib import Path

from questionnaires.texts import Language

VIETNAMESE, ENGLISH = "alt.json", "alt.en.json"
ENGLISH_FOLDER = "en"


def read(charts: Path, file: str = VIETNAMESE) -> dict[str, str]:
    """By chart; nothing where none was drawn."""
    path = charts / file
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def in_both(charts: Path) -> Mapping[str, str]:
    """The English by the Vietnamese."""
    vietnamese, english = read(charts), read(charts, ENGLISH)
    return {vietnamese[name]: words for name, words in english.items() if name in vietnamese}


def drawn(charts: Path, language: Language) -> Path:
    """Where the charts of a language lie; a release made before there were English ones has the Vietnamese."""
    english = charts / ENGLISH_FOLDER
    return english if language == "en" and english.is_dir() else charts
