"""What a figure of a release means: its words in the questionnaire, its formula, its waves, all as the release has it.

A figure is named series/level/code/domain type/domain, a share of one answer has the code question=answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.releases import Release, Row

Text = Mapping[str, str]
NOTHING: Text = {"vi": "", "en": ""}


@dataclass(frozen=True)
class Traced:
    """`about`: what was asked, from the part down to the answer; `formula` is empty where nothing is put together."""

    row: Row
    about: tuple[Text, ...]
    formula: Mapping[str, Any]
    waves: tuple[Mapping[str, Any], ...]
    place: str  # The name of the unit, where the figure is one of a unit.


def trace(release: Release, row: Row) -> Traced:
    waves = tuple(release.context["waves"])
    if row["domain_type"] == "wave":
        waves = tuple(wave for wave in waves if wave["slug"] == row["domain"])
    return Traced(row, _about(release, row), _formula(release, row), waves, _place(release, row))


def of_unit(release: Release, code: str) -> list[tuple[tuple[Text, ...], Row, bool]]:
    """The ratings of one office: words, figure, and whether the public may see it, too. No single answers."""
    own = [
        row
        for row in release.figures.values()
        if (row["series"], row["domain_type"], row["domain"]) == (release.series, "unit", code)
        and row["level"] in ("block", "factor", "item")
        and "=" not in row["code"]
    ]
    return [(_about(release, row), row, release.may_be_seen(row)) for row in own]


def _place(release: Release, row: Row) -> str:
    if row["domain_type"] == "point":
        named = (one["name"]["vi"] for one in release.context.get("points", ()) if one["point"] == row["domain"])
        return next(named, "") or str(row["domain"])
    if row["domain_type"] != "unit":
        return ""
    found = (place for place in release.context["units"] if place["code"] == row["domain"])
    return next((release.unit_name(place) for place in found), row["domain"])


def _formula(release: Release, row: Row) -> Mapping[str, Any]:
    """Only an index, a block and a factor put figures together; what stands beside the index has a formula by name."""
    if row["level"] not in ("overall", "block", "factor"):
        return {}
    main: Mapping[str, Any] = release.context["method"]["formula"]
    if row["level"] == "overall" and row["code"] != "index":
        return {"name": row["code"], "version": "", "reading": NOTHING}
    return main


def _about(release: Release, row: Row) -> tuple[Text, ...]:
    if row["level"] == "theme":
        return tuple(one["name"] for one in release.context["themes"]["names"] if one["code"] == row["code"])
    name, _, answer = row["code"].partition("=")
    for form in release.context["instruments"].values():
        if row["level"] == "overall":
            return (form["index"]["name"],) if "index" in form else ()
        if found := _in_form(form, name, answer):
            return found
    return ()


def _in_form(form: Mapping[str, Any], name: str, answer: str) -> tuple[Text, ...]:
    for block in form.get("blocks") or ():
        if block["code"] == name:
            return (block["title"],)
    for part in form["parts"]:
        if part["code"] == name and part["kind"] == "factor":
            return (part["title"],)
        for question in part.get("items") or part.get("questions") or ():
            if question["code"] == name:
                return (part["title"], question["text"], *_answer(form, question, answer))
    return ()


def _answer(form: Mapping[str, Any], question: Mapping[str, Any], answer: str) -> Iterator[Text]:
    for option in question.get("options") or ():
        if option["code"] == answer:
            yield option["text"]
    levels = (form.get("scale") or {}).get("levels") or ()
    if answer.isdecimal() and 0 < int(answer) <= len(levels):
        yield levels[int(answer) - 1]
