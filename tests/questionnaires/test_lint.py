"""Advice names what is worth a second look, with its place; a schema for editors says what a file may hold."""

import copy
import json
import random
from itertools import product
from typing import Any

import pytest

from questionnaires import editing, lint, loader, outline
from questionnaires.conditions import Setting
from questionnaires.lint.grade import english_syllables, flesch_kincaid
from questionnaires.routing import questions_asked
from questionnaires.schema import json_schema
from tests.questionnaires.examples import (
    make_choice,
    make_data,
    make_factor,
    make_instrument,
    make_item,
    make_part,
    text,
)
from tests.quickest import quickest


def advice_on(*questions: dict[str, object]) -> list[str]:
    factor = make_factor([make_item("A1.1"), make_item("A1.2")])
    found = lint.advice(make_instrument([factor, make_part(list(questions))]))
    return [str(one) for one in found if one.what not in ("repeated", "perhaps_joined")]


def whats(question: dict[str, Any]) -> list[str]:
    """What is said of a question beside an ordinary factor."""
    factor = make_factor([make_item("A1.1"), make_item("A1.2", text=text("Khác?"))])
    return [one.what for one in lint.advice(make_instrument([factor, make_part([question])])) if one.at == "N1"]


def test_wording_is_looked_at() -> None:
    place = "parts[1].questions[0].text"

    assert advice_on(make_choice()) == []
    assert advice_on(make_choice(text=text("Ghế và quạt có đủ không?"))) == [
        f"{place}.vi: “và” joins two things: ask one in each question"
    ]
    assert advice_on(make_choice(text=text("rất " * 31, "So?"))) == [
        f"{place}.vi: 31 syllables, more than 30: make it shorter"
    ]
    assert [one.split(":")[0] for one in advice_on(make_choice(text=text("Tuyệt vời không?", "Excellent, no?")))] == [
        f"{place}.vi",
        f"{place}.en",
    ]
    assert advice_on(make_choice(text=text("<b>Có</b>?"))) != []


def test_factor_of_one_item_is_noted() -> None:
    assert [(one.place, one.at, one.severity) for one in lint.advice(make_instrument()) if one.severity != "hint"] == [
        ("parts[0].items", "A1", "warning")
    ]


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

    assert [one.place for one in lint.advice(instrument) if one.what == "unreachable"] == [
        "parts[0].questions[0].show_if"
    ]


@pytest.mark.parametrize(
    ("vi", "en", "wanted"),
    [
        ("Ghế có đủ không?", "Are there enough seats?", []),
        ("Ông/Bà có hài lòng hay không?", "Are you satisfied or not?", []),
        ("Ghế cũng như quạt có đủ không?", "Seats?", ["joined"]),
        ("Ông/Bà có không đồng ý rằng chưa nên làm không?", "Good?", ["double_negation"]),
        ("Được không?", "Do you not agree that nobody waits?", ["double_negation"]),
        ("Phải chăng ở đây rất tốt?", "Is it good here?", ["leading"]),
        ("Cơ quan có giải trình không?", "Did they explain?", ["hard_word"]),
        (
            "Rõ không?",
            "Institutional accountability mechanisms notwithstanding administrative simplification?",
            ["grade"],
        ),
        ("Rõ không?", "Is " + "it so, " * 13 + "yes?", ["too_long"]),
    ],
)
def test_words_that_lead_join_or_are_hard(vi: str, en: str, wanted: list[str]) -> None:
    assert whats(make_choice(text={"vi": vi, "en": en})) == wanted


def test_only_of_a_rating_an_or_is_doubtful() -> None:
    words = {"vi": "Sạch hoặc đẹp?", "en": "Clean or nice?"}

    assert whats(make_choice(text=words)) == []
    assert whats({"kind": "general_rating", "code": "N1", "text": words}) == ["perhaps_joined", "perhaps_joined"]


