"""Decides by its content what a file is, and has it read; a name is believed only where the content leaves it open."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable
from typing import Any, Final

from questionnaires.exchange import limesurvey_in, limesurvey_rows, notes
from questionnaires.exchange.draft import Draft, Place, Refused

LARGEST: Final = 5_000_000  # Bytes. The largest public form that we know has a tenth of it.
DEEPEST: Final = 30  # Tables within tables; a condition of a condition of ten others has twenty.
DIGITS: Final = 15
# JSON can write with a backslash what no UTF-8 text and no column of a database holds.
_NEVER_KEPT: Final = re.compile("[\0\ud800-\udfff]")
_DOTS: Final = 400
_FILE: Final = Place()
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"  # Old Excel files, and what Excel writes when a password is set.


def read_any(name: str, content: bytes, rated: Collection[str] = ()) -> Draft:
    """What the file holds, as a draft with notes. Raises `Refused` when nothing can be taken.

    `rated`: the lists of choices that a person says are five levels of satisfaction.
    """
    if len(content) > LARGEST:
        raise Refused(_FILE, notes.TOO_BIG, {"most": LARGEST // 1_000_000})
    if not content.strip():
        raise Refused(_FILE, notes.EMPTY)
    if content.startswith(_ZIP):
        from questionnaires.exchange import xlsform_in  # Loads a reader of workbooks, which no citizen's page needs.

        return xlsform_in.read(name, content, rated)
    if content.startswith(_OLE):
        raise Refused(_FILE, notes.OLD_OR_PROTECTED)
    text = _text(content)
    if limesurvey_rows.is_structure(text):
        return limesurvey_in.read(name, text, rated)
    return Draft(_plain(text))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_FILE, notes.NOT_UTF8, {"byte": error.start}) from error


def _plain(text: str) -> dict[str, Any]:
    """The tables of a TOML or JSON file. What is wrong with them as an instrument, the draft says."""
    if "\0" in text:
        raise Refused(_FILE, notes.UNKNOWN_FORMAT)
    is_json = text.lstrip().startswith("{")
    if not is_json:
        _check_dots(text)
    try:
        data = json.loads(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also a number of thousands of digits.
        message = notes.NOT_JSON if is_json else notes.NOT_TOML
        raise Refused(_FILE, message, {"reason": str(error)[:200]}) from error
    if not isinstance(data, dict):
        raise Refused(_FILE, notes.NO_TABLE)
    _check_values(data)
    return data


def _check_dots(text: str) -> None:
    """The reader of TOML takes time that grows with the square of the parts of a name."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > _DOTS:
            raise Refused(Place(row=number), notes.LONG_KEY, {"most": _DOTS})


def _check_values(data: Any) -> None:
    """Before anything walks through the tables: how deep they are, how long a number, what names and texts hold."""
    level, depth = [data], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise Refused(_FILE, notes.TOO_DEEP, {"most": DEEPEST})
        for value in level:
            if isinstance(value, int) and abs(value) >= 10**DIGITS:
                raise Refused(_FILE, notes.HUGE_NUMBER, {"most": DIGITS})
            if isinstance(value, dict) and any(len(name) > 100 or not name.isprintable() for name in value):
                raise Refused(_FILE, notes.UNREADABLE_NAME)
            if isinstance(value, str) and (odd := _NEVER_KEPT.search(value)):
                raise Refused(_FILE, notes.UNSTORABLE_TEXT, {"code": f"U+{ord(odd[0]):04X}"})
        level = [inner for value in level if isinstance(value, dict | list) for inner in _inner(value)]


def _inner(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value
