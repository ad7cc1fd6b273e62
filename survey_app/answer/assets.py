"""The stylesheet and the script of citizens' pages: compressed once, kept by browsers until they change.

The stylesheet ends with rules that show a question when its condition holds. The formulas stand in its address, so any
process can write it without knowing the questionnaire, and an address never means anything else.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, request

from survey_app.answer.compression import accepts_gzip

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {"answer.css": "text/css", "answer.js": "text/javascript"}
A_YEAR = "public, max-age=31536000, immutable"
# "1.2_3,4": gates 1 and 2, or gate 3; gate 4. A page of ours never needs more than this.
LONGEST = 5000
_TERM = r"[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3})*"
_FORMULA = rf"({_TERM}(_{_TERM})*)?"
_FORMULAS = re.compile(rf"{_FORMULA}(,{_FORMULA})*")


@dataclass(frozen=True)
class Asset:
    content: bytes
    gzipped: bytes


@lru_cache(maxsize=200)
def asset(name: str, gates: str = "") -> Asset:
    content = (FOLDER / name).read_bytes() + rules(gates).encode()
    return Asset(content, gzip.compress(content, 9, mtime=0))


@lru_cache(maxsize=2)
def version(name: str) -> str:
    """Of the file, and of how rules are written."""
    return hashlib.sha256(asset(name, "1.2_3").content).hexdigest()[:8]


def address(name: str, gates: str = "") -> str:
    """The address in a page; it changes with the content, so that nobody sees yesterday's file."""
    return f"/asset/{name}?v={version(name)}{'&if=' if gates else ''}{gates}"


def rules(gates: str) -> str:
    """A question is hidden while each term of its formula has a gate that is shut."""
    written = (_rule(number, formula) for number, formula in enumerate(gates.split(","), start=1) if formula)
    return f"@supports selector(:has(a)){{{''.join(written)}}}\n" if gates else ""


def _rule(number: int, formula: str) -> str:
    shut = "".join(f":not({''.join(map(_open, term.split('.')))})" for term in formula.split("_"))
    return f"form{shut} .s{number}:not(.fault){{display:none!important}}\n"


def _open(gate: str) -> str:
    """By a choice on the page, or from the start by what is known."""
    return f":is(.o{gate},:has(.o{gate}:checked))"


def respond(name: str) -> Response:
    gates = request.args.get("if", "")
    if name not in TYPES or len(gates) > LONGEST or not _FORMULAS.fullmatch(gates):
        abort(404)
    found = asset(name, gates if name == "answer.css" else "")
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding"}
    if not accepts_gzip():
        return Response(found.content, mimetype=TYPES[name], headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(found.gzipped, mimetype=TYPES[name], headers=headers)
