"""Advice names what is worth a second look, with its place; a schema for editors says what a file may hold."""

import json

from questionnaires import lint
from questionnaires.schema import json_schema
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part, text


def advice_on(*questions: dict[str, object]) -> list[str]:
    factor = make_factor([make_item("A1.1"), make_item("A1.2")])
    return [str(one) for one in lint.advice(make_instrument([factor, make_part(list(questions))]))]


def test_wording_is_looked_at() -> None:
    place = "parts[1].questions[0].text"

    assert advice_on(make_choice()) == []
    assert advice_on(make_choice(text=text("Ghế và quạt có đủ không?"))) == [
        f"{place}.vi: “và” joins two things: ask one in each question"
    ]
    assert advice_on(make_choice(text=text("rất " * 31))) == [
        f"{place}.vi: 31 syllables, more than 30: make it shorter"
    ]
    assert [one.split(":")[0] for one in advice_on(make_choice(text=text("Tuyệt vời không?", "Excellent, no?")))] == [
        f"{place}.vi",
        f"{place}.en",
    ]
    assert advice_on(make_choice(text=text("<b>Có</b>?"))) != []


def test_factor_of_one_item_is_noted() -> None:
    assert [one.place for one in lint.advice(make_instrument())] == ["parts[0].items"]


def test_question_that_nobody_can_reach_is_noted() -> None:
    """N3 needs N2, which is asked after N1 = yes only, but N3 also needs N1 = no."""
    chain = [
        make_choice("N1"),
        make_choice("N2", show_if={"question": "N1", "any_of": ["yes"]}),
        make_choice(
            "N3",
            show_if={"all_of": [{"question": "N2", "any_of": ["yes"]}, {"question": "N1", "any_of": ["no"]}]},
        ),
        make_choice("N4", show_if={"question": "N2", "any_of": ["no"]}),
    ]

    assert advice_on(*chain) == ["parts[1].questions[2].show_if: no answers lead to N3: it is never asked"]


def test_options_of_a_multiple_choice_do_not_exclude_each_other() -> None:
    both = {"all_of": [{"question": "N1", "any_of": ["yes"]}, {"question": "N1", "any_of": ["no"]}]}

    assert advice_on(make_choice("N1", kind="multiple"), make_choice("N2", show_if=both)) == []
    assert advice_on(make_choice("N1"), make_choice("N2", show_if=both)) != []


def test_low_rating_before_any_item_cannot_be() -> None:
    first = make_part([make_choice(show_if={"any_rated": [1]})])
    instrument = make_instrument([first, make_factor([make_item("A1.1"), make_item("A1.2")])])

    assert [one.place for one in lint.advice(instrument)] == ["parts[0].questions[0].show_if"]


def test_schema_names_what_a_file_must_hold() -> None:
    schema = json_schema()

    required = {name: set(schema["$defs"][name]["required"]) for name in ("Instrument", "CounterInstrument")}

    assert {"code", "version", "parts", "scale", "formula"} <= required["Instrument"]
    assert not {"scale", "formula", "index"} & set(schema["$defs"]["CounterInstrument"]["properties"])
    assert "any_rated" in json.dumps(schema)
    assert schema["$defs"]["Instrument"]["additionalProperties"] is False
