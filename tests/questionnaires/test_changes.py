"""What changed between two versions is named, all of it, and its consequence for each series is as the table says."""

import json
import types
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from questionnaires import changes, editing, loader, outline
from questionnaires.changes import RULES, Comparison, Consequence
from questionnaires.model import AnyQuestion, Factor, Instrument, PlainPart
from tests.questionnaires.examples import make_choice, make_data, make_factor, make_item, make_part, text

COMPARABLE, NOTE, BREAKS = Consequence
LATE = {"question": "N1", "any_of": ["no"]}


def make_form() -> dict[str, Any]:
    """Two factors; N1 is looked at by A2.2, N2 by nobody."""
    items = [make_item(f"A1.{n}", text=text(f"Câu {n}?")) for n in (1, 2, 3)]
    questions = [make_choice("N1"), make_choice("N2", text=text("Câu khác?"))]
    more = [make_item("A2.1", text=text("Câu 4?")), make_item("A2.2", text=text("Câu 5?"), show_if=LATE)]
    parts = [make_factor(items), make_part(questions), make_factor(more, "A2", title=text("Khác"))]
    return make_data(parts)


def with_question(code: str, **fields: Any) -> dict[str, Any]:
    data = make_form()
    return editing.put_question(data, code, {**outline.question(data, code), **fields})


def with_formula(**fields: Any) -> dict[str, Any]:
    return editing.put_head(make_form(), {"formula": {**make_form()["formula"], **fields}})


def compared(new: dict[str, Any]) -> Comparison:
    return changes.compare(make_form(), new)


def found(comparison: Comparison) -> list[tuple[str, str]]:
    return [(one.place, one.what) for one in comparison.changes]


CASES = [
    # What was done, the only change that is found, and what it does to A1.1, to A1, to A2.1 and to the index.
    (with_question("A1.1", text=text("Câu một?", "Câu 1? in English")), "reworded", (NOTE, NOTE, COMPARABLE, NOTE)),
    (with_question("A1.1", text=text("câu 1", "Câu 1? in English")), "spelling", (COMPARABLE,) * 4),
    (with_question("A1.1", text=text("Câu 1?", "Number one?")), "other_language", (COMPARABLE,) * 4),
    (
        with_question("A1.1", criterion=text("Quạt", "Ghế in English")),
        "criterion",
        (BREAKS, BREAKS, COMPARABLE, BREAKS),
    ),
    (with_question("A1.1", required=True), "required", (NOTE, NOTE, COMPARABLE, NOTE)),
    (with_question("A1.1", dont_know=True), "states", (NOTE, NOTE, COMPARABLE, NOTE)),
    (with_question("A1.1", hint={"vi": "Ví dụ"}), "hint", (NOTE, COMPARABLE, COMPARABLE, COMPARABLE)),
    (editing.remove_question(make_form(), "A1.1"), "removed", (BREAKS, BREAKS, COMPARABLE, BREAKS)),
    (
        editing.add_question(make_form(), "A1", make_item("A1.4", text=text("Câu mới?"))),
        "added",
        (COMPARABLE, BREAKS, COMPARABLE, BREAKS),
    ),
    (editing.move_question(make_form(), "A1.1", "A1", 2), "moved", (COMPARABLE,) * 4),
    (editing.move_question(make_form(), "A1.1", "A2", 0), "factor", (NOTE, BREAKS, COMPARABLE, NOTE)),
    (editing.rename_question(make_form(), "A1.1", "S1"), "recoded", (NOTE, NOTE, COMPARABLE, NOTE)),
    (editing.put_part(make_form(), "A1", {"rotate": True}), "rotation", (NOTE, NOTE, COMPARABLE, NOTE)),
    (editing.move_part(make_form(), "A2", 0), "part_moved", (NOTE,) * 4),
    (with_formula(version="2"), "formula", (COMPARABLE, COMPARABLE, COMPARABLE, BREAKS)),
    (with_formula(positive=[5]), "positive", (BREAKS,) * 4),
    (with_formula(base_minimum=50), "base_minimum", (COMPARABLE, NOTE, COMPARABLE, NOTE)),
    (with_formula(beside=["O_pool"]), "beside", (COMPARABLE,) * 4),
    (
        editing.put_head(make_form(), {"index": {**make_form()["index"], "target": 85}}),
        "target",
        (COMPARABLE, COMPARABLE, COMPARABLE, NOTE),
    ),
    (
        editing.put_head(
            make_form(), {"scale": {"levels": [text(f"Bậc {n}", f"Mức {n} in English") for n in "12345"]}}
        ),
        "level_label",
        (BREAKS,) * 4,
    ),
    (editing.put_head(make_form(), {"version": "2"}), "version", (COMPARABLE,) * 4),
    (editing.remove_question(make_form(), "N2"), "removed", (COMPARABLE,) * 4),
    (with_question("N2", text=text("Hỏi khác?", "Câu khác? in English")), "reworded", (COMPARABLE,) * 4),
]


