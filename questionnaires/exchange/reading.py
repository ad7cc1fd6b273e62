"""Decides by its content what a file is, and has it read; a name is believed only where the content leaves it open."""

import json
import tomllib
from collections.abc import Collection
from typing import Any, Final

from questionnaires.exchange import notes
from questionnaires.exchange.draft import Draft, Place, Refused

LARGEST: Final = 5_000_000  # Bytes. The largest public form that we know has a tenth of it.
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
    return Draft(_plain(_text(content)))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_FILE, notes.NOT_UTF8, {"byte": error.start}) from error


def _plain(text: str) -> dict[str, Any]:
    """The tables of a TOML or JSON file. What is wrong with them as an instrument, the draft says."""
    is_json = text.lstrip().startswith("{")
    try:
        data = json.loads(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also a number of thousands of digits.
        message = notes.NOT_JSON if is_json else notes.NOT_TOML
        raise Refused(_FILE, message, {"reason": str(error)[:200]}) from error
    if not isinstance(data, dict):
        raise Refused(_FILE, notes.NO_TABLE)
    return data