def test_reading_grade_is_that_of_the_published_formula() -> None:
    """One sentence of 6 words and 6 syllables: 0.39 · 6 + 11.8 · 1 − 15.59."""
    assert flesch_kincaid("The cat sat on the mat.") == pytest.approx(-1.45)
    counts = {"the": 1, "table": 2, "satisfied": 3, "asked": 1, "wanted": 2, "administrative": 5, "needed": 2}
    assert {word: english_syllables(word) for word in counts} == counts


def test_a_draft_is_read_place_by_place_although_it_has_faults() -> None:
    broken: dict[str, Any] = make_data([make_factor([make_item("A1.1")])], title={"vi": "Chỉ tiếng Việt"})
    broken["parts"] += [
        {"kind": "general"},
        {"code": "odd", "questions": [{"code": 5, "show_if": {"question": "A1.1"}}]},
    ]
    broken["parts"][0]["items"].append({"code": "A1.2", "text": {"vi": " ", "en": "<b>x</b>"}})
    broken["scale"] = []

    found = {(one.place, one.what, one.severity) for one in lint.advice(broken)}

    assert found >= {
        ("title.en", "missing_translation", "fault"),
        ("parts[0].items[1].text.vi", "missing_translation", "fault"),
        ("parts[0].items[1].text.en", "markup", "warning"),
    }


def test_lists_of_options() -> None:
    four = [{"code": f"o{n}", "text": text(f"Việc {word}")} for n, word in enumerate(("đồng", "chợ", "nhà", "máy"))]
    open_list = [*four, {"code": "other", "text": text("Việc khác")}]
    ages = [{"code": f"o{n}", "text": text(f"{n}0 tuổi")} for n in range(1, 6)]

    assert whats(make_choice(options=four)) == ["no_other"]
    assert whats(make_choice(options=four, dont_know=True)) == []
    assert whats(make_choice(options=open_list)) == []
    assert whats(make_choice(options=ages)) == []


def make_steps(*words: str) -> list[dict[str, Any]]:
    return [{"code": f"s{number}", "text": text(word)} for number, word in enumerate(words)]


def test_scales_keep_one_direction() -> None:
    rising = make_steps("Rất kém", "Kém", "Được", "Tốt")
    questions = [make_choice(f"N{n}", text=text(f"Câu {n}?"), options=rising) for n in (1, 2)]
    questions.append(make_choice("N3", text=text("Câu 3?"), options=rising[::-1]))

    assert [line.split(":")[0] for line in advice_on(*questions)] == ["parts[1].questions[2].options"]
    upside_down = make_data(scale={"levels": [text(word) for word in ("Tốt", "Khá", "Được", "Kém", "Rất kém")]})
    assert ("scale.levels", "scale_reversed") in [(one.place, one.what) for one in lint.advice(upside_down)]


def test_codes_and_texts_that_fall_out_of_line() -> None:
    items = [make_item(code, text=text(f"Câu {code}?")) for code in ("A1.1", "A1.2", "A1.3", "B7")]
    items.append(make_item("A1.4", text=text("câu  A1.1?")))

    found = [(one.at, one.what, dict(one.details)) for one in lint.advice(make_instrument([make_factor(items)]))]

    assert found == [
        ("B7", "code_pattern", {"code": "B7", "pattern": "A1.…"}),
        ("A1.4", "repeated", {"code": "A1.1"}),
    ]


def test_what_changed_for_the_index_is_said_beside_its_place() -> None:
    base = json.loads(loader.to_json(loader.load_builtin("sipas2017")))
    new = editing.remove_question(base, "A1.2")
    item = outline.question(new, "A1.1")
    new = editing.put_question(new, "A1.1", {**item, "text": text("Chỗ ngồi?")})

    found = {(one.at, one.what) for one in lint.advice(new, base) if one.what.startswith(("index", "version"))}

    assert found == {("A1.1", "index_note"), ("", "index_breaks"), ("", "version_too_small")}
    again = lint.advice(editing.put_head(new, {"version": "2.0"}), base)
    assert "version_too_small" not in {one.what for one in again}


