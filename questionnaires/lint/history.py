"""Advice on what a draft does to the series of its base version: `changes` says what, this says it beside the place."""

import re
from collections.abc import Iterator

from questionnaires import changes, outline
from questionnaires.lint.sentences import Advice


def history_advice(base: outline.Data, data: outline.Data, paths: dict[str, str]) -> Iterator[Advice]:
    """`paths`: by code of a part or question its path in the file."""
    comparison = changes.compare(base, data)
    for one in comparison.reasons_for(changes.INDEX):
        breaks = one.effects[changes.INDEX] == changes.Consequence.BREAKS
        details = {"words": one.rule.words, "why": one.rule.why, "change": one.what}
        at = one.place if one.place in paths else outline.HEAD
        yield Advice(paths.get(one.place, "parts"), at, "index_breaks" if breaks else "index_note", details)
    if comparison.consequence_for(changes.INDEX) == changes.Consequence.BREAKS:
        first, before = _first_number(data), _first_number(base)
        if data.get("code") == base.get("code") and first <= before:
            yield Advice("version", outline.HEAD, "version_too_small", {"version": f"{before + 1}.0"})


def _first_number(data: outline.Data) -> int:
    found = re.search(r"[0-9]+", str(data.get("version", "")))
    return int(found[0]) if found else 0
