"""What is taken out of a comment before anybody below the analyst reads it: numbers, plates, addresses, names.

One pure function over one text. Better too much is taken out than too little: whoever reads still learns what the
matter is. Names of accounts are handed in; who may read what is left to `reading`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from survey_app.comments.names import FAMILY_NAMES, GIVEN_NAMES, NO_NAMES, PLACES, ROLES, TITLES, TYPED_TITLES
from survey_app.comments.syllables import marked
from survey_app.models.alphabet import plain

# What stands in the place of what was taken out, as the comment's own language says it.
MARKS = {
    "email": "[thư điện tử]",
    "plate": "[biển số]",
    "id": "[số giấy tờ]",
    "phone": "[số điện thoại]",
    "number": "[dãy số]",
    "name": "[tên người]",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `kind` says why it is taken out, and is empty where it stays."""

    text: str
    kind: str = ""


EMAIL = re.compile(r"[\w.+-]+\s?@\s?\w[\w-]*(?:\s?\.\s?\w[\w-]*)+")
# 36A-123.45 · 36-B1 234.56 · 29H1 12345 · 36C 1234
PLATE = re.compile(r"(?<!\w)\d{2}\s?[-.]?\s?[A-ZĐa-zđ]{1,2}\d?\s?[-.]?\s?(?:\d{3}[.\s]?\d{2}|\d{4})(?![\w])")
PASSPORT = re.compile(r"(?<!\w)[A-Za-z]\s?\d{7,8}(?!\w)")
DIGITS = re.compile(r"(?<![\w])[+(]?[\dOo](?:[ .\-–()]{0,2}\d){5,}(?![\w])")
ANNOUNCED = re.compile(
    r"(?:đt|sđt|sdt|dt|điện thoại|dien thoai|di động|zalo|viber|hotline|phone|tel|số máy|alo|gọi|goi|lh|liên hệ)\W{0,4}"
    r"(?:số|so|là|la)?\W{0,3}$",
    re.IGNORECASE,
)
MONEY = re.compile(r"\s?(?:đ|vnd|vnđ|đồng|dong|nghìn|ngàn|triệu|tỷ|tỉ|k)\b", re.IGNORECASE)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.]\d{3})+")
DAY = re.compile(r"\d{1,2}[-.]\d{1,2}[-.](?:19|20)\d{2}")
LONG, ANNOUNCED_LONG = 9, 6


def pieces(text: str, staff: Sequence[str] = ()) -> list[Piece]:
    """The whole text, in NFC, cut where something is taken out. `staff`: names of accounts."""
    whole = unicodedata.normalize("NFC", text)
    found: list[Piece] = [Piece(whole)]
    for look in (_patterns, _numbers, lambda stretch: _staff(stretch, staff), _people):
        found = [part for piece in found for part in ([piece] if piece.kind else _cut(piece.text, look(piece.text)))]
    return found


def scrubbed(text: str, staff: Sequence[str] = (), marks: Mapping[str, str] = MARKS) -> str:
    """The text with a mark in the place of all that is taken out."""
    return "".join(marks[piece.kind] if piece.kind else piece.text for piece in pieces(text, staff))


Found = tuple[int, int, str]


def _cut(text: str, found: Iterator[Found]) -> list[Piece]:
    cut, end = [], 0
    for start, stop, kind in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= end:
            cut += [Piece(text[end:start]), Piece(text[start:stop], kind)]
            end = stop
    return [piece for piece in (*cut, Piece(text[end:])) if piece.text]


def _patterns(text: str) -> Iterator[Found]:
    for kind, pattern in (("email", EMAIL), ("plate", PLATE), ("id", PASSPORT)):
        yield from ((match.start(), match.end(), kind) for match in pattern.finditer(text))


def _numbers(text: str) -> Iterator[Found]:
    """Long numbers. Days and sums of money stay."""
    for match in DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0].replace("o", "0").replace("O", "0"))
        announced = ANNOUNCED.search(text[: match.start()])
        least = ANNOUNCED_LONG if announced else LONG
        if len(digits) >= least and not _is_money_or_day(match[0], text[match.end() :]):
            yield match.start(), match.end(), "phone" if announced else _kind(digits)


def _is_money_or_day(number: str, after: str) -> bool:
    if DAY.fullmatch(number):
        return True
    return MONEY.match(after) is not None and (THOUSANDS.fullmatch(number) is not None or number.isdigit())


