"""The address of the thanks: nobody reads its receipt, every process can open it, and for some minutes only."""

import base64
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.proofs import thanks
from survey_app.proofs.thanks import READABLE_FOR, Thanks
from survey_app.proofs.tokens import BadToken

AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SAID = Thanks("K7QF-3MX2-9ABC", "accepted", "real", "qr_open")
SEALED = thanks.seal("key", SAID, AT)


def test_what_was_sealed_is_read_again_by_whoever_has_the_key() -> None:
    assert thanks.read("key", SEALED, AT) == (SAID, True)


def test_another_process_of_the_installation_reads_it() -> None:
    reading = "import sys; from datetime import datetime; from survey_app.proofs import thanks; "
    reading += "print(thanks.read('key', sys.argv[1], datetime.fromisoformat(sys.argv[2]))[0].receipt)"
    command = [sys.executable, "-c", reading, SEALED, AT.isoformat()]

    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == SAID.receipt


def test_nothing_of_it_is_readable_in_the_address() -> None:
    """What can be read stands in each address; four letters come together by chance, but not in both."""
    both = (SEALED, thanks.seal("key", SAID, AT))
    plain = [base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)) for sealed in both]

    for part in ("K7QF", "3MX2", "accepted", "real", "qr_open"):
        assert not all(part in sealed for sealed in both)
        assert not all(part.encode() in sealed for sealed in plain)


def test_two_addresses_of_one_receipt_do_not_tell_that_it_is_the_same() -> None:
    again = thanks.seal("key", SAID, AT)

    assert again[:16] != SEALED[:16]
    assert again[16:] != SEALED[16:]


@pytest.mark.parametrize(("later", "fresh"), [(0, True), (599, True), (600, True), (601, False), (10**7, False)])
def test_the_receipt_may_be_shown_for_ten_minutes(later: int, fresh: bool) -> None:
    assert timedelta(minutes=10) == READABLE_FOR
    assert thanks.read("key", SEALED, AT + timedelta(seconds=later)) == (SAID, fresh)


def test_another_installation_cannot_read_it() -> None:
    with pytest.raises(BadToken):
        thanks.read("other key", SEALED, AT)


@given(
    st.integers(0, len(SEALED) - 2), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
)
def test_a_changed_letter_is_noticed(place: int, letter: str) -> None:
    changed = SEALED[:place] + letter + SEALED[place + 1 :]

    if changed != SEALED:
        with pytest.raises(BadToken):
            thanks.read("key", changed, AT)


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        thanks.read("key", text, AT)
