"""TOML and JSON: what is written reads back as the same instrument, and what is none is refused with its reason."""

import tomllib

import pytest

from questionnaires import exchange, loader
from questionnaires.exchange import notes, toml
from questionnaires.model import GeneralRating, Number
from tests.questionnaires.examples import make_factor, make_instrument, make_item, make_part, text

CODES = loader.builtin_codes()


@pytest.mark.parametrize("format", ["toml", "json"])
@pytest.mark.parametrize("code", CODES)
def test_every_instrument_comes_back_with_the_same_hash(code: str, format: str) -> None:
    instrument = loader.load_builtin(code)
    written = exchange.write(instrument, format)

    draft = exchange.read_any(written.file_name, written.content)

    assert draft.complete
    assert loader.content_hash(draft.instrument()) == loader.content_hash(instrument)


def test_every_character_survives() -> None:
    odd = "Ông \"Bà\" \\ 'a'\n\tdòng hai = [x] # không phải chú thích 😀"
    instrument = make_instrument([make_factor([make_item(text=text(odd))])])

    assert exchange.read_any("", toml.written(instrument)).instrument() == instrument


def test_what_differs_from_the_default_is_said_also_when_it_is_zero_or_false() -> None:
    questions = [
        {"kind": "number", "code": "N", "text": text("Số"), "minimum": 0, "maximum": 0},
        {"kind": "general_rating", "code": "G", "text": text("Chung"), "not_used": False},
    ]
    parts = [make_factor([make_item(not_used=False)]), make_part(questions)]
    data = tomllib.loads(toml.written(make_instrument(parts)).decode())

    assert data["parts"][0]["items"][0]["not_used"] is False
    assert loader.read(data).question("N") == Number.model_validate(questions[0])
    assert loader.read(data).question("G") == GeneralRating.model_validate(questions[1])


def test_the_file_is_for_people() -> None:
    lines = toml.written(loader.load_builtin("sipas2017")).decode().splitlines()

    assert "[[parts.items]]" in lines
    assert 'text.en = "Did the office warn you of the delay beforehand?"' in lines
    assert 'show_if = { question = "N5", any_of = ["late"] }' in lines


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", notes.EMPTY),
        (b" \n ", notes.EMPTY),
        (b"x" * 5_000_001, notes.TOO_BIG),
        (b"title = \xe9", notes.NOT_UTF8),
        (b"title = ", notes.NOT_TOML),
        (b'{"title": ', notes.NOT_JSON),
    ],
)
def test_what_is_no_questionnaire_is_refused_with_its_reason(content: bytes, message: str) -> None:
    with pytest.raises(exchange.Refused) as refused:
        exchange.read_any("form.toml", content)

    assert refused.value.note.message == message


def test_an_incomplete_file_is_a_draft_with_its_faults() -> None:
    draft = exchange.read_any("form.toml", b'code = "ward"\nversion = "1"\n')

    assert not draft.complete
    assert "title" in [fault.place for fault in draft.faults]