@pytest.mark.parametrize(
    ("new", "what", "wanted"), CASES, ids=[f"{number}-{case[1]}" for number, case in enumerate(CASES)]
)
def test_consequence_for_item_factor_and_index(new: dict[str, Any], what: str, wanted: tuple[Consequence, ...]) -> None:
    comparison = compared(new)

    assert {one.what for one in comparison.changes} == {what}
    assert tuple(comparison.consequence_for(series) for series in ("A1.1", "A1", "A2.1", changes.INDEX)) == wanted


def test_the_whole_follows_the_index_and_notes_what_breaks_elsewhere() -> None:
    assert compared(make_form()).whole == COMPARABLE
    assert compared(with_formula(version="2")).whole == BREAKS
    assert compared(editing.remove_question(make_form(), "N2")).whole == NOTE
    assert compared(editing.remove_question(make_form(), "N2")).consequence_for("N2") == BREAKS


def test_a_filter_moves_the_base_of_what_looks_at_it() -> None:
    """N1 is no item, but A2.2 is asked by its answer: so the item, its factor and the index need the note."""
    comparison = compared(with_question("N1", text=text("Có chờ không?", "Có hay không? in English")))

    assert found(comparison) == [("N1", "reworded"), ("A2.2", "filter_question")]
    assert [comparison.consequence_for(series) for series in ("A2.2", "A2", "A1", "")] == [NOTE, NOTE, COMPARABLE, NOTE]


def test_a_condition_in_other_words_or_with_another_code_is_the_same_condition() -> None:
    """N1 gets another code and A2.2 follows; then its condition is written in a longer form of the same meaning."""
    recoded = editing.rename_question(make_form(), "N1", "asked")
    longer = {"all_of": [{"any_of": [LATE, LATE]}]}

    assert found(compared(recoded)) == [("asked", "recoded")]
    assert found(compared(with_question("A2.2", show_if=longer))) == [("A2.2", "spelled_out")]
    assert found(compared(with_question("A2.2", show_if={**LATE, "any_of": ["yes"]}))) == [("A2.2", "condition")]


def test_means_of_factors_break_where_an_item_changes_its_factor() -> None:
    old = with_formula(name="O_fac")
    comparison = changes.compare(old, editing.move_question(old, "A1.1", "A2", 0))

    assert found(comparison) == [("A1.1", "factor_of_mean")]
    assert comparison.consequence_for() == BREAKS


def test_figures_beside_the_index_stand_on_its_items_and_on_more() -> None:
    moved, added = (
        compared(editing.move_question(make_form(), "A1.1", "A2", 0)),
        compared(editing.add_question(make_form(), "A1", make_item("A1.4", text=text("Câu mới?")))),
    )

    assert [moved.consequence_for(f"beside:{name}") for name in ("O_pool", "O_fac")] == [NOTE, BREAKS]
    assert [added.consequence_for(f"beside:{name}") for name in ("O_pool", "O_fac")] == [BREAKS, BREAKS]


