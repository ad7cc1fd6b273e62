"""Vietnamese text in queries: found whatever its case and marks, sorted as a dictionary does; alike on both databases.

SQLite asks the functions here (`teach`), PostgreSQL translates letter by letter, for collations differ by server.
"""

import itertools
import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

# In the order of a dictionary, without and with each tone: ngang, huyền, hỏi, ngã, sắc, nặng.
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
VOWELS = "aăâeêioôơuưy"
MARKS = "".join(TONES) + "\u0302\u0306\u031b"  # And those of ă, â, ê, ô, ơ and ư, which letters are taken apart into.
FIRST = "A"  # Signs in a row of ASCII stand for the letters, after blank, figures and most other signs.
WILD = re.compile(r"[\\%_]")  # Signs that mean something in a pattern.
BETWEEN = "\x01"  # Before every other sign, so that «Hải» comes before «Hải Yến».


def plain(text: str) -> str:
    """In small letters without any mark: «Đợi» and «doi» are one."""
    apart = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _toned() -> dict[str, tuple[str, int]]:
    """Every letter in both sizes: the small one without its tone, and the tone's place."""
    found = {letter: (letter, 0) for letter in LETTERS}
    for vowel, (place, tone) in itertools.product(VOWELS, enumerate(TONES)):
        found[unicodedata.normalize("NFC", vowel + tone)] = (vowel, place)
    return found | {letter.upper(): known for letter, known in found.items()}


TONED = _toned()
RANKS = {letter: chr(ord(FIRST) + LETTERS.index(bare)) for letter, (bare, _tone) in TONED.items()}
# Of two words of the same letters the tones decide.
TONE_RANKS = {letter: str(tone) for letter, (_bare, tone) in TONED.items()}
_RANKS, _TONE_RANKS = str.maketrans(RANKS), str.maketrans(TONE_RANKS)


def order(text: str) -> str:
    """What the text is sorted by: all its letters first, then their tones."""
    whole = unicodedata.normalize("NFC", text)
    return f"{whole.translate(_RANKS)}{BETWEEN}{whole.translate(_TONE_RANKS)}"


class Plain(GenericFunction[str]):
    """`plain` of a column."""

    name, inherit_cache, type = "hailong_plain", True, sa.String()


class Order(GenericFunction[str]):
    """`order` of a column."""

    name, inherit_cache, type = "hailong_order", True, sa.String()


class HoldsAll(GenericFunction[bool]):
    """Whether `plain` of a column is like each of the patterns."""

    name, inherit_cache, type = "hailong_holds_all", True, sa.Boolean()


@compiles(HoldsAll)
def _holds_all(element: Any, compiler: Any, **options: Any) -> str:
    text, *patterns = element.clauses
    each = sa.and_(*(Plain(text).like(one, escape="\\") for one in patterns))
    return str(compiler.process(each.self_group(), **options))


@compiles(HoldsAll, "postgresql")
def _holds_all_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    """The text is made plain once, which is dear."""
    text, *patterns = element.clauses
    listed = ", ".join(compiler.process(one, **options) for one in patterns)
    return f"({compiler.process(Plain(text), **options)} LIKE ALL (ARRAY[{listed}]))"


@compiles(Plain, "postgresql")
def _plain_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    """Takes the letters apart, for to look each up among all of the alphabet's costs seven times as much."""
    text = compiler.process(element.clauses, **options)
    return f"translate(lower(normalize({text}, NFD) COLLATE \"C\"), 'Đđ{MARKS}', 'dd')"


@compiles(Order, "postgresql")
def _order_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f'({_translated(text, RANKS)} || chr(1) || {_translated(text, TONE_RANKS)}) COLLATE "C"'


def _translated(text: str, letters: dict[str, str]) -> str:
    return f"translate(normalize({text}, NFC), '{''.join(letters)}', '{''.join(letters.values())}')"


def teach(connection: Any) -> None:
    """Makes a new connection to SQLite know the functions."""
    for function, name in ((plain, Plain.name), (order, Order.name)):
        connection.create_function(name, 1, _or_nothing(function), deterministic=True)


def _or_nothing(function: Any) -> Any:
    return lambda text: None if text is None else function(str(text))


def fits(typed: str, *texts: str) -> bool:
    """As `holds`, of texts that are no columns."""
    if not typed:  # Most often, and of thousands of lines.
        return True
    whole = plain(" ".join(texts))
    return all(word in whole for word in plain(typed).split())


def holds(typed: str, *texts: Any) -> sa.ColumnElement[bool]:
    """Whether each word typed stands somewhere in the texts, in any case and with or without its marks."""
    whole = texts[0]
    for text in texts[1:]:
        whole = whole + " " + text
    patterns = ["%" + WILD.sub(r"\\\g<0>", word) + "%" for word in plain(typed).split()]
    return HoldsAll(whole, *patterns) if patterns else sa.true()
