"""Hides the codes of a frame: what an office calls a dossier becomes a code that says nothing without the office's key.

The list of both stays with the office, apart from the plan folder, until it is destroyed.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from analysis.planning.chance import CannotDraw
from analysis.planning.frames.kinds import HIDDEN_KINDS
from analysis.planning.rows import Row
from analysis.planning.spec import CODE, FrameKind

HIDDEN = re.compile(r"[A-Z2-7]{12}")


def hidden(rows: Sequence[Row], key: bytes) -> tuple[list[Row], dict[str, str]]:
    """The rows under hidden codes, and the code that each hidden one stands for."""
    names = {row[CODE]: _hide(row[CODE], key) for row in rows}
    return [{**row, CODE: names[row[CODE]]} for row in rows], {hid: code for code, hid in names.items()}


def _hide(code: str, key: bytes) -> str:
    digest = hmac.new(key, code.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:12].decode()  # 60 bits: in a million rows two fall together once in two millions.


def check_hidden(rows: Sequence[Row], kind: FrameKind) -> None:
    """Raises CannotDraw: a frame that will be public names dossiers, households and visits by hidden codes only."""
    if kind in HIDDEN_KINDS and not all(HIDDEN.fullmatch(row[CODE]) for row in rows):
        raise CannotDraw("the frame still names dossiers or households by their own codes; hide them first")