def _kind(digits: str) -> str:
    if digits.startswith(("0", "84")) and len(digits) in (10, 11):
        return "phone"
    return "id" if len(digits) in (9, 12) else "number"


def _any(found: Sequence[str]) -> str:
    return "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(found, key=len, reverse=True))


UPPER = "A-ZĐÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
CAPITAL = rf"[{UPPER}]\w*\.?"
FAMILY, GIVEN = _any(FAMILY_NAMES), _any(GIVEN_NAMES)
LEAD = rf"(?<!\w)(?:{_any(TITLES)}|{_any(ROLES)})"
# Titles and offices in a row: "đồng chí chủ tịch xã tên là".
MORE = rf"(?:\s+(?:{_any(TITLES)}|{_any(ROLES)}))*(?:\s*[,:])?(?:\s+tên(?:\s+là)?)?\s+"
CAPITALISED = re.compile(rf"(?i:{LEAD}{MORE})({CAPITAL}(?:\s+{CAPITAL}){{0,3}})")
# Typed in small letters, or all in capitals: a family name, or a given name that is hardly anything else.
OF_FAMILY = rf"(?:{FAMILY})(?:\s+(?:văn|thị|van|thi))?\s+\w+(?:\s+(?:{GIVEN})(?!\w))?"
TYPED = re.compile(rf"{LEAD}{MORE}({OF_FAMILY}|(?:{GIVEN})(?!\w))", re.IGNORECASE)
UNMARKED = re.compile(rf"(?<!\w)(?i:{_any(TYPED_TITLES)})\s+({CAPITAL}(?:\s+{CAPITAL}){{0,3}})")
FULL = re.compile(rf"(?<!\w)((?:{_any([name.title() for name in FAMILY_NAMES])})(?:\s+{CAPITAL}){{1,3}})")
WRITTEN_LARGE = frozenset(map(marked, NO_NAMES))
BEFORE_PLACE = re.compile(rf"(?<!\w)(?:{_any(PLACES)})\s+$", re.IGNORECASE)
# Communes have two syllables: "chủ tịch xã Nguyễn Văn Bình" is a person.
BEFORE_COMMUNE = re.compile(r"(?<!\w)(?:xã|phường|huyện|tỉnh|thị trấn|thôn)\s+$", re.IGNORECASE)


def _people(text: str) -> Iterator[Found]:
    """Names after a title or an office, and full names that are no place's."""
    shouted = text == text.upper()
    for pattern in (TYPED,) if shouted else (CAPITALISED, TYPED, UNMARKED):
        for match in pattern.finditer(text):
            stop = _end_of_name(text, match.start(1), match.end(1))
            if stop > match.start(1):
                yield match.start(1), stop, "name"
    for match in () if shouted else FULL.finditer(text):
        before, long = text[: match.start()], len(match[1].split()) > 2
        if not BEFORE_PLACE.search(before) or (long and BEFORE_COMMUNE.search(before)):
            yield match.start(1), match.end(1), "name"


def _end_of_name(text: str, start: int, end: int) -> int:
    """A capital may begin what is no name: a title, an office, a place."""
    stop = start
    for word in re.finditer(r"\S+", text[start:end]):
        if marked(word[0].strip(".,;:!?")) in WRITTEN_LARGE:
            break
        stop = start + word.end()
    return stop


def _staff(text: str, staff: Sequence[str]) -> Iterator[Found]:
    pattern = _staff_pattern(tuple(staff))
    if pattern is not None:
        flat, places = _flat(text)
        for match in pattern.finditer(flat):
            yield places[match.start()], places[match.end() - 1] + 1, "name"


@lru_cache(maxsize=20)
def _staff_pattern(staff: tuple[str, ...]) -> re.Pattern[str] | None:
    """Accounts may be called after an office, with one word: that is no name."""
    names = sorted({" ".join(plain(name).split()) for name in staff}, key=len, reverse=True)
    known = [name for name in names if len(name.split()) > 1]
    return re.compile(rf"(?<!\w)(?:{_any(known)})(?!\w)") if known else None


def _flat(text: str) -> tuple[str, list[int]]:
    """The text without marks, and where in the text each of its letters stands."""
    letters = [(letter, place) for place, sign in enumerate(text) for letter in plain(sign)]
    return "".join(letter for letter, _ in letters), [place for _, place in letters]
