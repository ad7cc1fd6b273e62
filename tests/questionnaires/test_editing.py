"""Editing plain data: each step gives new data, and nothing is put where it cannot stand."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from questionnaires import editing, loader, outline
from questionnaires.editing import CannotEdit
from tests.questionnaires.examples import make_choice, make_data, make_factor, make_item, make_part, text
from tests.quickest import quickest

LOOKS = {"all_of": [{"question": "N1", "any_of": ["yes"]}, {"any_of": [{"question": "N1", "any_of": ["no"]}]}]}


def make_form() -> dict[str, Any]:
    """A factor of two items, an assessment of three questions of which N2 looks at N1."""
    questions = [make_choice("N1"), make_choice("N2", show_if=LOOKS), make_choice("N3")]
    return make_data([make_factor([make_item("A1.1"), make_item("A1.2")]), make_part(questions)])


def codes(data: dict[str, Any]) -> list[list[str]]:
    return [[str(question["code"]) for question in outline.questions(part)] for part in outline.parts(data)]


def test_what_is_edited_stays_as_it_was() -> None:
    data = make_form()
    before = copy.deepcopy(data)

    editing.put_question(data, "N1", make_choice("N1x"))
    editing.move_question(data, "N1", "assessment", 2)
    editing.put_head(data, {"version": "2"})
    editing.move_part(data, "assessment", 0)

    assert data == before


def test_questions_move_within_a_part_and_between_parts() -> None:
    data = editing.add_part(make_form(), make_part([], "more"))

    assert codes(editing.move_question(data, "N3", "assessment", 0))[1] == ["N3", "N1", "N2"]
    assert codes(editing.move_question(data, "N3", "more", 0))[1:] == [["N1", "N2"], ["N3"]]
    assert codes(editing.move_part(data, "more", 0)) == [[], ["A1.1", "A1.2"], ["N1", "N2", "N3"]]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (lambda data: editing.move_question(data, "A1.1", "assessment", 0), "not_rated"),
        (lambda data: editing.move_question(data, "N1", "A1", 0), "rated_only"),
        (lambda data: editing.add_question(data, "A1", make_choice("N4")), "rated_only"),
        (lambda data: editing.add_question(data, "assessment", make_choice("a1.1")), "code_taken"),
        (lambda data: editing.put_question(data, "N1", make_choice("N 1")), "bad_code"),
        (lambda data: editing.put_question(data, "N1", make_choice("assessment")), "code_taken"),
        (lambda data: editing.remove_question(data, "N1"), "looked_at"),
        (lambda data: editing.put_part(data, "A1", {"kind": "general"}), "has_questions"),
        (lambda data: editing.put_part(data, "A1", {"code": "N1"}), "code_taken"),
    ],
)
def test_what_cannot_be_is_refused(step: Callable[[dict[str, Any]], Any], kind: str) -> None:
    with pytest.raises(CannotEdit) as refused:
        step(make_form())

    assert refused.value.kind == kind


def test_a_part_is_removed_with_its_questions_unless_others_look_at_them() -> None:
    data = editing.move_question(editing.add_part(make_form(), make_part([], "more")), "N2", "more", 0)

    with pytest.raises(CannotEdit, match="N2 look at N1"):
        editing.remove_part(data, "assessment")

    assert codes(editing.remove_part(data, "assessment", anyway=True)) == [["A1.1", "A1.2"], ["N2"]]
    assert codes(editing.remove_part(data, "more")) == [["A1.1", "A1.2"], ["N1", "N3"]]


def test_conditions_follow_a_new_code() -> None:
    data = editing.put_question(make_form(), "N1", make_choice("waited", text=text("Chờ lâu không?")))

    shown = json.dumps(outline.question(data, "N2")["show_if"])
    assert ("N1" in shown, shown.count("waited")) == (False, 2)
    assert outline.looking_at(data, "waited") == ("N2",)
    loader.read(data)


def test_a_removed_question_is_named_by_those_that_look_at_it() -> None:
    assert outline.looking_at(make_form(), "N1") == ("N2",)
    assert codes(editing.remove_question(make_form(), "N1", anyway=True))[1] == ["N2", "N3"]
    assert codes(editing.remove_question(make_form(), "N2"))[1] == ["N1", "N3"]


def test_codes_are_suggested_in_the_pattern_of_the_part() -> None:
    data = make_form()

    assert editing.suggested_code(data, "A1") == "A1.3"
    assert editing.suggested_code(data, "assessment") == "N4"
    assert editing.suggested_code(editing.add_part(data, make_part([], "more")), "more") == "more_1"
    assert editing.suggested_part_code(data, "factor") == "A2"
    assert editing.suggested_part_code(data, "comment") == "comment1"
    assert editing.duplicate_question(data, "N1")[1] == "N4"
    assert codes(editing.duplicate_question(data, "N1")[0])[1] == ["N1", "N4", "N2", "N3"]


def test_a_change_shows_in_the_hash_of_its_place_only() -> None:
    data = make_form()
    places = [outline.HEAD, outline.ORDER, "A1", "assessment", "A1.1", "N1", "N2"]

    def changed(after: dict[str, Any]) -> list[str]:
        return [place for place in places if outline.place_hash(data, place) != outline.place_hash(after, place)]

    assert changed(editing.put_question(data, "N1", make_choice("N1", required=True))) == ["N1"]
    assert changed(editing.put_part(data, "A1", {"rotate": True})) == ["A1"]
    assert changed(editing.put_head(data, {"version": "2"})) == [outline.HEAD]
    assert changed(editing.move_question(data, "N1", "assessment", 1)) == ["assessment"]
    assert changed(editing.move_part(data, "A1", 1)) == [outline.ORDER]
    assert changed(editing.remove_question(data, "N2")) == ["assessment", "N2"]
    assert outline.place_hash(editing.remove_question(data, "N2"), "N2") == ""


def test_lists_for_conditions() -> None:
    data = make_form()

    assert [found["code"] for found in outline.questions_before(data, "N2")] == ["A1.1", "A1.2", "N1"]
    assert [found["code"] for found in outline.questions_before(data, "assessment")] == ["A1.1", "A1.2"]
    assert [value for value, _ in outline.possible_values(data, "N1")] == ["yes", "no"]
    assert [value for value, _ in outline.possible_values(data, "A1.1")] == [1, 2, 3, 4, 5]
    rotated = editing.put_part(data, "A1", {"rotate": True})
    assert outline.questions_before(rotated, "A1.2") == []


def test_no_step_waits_with_300_questions() -> None:
    parts = [make_part([make_choice(f"P{p}.{n}") for n in range(30)], f"P{p}") for p in range(9)]
    looking = [
        make_choice(f"L{n}", show_if=LOOKS | {"all_of": [{"question": "P0.0", "any_of": ["yes"]}]}) for n in range(30)
    ]
    data = make_data([make_factor([make_item()]), *parts, make_part(looking, "L")])
    steps: list[Callable[[], Any]] = [
        lambda: editing.rename_question(data, "P0.0", "new"),
        lambda: editing.move_question(data, "P8.29", "P0", 3),
        lambda: editing.duplicate_question(data, "P4.7"),
        lambda: editing.remove_question(data, "P4.7"),
        lambda: [outline.place_hash(data, place) for place in ("", "*", "P3", "P3.3")],
    ]
    for step in steps:
        assert quickest(step) < 0.1


@pytest.mark.parametrize("code", loader.builtin_codes())
def test_a_published_content_can_be_edited_and_read_again(code: str) -> None:
    data = json.loads(loader.to_json(loader.load_builtin(code)))
    for part, question in list(outline.walk(data)):
        position = [one["code"] for one in outline.questions(part)].index(question["code"])
        data = editing.move_question(data, question["code"], part["code"], position)

    assert loader.read(data) == loader.load_builtin(code)