def test_options() -> None:
    options = make_choice()["options"]
    third = {"code": "maybe", "text": text("Có lẽ")}

    def whats(new: list[dict[str, Any]], **fields: Any) -> list[str]:
        comparison = changes.compare(with_question("N2", **fields), with_question("N2", options=new, **fields))
        return [one.what for one in comparison.changes]

    assert whats([*options, third]) == ["option_added"]
    assert whats([*options, third], kind="multiple") == ["one_option_added"]
    assert whats(options[::-1]) == ["option_moved"]
    assert whats([options[0], {**options[1], "code": "never"}]) == ["option_recoded"]
    assert whats([options[0], {**options[1], "text": text("Chưa", "Không in English")}]) == ["option_reworded"]
    assert whats([options[0], {**options[1], "specify": True}]) == ["option_specify"]


def test_tone_marks_of_two_schools_are_one_spelling() -> None:
    old, new = (
        with_question("N2", text=text("Hòa nhã, thủy?", "e")),
        with_question("N2", text=text("Hoà nhã – thuỷ", "e")),
    )

    assert found(changes.compare(old, new)) == [("N2", "spelling")]
    assert found(changes.compare(old, with_question("N2", text=text("Hỏa nhã, thủy?", "e")))) == [("N2", "reworded")]


@pytest.mark.parametrize("code", loader.builtin_codes())
def test_nothing_changed_between_a_version_and_itself(code: str) -> None:
    """Nor between it and its stored form, or a form that leaves out what holds by default."""
    instrument = loader.load_builtin(code)
    stored = json.loads(loader.to_json(instrument))

    assert changes.compare(instrument, instrument).changes == ()
    assert changes.compare(instrument, stored).changes == ()
    assert changes.compare(stored, without_defaults(stored)).changes == ()


def without_defaults(value: Any) -> Any:
    """What is false by default need not be said."""
    if isinstance(value, dict):
        return {name: without_defaults(one) for name, one in value.items() if one is not False or name == "not_used"}
    return [without_defaults(one) for one in value] if isinstance(value, list) else value


steps = st.sampled_from(
    [
        lambda data: editing.put_head(data, {"version": "9"}),
        lambda data: editing.move_part(data, "A2", 0),
        lambda data: editing.move_part(data, "A1", 2),
        lambda data: editing.move_question(data, "A1.1", "A2", 0),
        lambda data: editing.move_question(data, "A1.3", "A1", 0),
        lambda data: editing.move_question(data, "A1.2", "A2", 1),
        lambda data: editing.add_question(data, "A2", make_item(editing.suggested_code(data, "A2"), text=text("Mới?"))),
        lambda data: editing.put_part(data, "A1", {"title": text("Tên mới")}),
        lambda data: editing.put_question(data, "N2", make_choice("N2", kind="multiple")),
        lambda data: editing.put_question(data, "N1", make_choice("N1", text=text("Có chờ?"))),
        lambda data: editing.rename_question(data, "A2.1", "B"),
        lambda data: editing.put_head(data, {"formula": {**data["formula"], "name": "O_fac"}}),
    ]
)


@given(st.lists(steps, max_size=5, unique=True))
def test_severity_is_the_same_in_both_directions(done: list[Any]) -> None:
    new = make_form()
    for step in done:
        new = step(new)
    there, back = changes.compare(make_form(), new), changes.compare(new, make_form())

    series = {code for one in (*there.changes, *back.changes) for code in one.effects} - {"A2.1", "B"}
    assert there.whole == back.whole
    assert {code: there.consequence_for(code) for code in series} == {
        code: back.consequence_for(code) for code in series
    }


