"""The report in English: every block of the Vietnamese report said again, so that the two cannot differ in a figure.

What the survey itself says in both languages comes from the release, the report's own words from english.toml, where
{n}, {n1} … stand for numbers and any other {name} for words that are themselves said in English.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from analysis.report.blocks import (
    Block,
    Box,
    Closing,
    Column,
    Heading,
    Paragraph,
    Picture,
    Report,
    Row,
    Runs,
    Table,
)
from analysis.report.undrawn import SAID
from analysis.report.words import lower_first, upper_first

FILE = Path(__file__).parent / "english.toml"
PLACE = re.compile(r"\{(\w+)\}")
NUMBER = r"[−-]?\d[\d.,]*"
SWAPPED = str.maketrans(",.", ".,")
# Numbers, days, codes and signs read the same in both languages; a number's comma and full stop change places.
ALIKE = re.compile(
    r"[\W\d_]*|\d{1,2}/\d{1,2}/\d{4}.*|[0-9a-f]{12,}…?|[IVX]+|[A-Z]{1,3}[\d.]*(=\w+)?|Kappa|AC1|[\w=]+(/[\w=.~]+){4,}"
)
SENTENCE = re.compile(r"(?<=[^IVX\W]\.) (?=[\w“(])|(?<=[”)%]\.) ")
PARTED_BY = ((SENTENCE, " "), (re.compile("; "), "; "), (re.compile(", "), ", "))
NUMBERED = re.compile(r"n\d*")
AS_IT_IS = frozenset(
    {"place", "code", "version", "number", "source", "detail", "hash", "data", "day", "from", "to", "roman"}
)
DECIMAL = re.compile(rf"^{NUMBER}%?$")


class English:
    """`pairs`: what the release says in both languages, Vietnamese first."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        exact, self.patterns = _catalogue()
        self.exact = {**pairs, **{one["vi"]: one["en"] for one in SAID}, **exact}
        self.missing: set[str] = set()
        self.said: dict[str, str | None] = {}

    def say(self, words: str) -> str:
        """What cannot be said in English stays as it is: a reason that somebody typed, a name."""
        found = self.known(words)
        if found is None:
            self.missing.add(words.strip())
        return words if found is None else found

    def known(self, words: str) -> str | None:
        if words not in self.said:
            core = words.strip()
            before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :] if core else ""
            found = self._core(core)
            self.said[words] = None if found is None else before + found + after
        return self.said[words]

    def _core(self, words: str) -> str | None:
        if (found := self._known(words)) is not None:
            return found
        if DECIMAL.match(words):
            return words.translate(SWAPPED)
        if ALIKE.fullmatch(words):
            return words
        for split, sign in PARTED_BY:
            parts = split.split(words)
            if len(parts) > 1 and None not in (said := [self.known(part) for part in parts]):
                return sign.join(map(str, said))
        return None

    def _known(self, words: str) -> str | None:
        for change, back in ((str, str), (lower_first, upper_first), (upper_first, lower_first)):
            if (found := self.exact.get(change(words))) is not None:
                return back(found)
        for change in (str, lower_first):
            for pattern, english in self.patterns:
                match = pattern.fullmatch(change(words))
                if match and (found := self._filled(english, match)) is not None:
                    return found if change is str else upper_first(found)
        return None

    def _filled(self, english: str, match: re.Match[str]) -> str | None:
        """The English with its places filled in; None where a place holds nothing that can be said."""
        said = {name: self._place(name, found) for name, found in match.groupdict().items()}
        if None in said.values():
            return None
        return PLACE.sub(lambda place: str(said[place[1]]), english)

    def _place(self, name: str, found: str) -> str | None:
        if NUMBERED.fullmatch(name):
            return found.translate(SWAPPED)
        return found if name in AS_IT_IS else self.known(found)

    def runs(self, text: Runs) -> Runs:
        return tuple(
            replace(run, text=run.text.translate(SWAPPED) if run.figure else self.say(run.text)) for run in text
        )


@cache
def _catalogue() -> tuple[Mapping[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Words without places, and patterns for those with them."""
    catalogue: Mapping[str, str] = tomllib.loads(FILE.read_text("utf-8"))["words"]
    exact = {vietnamese: english for vietnamese, english in catalogue.items() if not PLACE.search(vietnamese)}
    patterns = [
        (re.compile(_pattern(vietnamese), re.DOTALL), english)
        for vietnamese, english in catalogue.items()
        if vietnamese not in exact
    ]
    return exact, tuple(patterns)


def _pattern(vietnamese: str) -> str:
    parts = PLACE.split(vietnamese)
    places = [f"(?P<{name}>{_held(name)})" for name in parts[1::2]]
    return "".join(re.escape(words) + place for words, place in zip(parts[::2], [*places, ""], strict=True))


def _held(name: str) -> str:
    """What may stand in a place."""
    return NUMBER if NUMBERED.fullmatch(name) else "[IVX]+" if name == "roman" else ".+?"


def in_english(report: Report, context: Mapping[str, Any], charts: Mapping[str, str] | None = None) -> Report:
    """The issuing office as the survey names it in English, without the office above it, which has no name there.

    `charts`: what they say in English by the Vietnamese.
    """
    found = translated(report, English(dict(pairs(context)) | dict(charts or {})))
    owner = context["survey"]["owner"]
    if not isinstance(owner, Mapping):
        return found
    return replace(found, front=replace(found.front, superior="", issuer=str(owner["en"]).upper()))


def translated(report: Report, english: English) -> Report:
    say, front = english.say, report.front
    return replace(
        report,
        language="en",
        front=replace(
            front,
            **{name: say(getattr(front, name)) for name in ("superior", "issuer", "number", "place", "kind")},
            abstract=_lines(front.abstract, say),
            nation=say(front.nation),
            motto=say(front.motto),
        ),
        draft_mark=say(report.draft_mark),
        not_issued=say(report.not_issued),
        simulated_mark=say(report.simulated_mark),
        trace=say(report.trace),
        title=_lines(report.title, say),
        blocks=tuple(_block(block, english) for block in report.blocks),
    )


def pairs(found: Any) -> Iterator[tuple[str, str]]:
    """Every text in both languages, wherever it stands in the context."""
    if isinstance(found, Mapping):
        if isinstance(found.get("vi"), str) and isinstance(found.get("en"), str):
            yield found["vi"], found["en"]
        for one in found.values():
            yield from pairs(one)
    elif isinstance(found, list):
        for one in found:
            yield from pairs(one)


def _lines(words: str, say: Callable[[str], str]) -> str:
    return "\n".join(map(say, words.split("\n")))


def _block(block: Block, english: English) -> Block:
    say = english.say
    match block:
        case Heading():
            return replace(block, text=_lines(block.text, say))
        case Paragraph():
            return replace(block, text=block.english or english.runs(block.text))
        case Box():
            return replace(block, headline=say(block.headline), lines=tuple(map(english.runs, block.lines)))
        case Table():
            return _table(block, english)
        case Picture():
            return replace(block, caption=say(block.caption), alt=say(block.alt), note=say(block.note))
        case Closing():
            return replace(
                block,
                label=say(block.label),
                recipients=tuple(map(say, block.recipients)),
                signer=tuple(map(say, block.signer)),
            )


def _table(block: Table, english: English) -> Table:
    columns = tuple(Column(english.say(one.title), one.width, one.align) for one in block.columns)
    rows = tuple(Row(tuple(map(english.runs, row.cells)), row.strong, row.leads) for row in block.rows)
    return Table(english.say(block.caption), columns, rows, english.say(block.note))