def reachable_by_trying(instrument: Any, code: str) -> bool:
    """Every combination of answers and places, on the routing that pages use."""
    asked = [question for question in instrument.questions() if question.code.startswith("N") and question.code != code]
    values = [[option.code for option in question.options] for question in asked]
    every = product(
        *[
            [(one,) for one in row] + [tuple(row)] if q.kind == "multiple" else row
            for q, row in zip(asked, values, strict=True)
        ]
    )
    return any(
        code
        in questions_asked(instrument, dict(zip([q.code for q in asked], answers, strict=True)), Setting(kind=kind))
        for answers in every
        for kind in ("ward", "counter", "")
    )


def test_unreachable_questions_are_those_that_no_answers_reach() -> None:
    """Random conditions over four questions, some of which have conditions themselves, against trying everything."""
    dice = random.Random(20261125)

    def condition(known: list[str], depth: int = 2) -> dict[str, Any]:
        if depth and dice.random() < 0.6:
            return {
                dice.choice(["all_of", "any_of"]): [condition(known, depth - 1) for _ in range(dice.choice((2, 3)))]
            }
        if dice.random() < 0.2:
            return {"place": "kind", "any_of": [dice.choice(["ward", "counter"])]}
        return {"question": dice.choice(known), "any_of": [dice.choice(["yes", "no"])]}

    seen = set()
    for number in range(300):
        questions = [make_choice("N1"), make_choice("N2", kind=dice.choice(["single", "multiple"]))]
        questions += [make_choice(f"N{n}", show_if=condition([f"N{i}" for i in range(1, n)])) for n in (3, 4, 5)]
        factor = make_factor([make_item("A1.1"), make_item("A1.2")])
        instrument = make_instrument([factor, make_part(questions)], version=str(number))
        found = {one.at for one in lint.advice(instrument) if one.what == "unreachable"}
        wanted = {code for code in ("N3", "N4", "N5") if not reachable_by_trying(instrument, code)}

        assert found == wanted
        seen |= wanted
    assert seen == {"N3", "N4", "N5"}


def test_numbers_and_levels_out_of_reach() -> None:
    number = {"kind": "number", "code": "N1", "text": text("Mấy lần?"), "maximum": 10}
    both = {"all_of": [{"number": "N1", "at_least": 5}, {"number": "N1", "at_most": 4}]}
    level = {"all_of": [{"question": "A1.1", "any_of": [1]}, {"question": "A1.1", "any_of": [2]}]}

    def reached(condition: dict[str, Any]) -> bool:
        return not any("never asked" in line for line in advice_on(number, make_choice("N2", show_if=condition)))

    assert reached({"number": "N1", "at_least": 10})
    assert not reached({"number": "N1", "at_least": 11})
    assert not reached(both)
    assert not reached(level)


def test_advice_on_300_questions_comes_while_one_types() -> None:
    data = json.loads(loader.to_json(loader.load_builtin("sipas2026")))
    parts = [copy.deepcopy(part) for part in data["parts"] for _ in range(5)]
    for number, part in enumerate(parts):
        for question in outline.questions(part):
            question["code"] = f"{question['code']}_{number}"  # type: ignore[index]
    data["parts"] = parts
    assert sum(1 for _ in outline.walk(data)) > 300

    assert quickest(lambda: lint.advice(data)) < 0.1


def test_schema_names_what_a_file_must_hold() -> None:
    schema = json_schema()

    required = {name: set(schema["$defs"][name]["required"]) for name in ("Instrument", "CounterInstrument")}

    assert {"code", "version", "parts", "scale", "formula"} <= required["Instrument"]
    assert not {"scale", "formula", "index"} & set(schema["$defs"]["CounterInstrument"]["properties"])
    assert "any_rated" in json.dumps(schema)
    assert schema["$defs"]["Instrument"]["additionalProperties"] is False
