"""Numbers as they are read aloud, read back by a listener of the test's own; the odd words one by one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.short_forms import spoken

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
UNITS = {word: place for place, word in enumerate(DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5}
SIZES = {"tỷ": 10**9, "triệu": 10**6, "nghìn": 1000}


def heard(words: str) -> int:
    """What a listener writes down: units wait for their size, groups add up."""
    if " tỷ" in words:
        billions, _, rest = words.partition(" tỷ")
        return heard(billions) * SIZES["tỷ"] + (heard(rest.strip()) if rest else 0)
    total, group, digit = 0, 0, 0
    for word in words.split():
        if word in UNITS:
            digit = UNITS[word]
        elif word == "mười":
            group += 10
        elif word in ("mươi", "trăm"):
            group, digit = group + digit * {"mươi": 10, "trăm": 100}[word], 0
        elif word in SIZES:
            total, group, digit = total + (group + digit) * SIZES[word], 0, 0
        else:
            assert word == "linh", word
    return total + group + digit


@given(st.integers(0, 10**12))
def test_every_whole_number_is_heard_as_it_was_said(number: int) -> None:
    assert heard(spoken.whole(number)) == number


@given(st.integers(0, 10_000), st.integers(0, 999_999_999), st.integers(1, 9))
def test_every_percentage_is_heard_with_all_its_decimals(before: int, behind: int, places: int) -> None:
    digits = f"{behind:0{places}}"[:places]
    words = spoken.percent(f"{before},{digits}").removesuffix(" phần trăm")
    whole, _, fraction = words.partition(" phẩy ")

    assert heard(whole) == before
    assert "".join(str(UNITS[word]) for word in fraction.split()) == digits.rstrip("0")


@given(st.integers(0, 10**10))
def test_the_words_for_one_four_and_five_follow_the_tens(number: int) -> None:
    words = f" {spoken.whole(number)} "

    assert not re.search(r" mươi (một|bốn|năm) | mười (mốt|tư|năm) | (linh|trăm) (mốt|tư|lăm) ", words)
    assert not re.search(r"\d| linh (mười|\w+ mươi)", words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("82,3", "tám mươi hai phẩy ba"),
        ("82,30", "tám mươi hai phẩy ba"),
        ("82,66", "tám mươi hai phẩy sáu sáu"),
        ("80,00", "tám mươi"),
        ("80,004", "tám mươi phẩy không không bốn"),
        ("7,05", "bảy phẩy không năm"),
        ("-1,50", "âm một phẩy năm"),
        ("1.230", "một nghìn hai trăm ba mươi"),
        ("10", "mười"),
        ("15", "mười lăm"),
        ("14", "mười bốn"),
        ("21", "hai mươi mốt"),
        ("24", "hai mươi tư"),
        ("55", "năm mươi lăm"),
        ("101", "một trăm linh một"),
        ("110", "một trăm mười"),
        ("1.005", "một nghìn không trăm linh năm"),
        ("2.017", "hai nghìn không trăm mười bảy"),
        ("1.000.000", "một triệu"),
    ],
)
def test_numbers_are_said_as_people_say_them(text: str, words: str) -> None:
    assert spoken.decimal(text) == words


def test_days_are_said_with_mung_up_to_the_tenth_and_april_is_thang_tu() -> None:
    assert spoken.day("2026-04-10") == "ngày mùng mười tháng tư năm hai nghìn không trăm hai mươi sáu"
    assert spoken.day("2026-12-21", with_year=False) == "ngày hai mươi mốt tháng mười hai"


def test_a_name_has_no_figure_and_no_abbreviation_when_it_is_read() -> None:
    assert spoken.aloud("UBND huyện, quý III năm 2026 (trên 80%)") == (
        "Ủy ban nhân dân huyện, quý ba năm hai nghìn không trăm hai mươi sáu trên tám mươi phần trăm"
    )
    assert spoken.aloud("từ ngày 05/9/2017") == "từ ngày mùng năm tháng chín năm hai nghìn không trăm mười bảy"
