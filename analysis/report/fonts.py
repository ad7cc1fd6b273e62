"""Chooses the font files of the PDF: the official face, or one of equal widths, if it has every Vietnamese letter.

Old releases of Liberation Serif lack most of them and would be patched letter by letter from another face, so the files
are looked into, not only their names. Without any, typst's own Libertinus Serif stands in.
"""

import unicodedata
from functools import cache
from pathlib import Path

import typst
from matplotlib.ft2font import FT2Font

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
        found = [(font, Path(font.path)) for font in installed if font.family == family and font.path]
        faces = {(font.style, font.weight): file for font, file in found if not missing_letters(file)}
        if {(style, weight) for style in ("normal", "italic") for weight in (400, 700)} <= faces.keys():
            return tuple(faces.values())
    return ()


def missing_letters(file: Path) -> list[str]:
    known = FT2Font(str(file)).get_charmap()
    return sorted(letter for letter in LETTERS if ord(letter) not in known)