def make_everything() -> dict[str, Any]:
    """An instrument in which every field of the model has a value, so that each can be changed."""
    audio = {"vi": "a" * 64 + ".mp3", "en": "b" * 64 + ".mp3"}
    extra = {"hint": text("Gợi ý"), "show_if": LATE, "source": {"decision": "QĐ 1", "certainty": "found"}}
    extra |= {"required": False, "dont_know": False, "prefer_not": False, "audio": audio, "full_only": True}
    options = [{"code": c, "text": text(c), "specify": False, "audio": audio} for c in ("a", "b", "c")]
    own: dict[str, dict[str, Any]] = {
        "general_rating": {"not_used": False},
        "single": {"options": options},
        "multiple": {"options": options, "max_choices": 2},
        "ranking": {"options": options, "ranks": 3},
        "number": {"minimum": 0, "maximum": 9},
        "percentage": {"minimum": 0, "maximum": 200},
        "date": {"earliest": "2026-01-01", "latest": "2026-12-31"},
        "short_text": {"max_length": 100},
        "text": {"max_length": 2000},
    }
    plain = [{"kind": kind, "code": f"Q_{kind}", "text": text(kind)} | extra | more for kind, more in own.items()]
    item = make_item("A1.1", **extra, not_used=False, kind="rated")
    parts = [
        make_part([make_choice("N1")], "first", intro=text("Lời dẫn")),
        make_factor([item, make_item("A1.2", text=text("Câu 2?"))], intro=text("Lời dẫn"), block="I", rotate=True),
        make_part(plain, "all", intro=text("Lời dẫn")),
    ]
    data = make_data(parts, status="draft", blocks=[{"code": "I", "title": text("Khối"), "weight": 0.5}])
    data["scale"]["not_used"] = text("Không dùng")
    data["index"]["target"] = 80.0
    data["formula"] |= {"positive": [4, 5], "base_minimum": 30, "beside": ["O_pool"], "source": {**extra["source"]}}
    data["respondent_types"][0] |= {"specify": False, "audio": audio}
    return data


Path = tuple[str | int, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from leaves(one, (*path, name)) if isinstance(one, dict | list) else [(*path, name)]
    if isinstance(value, list) and value:
        yield path


def mutated(value: Any, path: Path) -> Any:
    """Another value at the path; of a list, one member less."""
    if path:
        copied = value.copy()
        copied[path[0]] = mutated(value[path[0]], path[1:])
        return copied
    if isinstance(value, list):
        return value[:-1]
    if isinstance(value, bool):
        return not value
    return f"{value}x" if isinstance(value, str) else value + 1


def shape(path: Path) -> tuple[str, ...]:
    return tuple("*" if isinstance(step, int) else step for step in path)


def test_no_field_of_the_model_changes_in_silence() -> None:
    data = make_everything()
    loader.read(data)

    silent = [path for path in leaves(data) if not changes.compare(data, mutated(data, path)).changes]

    assert silent == []


@pytest.mark.parametrize("code", loader.builtin_codes())
def test_no_field_of_a_builtin_instrument_changes_in_silence(code: str) -> None:
    """Each kind of place once."""
    data = json.loads(loader.to_json(loader.load_builtin(code)))
    one_of_each = {shape(path): path for path in leaves(data)}

    silent = [path for path in one_of_each.values() if not changes.compare(data, mutated(data, path)).changes]

    assert silent == []


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield model.__name__, name
        for inner in models_in(field.annotation):
            if inner is not model and inner.__name__ not in ("AllOf", "AnyOf"):  # They hold themselves.
                yield from fields_of(inner)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if (
        isinstance(annotation, type)
        and not isinstance(annotation, types.GenericAlias)
        and issubclass(annotation, BaseModel)
    ):
        yield annotation
    elif get_origin(annotation) is not None:
        for inner in get_args(annotation):
            yield from models_in(inner)


def test_everything_has_every_field_of_the_model() -> None:
    """Conditions apart: they are compared by meaning, and their forms have a test of their own."""
    data = make_everything()
    have = {name for path in leaves(data) for name in path if isinstance(name, str)}
    models = [Instrument, Factor, PlainPart, *get_args(AnyQuestion)]
    wanted = {name for model in models for owner, name in fields_of(model) if owner not in ("Is", "Within", "AnyRated")}

    assert wanted - have - {"place", "any_of", "all_of", "levels"} == set()


def test_every_rule_gives_its_reason() -> None:
    assert all(rule.words and rule.why for rule in RULES.values())


def test_a_field_that_no_rule_knows_is_noticed() -> None:
    assert found(compared(with_question("A1.1", new_field=1))) == [("A1.1", "other")]
    assert compared(with_question("A1.1", new_field=1)).whole == NOTE
