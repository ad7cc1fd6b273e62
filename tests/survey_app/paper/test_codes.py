"""The serial of a sheet: no slip of a typist's finger makes another sheet of it."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.paper import codes
from survey_app.points import ALPHABET

SERIALS = st.builds(lambda _: codes.new_serial(), st.integers())


@given(SERIALS)
@settings(max_examples=150, deadline=None)
def test_every_wrong_letter_and_every_swap_of_two_is_noticed(serial: str) -> None:
    letters = list(serial)
    wrong = {
        "".join([*letters[:place], letter, *letters[place + 1 :]])
        for place in range(len(letters))
        for letter in ALPHABET
        if letter != letters[place]
    }
    for one, other in combinations(range(len(letters)), 2):
        swapped = letters.copy()
        swapped[one], swapped[other] = letters[other], letters[one]
        wrong |= {"".join(swapped)} - {serial}

    assert codes.is_serial(serial)
    assert [text for text in wrong if codes.is_serial(text)] == []


@given(st.text(max_size=12))
def test_what_is_no_serial_is_none(text: str) -> None:
    assert not codes.is_serial(text) or (len(text) == codes.SERIAL_LENGTH and set(text) <= set(ALPHABET))


def test_serials_are_drawn_from_all_letters() -> None:
    """The check takes none of the letters away from any place."""
    drawn = [codes.new_serial() for _ in range(2000)]

    assert len(set(drawn)) == 2000
    assert [set(letters) for letters in zip(*drawn, strict=True)] == [set(ALPHABET)] * codes.SERIAL_LENGTH
