"""Numbers, days and names as they are read aloud in Vietnamese; which ones are said is left to `bulletin`."""

import re

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
AFTER_TENS = {0: "", 1: " mốt", 4: " tư", 5: " lăm"}  # Twenty and more: hai mươi mốt, hai mươi tư, hai mươi lăm.
AFTER_TEN = {0: "", 5: " lăm"}
GROUPS = ("triệu", "nghìn", "")
MONTHS = {4: "tư"}
ORDINALS = {"I": "một", "II": "hai", "III": "ba", "IV": "bốn"}
LAST_MUNG = 10  # Days up to the tenth are said with "mùng".
ABBREVIATIONS = {
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "TTHC": "thủ tục hành chính",
    "CCHC": "cải cách hành chính",
    "CBCC": "cán bộ, công chức",
    "GD&ĐT": "Giáo dục và Đào tạo",
    "VH-XH": "Văn hóa - Xã hội",
}
NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
DAY = re.compile(r"(?:ngày )?\b(\d{1,2})/(\d{1,2})/(\d{4})\b")


def whole(number: int) -> str:
    """1230 → một nghìn hai trăm ba mươi."""
    if number >= 10**9:
        billions, rest = divmod(number, 10**9)
        return f"{whole(billions)} tỷ" + (f" {_groups(rest, following=True)}" if rest else "")
    return _groups(number, following=False) if number else DIGITS[0]


def _groups(number: int, following: bool) -> str:
    """Groups of three digits; after another one a group names its hundreds even where they are nought."""
    said: list[str] = []
    for name, size in zip(GROUPS, (10**6, 10**3, 1), strict=True):
        group = number // size % 1000
        if group:
            said.append(f"{_hundreds(group, following or bool(said))} {name}".strip())
    return " ".join(said)


def _hundreds(number: int, following: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds and not following:
        return _tens(rest)
    opening = f"{DIGITS[hundreds]} trăm"
    if not rest:
        return opening
    return f"{opening} linh {DIGITS[rest]}" if rest < 10 else f"{opening} {_tens(rest)}"


def _tens(number: int) -> str:
    tens, unit = divmod(number, 10)
    if tens == 0:
        return DIGITS[unit]
    if tens == 1:
        return "mười" + AFTER_TEN.get(unit, f" {DIGITS[unit]}")
    return f"{DIGITS[tens]} mươi" + AFTER_TENS.get(unit, f" {DIGITS[unit]}")


def decimal(text: str) -> str:
    """82,30 → tám mươi hai phẩy ba; 82,05 → tám mươi hai phẩy không năm: behind the comma digit by digit."""
    sign = "âm " if text[:1] in "-−" else ""
    before, _, behind = text.lstrip("-−").replace(".", "").partition(",")
    behind = behind.rstrip("0")
    said = whole(int(before))
    return sign + (f"{said} phẩy {' '.join(DIGITS[int(digit)] for digit in behind)}" if behind else said)


def percent(text: str) -> str:
    return f"{decimal(text)} phần trăm"


def day(iso: str, with_year: bool = True) -> str:
    """2017-09-05 → ngày mùng năm tháng chín năm hai nghìn không trăm mười bảy."""
    year, month, date = (int(part) for part in iso[:10].split("-"))
    said = f"ngày {'mùng ' if date <= LAST_MUNG else ''}{whole(date)} tháng {MONTHS.get(month, whole(month))}"
    return f"{said} năm {whole(year)}" if with_year else said


def aloud(words: str) -> str:
    """A name as it is read: nothing in figures, no abbreviation, no sign that has no sound."""
    for short, full in ABBREVIATIONS.items():
        words = re.sub(rf"\b{re.escape(short)}\b", full, words)
    words = re.sub(r"\b([Qq]uý|[Đđ]ợt|[Kk]ỳ) (IV|I{1,3})\b", lambda found: f"{found[1]} {ORDINALS[found[2]]}", words)
    words = DAY.sub(lambda found: day(f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"), words)
    words = NUMBER.sub(lambda found: decimal(found[0]), words.replace("%", " phần trăm"))
    return re.sub(r"\s+", " ", re.sub(r"[“”\"()/]", " ", words)).strip()
