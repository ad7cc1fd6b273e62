"""A token says what was signed, and nothing that was changed."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_app.proofs import tokens
from survey_app.proofs.tokens import BadToken, Token

RESPONSE = UUID("12345678-1234-4234-8234-123456789abc")
AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def issue(key: str = "key") -> str:
    return tokens.issue(key, point_code="K7QF3MX", version_hash="ab" * 32, response_id=RESPONSE, at=AT)


def test_a_token_says_what_was_issued() -> None:
    token = tokens.read("key", issue())

    assert token == Token("K7QF3MX", "ab" * 8, RESPONSE, AT)
    assert token.is_of_version("ab" * 32)
    assert not token.is_of_version("cd" * 32)


def test_another_installations_token_is_refused() -> None:
    with pytest.raises(BadToken):
        tokens.read("key", issue("other key"))


def test_what_was_signed_for_another_purpose_is_no_token() -> None:
    with pytest.raises(BadToken):
        tokens.read("key", tokens.sign("key", "receipt", "K7QF3MX.a.b.1"))


@given(st.integers(0, len(issue()) - 1), st.characters())
@example(len(issue()) - 1, "B")
@example(len(issue()) - 1, "C")
@example(len(issue()) - 1, "D")
def test_a_token_with_any_letter_changed_is_refused(place: int, letter: str) -> None:
    token = issue()
    changed = token[:place] + letter + token[place + 1 :]

    if changed != token:
        with pytest.raises(BadToken):
            tokens.read("key", changed)


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        tokens.read("key", text)
