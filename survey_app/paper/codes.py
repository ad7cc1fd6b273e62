"""The code of one printed page, as a QR and as the small text beside it; `reading` finds it in a picture.

    HL1:<instrument>:<version>:<variant>:<language>:<layout>:<page>/<pages>:<serial>
    HL1:sipas2017:0f3a91c2b7de:full:vi:5e9a07c1:2/4:K7QF3MX2RR

`HL1` names this format. `version` is the first 12 figures of the content hash of the instrument's version, `variant` is
full or short, `language` vi or en; `layout` tells forms with other words or boxes at other places apart (`form_maps`).
The serial is drawn at random for each printed copy and is the same on all its
pages, so that pages find each other and no copy is typed in twice. It is printed and kept nowhere: nothing here says
who received which copy. Its last letter is a check: see `is_serial`.
"""

import re
import secrets
from dataclasses import dataclass

import qrcode

from survey_app.points import ALPHABET

SERIAL_LENGTH = 10  # Of 200,000 copies of one wave two have the same serial once in a thousand times.
PRIME = 31  # More than there are letters and figures, so that no two of them are the same to it.

_CODE = re.compile(
    r"(?P<head>HL1:(?P<instrument>[^:]+):(?P<version>[0-9a-f]{12}):(?P<variant>full|short)"
    r":(?P<language>vi|en):(?P<layout>[0-9a-f]{8}))"
    rf":(?P<page>[1-9][0-9]{{0,2}})/(?P<pages>[1-9][0-9]{{0,2}}):(?P<serial>[{ALPHABET}]{{{SERIAL_LENGTH}}})"
)


@dataclass(frozen=True)
class PageCode:
    head: str  # What all pages of all copies of this form share.
    instrument: str
    version: str
    variant: str
    language: str
    layout: str
    page: int
    pages: int
    serial: str


def parse(text: str) -> PageCode | None:
    """None: not the code of a page of ours."""
    found = _CODE.fullmatch(text.strip())
    if not found or int(found["page"]) > int(found["pages"]) or not is_serial(found["serial"]):
        return None
    page, pages = int(found["page"]), int(found["pages"])
    head = found["instrument"], found["version"], found["variant"], found["language"], found["layout"]
    return PageCode(found["head"], *head, page, pages, found["serial"])


def new_serial() -> str:
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(SERIAL_LENGTH - 1))
        check = -_weighted(drawn + ALPHABET[0]) % PRIME
        if check < len(ALPHABET):
            return drawn + ALPHABET[check]


def is_serial(text: str) -> bool:
    """Whether it may have been printed: no serial becomes another one by one wrong letter or by two that change places.

    Weights, letters and the differences of either are never multiples of the prime, nor is any product of two of them.
    """
    return len(text) == SERIAL_LENGTH and set(text) <= set(ALPHABET) and _weighted(text) % PRIME == 0


def _weighted(serial: str) -> int:
    """The last letter weighs 1, the one before it 2, and so on."""
    return sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(reversed(serial), start=1))


def pages_of_copy(head: str, pages: int, serial: str) -> list[dict[str, str]]:
    """The codes of all pages of one copy; `head` is what they share before the page number."""
    texts = [f"{head}:{page}/{pages}:{serial}" for page in range(1, pages + 1)]
    return [{"text": text, "qr": qr_svg(text)} for text in texts]


def qr_svg(text: str) -> str:
    """Level M, without margin: the paper around it is white. Sheets on a wall have their own, in `sheets`.

    A print run needs thousands: so the mask is fixed, not sought, and each row is drawn in runs of dark modules.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=3)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(_row(y, row) for y, row in enumerate(rows))
    side = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'


def _row(y: int, row: list[bool]) -> str:
    drawn, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            drawn.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            start = None
    return "".join(drawn)
