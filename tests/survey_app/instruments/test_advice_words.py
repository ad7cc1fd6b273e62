"""Every kind of advice has its sentence for the page, in both languages and with everything it names."""

import json

import pytest
from flask import Flask
from flask_babel import force_locale

from questionnaires import loader
from questionnaires.lint import ADVICE, Advice, advice
from survey_app.instruments.advice_words import in_words

NAMED = ("language", "unit", "own")
DETAILS = {
    **{name: f"<{name}>" for name in ("word", "words", "count", "plainer", "grade", "code", "pattern", "version")},
    **{"language": "English", "unit": "syllables", "own": "low to high", "most": "high to low", "why": "<why>"},
}


@pytest.mark.parametrize("what", ADVICE)
def test_each_kind_of_advice_is_said_with_what_it_names(app: Flask, what: str) -> None:
    one = Advice("parts[0]", "A1", what, DETAILS)

    with force_locale("en"):
        english = in_words(one)
    with force_locale("vi"):
        vietnamese = in_words(one)

    assert "%(" not in english + vietnamese
    assert english != vietnamese
    named = [f"<{name}>" for name in DETAILS if f"<{name}>" in english]
    assert [word for word in named if word not in vietnamese] == []


def test_words_inside_are_translated_too(app: Flask) -> None:
    draft = json.loads(loader.to_json(loader.load_builtin("sipas2017")))
    draft["title"] = {"vi": "Phiếu"}

    with force_locale("vi"):
        said = [in_words(one) for one in advice(draft) if one.at == ""]

    assert said == ["Chưa có lời tiếng Anh."]
