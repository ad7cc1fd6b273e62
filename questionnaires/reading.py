"""Reads the raw values of one question into its answer, or refuses them; which questions are read is `checking`'s."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from questionnaires.answers import Value
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    UNSTORABLE,
    AnyQuestion,
    Day,
    GeneralRating,
    Instrument,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    Questionnaire,
    Ranking,
    RatedItem,
    ShortText,
    SingleChoice,
    ThreeLevelRating,
)

OTHER_LENGTH: Final = 200
_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
# As browsers send a day, and as people write one where a browser has no calendar.
_SENT_DAY: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_TYPED_DAY: Final = re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")


class Refused(Exception):
    """`kind` says why; `limit` is the bound that was overstepped."""

    def __init__(self, kind: str, limit: int | date | None = None) -> None:
        super().__init__(kind)
        self.kind, self.limit = kind, limit


Reader = Callable[[Sequence[str]], Value]  # Of a question's non-empty raw values; raises Refused.


def reader(instrument: Questionnaire, question: AnyQuestion) -> Reader:
    if isinstance(question, RatedItem | GeneralRating):
        lowest = 0 if isinstance(instrument, Instrument) and instrument.not_used_allowed(question) else 1
        return _one_of({str(level): level for level in range(lowest, 6)})
    if isinstance(question, ThreeLevelRating):
        return _one_of({level: level for level in THREE_LEVELS})
    if isinstance(question, SingleChoice):
        return _one_of({option.code: option.code for option in question.options})
    if isinstance(question, MultipleChoice):
        return _some_of(tuple(option.code for option in question.options), question.max_choices)
    if isinstance(question, Ranking):
        return _ranked(frozenset(option.code for option in question.options), question.ranks)
    if isinstance(question, ShortText | LongText):
        return _text(question.max_length)
    return _day(question) if isinstance(question, Day) else _number(question)


def _one_of(possible: Mapping[str, Value]) -> Reader:
    def read(raw: Sequence[str]) -> Value:
        value = possible.get(_single(raw))
        if value is None:
            raise Refused("not_an_option")
        return value

    return read


def _some_of(options: tuple[str, ...], most: int | None) -> Reader:
    def read(raw: Sequence[str]) -> Value:
        chosen = set(raw)
        if not chosen <= set(options):
            raise Refused("not_an_option")
        if most is not None and len(chosen) > most:
            raise Refused("too_many", most)
        return tuple(option for option in options if option in chosen)

    return read


def _ranked(options: frozenset[str], most: int) -> Reader:
    """The order is the answer: the first value is the most important."""

    def read(raw: Sequence[str]) -> Value:
        if not options.issuperset(raw):
            raise Refused("not_an_option")
        if len(raw) > most:
            raise Refused("too_many", most)
        if max(Counter(raw).values()) > 1:
            raise Refused("named_twice")
        return tuple(raw)

    return read


def _day(question: Day) -> Reader:
    def read(raw: Sequence[str]) -> Value:
        day = calendar_day(_single(raw).strip())
        if question.earliest is not None and day < question.earliest:
            raise Refused("too_early", question.earliest)
        if question.latest is not None and day > question.latest:
            raise Refused("too_late", question.latest)
        return day.isoformat()

    return read


def calendar_day(typed: str) -> date:
    """A day as browsers send it or as people write it; raises Refused for what is none."""
    found = _SENT_DAY.fullmatch(typed) or _TYPED_DAY.fullmatch(typed)
    if found is None:
        raise Refused("not_a_day")
    try:
        return date(*(int(found[part]) for part in ("year", "month", "day")))
    except ValueError as error:
        raise Refused("not_a_day") from error


def _number(question: Number | Percentage) -> Reader:
    def read(raw: Sequence[str]) -> Value:
        typed = _single(raw).strip()
        if isinstance(question, Percentage):
            typed = typed.removesuffix("%").rstrip()
        if not _WHOLE_NUMBER.fullmatch(typed):
            raise Refused("not_a_number")
        if int(typed) < question.minimum:
            raise Refused("out_of_range", question.minimum)
        if int(typed) > question.maximum:
            raise Refused("out_of_range", question.maximum)
        return int(typed)

    return read


def _text(longest: int) -> Reader:
    def read(raw: Sequence[str]) -> Value:
        typed = _single(raw)
        if len(typed) > 8 * longest:  # Too long however it composes: not worth normalising 10 MB.
            raise Refused("too_long", longest)
        text = typed.replace("\r\n", "\n").replace("\r", "\n")
        if UNSTORABLE.search(text):
            raise Refused("bad_text")
        text = unicodedata.normalize("NFC", text).strip()
        if len(text) > longest:
            raise Refused("too_long", longest)
        return text

    return read


read_other: Final = _text(OTHER_LENGTH)


def _single(raw: Sequence[str]) -> str:
    if len(raw) > 1:
        raise Refused("several_values")
    return raw[0]
