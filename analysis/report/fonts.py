"""Chooses the font files of the PDF: the official face, or one of equal widths, if it has every Vietnamese letter.

Old releases of Liberation Serif lack most of them and would be patched letter by letter from another face, so the files
are looked into, not only their names. Without any, typst's own Libertinus Serif stands in.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

FAMILIES = ("Times New Roman", "Liberation Serif")
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = frozenset(
    unicodedata.normalize("NFC", letter + tone) for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in TONES
) | set("đĐ–“”…·")


@cache
def vietnamese_serif() -> tuple[Path, ...]:
    """The files of the first family that has regular, bold, italic and bold italic with all letters; else none."""
    installed = typst.Fonts(include_embedded_fonts=False).fonts()
    for family in FAMILIES:
        faces = {(font.style, font.weight): Path(font.path) for font in installed if font.family == family and _whole(font)}
        if {(style, weight) for style in ("normal", "italic") for weight in (400, 700)} <= faces.keys():
            return tuple(faces.values())
    return ()


def _whole(font: typst.FontInfo) -> bool:
    return bool(font.path) and not missing_letters(Path(font.path or ""), font.index)


def missing_letters(file: Path, index: int = 0) -> Iterable[str]:
    with TTFont(file, fontNumber=index, lazy=True) as face:
        known = face.getBestCmap()
    return sorted(letter for letter in LETTERS if ord(letter) not in known)
